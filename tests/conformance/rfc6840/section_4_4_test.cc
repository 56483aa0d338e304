// SPDX-License-Identifier: Apache-2.0
// RFC 6840 §4.4: an insecure delegation is proven by a record with the NS bit and without DS and
// SOA.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc6840Section44, BitsOfAnInsecureDelegation) {
  using enum dns::RrType;
  const SigningKey key(15);
  ZoneSigner zone("example.", {.denial = ZoneSigner::Denial::kNone});
  zone.add_key(key);
  zone.sign();
  const auto result = [&](const char* types) {
    dns::Message message;
    message.question = dns::Question{name_of("sub.example."), kDs};
    dns::RRset nsec = rrset_of("sub.example. 300 NSEC z.example. RRSIG NSEC " + std::string(types));
    zone.sign_again(nsec, key, zone.sign_options());
    message.authority = {nsec};
    return judge_ds(message, zone).denial.value().result;
  };
  EXPECT_EQ(result("NS"), DenialResult::kProven);
  EXPECT_EQ(result("NS DS"), DenialResult::kHasDs);
  EXPECT_EQ(result("NS SOA"), DenialResult::kHasSoa);
  EXPECT_EQ(result("A"), DenialResult::kLacksNs);
}

}  // namespace
}  // namespace anchorwatch::dnssec
