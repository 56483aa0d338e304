// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/security_status.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace anchorwatch::dnssec {
namespace {

TEST(SecurityStatus, NamesReadBack) {
  for (const auto status : {SecurityStatus::kIndeterminate, SecurityStatus::kSecure,
                            SecurityStatus::kInsecure, SecurityStatus::kBogus}) {
    EXPECT_EQ(parse_security_status(to_string(status)), status);
  }
  EXPECT_FALSE(parse_security_status("Secure").has_value());
  EXPECT_FALSE(parse_security_status("").has_value());
}

TEST(Reason, NamesAreDistinctAndReadBack) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(Reason::kNotJudged); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(parse_reason(to_string(reason)), reason);
    EXPECT_TRUE(names.insert(to_string(reason)).second);
    const std::string sentence = describe(reason);
    EXPECT_FALSE(sentence.empty());
    EXPECT_NE(sentence.back(), '.');
  }
  EXPECT_FALSE(parse_reason("nonsense").has_value());
}

TEST(Reason, MapsToExtendedErrors) {
  EXPECT_EQ(extended_error_code(Reason::kValidated), -1);
  EXPECT_EQ(extended_error_code(Reason::kUnsupportedAlgorithm), 1);
  EXPECT_EQ(extended_error_code(Reason::kUnsupportedDigest), 2);
  EXPECT_EQ(extended_error_code(Reason::kSignatureInvalid), 6);
  EXPECT_EQ(extended_error_code(Reason::kSignatureExpired), 7);
  EXPECT_EQ(extended_error_code(Reason::kSignatureNotYetValid), 8);
  EXPECT_EQ(extended_error_code(Reason::kDsMismatch), 9);
  EXPECT_EQ(extended_error_code(Reason::kSignatureMissing), 10);
  EXPECT_EQ(extended_error_code(Reason::kKeyNotZoneKey), 11);
  EXPECT_EQ(extended_error_code(Reason::kDenialMissing), 12);
  EXPECT_EQ(extended_error_code(Reason::kUnreachable), 22);
  EXPECT_EQ(extended_error_code(Reason::kNsec3Iterations), 27);
}

}  // namespace
}  // namespace anchorwatch::dnssec
