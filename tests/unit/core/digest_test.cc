// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/digest.h"

#include <string>
#include <unordered_set>

#include <gtest/gtest.h>

namespace anchorwatch {
namespace {

TEST(Sha256Test, VectorsOfFips180) {
  EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc").hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')).hex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(DigestTest, EmptyIsAllZero) {
  EXPECT_TRUE(Digest().empty());
  EXPECT_EQ(Digest().hex(), std::string(64, '0'));
  EXPECT_FALSE(sha256("").empty());
}

TEST(DigestTest, TakesExactly32Octets) {
  const Digest digest = sha256("x");
  EXPECT_EQ(digest.bytes().size(), 32U);
  EXPECT_EQ(Digest::from_bytes(digest.bytes()), digest);
  EXPECT_TRUE(Digest::from_bytes("").empty());
  EXPECT_TRUE(Digest::from_bytes(digest.bytes().substr(1)).empty());
  EXPECT_TRUE(Digest::from_bytes(digest.bytes() + "x").empty());
}

TEST(DigestTest, OrdersAsOctets) {
  Digest low;
  Digest high;
  low.octets[0] = 0x7f;
  high.octets[0] = 0x80;
  EXPECT_LT(low, high);
  EXPECT_NE(low, high);
}

TEST(DigestTest, Hashes) {
  std::unordered_set<Digest> set{sha256("a"), sha256("b"), sha256("a")};
  EXPECT_EQ(set.size(), 2U);
  EXPECT_TRUE(set.contains(sha256("b")));
}

/// Pieces of all sizes around what a hasher holds back.
TEST(HasherTest, PiecesMakeNoDifference) {
  std::string all;
  Hasher hasher;
  for (const std::size_t size : {1U, 511U, 512U, 513U, 0U, 500U, 12U, 1U, 2000U, 3U}) {
    const std::string piece(size, static_cast<char>('a' + size % 26));
    all += piece;
    hasher.raw(piece);
  }
  EXPECT_EQ(hasher.finish(), sha256(all));
  EXPECT_EQ(hasher.raw("x").finish(), sha256("x"));
}

TEST(HasherTest, RawIsPlainSha256) {
  EXPECT_EQ(Hasher().raw("a").raw("").raw("bc").finish(), sha256("abc"));
  EXPECT_EQ(Hasher().finish(), sha256(""));
}

TEST(HasherTest, NumbersAreEightOctetsBigEndian) {
  EXPECT_EQ(Hasher().number(0x0102030405060708ULL).finish(), sha256("\1\2\3\4\5\6\7\x08"));
}

TEST(HasherTest, FieldsCannotRunIntoEachOther) {
  const Digest one = Hasher().field("ab").field("c").finish();
  EXPECT_NE(one, Hasher().field("a").field("bc").finish());
  EXPECT_NE(one, Hasher().field("abc").finish());
  EXPECT_NE(one, Hasher().field("ab").field("c").field("").finish());
  EXPECT_NE(Hasher().field("").finish(), Hasher().finish());
  EXPECT_EQ(one, Hasher().field("ab").field("c").finish());
}

TEST(HasherTest, FieldIsLengthThenOctets) {
  EXPECT_EQ(Hasher().field("abc").finish(), Hasher().number(3).raw("abc").finish());
}

TEST(HasherTest, StartsAfreshAfterFinish) {
  Hasher hasher;
  EXPECT_EQ(hasher.raw("abc").finish(), sha256("abc"));
  EXPECT_EQ(hasher.raw("x").finish(), sha256("x"));
}

TEST(HasherTest, MovesWithWhatItHasTaken) {
  Hasher first;
  first.raw("ab");
  Hasher second(std::move(first));
  second.raw("c");
  Hasher third;
  third = std::move(second);
  EXPECT_EQ(third.finish(), sha256("abc"));
}

}  // namespace
}  // namespace anchorwatch
