// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/trust_anchor.h"

#include <gtest/gtest.h>

#include "support/zone_signer.h"

namespace anchorwatch::dnssec {
namespace {

// KSK-2017 and KSK-2024 of the root, as IANA publishes them.
constexpr std::string_view kRootKeys =
    ". IN DNSKEY 257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRix"
    "HlFlExOLAJr5emLvN7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjy"
    "BxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1u"
    "TIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV7"
    "4bU=\n"
    ". IN DNSKEY 257 3 8 AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOA"
    "lFNKF2jBosZBU5eeHspaQWOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathW"
    "u1jo+siFUiRAAxm9qyJNg/wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlF"
    "zGOHOijtzN+u1TQNatX2XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9GNUUeayffKC73"
    "PYc=\n";
constexpr std::string_view kRootDs =
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16\n";

TEST(TrustAnchorSet, RootKeysBecomeThePublishedDs) {
  TrustAnchorSet from_keys, from_ds;
  ASSERT_TRUE(from_keys.add_text(kRootKeys));
  ASSERT_TRUE(from_ds.add_text(kRootDs));
  EXPECT_EQ(from_keys.anchors(), from_ds.anchors());
  EXPECT_EQ(from_keys.at(dns::Name()).size(), 2U);
  // The same anchor twice is one.
  ASSERT_TRUE(from_keys.add_text(kRootDs));
  EXPECT_EQ(from_keys.at(dns::Name()).size(), 2U);
}

TEST(TrustAnchorSet, CoversNamesBelow) {
  TrustAnchorSet anchors;
  EXPECT_TRUE(anchors.empty());
  const SigningKey key(15);
  ASSERT_TRUE(
      anchors.add_text("Example.org. DNSKEY 257 3 15 " + to_base64(key.dnskey().substr(4))));
  EXPECT_FALSE(anchors.empty());
  EXPECT_TRUE(anchors.covers(name_of("example.org.")));
  EXPECT_TRUE(anchors.covers(name_of("a.b.EXAMPLE.org.")));
  EXPECT_FALSE(anchors.covers(name_of("org.")));
  EXPECT_FALSE(anchors.covers(name_of("myexample.org.")));
  EXPECT_EQ(anchors.at(name_of("example.org.")).at(0), key.ds(name_of("example.org.")));
  EXPECT_TRUE(anchors.at(name_of("a.example.org.")).empty());
}

TEST(TrustAnchorSet, NegativeAnchorsCoverWhatIsBelow) {
  TrustAnchorSet anchors;
  anchors.add_negative(name_of("internal.example."));
  EXPECT_TRUE(anchors.is_negative(name_of("internal.example.")));
  EXPECT_TRUE(anchors.is_negative(name_of("x.internal.example.")));
  EXPECT_FALSE(anchors.is_negative(name_of("example.")));
}

TEST(TrustAnchorSet, RefusesOtherText) {
  TrustAnchorSet anchors;
  EXPECT_FALSE(anchors.add_text(""));
  EXPECT_FALSE(anchors.add_text("; only a comment\n"));
  EXPECT_FALSE(anchors.add_text("example. A 192.0.2.1"));
  EXPECT_FALSE(anchors.add_text(std::string(kRootDs) + "example. A 192.0.2.1"));
  EXPECT_FALSE(anchors.add_text("example. DS 1 2"));
  EXPECT_TRUE(anchors.empty()) << "nothing is added from a text with an error";
}

}  // namespace
}  // namespace anchorwatch::dnssec
