// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/bytes.h"

#include <gtest/gtest.h>

namespace anchorwatch {
namespace {

using namespace std::string_literals;

/// Every octet value, and so every position of bits within a group.
Bytes all_octets() {
  Bytes bytes;
  for (unsigned i = 0; i < 256; ++i) append_u8(bytes, static_cast<std::uint8_t>(i));
  return bytes;
}

TEST(BytesTest, OctetsAreUnsigned) {
  const Bytes bytes = "\xff\x80\x01\x00"s;
  EXPECT_EQ(octet(bytes, 0), 255);
  EXPECT_EQ(octet(bytes, 3), 0);
  EXPECT_EQ(read_u16(bytes, 0), 0xff80);
  EXPECT_EQ(read_u16(bytes, 1), 0x8001);
  EXPECT_EQ(read_u32(bytes, 0), 0xff800100U);
}

TEST(BytesTest, AppendsBigEndian) {
  Bytes out;
  append_u8(out, 0xfe);
  append_u16(out, 0x8182);
  append_u32(out, 0xf1f2f3f4U);
  append_u64(out, 0x8899aabbccddeeffULL);
  EXPECT_EQ(to_hex(out), "fe8182f1f2f3f48899aabbccddeeff");
  EXPECT_EQ(read_u16(out, 1), 0x8182);
  EXPECT_EQ(read_u32(out, 3), 0xf1f2f3f4U);
}

TEST(HexTest, RoundTrips) {
  EXPECT_EQ(to_hex(""), "");
  EXPECT_EQ(to_hex("\x00\xab\xff"s), "00abff");
  EXPECT_EQ(from_hex(""), Bytes());
  EXPECT_EQ(from_hex(to_hex(all_octets())), all_octets());
}

TEST(HexTest, AcceptsEitherCaseAndWhiteSpace) {
  EXPECT_EQ(from_hex(" 0aB\tC d\r\nE\v\f"), "\x0a\xbc\xde"s);
  EXPECT_EQ(from_hex(" \n"), Bytes());
}

TEST(HexTest, RefusesMalformedText) {
  for (const char* text :
       {"0", "abc", "0g", "0x00", "00:11", "-1", "/0", ":0", "@0", "`0", "\xff\xff"}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
  EXPECT_EQ(from_hex("00\0"s), std::nullopt);
}

TEST(Base32HexTest, VectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "co"},
                                                         {"fo", "cpng"},
                                                         {"foo", "cpnmu"},
                                                         {"foob", "cpnmuog"},
                                                         {"fooba", "cpnmuoj1"},
                                                         {"foobar", "cpnmuoj1e8"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base32hex(plain), text);
    EXPECT_EQ(from_base32hex(text), plain);
  }
  EXPECT_EQ(from_base32hex("CPNMUOJ1E8"), "foobar");
}

TEST(Base32HexTest, RoundTripsEveryLength) {
  const Bytes all = all_octets();
  for (std::size_t length = 0; length <= all.size(); ++length) {
    const Bytes bytes = all.substr(all.size() - length);
    ASSERT_EQ(from_base32hex(to_base32hex(bytes)), bytes) << length;
  }
}

TEST(Base32HexTest, RefusesMalformedText) {
  // Impossible lengths, characters outside the alphabet, padding, white space, fill bits.
  for (const char* text :
       {"0", "000", "000000", "w0", "zz", "co======", "c o", "cp", "cpnh", "!0"}) {
    EXPECT_EQ(from_base32hex(text), std::nullopt) << text;
  }
}

TEST(Base64Test, VectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base64(plain), text);
    EXPECT_EQ(from_base64(text), plain);
  }
  EXPECT_EQ(to_base64("\xfb\xff\xbf"s), "+/+/");
  EXPECT_EQ(from_base64("+/+/"), "\xfb\xff\xbf"s);
}

TEST(Base64Test, RoundTripsEveryLength) {
  const Bytes all = all_octets();
  for (std::size_t length = 0; length <= all.size(); ++length) {
    const Bytes bytes = all.substr(all.size() - length);
    ASSERT_EQ(from_base64(to_base64(bytes)), bytes) << length;
  }
}

TEST(Base64Test, RefusesMalformedText) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zm=v",
                           "Zg==Zg==", "Zh==", "Zm9=", "Zm9 ", "Zm9v\n", "-_-_", "Zm9*"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace anchorwatch
