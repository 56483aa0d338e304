// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/ds_chain.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "test_crypto.h"

namespace anchorwatch::dnssec {
namespace {

constexpr UnixSeconds kNow = ZoneSigner::kNow;
constexpr UnixSeconds kDay = 86400;

class DsChain : public testing::Test {
 protected:
  DsChain() {
    dnskeys_.owner = zone_;
    dnskeys_.type = dns::RrType::kDnskey;
    dnskeys_.ttl = 3600;
    publish({ksk_, zsk_});
    sign({ksk_});
  }
  void publish(const std::vector<SigningKey>& keys) {
    dnskeys_.rdatas.clear();
    for (const SigningKey& key : keys) dnskeys_.rdatas.push_back(key.dnskey());
    std::sort(dnskeys_.rdatas.begin(), dnskeys_.rdatas.end());
  }
  void sign(const std::vector<SigningKey>& keys) {
    dnskeys_.rrsigs.clear();
    for (const SigningKey& key : keys) {
      dnskeys_.rrsigs.push_back(make_rrsig(dnskeys_, key, zone_, options_));
    }
  }
  KeysVerdict validate(const std::vector<Bytes>& ds) {
    TestCrypto crypto;
    return validate_dnskeys(ds, dnskeys_, kNow, policy_, crypto.context);
  }
  DsState only_state(const std::vector<Bytes>& ds) {
    const KeysVerdict verdict = validate(ds);
    EXPECT_EQ(verdict.ds.size(), 1U);
    return verdict.ds.at(0).state;
  }
  [[nodiscard]] Bytes ds_of(const SigningKey& key, std::uint8_t digest = 2) const {
    return key.ds(zone_, digest);
  }

  const dns::Name zone_ = name_of("example.");
  const SigningKey ksk_{13, SigningKey::kKsk};
  const SigningKey zsk_{13, SigningKey::kZsk};
  SignOptions options_{kNow - kDay, kNow + kDay, {}, {}, {}, {}};
  dns::RRset dnskeys_;
  ValidationPolicy policy_;
};

TEST_F(DsChain, Signs) {
  const KeysVerdict verdict = validate({ds_of(ksk_)});
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.valid_until, kNow + kDay);
  ASSERT_EQ(verdict.ds.size(), 1U);
  EXPECT_EQ(verdict.ds[0].state, DsState::kSigns);
  EXPECT_EQ(dnskeys_.rdatas.at(verdict.ds[0].key_index.value()), ksk_.dnskey());
  ASSERT_EQ(verdict.signatures.size(), 1U);
  EXPECT_EQ(verdict.signatures[0].state, SignatureState::kValid);
}

TEST_F(DsChain, EveryDigestType) {
  EXPECT_EQ(validate({ds_of(ksk_, 2)}).verdict, secure());
  EXPECT_EQ(validate({ds_of(ksk_, 4)}).verdict, secure());
  EXPECT_EQ(validate({ds_of(ksk_, 1)}).verdict, insecure(Reason::kUnsupportedDigest));
  policy_.rely_on_sha1 = true;
  EXPECT_EQ(validate({ds_of(ksk_, 1)}).verdict, secure());
}

TEST_F(DsChain, SepFlagDoesNotMatter) {
  publish({zsk_});
  sign({zsk_});
  EXPECT_EQ(validate({ds_of(zsk_)}).verdict, secure());
}

TEST_F(DsChain, OneEntryIsEnough) {
  const SigningKey gone(13);
  const KeysVerdict verdict = validate({ds_of(gone), ds_of(ksk_)});
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.ds[0].state, DsState::kNoKey);
  EXPECT_EQ(verdict.ds[0].ds_index, 0U);
  EXPECT_EQ(verdict.ds[1].state, DsState::kSigns);
}

TEST_F(DsChain, KeyNotSigning) {
  sign({zsk_});
  EXPECT_EQ(validate({ds_of(ksk_)}).verdict, bogus(Reason::kSignatureMissing));
  EXPECT_EQ(only_state({ds_of(ksk_)}), DsState::kKeyNotSigning);
  EXPECT_EQ(validate({ds_of(ksk_)}).signatures.at(0).state, SignatureState::kValid);
  dnskeys_.rrsigs.clear();
  EXPECT_EQ(validate({ds_of(ksk_)}).verdict, bogus(Reason::kSignatureMissing));
}

TEST_F(DsChain, KeySignatureBad) {
  options_.expiration = kNow - 1;
  sign({ksk_});
  EXPECT_EQ(validate({ds_of(ksk_)}).verdict, bogus(Reason::kSignatureExpired));
  EXPECT_EQ(only_state({ds_of(ksk_)}), DsState::kKeySignatureBad);
  options_ = {kNow + 1, kNow + kDay, {}, {}, {}, {}};
  sign({ksk_});
  EXPECT_EQ(validate({ds_of(ksk_)}).verdict, bogus(Reason::kSignatureNotYetValid));
  options_.inception = kNow - 1;
  sign({ksk_});
  dnskeys_.rrsigs[0].original_ttl += 1;
  EXPECT_EQ(validate({ds_of(ksk_)}).verdict, bogus(Reason::kSignatureInvalid));
}

// A valid signature by the ZSK does not help a KSK whose own has expired.
TEST_F(DsChain, OnlyTheEntryKeyCounts) {
  sign({zsk_});
  options_.expiration = kNow - 1;
  dnskeys_.rrsigs.push_back(make_rrsig(dnskeys_, ksk_, zone_, options_));
  EXPECT_EQ(validate({ds_of(ksk_)}).verdict, bogus(Reason::kSignatureExpired));
}

TEST_F(DsChain, NoKey) {
  const SigningKey gone(13);
  EXPECT_EQ(validate({ds_of(gone)}).verdict, bogus(Reason::kDsMismatch));
  EXPECT_EQ(only_state({ds_of(gone)}), DsState::kNoKey);
  EXPECT_FALSE(validate({ds_of(gone)}).ds[0].key_index.has_value());
}

TEST_F(DsChain, DigestMismatch) {
  Bytes ds = ds_of(ksk_);
  ds.back() = static_cast<char>(ds.back() ^ 1);
  EXPECT_EQ(validate({ds}).verdict, bogus(Reason::kDsMismatch));
  EXPECT_EQ(only_state({ds}), DsState::kDigestMismatch);
  EXPECT_TRUE(validate({ds}).ds[0].key_index.has_value());
  ds = ds_of(ksk_);
  ds[2] = 14;
  EXPECT_EQ(only_state({ds}), DsState::kDigestMismatch) << "right tag, other algorithm";
  // The digest covers the owner.
  EXPECT_EQ(only_state({ksk_.ds(name_of("other."))}), DsState::kDigestMismatch);
}

TEST_F(DsChain, NotZoneKey) {
  for (const SigningKey& key : {ksk_.with_flags(1), ksk_.with_protocol(1)}) {
    publish({key, zsk_});
    sign({key});
    EXPECT_EQ(validate({ds_of(key)}).verdict, bogus(Reason::kKeyNotZoneKey));
    EXPECT_EQ(only_state({ds_of(key)}), DsState::kNotZoneKey);
  }
}

TEST_F(DsChain, Revoked) {
  const SigningKey revoked = ksk_.with_flags(SigningKey::kKsk | SigningKey::kRevoke);
  publish({revoked, zsk_});
  sign({revoked});
  EXPECT_EQ(validate({ds_of(revoked)}).verdict, bogus(Reason::kKeyNotZoneKey));
  EXPECT_EQ(only_state({ds_of(revoked)}), DsState::kRevoked);
}

// RFC 5011 §2.1: a revoked key signs the set to say so; that is no fault.
TEST_F(DsChain, SignatureOfARevokedKeyBesideAGoodOne) {
  const SigningKey old(13);
  const SigningKey revoked = old.with_flags(SigningKey::kKsk | SigningKey::kRevoke);
  publish({ksk_, zsk_, revoked});
  sign({revoked, ksk_});
  const KeysVerdict verdict = validate({ds_of(ksk_)});
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.signatures.at(0).state, SignatureState::kRevokedKey);
}

TEST_F(DsChain, Unsupported) {
  Bytes ds = ds_of(ksk_);
  ds[2] = 12;
  EXPECT_EQ(validate({ds}).verdict, insecure(Reason::kUnsupportedAlgorithm));
  EXPECT_EQ(only_state({ds}), DsState::kUnsupportedAlgorithm);
  ds = ds_of(ksk_);
  ds[3] = 3;
  EXPECT_EQ(validate({ds}).verdict, insecure(Reason::kUnsupportedDigest));
  EXPECT_EQ(only_state({ds}), DsState::kUnsupportedDigest);
  // One that can be used makes the zone secure again, or bogus.
  EXPECT_EQ(validate({ds, ds_of(ksk_)}).verdict, secure());
  EXPECT_EQ(validate({ds, ds_of(SigningKey(13))}).verdict, bogus(Reason::kDsMismatch));
}

TEST_F(DsChain, Sha1AlgorithmsAreInsecureUnlessReliedOn) {
  for (const std::uint8_t algorithm : {std::uint8_t{5}, std::uint8_t{7}}) {
    const SigningKey old(algorithm);
    publish({old});
    sign({old});
    policy_.rely_on_sha1 = false;
    EXPECT_EQ(validate({ds_of(old)}).verdict, insecure(Reason::kUnsupportedAlgorithm));
    policy_.rely_on_sha1 = true;
    EXPECT_EQ(validate({ds_of(old)}).verdict, secure());
  }
}

TEST_F(DsChain, Malformed) {
  const Bytes ds = ds_of(ksk_).substr(0, 30);
  EXPECT_EQ(only_state({ds}), DsState::kMalformed);
  EXPECT_EQ(validate({ds}).verdict, bogus(Reason::kDsMismatch)) << "the digest type is known";
  EXPECT_EQ(only_state({Bytes("abc")}), DsState::kMalformed);
  EXPECT_EQ(validate({Bytes("abc")}).verdict, bogus(Reason::kDsMismatch));
}

TEST_F(DsChain, NoDnskey) {
  dnskeys_.rdatas.clear();
  EXPECT_EQ(validate({ds_of(ksk_)}).verdict, bogus(Reason::kDnskeyMissing));
  EXPECT_EQ(only_state({ds_of(ksk_)}), DsState::kNoKey);
  Bytes ds = ds_of(ksk_);
  ds[2] = 12;
  EXPECT_EQ(validate({ds}).verdict, insecure(Reason::kUnsupportedAlgorithm));
}

TEST_F(DsChain, NotChecked) {
  TestCrypto crypto;
  crypto.budget.failed_verifications = 0;
  const KeysVerdict verdict =
      validate_dnskeys({ds_of(ksk_)}, dnskeys_, kNow, policy_, crypto.context);
  EXPECT_EQ(verdict.verdict, indeterminate(Reason::kLimit));
  EXPECT_EQ(verdict.ds.at(0).state, DsState::kNotChecked);
}

TEST_F(DsChain, OrderOfTheDsDoesNotMatter) {
  const Bytes other = ds_of(SigningKey(15));
  EXPECT_EQ(validate({other, ds_of(ksk_)}).verdict, secure());
  EXPECT_EQ(validate({ds_of(ksk_), other}).verdict, secure());
}

TEST(DsState, NamesAreDistinct) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(DsState::kNotChecked); ++i) {
    EXPECT_TRUE(names.insert(to_string(static_cast<DsState>(i))).second);
  }
}

TEST(HasUsableDs, SaysWhyNot) {
  const SigningKey key(13);
  Reason reason{};
  EXPECT_TRUE(has_usable_ds({key.ds(name_of("example."))}, {}, &reason));
  EXPECT_FALSE(has_usable_ds({SigningKey(5).ds(name_of("example."))}, {}, &reason));
  EXPECT_EQ(reason, Reason::kUnsupportedAlgorithm);
  EXPECT_FALSE(has_usable_ds({key.ds(name_of("example."), 1)}, {}, &reason));
  EXPECT_EQ(reason, Reason::kUnsupportedDigest);
  EXPECT_FALSE(has_usable_ds({}, {}, &reason));
  EXPECT_EQ(reason, Reason::kNoDs);
  EXPECT_FALSE(has_usable_ds({}, {}, nullptr));
}

}  // namespace
}  // namespace anchorwatch::dnssec
