// SPDX-License-Identifier: Apache-2.0
// RFC 9905 §2: implementations keep verifying RSASHA1, and operators have it treated as
// unsupported: a zone that has nothing better is insecure.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc9905Section2, TwoSwitches) {
  for (const std::uint8_t algorithm : {std::uint8_t{5}, std::uint8_t{7}}) {
    const SigningKey key(algorithm);
    ZoneSigner zone("example.");
    zone.add_key(key);
    zone.sign();
    const dns::RRset& dnskeys = zone.at("example.", dns::RrType::kDnskey);
    FreshCrypto crypto;
    ValidationPolicy policy;
    EXPECT_TRUE(can_verify(algorithm));
    EXPECT_EQ(
        validate_dnskeys(zone.ds(), dnskeys, ZoneSigner::kNow, policy, crypto.context).verdict,
        insecure(Reason::kUnsupportedAlgorithm));
    policy.rely_on_sha1 = true;
    EXPECT_EQ(
        validate_dnskeys(zone.ds(), dnskeys, ZoneSigner::kNow, policy, crypto.context).verdict,
        secure());
    EXPECT_EQ(
        judge(zone.answer("example.", dns::RrType::kSoa), zone, ZoneSigner::kNow, policy).verdict,
        secure());
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
