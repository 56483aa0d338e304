// SPDX-License-Identifier: Apache-2.0
// Floods that cost a careless validator hours: colliding key tags, signatures and DS (KeyTrap).
#include <algorithm>

#include <gtest/gtest.h>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/ds_chain.h"

#include "test_crypto.h"

namespace anchorwatch::dnssec {
namespace {

constexpr UnixSeconds kNow = ZoneSigner::kNow;

// Keys with the same tag: the tag is a sum of 16-bit words, so swapping words does not change it.
std::vector<Bytes> colliding_keys(const SigningKey& key, std::size_t count) {
  std::vector<Bytes> keys;
  Bytes rdata = key.dnskey();
  for (std::size_t i = 6; i + 3 < rdata.size(); i += 2) {
    for (std::size_t j = i + 2; j + 1 < rdata.size() && keys.size() < count; j += 2) {
      Bytes other = rdata;
      std::swap(other[i], other[j]);
      std::swap(other[i + 1], other[j + 1]);
      if (other != rdata && dns::key_tag(other) == key.tag()) keys.push_back(other);
    }
  }
  EXPECT_EQ(keys.size(), count);
  return keys;
}

class KeyTrap : public testing::Test {
 protected:
  // `count` signatures that have the tag of `key` and verify with nothing.
  void flood(std::size_t count) {
    dns::Rrsig rrsig = make_rrsig(set_, SigningKey(15, SigningKey::kZsk, 9), zone_, options_);
    rrsig.key_tag = key_.tag();
    for (std::size_t i = 0; i < count; ++i) {
      rrsig.signature[0] = static_cast<char>(i);
      rrsig.signature[1] = static_cast<char>(i >> 8U);
      set_.rrsigs.push_back(rrsig);
    }
  }
  RRsetVerdict validate() {
    return validate_rrset(set_, keys_, kNow, ValidationPolicy(), crypto_.context);
  }

  const dns::Name zone_ = name_of("example.");
  const SigningKey key_{15, SigningKey::kZsk};
  ZoneKeys keys_{zone_, {}};
  dns::RRset set_ = rrset_of("www.example. 300 A 192.0.2.1");
  SignOptions options_{kNow - 10, kNow + 10, {}, {}, {}, {}};
  TestCrypto crypto_;
};

TEST_F(KeyTrap, FloodEndsWithinTheBudget) {
  keys_.dnskeys = colliding_keys(key_, 80);
  flood(300);
  const RRsetVerdict verdict = validate();
  EXPECT_EQ(verdict.verdict, indeterminate(Reason::kLimit));
  const WorkBudget full;
  EXPECT_LE(crypto_.budget.verifications, full.failed_verifications + full.failed_diagnoses);
  EXPECT_TRUE(crypto_.budget.exhausted);
  EXPECT_EQ(verdict.signatures.size(), 300U);
}

TEST_F(KeyTrap, FourCandidatesForASignature) {
  keys_.dnskeys = colliding_keys(key_, 10);
  flood(1);
  EXPECT_EQ(validate().verdict, indeterminate(Reason::kLimit));
  EXPECT_EQ(crypto_.budget.failed_verifications, WorkBudget().failed_verifications - 4);
}

TEST_F(KeyTrap, AFewCollisionsAreHarmless) {
  keys_.dnskeys = colliding_keys(key_, 3);
  keys_.dnskeys.push_back(key_.dnskey());
  set_.rrsigs = {make_rrsig(set_, key_, zone_, options_)};
  const RRsetVerdict verdict = validate();
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.signatures.at(0).key_index, 3U);
}

// The diagnosis of wrong signatures has its own part of the budget.
TEST_F(KeyTrap, DiagnosisDoesNotEatTheShareOfTheVerdict) {
  keys_.dnskeys = {key_.dnskey()};
  set_.rrsigs = {make_rrsig(set_, key_, zone_, options_)};
  flood(500);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(validate().verdict, secure());
  EXPECT_EQ(crypto_.budget.failed_verifications, WorkBudget().failed_verifications);
  EXPECT_EQ(crypto_.budget.failed_diagnoses, 0);
}

TEST_F(KeyTrap, ExpiredFloodIsStillBogus) {
  keys_.dnskeys = {key_.dnskey()};
  options_ = {kNow - 20, kNow - 10, {}, {}, {}, {}};
  set_.rrsigs = {make_rrsig(set_, key_, zone_, options_)};
  flood(500);
  EXPECT_EQ(validate().verdict, bogus(Reason::kSignatureExpired));
  EXPECT_LE(crypto_.budget.verifications, 1 + WorkBudget().failed_diagnoses);
}

// Valid signatures cost too when there are hundreds of them.
TEST_F(KeyTrap, ValidSignaturesBeyondNeedAreNotAllChecked) {
  const SigningKey key(13, SigningKey::kZsk);  // ECDSA: every signature differs.
  keys_.dnskeys = {key.dnskey()};
  for (int i = 0; i < 100; ++i) set_.rrsigs.push_back(make_rrsig(set_, key, zone_, options_));
  EXPECT_EQ(validate().verdict, secure());
  EXPECT_LE(crypto_.budget.verifications, 40);
}

// New signatures in every answer of many servers are bounded as well, and the verdict keeps its share of that.
TEST_F(KeyTrap, ValidSignaturesAreBoundedOverAllAnswers) {
  const SigningKey key(14, SigningKey::kZsk);
  keys_.dnskeys = {key.dnskey()};
  crypto_.budget.useful_work = 200;  // Twenty of them.
  crypto_.budget.useful_reserve = 100;
  const auto fresh = [&](int count) {
    set_.rrsigs.clear();
    for (int i = 0; i < count; ++i) set_.rrsigs.push_back(make_rrsig(set_, key, zone_, options_));
  };
  fresh(30);
  EXPECT_EQ(validate().verdict, secure());
  EXPECT_EQ(crypto_.budget.verifications, 10);
  EXPECT_TRUE(crypto_.budget.exhausted);
  for (int answer = 0; answer < 10; ++answer) {
    fresh(1);
    EXPECT_EQ(validate().verdict, secure());
  }
  fresh(1);
  EXPECT_EQ(validate().verdict, indeterminate(Reason::kLimit));
  EXPECT_EQ(crypto_.budget.verifications, 20);
}

// The key of the DS is tried before others with its tag, wherever it stands.
TEST_F(KeyTrap, TheKeyOfTheDsIsTriedFirst) {
  dns::RRset dnskeys;
  dnskeys.owner = zone_;
  dnskeys.type = dns::RrType::kDnskey;
  dnskeys.rdatas = colliding_keys(key_, 80);
  dnskeys.rdatas.push_back(key_.dnskey());
  std::sort(dnskeys.rdatas.begin(), dnskeys.rdatas.end());
  dnskeys.rrsigs = {make_rrsig(dnskeys, key_, zone_, options_)};
  const KeysVerdict verdict =
      validate_dnskeys({key_.ds(zone_)}, dnskeys, kNow, ValidationPolicy(), crypto_.context);
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(crypto_.budget.failed_verifications, WorkBudget().failed_verifications);
}

// Regression: signatures that were not checked counted for the first key with their tag, and the zone
// was called bogus without a signature.
TEST_F(KeyTrap, SignaturesThatWereNotCheckedProveNothing) {
  dns::RRset dnskeys;
  dnskeys.owner = zone_;
  dnskeys.type = dns::RrType::kDnskey;
  dnskeys.rdatas = colliding_keys(key_, 80);
  dnskeys.rdatas.push_back(key_.dnskey());
  flood(100);
  dnskeys.rrsigs = set_.rrsigs;
  for (dns::Rrsig& rrsig : dnskeys.rrsigs) rrsig.type_covered = dns::RrType::kDnskey;
  for (dns::Rrsig& rrsig : dnskeys.rrsigs) rrsig.labels = 1;
  const KeysVerdict verdict =
      validate_dnskeys({key_.ds(zone_)}, dnskeys, kNow, ValidationPolicy(), crypto_.context);
  EXPECT_EQ(verdict.verdict, indeterminate(Reason::kLimit));
  EXPECT_EQ(verdict.ds.front().state, DsState::kNotChecked);
  EXPECT_TRUE(crypto_.budget.exhausted);
}

TEST_F(KeyTrap, DsFloodEndsWithinTheBudget) {
  dns::RRset dnskeys;
  dnskeys.owner = zone_;
  dnskeys.type = dns::RrType::kDnskey;
  dnskeys.rdatas = colliding_keys(key_, 80);
  flood(100);
  dnskeys.rrsigs = set_.rrsigs;
  std::vector<Bytes> ds;
  for (int i = 0; i < 100; ++i) {
    Bytes rdata = key_.ds(zone_);
    rdata.back() = static_cast<char>(i);
    rdata[5] = 'x';
    ds.push_back(rdata);
  }
  const KeysVerdict verdict =
      validate_dnskeys(ds, dnskeys, kNow, ValidationPolicy(), crypto_.context);
  EXPECT_EQ(verdict.verdict, indeterminate(Reason::kLimit));
  EXPECT_EQ(verdict.ds.front().state, DsState::kNotChecked);
  EXPECT_EQ(verdict.ds.size(), 100U);
  EXPECT_EQ(crypto_.budget.ds_digests, 0);
}

}  // namespace
}  // namespace anchorwatch::dnssec
