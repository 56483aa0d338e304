// SPDX-License-Identifier: Apache-2.0
// RFC 6840 §5.2: DS with unknown digests count like unknown algorithms. §5.4: any valid signature
// is enough. §5.11: a validator must not insist that all algorithms of the DNSKEY RRset work.
#include <algorithm>

#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc6840Section511, OneAlgorithmIsEnough) {
  const SigningKey working(13);
  ZoneSigner zone("example.");
  zone.add_key(working);
  zone.sign();
  // A second algorithm is published, has a DS and signs nothing: incomplete, not bogus.
  const SigningKey silent(15);
  dns::RRset dnskeys = zone.at("example.", dns::RrType::kDnskey);
  dnskeys.rdatas.push_back(silent.dnskey());
  std::sort(dnskeys.rdatas.begin(), dnskeys.rdatas.end());
  zone.sign_again(dnskeys, working, zone.sign_options());
  FreshCrypto crypto;
  const KeysVerdict keys = validate_dnskeys({silent.ds(zone.apex()), working.ds(zone.apex())},
                                            dnskeys, ZoneSigner::kNow, {}, crypto.context);
  EXPECT_EQ(keys.verdict, secure());
  EXPECT_EQ(keys.ds.at(0).state, DsState::kKeyNotSigning);
  const dns::RRset& soa = zone.at("example.", dns::RrType::kSoa);
  EXPECT_EQ(validate_rrset(soa, {zone.apex(), dnskeys.rdatas}, ZoneSigner::kNow, {}, crypto.context)
                .verdict,
            secure());
}

TEST(Rfc6840Section52, OnlyUnknownDigestsMakeTheZoneInsecure) {
  const SigningKey key(13);
  ZoneSigner zone("example.");
  zone.add_key(key);
  zone.sign();
  Bytes unknown = key.ds(zone.apex());
  unknown[3] = 77;
  FreshCrypto crypto;
  EXPECT_EQ(validate_dnskeys({unknown}, zone.at("example.", dns::RrType::kDnskey), ZoneSigner::kNow,
                             {}, crypto.context)
                .verdict,
            insecure(Reason::kUnsupportedDigest));
}

}  // namespace
}  // namespace anchorwatch::dnssec
