// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/signed_rrset.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/dns/rdata.h"

#include "test_crypto.h"

namespace anchorwatch::dnssec {
namespace {

constexpr UnixSeconds kNow = ZoneSigner::kNow;
constexpr UnixSeconds kDay = 86400;

class SignedRrset : public testing::Test {
 protected:
  RRsetVerdict validate(UnixSeconds now = kNow) {
    return validate_rrset(set_, keys_, now, policy_, crypto_.context);
  }
  SignatureState only_state() {
    const RRsetVerdict verdict = validate();
    EXPECT_EQ(verdict.signatures.size(), 1U);
    return verdict.signatures.at(0).state;
  }
  void sign(const SigningKey& key) { set_.rrsigs = {make_rrsig(set_, key, zone_, options_)}; }

  const dns::Name zone_ = name_of("example.");
  const SigningKey key_{13, SigningKey::kZsk};
  ZoneKeys keys_{zone_, {key_.dnskey()}};
  dns::RRset set_ = rrset_of("www.example. 300 A 192.0.2.1\nwww.example. 300 A 192.0.2.2");
  SignOptions options_{kNow - kDay, kNow + kDay, {}, {}, {}, {}};
  ValidationPolicy policy_;
  TestCrypto crypto_;
};

TEST_F(SignedRrset, Valid) {
  sign(key_);
  const RRsetVerdict verdict = validate();
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.valid_until, kNow + kDay);
  EXPECT_EQ(verdict.signatures.at(0).state, SignatureState::kValid);
  EXPECT_EQ(verdict.signatures.at(0).key_index, 0U);
  EXPECT_FALSE(verdict.wildcard_encloser.has_value());
}

TEST_F(SignedRrset, Missing) { EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureMissing)); }

TEST_F(SignedRrset, Expired) {
  options_.expiration = kNow - 1;
  sign(key_);
  EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureExpired));
  EXPECT_EQ(only_state(), SignatureState::kExpired);
}

TEST_F(SignedRrset, NotYetValid) {
  options_.inception = kNow + 1;
  sign(key_);
  EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureNotYetValid));
  EXPECT_EQ(only_state(), SignatureState::kNotYetValid);
}

TEST_F(SignedRrset, Invalid) {
  sign(key_);
  set_.rdatas.pop_back();
  EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureInvalid));
  EXPECT_EQ(only_state(), SignatureState::kInvalid);
}

TEST_F(SignedRrset, ExpiredAndInvalidIsInvalid) {
  options_.expiration = kNow - 1;
  sign(key_);
  set_.rdatas.pop_back();
  EXPECT_EQ(only_state(), SignatureState::kInvalid);
}

TEST_F(SignedRrset, UnknownKey) {
  sign(SigningKey(13));
  EXPECT_EQ(validate().verdict, bogus(Reason::kSigningKeyMissing));
  EXPECT_EQ(only_state(), SignatureState::kUnknownKey);
  keys_.dnskeys.clear();
  EXPECT_EQ(only_state(), SignatureState::kUnknownKey);
}

TEST_F(SignedRrset, RevokedKey) {
  const SigningKey revoked = key_.with_flags(SigningKey::kZsk | SigningKey::kRevoke);
  keys_.dnskeys = {revoked.dnskey()};
  sign(revoked);
  EXPECT_EQ(validate().verdict, bogus(Reason::kKeyNotZoneKey));
  EXPECT_EQ(only_state(), SignatureState::kRevokedKey);
}

TEST_F(SignedRrset, NotZoneKey) {
  for (const SigningKey& key : {key_.with_flags(0), key_.with_protocol(2)}) {
    keys_.dnskeys = {key.dnskey()};
    sign(key);
    EXPECT_EQ(validate().verdict, bogus(Reason::kKeyNotZoneKey));
    EXPECT_EQ(only_state(), SignatureState::kNotZoneKey);
  }
}

TEST_F(SignedRrset, UnknownAlgorithmIsBogusHere) {
  options_.algorithm = 12;
  sign(key_);
  EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureUnusable));
  EXPECT_EQ(only_state(), SignatureState::kUnsupported);
}

TEST_F(SignedRrset, Sha1CountsOnlyWhenTold) {
  const SigningKey old(7, SigningKey::kZsk);
  keys_.dnskeys = {old.dnskey()};
  sign(old);
  EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureUnusable));
  EXPECT_EQ(only_state(), SignatureState::kUnsupported);
  policy_.rely_on_sha1 = true;
  EXPECT_EQ(validate().verdict, secure());
}

TEST_F(SignedRrset, DatesReversed) {
  options_ = {kNow + kDay, kNow - kDay, {}, {}, {}, {}};
  sign(key_);
  EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureUnusable));
  EXPECT_EQ(only_state(), SignatureState::kDatesReversed);
}

TEST_F(SignedRrset, WrongSigner) {
  for (const char* signer : {".", "other.", "www.example."}) {
    set_.rrsigs = {make_rrsig(set_, key_, name_of(signer), options_)};
    EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureUnusable));
    EXPECT_EQ(only_state(), SignatureState::kWrongSigner);
  }
}

TEST_F(SignedRrset, OwnerOutsideTheZone) {
  set_.owner = name_of("www.myexample.");
  sign(key_);
  EXPECT_EQ(only_state(), SignatureState::kWrongSigner);
}

TEST_F(SignedRrset, TooManyLabels) {
  options_.labels = 3;
  sign(key_);
  EXPECT_EQ(only_state(), SignatureState::kTooManyLabels);
}

TEST_F(SignedRrset, Malformed) {
  sign(key_);
  set_.rrsigs[0].signature.pop_back();
  EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureUnusable));
  EXPECT_EQ(only_state(), SignatureState::kMalformed);
  // A wildcard above the apex is not a name of the zone.
  options_.labels = 0;
  sign(key_);
  EXPECT_EQ(only_state(), SignatureState::kMalformed);
  options_.labels.reset();
  sign(key_);
  set_.rrsigs[0].type_covered = dns::RrType::kAaaa;
  EXPECT_EQ(only_state(), SignatureState::kMalformed);
}

TEST_F(SignedRrset, NotChecked) {
  sign(key_);
  crypto_.budget.failed_verifications = 0;
  EXPECT_EQ(validate().verdict, indeterminate(Reason::kLimit));
  EXPECT_EQ(only_state(), SignatureState::kNotChecked);
  EXPECT_TRUE(crypto_.budget.exhausted);
}

TEST_F(SignedRrset, NothingToJudge) {
  sign(key_);
  set_.rdatas.clear();
  EXPECT_EQ(validate().verdict, indeterminate(Reason::kNotJudged));
}

TEST_F(SignedRrset, AnyValidSignatureIsEnough) {
  const dns::Rrsig good = make_rrsig(set_, key_, zone_, options_);
  dns::Rrsig bad = good;
  bad.signature[0] = static_cast<char>(bad.signature[0] ^ 1);
  SignOptions past{kNow - 3 * kDay, kNow - kDay, {}, {}, {}, {}};
  set_.rrsigs = {bad, make_rrsig(set_, SigningKey(13), zone_, options_),
                 make_rrsig(set_, key_, zone_, past), good};
  const RRsetVerdict verdict = validate();
  EXPECT_EQ(verdict.verdict, secure());
  ASSERT_EQ(verdict.signatures.size(), 4U);
  EXPECT_EQ(verdict.signatures[0].state, SignatureState::kInvalid);
  EXPECT_EQ(verdict.signatures[1].state, SignatureState::kUnknownKey);
  EXPECT_EQ(verdict.signatures[2].state, SignatureState::kExpired);
  EXPECT_EQ(verdict.signatures[3].state, SignatureState::kValid);
}

TEST_F(SignedRrset, ValidUntilIsTheLatestExpiration) {
  SignOptions longer = options_;
  longer.expiration = kNow + 9 * kDay;
  set_.rrsigs = {make_rrsig(set_, key_, zone_, options_), make_rrsig(set_, key_, zone_, longer)};
  EXPECT_EQ(validate().valid_until, kNow + 9 * kDay);
}

TEST_F(SignedRrset, BestFaultGivesTheReason) {
  SignOptions past{kNow - 3 * kDay, kNow - kDay, {}, {}, {}, {}};
  set_.rrsigs = {make_rrsig(set_, SigningKey(13), zone_, options_),
                 make_rrsig(set_, key_, zone_, past)};
  EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureExpired));
}

TEST_F(SignedRrset, WildcardExpansionNamesTheEncloser) {
  set_.owner = name_of("*.example.");
  sign(key_);
  set_.owner = name_of("a.b.example.");
  const RRsetVerdict verdict = validate();
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.wildcard_encloser, zone_);
  // The wildcard itself is no expansion.
  set_.owner = name_of("*.example.");
  EXPECT_EQ(validate().verdict, secure());
  EXPECT_FALSE(validate().wildcard_encloser.has_value());
}

TEST_F(SignedRrset, OriginalTtlIsSignedNotTheReceivedOne) {
  sign(key_);
  set_.ttl = 1;
  EXPECT_EQ(validate().verdict, secure());
}

TEST_F(SignedRrset, MemoDoesNotRememberTimes) {
  sign(key_);
  EXPECT_EQ(validate(kNow).verdict, secure());
  EXPECT_EQ(validate(kNow + 2 * kDay).verdict, bogus(Reason::kSignatureExpired));
  EXPECT_EQ(crypto_.budget.verifications, 1);
  EXPECT_EQ(crypto_.budget.reused, 1);
}

TEST_F(SignedRrset, TimesAcrossTheWraps) {
  for (const UnixSeconds at : {UnixSeconds{1} << 31, UnixSeconds{1} << 32}) {
    options_ = {at - kDay, at + kDay, {}, {}, {}, {}};
    sign(key_);
    EXPECT_EQ(validate(at).verdict, secure());
    EXPECT_EQ(validate(at).valid_until, at + kDay);
    EXPECT_EQ(validate(at + 2 * kDay).verdict, bogus(Reason::kSignatureExpired));
    EXPECT_EQ(validate(at - 2 * kDay).verdict, bogus(Reason::kSignatureNotYetValid));
  }
}

// Zone text goes through the same canonical form as messages.
TEST_F(SignedRrset, OrderAndCaseOfTheRecordsDoNotMatter) {
  const std::string a = "mail.example. 300 MX 10 Mx1.EXAMPLE.\n";
  const std::string b = "MAIL.Example. 300 MX 10 mx2.example.\n";
  const std::string c = "mail.example. 300 MX 5 mx3.Example.\n";
  set_ = rrset_of(a + b + c);
  sign(key_);
  const dns::Rrsig rrsig = set_.rrsigs.at(0);
  for (const std::string& text : {a + b + c, c + b + a, b + c + a, b + a + c + b}) {
    set_ = rrset_of(text);
    set_.rrsigs = {rrsig};
    EXPECT_EQ(validate().verdict, secure()) << text;
  }
  EXPECT_EQ(crypto_.budget.verifications, 1) << "all of them are the same signed octets";
}

TEST(SignatureState, NamesAreDistinct) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(SignatureState::kNotChecked); ++i) {
    EXPECT_TRUE(names.insert(to_string(static_cast<SignatureState>(i))).second);
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
