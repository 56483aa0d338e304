// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/ip_prefix.h"

#include <gtest/gtest.h>

namespace anchorwatch {
namespace {

IpAddress address(const char* text) { return IpAddress::from_text(text).value(); }

TEST(IpPrefix, HoldsTheAddressesOfItsBlock) {
  const IpPrefix block = IpPrefix::from_text("9.9.8.0/23").value();
  EXPECT_TRUE(block.contains(address("9.9.8.0")));
  EXPECT_TRUE(block.contains(address("9.9.9.255")));
  EXPECT_FALSE(block.contains(address("9.9.10.0")));
  EXPECT_FALSE(block.contains(address("9.9.7.255")));
  EXPECT_FALSE(block.contains(address("2620:fe::")));
  EXPECT_TRUE(IpPrefix::from_text("2620:fe::/48")->contains(address("2620:fe:0:ffff::1")));
  EXPECT_FALSE(IpPrefix::from_text("2620:fe::/48")->contains(address("2620:fe:1::")));
  EXPECT_TRUE(IpPrefix::from_text("0.0.0.0/0")->contains(address("255.1.2.3")));
  EXPECT_FALSE(IpPrefix::from_text("0.0.0.0/0")->contains(address("::")));
}

TEST(IpPrefix, IsMadeAroundAnAddress) {
  EXPECT_EQ(IpPrefix(address("9.9.9.10"), 24).to_text(), "9.9.9.0/24");
  EXPECT_EQ(IpPrefix(address("9.9.9.10"), 99).to_text(), "9.9.9.10/32");
  EXPECT_EQ(IpPrefix(address("2620:fe::10"), 48), IpPrefix(address("2620:fe::ffff"), 48));
}

TEST(IpPrefix, RefusesWhatIsNoBlock) {
  EXPECT_EQ(IpPrefix::from_text("9.9.9.10")->to_text(), "9.9.9.10/32");
  for (const char* text : {"", "/24", "9.9.9.10/24", "9.9.9.0/33", "9.9.9.0/", "9.9.9.0/2x", "9.9.9.0/-1", "a/8",
                           "2620:fe::/129"}) {
    EXPECT_FALSE(IpPrefix::from_text(text)) << text;
  }
}

}  // namespace
}  // namespace anchorwatch
