// SPDX-License-Identifier: Apache-2.0
// RFC 4509 §3: with a SHA-256 DS in the set, SHA-1 ones are to be ignored, so that a forger who
// breaks SHA-1 gains nothing.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

KeysVerdict validate(const std::vector<Bytes>& ds, ZoneSigner& zone) {
  FreshCrypto crypto;
  ValidationPolicy policy;
  policy.rely_on_sha1 = true;
  return validate_dnskeys(ds, zone.at("example.", dns::RrType::kDnskey), ZoneSigner::kNow, policy,
                          crypto.context);
}

TEST(Rfc4509Section3, StrongerDsHidesSha1) {
  const SigningKey key(13);
  ZoneSigner zone("example.");
  zone.add_key(key);
  zone.sign();
  const Bytes sha1 = key.ds(zone.apex(), 1);
  EXPECT_EQ(validate({sha1}, zone).verdict, secure());
  for (const std::uint8_t digest : {std::uint8_t{2}, std::uint8_t{4}}) {
    Bytes broken = key.ds(zone.apex(), digest);
    broken.back() = static_cast<char>(broken.back() ^ 1);
    const KeysVerdict verdict = validate({sha1, broken}, zone);
    EXPECT_EQ(verdict.verdict, bogus(Reason::kDsMismatch));
    EXPECT_EQ(verdict.ds.at(0).state, DsState::kIgnoredDigest);
  }
  // A strong DS of an algorithm that we do not know hides nothing.
  Bytes unknown = key.ds(zone.apex(), 2);
  unknown[2] = 12;
  EXPECT_EQ(validate({sha1, unknown}, zone).verdict, secure());
}

}  // namespace
}  // namespace anchorwatch::dnssec
