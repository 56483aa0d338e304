// SPDX-License-Identifier: Apache-2.0
#include "../../../src/sinks/address_guard.h"

#include <gtest/gtest.h>

namespace anchorwatch::sinks {
namespace {

bool may(const char* address, SpecialTargets special) {
  return may_connect(IpAddress::from_text(address).value(), special);
}

TEST(AddressGuard, PublicAddressesAreFine) {
  for (const char* address : {"9.9.9.9", "1.1.1.1", "2620:fe::fe", "::ffff:9.9.9.9"}) {
    EXPECT_TRUE(may(address, SpecialTargets::kRefused)) << address;
    EXPECT_TRUE(may(address, SpecialTargets::kAllowed)) << address;
  }
}

TEST(AddressGuard, LoopbackAndPrivateOnesOnlyWhereAllowed) {
  for (const char* address :
       {"127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1",
        "fd12::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"}) {
    EXPECT_FALSE(may(address, SpecialTargets::kRefused)) << address;
    EXPECT_TRUE(may(address, SpecialTargets::kAllowed)) << address;
  }
}

TEST(AddressGuard, SomeAddressesNever) {
  for (const char* address : {"169.254.169.254",
                              "169.254.0.1",
                              "0.0.0.0",
                              "0.1.2.3",
                              "224.0.0.1",
                              "255.255.255.255",
                              "240.0.0.1",
                              "::",
                              "fe80::1",
                              "febf::1",
                              "ff02::1",
                              "fd00:ec2::254",
                              "100.100.100.200",
                              "192.0.0.192",
                              "168.63.129.16",
                              "::ffff:169.254.169.254",
                              "::ffff:0.0.0.0",
                              "::ffff:224.0.0.1",
                              "64:ff9b::a9fe:a9fe",
                              "64:ff9b::0:0"}) {
    EXPECT_FALSE(may(address, SpecialTargets::kRefused)) << address;
    EXPECT_FALSE(may(address, SpecialTargets::kAllowed)) << address;
  }
}

TEST(AddressGuard, KnowsMetadataServicesInEveryForm) {
  const auto is = [](const char* text) {
    return is_metadata_address(IpAddress::from_text(text).value());
  };
  EXPECT_TRUE(is("169.254.169.254"));
  EXPECT_TRUE(is("::ffff:169.254.169.254"));
  EXPECT_TRUE(is("::ffff:100.100.100.200"));
  EXPECT_TRUE(is("64:ff9b::a9fe:a9fe"));
  EXPECT_TRUE(is("fd00:ec2:0:0::254"));
  EXPECT_FALSE(is("169.254.169.253"));
  EXPECT_FALSE(is("fd00:ec2::255"));
  EXPECT_FALSE(is("::169.254.169.254"));
}

}  // namespace
}  // namespace anchorwatch::sinks
