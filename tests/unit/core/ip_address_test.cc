// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/ip_address.h"

#include <string>
#include <unordered_set>

#include <gtest/gtest.h>

namespace anchorwatch {
namespace {

using namespace std::string_literals;

IpAddress address(std::string_view text) {
  const auto parsed = IpAddress::from_text(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress());
}

TEST(IpAddressTest, DefaultIsTheUnspecifiedV4Address) {
  EXPECT_EQ(IpAddress().family(), IpFamily::kV4);
  EXPECT_EQ(IpAddress().to_text(), "0.0.0.0");
  EXPECT_TRUE(IpAddress().is_special());
}

TEST(IpAddressTest, ReadsV4) {
  const IpAddress parsed = address("193.0.14.129");
  EXPECT_EQ(parsed.family(), IpFamily::kV4);
  EXPECT_EQ(parsed.bytes(), "\xc1\x00\x0e\x81"s);
  EXPECT_EQ(parsed.to_text(), "193.0.14.129");
  EXPECT_EQ(IpAddress::from_bytes(parsed.bytes()), parsed);
}

TEST(IpAddressTest, ReadsV6) {
  const IpAddress parsed = address("2001:7FD::1");
  EXPECT_EQ(parsed.family(), IpFamily::kV6);
  EXPECT_EQ(parsed.bytes(), "\x20\x01\x07\xfd\0\0\0\0\0\0\0\0\0\0\0\x01"s);
  EXPECT_EQ(parsed.to_text(), "2001:7fd::1");
  EXPECT_EQ(IpAddress::from_bytes(parsed.bytes()), parsed);
}

TEST(IpAddressTest, WritesRfc5952) {
  const std::pair<const char*, const char*> cases[] = {
      {"0:0:0:0:0:0:0:0", "::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"1:0:0:0:0:0:0:0", "1::"},
      {"2001:0DB8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"},  // The first of equal runs.
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},                           // The longest run.
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},                  // One group stays.
      {"0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"},
      {"1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"},
      {"0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"},
      {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
      {"::ffff:c000:201", "::ffff:192.0.2.1"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"::1.2.3.4", "::102:304"},
      {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(address(text).to_text(), expected) << text;
    EXPECT_EQ(address(expected), address(text)) << text;
  }
}

TEST(IpAddressTest, RefusesMalformedText) {
  const char* const cases[] = {"",
                               " ",
                               "1",
                               "1.2.3",
                               "1.2.3.4.5",
                               "1.2.3.256",
                               "1.2.3.04",
                               "0x1.2.3.4",
                               "1.2.3.-4",
                               " 1.2.3.4",
                               "1.2.3.4 ",
                               "1.2.3.4/32",
                               "1.2.3.4.",
                               ".1.2.3.4",
                               "a.b.c.d",
                               ":",
                               ":::",
                               "1::2::3",
                               "1:2:3:4:5:6:7",
                               "1:2:3:4:5:6:7:8:9",
                               "12345::",
                               "g::",
                               "::1%lo",
                               "fe80::1%eth0",
                               "[::1]",
                               "::1.2.3",
                               "::1.2.3.256",
                               "1:2:3:4:5:6:7:1.2.3.4",
                               "1:",
                               "2001:db8::/32",
                               "1:2:3:4:5:6:7::8:9"};
  for (const char* text : cases) EXPECT_EQ(IpAddress::from_text(text), std::nullopt) << text;
  EXPECT_EQ(IpAddress::from_text("1.2.3.4\0"s), std::nullopt);
  EXPECT_EQ(IpAddress::from_text("1.2.3.4\0.5"s), std::nullopt);
  EXPECT_EQ(IpAddress::from_text(std::string(10'000, '1')), std::nullopt);
}

TEST(IpAddressTest, RefusesOtherLengths) {
  for (std::size_t length = 0; length < 40; ++length) {
    const auto parsed = IpAddress::from_bytes(std::string(length, 'x'));
    EXPECT_EQ(parsed.has_value(), length == 4 || length == 16) << length;
  }
}

TEST(IpAddressTest, FamiliesDifferEvenWithEqualOctets) {
  const IpAddress v4 = address("0.0.0.0");
  const IpAddress v6 = address("::");
  EXPECT_NE(v4, v6);
  EXPECT_LT(v4, v6);
  const std::unordered_set<IpAddress> set{v4, v6, address("0.0.0.0"), address("9.9.9.9")};
  EXPECT_EQ(set.size(), 3U);
}

TEST(IpAddressTest, PublicAddressesAreNotSpecial) {
  const char* const cases[] = {"1.1.1.1",         "8.8.8.8",        "193.0.14.129",
                               "198.41.0.4",      "202.12.27.33",   "192.175.48.1",
                               "192.31.196.1",    "::ffff:8.8.8.8", "2001:503:ba3e::2:30",
                               "2001:7fd::1",     "2001:dc3::35",   "2606:4700:4700::1111",
                               "2a00::1",         "2c00::1",        "2400::1",
                               "2620:4f:8000::1", "2001:4:112::1"};
  for (const char* text : cases) EXPECT_FALSE(address(text).is_special()) << text;
}

struct Block {
  const char* first;
  const char* last;
  const char* before;  ///< The public neighbours, or nullptr.
  const char* after;
};

TEST(IpAddressTest, SpecialBlocksEndWhereTheRegistrySays) {
  const Block blocks[] = {
      {"0.0.0.0", "0.255.255.255", nullptr, "1.0.0.0"},
      {"10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"},
      {"100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"},
      {"127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"},
      {"169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"},
      {"172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"},
      {"192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"},
      {"192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"},
      {"192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"},
      {"192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"},
      {"198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"},
      {"198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"},
      {"203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"},
      {"224.0.0.0", "239.255.255.255", "223.255.255.255", nullptr},
      {"240.0.0.0", "255.255.255.255", nullptr, nullptr},
      {"::", "::255.255.255.255", nullptr, "::1:0:0"},
      {"::ffff:10.0.0.0", "::ffff:10.255.255.255", "::ffff:9.255.255.255", "::ffff:11.0.0.0"},
      {"64:ff9b::", "64:ff9b::ffff:ffff", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff",
       "64:ff9b::1:0:0"},
      {"64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "64:ff9b:0:ffff:ffff:ffff:ffff:ffff",
       "64:ff9b:2::"},
      {"100::", "100:0:0:1:ffff:ffff:ffff:ffff", "ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
       "100:0:0:2::"},
      {"2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
       "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
      {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
       "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
      {"2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
       "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"},
      {"3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
       "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
      {"5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr, "5f01::"},
      {"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
       "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::"},
      {"fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
       "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr},
      {"fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr, nullptr},
      {"ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr, nullptr},
  };
  for (const Block& block : blocks) {
    EXPECT_TRUE(address(block.first).is_special()) << block.first;
    EXPECT_TRUE(address(block.last).is_special()) << block.last;
    if (block.before != nullptr) {
      EXPECT_FALSE(address(block.before).is_special()) << block.before;
    }
    if (block.after != nullptr) {
      EXPECT_FALSE(address(block.after).is_special()) << block.after;
    }
  }
}

TEST(IpAddressTest, NamedSpecialAddresses) {
  for (const char* text : {"::1", "127.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1", "2001::1",
                           "2001:20::1", "2002:7f00:1::", "64:ff9b::7f00:1", "169.254.169.254",
                           "fd00::53", "fe80::1", "ff02::fb", "255.255.255.255"}) {
    EXPECT_TRUE(address(text).is_special()) << text;
  }
}

}  // namespace
}  // namespace anchorwatch
