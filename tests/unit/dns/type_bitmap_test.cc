// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "anchorwatch/dns/rdata.h"

#include "unit/dns/message_writer.h"

namespace anchorwatch::dns {
namespace {

// RFC 4034 §4.3: A MX RRSIG NSEC TYPE1234.
const Bytes kExample = bytes_of(
    "\x00\x06\x40\x01\x00\x00\x00\x03\x04\x1b"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x20");

TEST(TypeBitmap, ReadsTheExampleOfRfc4034) {
  const auto bitmap = TypeBitmap::decode(kExample);
  ASSERT_TRUE(bitmap);
  EXPECT_EQ(bitmap->to_text(), "A MX RRSIG NSEC TYPE1234");
  EXPECT_TRUE(bitmap->contains(RrType::kA));
  EXPECT_TRUE(bitmap->contains(RrType{1234}));
  EXPECT_FALSE(bitmap->contains(RrType::kNs));
  EXPECT_FALSE(bitmap->contains(RrType{1235}));
}

TEST(TypeBitmap, MayBeEmpty) {  // The NSEC3 of an empty non-terminal.
  const auto bitmap = TypeBitmap::decode("");
  ASSERT_TRUE(bitmap);
  EXPECT_TRUE(bitmap->types().empty());
  EXPECT_EQ(bitmap->to_text(), "");
}

TEST(TypeBitmap, ReachesTheLastType) {
  Bytes wire = bytes_of("\xff\x20") + Bytes(32, '\0');
  wire.back() = '\1';
  EXPECT_TRUE(TypeBitmap::decode(wire).value().contains(RrType{65535}));
}

TEST(TypeBitmap, EveryTruncationInsideAWindowIsRefused) {
  for (std::size_t size = 0; size < kExample.size(); ++size) {
    const bool window_ends_here = size == 0 || size == 8;
    EXPECT_EQ(TypeBitmap::decode(kExample.substr(0, size)).has_value(), window_ends_here) << size;
  }
}

TEST(TypeBitmap, RefusesBadWindows) {
  EXPECT_FALSE(TypeBitmap::decode(bytes_of("\0")));
  EXPECT_FALSE(TypeBitmap::decode(bytes_of("\0\0"))) << "length 0";
  EXPECT_FALSE(TypeBitmap::decode(bytes_of("\0\x21") + Bytes(33, '\1'))) << "length 33";
  EXPECT_FALSE(TypeBitmap::decode(bytes_of("\1\1\1\0\1\1"))) << "windows go down";
  EXPECT_FALSE(TypeBitmap::decode(bytes_of("\1\1\1\1\1\1"))) << "a window twice";
}

}  // namespace
}  // namespace anchorwatch::dns
