// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/severity.h"

#include <gtest/gtest.h>

namespace anchorwatch {
namespace {

constexpr Severity kAll[] = {Severity::kInfo, Severity::kNotice, Severity::kWarning,
                             Severity::kError, Severity::kCritical};

TEST(SeverityTest, NamesAreStable) {
  const char* const names[] = {"info", "notice", "warning", "error", "critical"};
  for (std::size_t i = 0; i < std::size(kAll); ++i) EXPECT_STREQ(to_string(kAll[i]), names[i]);
  EXPECT_STREQ(to_string(static_cast<Severity>(99)), "unknown");
}

TEST(SeverityTest, EveryNameParsesBack) {
  for (const Severity severity : kAll) EXPECT_EQ(parse_severity(to_string(severity)), severity);
}

TEST(SeverityTest, LargerIsWorse) {
  for (std::size_t i = 1; i < std::size(kAll); ++i) EXPECT_LT(kAll[i - 1], kAll[i]);
}

TEST(SeverityTest, RefusesAnythingElse) {
  for (const char* text :
       {"", "Info", "CRITICAL", "warn", "error ", " error", "unknown", "errors"}) {
    EXPECT_EQ(parse_severity(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace anchorwatch
