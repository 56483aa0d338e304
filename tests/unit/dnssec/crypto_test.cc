// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/crypto.h"

#include <gtest/gtest.h>

#include "anchorwatch/dns/rdata.h"

#include "test_crypto.h"

namespace anchorwatch::dnssec {
namespace {

dns::RRset text_set() { return rrset_of("www.example. 300 TXT one\nwww.example. 300 TXT two"); }

SignOptions now_options() {
  SignOptions options;
  options.inception = ZoneSigner::kNow - 10;
  options.expiration = ZoneSigner::kNow + 10;
  return options;
}

dns::Rrsig sign(const dns::RRset& set, const SigningKey& key) {
  return make_rrsig(set, key, name_of("example."), now_options());
}

Bytes with_public_key(std::uint8_t algorithm, const Bytes& public_key) {
  Bytes rdata;
  append_u16(rdata, 257);
  append_u8(rdata, 3);
  append_u8(rdata, algorithm);
  return rdata + public_key;
}

class EveryAlgorithm : public testing::TestWithParam<int> {
 protected:
  const SigningKey key_{static_cast<std::uint8_t>(GetParam())};
  TestCrypto crypto_;
};
INSTANTIATE_TEST_SUITE_P(Crypto, EveryAlgorithm, testing::Values(5, 7, 8, 10, 13, 14, 15, 16));

TEST_P(EveryAlgorithm, VerifiesAndRefuses) {
  const dns::RRset set = text_set();
  const dns::Rrsig rrsig = sign(set, key_);
  EXPECT_EQ(verify_signature(set, rrsig, key_.dnskey(), crypto_.context), CryptoResult::kValid);

  dns::RRset other = set;
  other.rdatas.pop_back();
  EXPECT_EQ(verify_signature(other, rrsig, key_.dnskey(), crypto_.context), CryptoResult::kInvalid);

  dns::Rrsig changed = rrsig;
  changed.expiration += 1;
  EXPECT_EQ(verify_signature(set, changed, key_.dnskey(), crypto_.context), CryptoResult::kInvalid);

  changed = rrsig;
  changed.signature.back() = static_cast<char>(changed.signature.back() ^ 1);
  EXPECT_EQ(verify_signature(set, changed, key_.dnskey(), crypto_.context), CryptoResult::kInvalid);

  const SigningKey stranger(static_cast<std::uint8_t>(GetParam()), SigningKey::kKsk, 2);
  EXPECT_EQ(verify_signature(set, rrsig, stranger.dnskey(), crypto_.context),
            CryptoResult::kInvalid);
  EXPECT_EQ(crypto_.budget.verifications, 5);
  const bool costly = GetParam() == 14 || GetParam() == 16;  // In units of a P-256 check.
  EXPECT_EQ(crypto_.budget.failed_verifications,
            WorkBudget().failed_verifications - 4 * (costly ? 4 : 1));
}

TEST_P(EveryAlgorithm, WrongLengths) {
  const dns::RRset set = text_set();
  dns::Rrsig rrsig = sign(set, key_);
  rrsig.signature += 'x';
  EXPECT_EQ(verify_signature(set, rrsig, key_.dnskey(), crypto_.context),
            CryptoResult::kMalformedSignature);
  rrsig.signature.clear();
  EXPECT_EQ(verify_signature(set, rrsig, key_.dnskey(), crypto_.context),
            CryptoResult::kMalformedSignature);
  const auto algorithm = static_cast<std::uint8_t>(GetParam());
  for (const Bytes& bad :
       {Bytes(), Bytes(1, '\0'), Bytes("\3\1"), Bytes(31, 'k'), Bytes(200, '\0')}) {
    EXPECT_EQ(verify_signature(set, rrsig, with_public_key(algorithm, bad), crypto_.context),
              CryptoResult::kMalformedKey);
  }
}

TEST_P(EveryAlgorithm, RemembersSuccess) {
  const dns::RRset set = text_set();
  const dns::Rrsig rrsig = sign(set, key_);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(verify_signature(set, rrsig, key_.dnskey(), crypto_.context), CryptoResult::kValid);
  }
  EXPECT_EQ(crypto_.budget.verifications, 1);
  EXPECT_EQ(crypto_.budget.reused, 2);
}

// A point that is not on the curve, and r and s of zero or all ones.
TEST(Crypto, EcdsaNonsense) {
  TestCrypto crypto;
  const dns::RRset set = text_set();
  const SigningKey key(13);
  dns::Rrsig rrsig = sign(set, key);
  EXPECT_EQ(verify_signature(set, rrsig, with_public_key(13, Bytes(64, '\1')), crypto.context),
            CryptoResult::kMalformedKey);
  for (const char filler : {'\0', '\xff'}) {
    rrsig.signature.assign(64, filler);
    EXPECT_EQ(verify_signature(set, rrsig, key.dnskey(), crypto.context), CryptoResult::kInvalid);
  }
}

Bytes rsa_key(const Bytes& exponent, const Bytes& modulus) {
  return Bytes(1, static_cast<char>(exponent.size())) + exponent + modulus;
}

// A thread keeps the last key of each curve: no other key must pass for it, whatever came between.
TEST(Crypto, EcdsaKeysTakeTurns) {
  const dns::RRset set = text_set();
  for (const std::uint8_t algorithm : {std::uint8_t{13}, std::uint8_t{14}}) {
    const SigningKey one(algorithm, SigningKey::kKsk, 1);
    const SigningKey two(algorithm, SigningKey::kKsk, 2);
    const Bytes no_point = with_public_key(algorithm, Bytes(algorithm == 13 ? 64 : 96, '\1'));
    const dns::Rrsig by_one = sign(set, one);
    const dns::Rrsig by_two = sign(set, two);
    for (int turn = 0; turn < 2; ++turn) {
      TestCrypto crypto;  // Nothing is remembered from the turn before.
      EXPECT_EQ(verify_signature(set, by_one, two.dnskey(), crypto.context), CryptoResult::kInvalid);
      EXPECT_EQ(verify_signature(set, by_one, one.dnskey(), crypto.context), CryptoResult::kValid);
      EXPECT_EQ(verify_signature(set, by_two, one.dnskey(), crypto.context), CryptoResult::kInvalid);
      EXPECT_EQ(verify_signature(set, by_two, no_point, crypto.context), CryptoResult::kMalformedKey);
      EXPECT_EQ(verify_signature(set, by_two, no_point, crypto.context), CryptoResult::kMalformedKey);
      EXPECT_EQ(verify_signature(set, by_two, two.dnskey(), crypto.context), CryptoResult::kValid);
      EXPECT_EQ(verify_signature(set, by_two, one.dnskey(), crypto.context), CryptoResult::kInvalid);
    }
  }
}

// Numbers that no signature has (SEC 1 §4.1.4): zero, and the order of the group.
TEST(Crypto, EcdsaNumbersOutOfRange) {
  const dns::RRset set = text_set();
  const SigningKey key(13);
  const dns::Rrsig good = sign(set, key);
  const auto order = from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  ASSERT_TRUE(order);
  for (const Bytes& bad : {Bytes(32, '\0'), *order}) {
    dns::Rrsig rrsig = good;
    TestCrypto crypto;
    rrsig.signature.replace(0, 32, bad);
    EXPECT_EQ(verify_signature(set, rrsig, key.dnskey(), crypto.context), CryptoResult::kInvalid);
    rrsig = good;
    rrsig.signature.replace(32, 32, bad);
    EXPECT_EQ(verify_signature(set, rrsig, key.dnskey(), crypto.context), CryptoResult::kInvalid);
    EXPECT_EQ(verify_signature(set, good, key.dnskey(), crypto.context), CryptoResult::kValid);
  }
}

// One check in five is measured and stands for all: with a clock that ticks once a look at it, ten checks took ten.
TEST(Crypto, MeasuresSomeChecksForAll) {
  static std::int64_t ticks = 0;
  ticks = 0;
  const dns::RRset set = text_set();
  const SigningKey key(13);
  const dns::Rrsig rrsig = sign(set, key);
  TestCrypto crypto;
  crypto.budget.cpu_clock = [] { return ticks++; };
  for (int i = 0; i < 10; ++i) {
    VerifyMemo nothing(16);
    CryptoContext fresh{nothing, crypto.keys, crypto.budget};
    EXPECT_EQ(verify_signature(set, rrsig, key.dnskey(), fresh), CryptoResult::kValid);
  }
  EXPECT_EQ(crypto.budget.verifications, 10);
  EXPECT_EQ(ticks, 4);
  EXPECT_EQ(crypto.budget.verify_cpu_ns, 10);
}

TEST(Crypto, RsaSizes) {
  TestCrypto crypto;
  const dns::RRset set = text_set();
  dns::Rrsig rrsig = sign(set, SigningKey(8));
  const Bytes e("\1\0\1", 3);
  const auto check = [&](std::uint8_t algorithm, const Bytes& public_key) {
    rrsig.algorithm = algorithm;
    return verify_signature(set, rrsig, with_public_key(algorithm, public_key), crypto.context);
  };
  using enum CryptoResult;
  EXPECT_EQ(check(8, rsa_key(e, '\x7f' + Bytes(63, 'm'))), kMalformedKey) << "511 bits";
  EXPECT_EQ(check(8, rsa_key(e, '\xff' + Bytes(63, 'm'))), kMalformedSignature) << "512 bits";
  EXPECT_EQ(check(10, rsa_key(e, '\xff' + Bytes(63, 'm'))), kMalformedKey) << "RFC 5702 §2.2";
  EXPECT_EQ(check(8, rsa_key(e, '\xff' + Bytes(511, 'm'))), kMalformedSignature) << "4096 bits";
  EXPECT_EQ(check(8, rsa_key(e, '\1' + Bytes(512, 'm'))), kMalformedKey) << "4097 bits";
  EXPECT_EQ(check(8, rsa_key(Bytes(8, '\xff'), Bytes(128, 'm'))), kInvalid) << "exponent 64 bits";
  EXPECT_EQ(check(8, rsa_key(Bytes(9, '\xff'), Bytes(128, 'm'))), kMalformedKey);
  // The long form of the exponent's length says the same.
  EXPECT_EQ(check(8, Bytes("\0\0\3", 3) + e + Bytes(128, 'm')), kInvalid);
  EXPECT_EQ(check(8, Bytes("\0\0\0", 3) + Bytes(128, 'm')), kMalformedKey);
  EXPECT_EQ(check(8, Bytes("\0\1", 2)), kMalformedKey);
  EXPECT_EQ(check(8, Bytes("\0\xff\xff", 3) + Bytes(128, 'm')), kMalformedKey);
}

TEST(Crypto, LongExponentFormVerifies) {
  TestCrypto crypto;
  const dns::RRset set = text_set();
  const SigningKey key(8);
  const dns::Rrsig rrsig = sign(set, key);
  Bytes long_form = key.dnskey();
  long_form.replace(4, 1, Bytes("\0\0\3", 3));
  EXPECT_EQ(verify_signature(set, rrsig, long_form, crypto.context), CryptoResult::kValid);
  EXPECT_EQ(key_bits(long_form), 1024);
}

TEST(Crypto, KeyBits) {
  EXPECT_EQ(key_bits(SigningKey(8).dnskey()), 1024);
  EXPECT_EQ(key_bits(SigningKey(13).dnskey()), 256);
  EXPECT_EQ(key_bits(SigningKey(14).dnskey()), 384);
  EXPECT_EQ(key_bits(SigningKey(15).dnskey()), 256);
  EXPECT_EQ(key_bits(SigningKey(16).dnskey()), 456);
  EXPECT_EQ(key_bits(with_public_key(13, "short")), 0);
  EXPECT_EQ(key_bits(with_public_key(200, Bytes(64, 'x'))), 0);
  EXPECT_EQ(key_bits(""), 0);
}

TEST(Crypto, UnknownAlgorithmCostsNothing) {
  TestCrypto crypto;
  const dns::RRset set = text_set();
  dns::Rrsig rrsig = sign(set, SigningKey(13));
  rrsig.algorithm = 12;
  EXPECT_EQ(verify_signature(set, rrsig, with_public_key(12, Bytes(64, 'x')), crypto.context),
            CryptoResult::kUnsupported);
  EXPECT_EQ(crypto.budget.verifications, 0);
  EXPECT_EQ(crypto.budget.failed_verifications, WorkBudget().failed_verifications);
}

TEST(Crypto, BudgetStopsFailuresButNotTheMemo) {
  TestCrypto crypto;
  const dns::RRset set = text_set();
  const SigningKey key(13);
  const dns::Rrsig good = sign(set, key);
  ASSERT_EQ(verify_signature(set, good, key.dnskey(), crypto.context), CryptoResult::kValid);
  dns::Rrsig bad = good;
  bad.signature.back() = static_cast<char>(bad.signature.back() ^ 1);
  crypto.budget.failed_verifications = 2;
  using enum CryptoResult;
  EXPECT_EQ(verify_signature(set, bad, key.dnskey(), crypto.context), kInvalid);
  EXPECT_EQ(verify_signature(set, bad, key.dnskey(), crypto.context), kInvalid);
  EXPECT_FALSE(crypto.budget.exhausted);
  EXPECT_EQ(verify_signature(set, bad, key.dnskey(), crypto.context), kLimit);
  EXPECT_TRUE(crypto.budget.exhausted);
  EXPECT_EQ(verify_signature(set, good, key.dnskey(), crypto.context), kValid);
}

TEST(Crypto, FailuresOfCostlyAlgorithmsCountMore) {
  const dns::RRset set = text_set();
  for (const auto& [algorithm, cost] : {std::pair{13, 1}, {15, 1}, {14, 4}, {16, 4}}) {
    TestCrypto crypto;
    const SigningKey key(static_cast<std::uint8_t>(algorithm));
    dns::Rrsig bad = sign(set, key);
    bad.signature.back() = static_cast<char>(bad.signature.back() ^ 1);
    const int before = crypto.budget.failed_verifications;
    EXPECT_EQ(verify_signature(set, bad, key.dnskey(), crypto.context), CryptoResult::kInvalid);
    EXPECT_EQ(before - crypto.budget.failed_verifications, cost) << algorithm;
  }
}

TEST(Crypto, DsDigestsOfUnknownTypesAreEmpty) {
  const Bytes key = SigningKey(15).dnskey();
  EXPECT_EQ(ds_digest(1, name_of("example."), key).size(), 20U);
  EXPECT_EQ(ds_digest(2, name_of("example."), key).size(), 32U);
  EXPECT_EQ(ds_digest(4, name_of("example."), key).size(), 48U);
  EXPECT_TRUE(ds_digest(0, name_of("example."), key).empty());
  EXPECT_TRUE(ds_digest(3, name_of("example."), key).empty());
}

TEST(Crypto, Nsec3HashSpendsBlocks) {
  WorkBudget budget;
  budget.nsec3_hash_blocks = 100;
  EXPECT_EQ(nsec3_hash(name_of("a.example."), "", 10, budget).size(), 20U);
  EXPECT_EQ(budget.nsec3_hash_blocks, 89);
  // 20 octets and a salt of 255 fill five blocks.
  EXPECT_TRUE(nsec3_hash(name_of("a.example."), Bytes(255, 's'), 20, budget).empty());
  EXPECT_EQ(budget.nsec3_hash_blocks, 89) << "nothing was computed";
  EXPECT_TRUE(budget.exhausted);
}

TEST(VerifyMemo, IsBoundedAndKeepsWhatIsUsed) {
  VerifyMemo memo(256);
  const VerifyMemo::Key used = memo.key("key", "signature", "octets");
  memo.insert(used);
  int kept = 0;
  for (int i = 0; i < 10000; ++i) {
    memo.insert(memo.key("key", std::to_string(i), "octets"));
    ASSERT_TRUE(memo.contains(used));
  }
  for (int i = 0; i < 10000; ++i)
    kept += memo.contains(memo.key("key", std::to_string(i), "octets"));
  EXPECT_LE(kept, 256);
  EXPECT_GT(kept, 50);
}

TEST(VerifyMemo, KeepsThePartsApart) {
  const VerifyMemo memo;
  const auto same = [&](const VerifyMemo::Key& a, const VerifyMemo::Key& b) {
    return a.low == b.low && a.high == b.high;
  };
  EXPECT_TRUE(same(memo.key("ab", "cd", "ef"), memo.key("ab", "cd", "ef")));
  EXPECT_FALSE(same(memo.key("ab", "cd", "ef"), memo.key("abc", "d", "ef")));
  EXPECT_FALSE(same(memo.key("ab", "cd", "ef"), memo.key("ab", "cde", "f")));
  EXPECT_FALSE(same(memo.key("ab", "cd", "ef"), VerifyMemo().key("ab", "cd", "ef")))
      << "the hash has a secret key";
}

}  // namespace
}  // namespace anchorwatch::dnssec
