// SPDX-License-Identifier: Apache-2.0
// Which extra questions a full look asks, after its first answers.
#include "anchorwatch/probe/extra_questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/evidence_builder.h"

namespace anchorwatch::probe {
namespace {

using Denial = ZoneSigner::Denial;
using dns::RrType;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

struct Zones {
  explicit Zones(Denial denial = Denial::kNsec) : zone("example.com.", {.denial = denial}) {
    zone.add("@ NS ns1\nns1 A 192.0.2.1\n");
  }
  void sign(bool with_ds = true) {
    if (denial_keys) zone.add_key(key);
    zone.sign();
    parent.add_key(parent_key);
    parent.add("example NS ns1.example\nns1.example A 192.0.2.1\n");
    if (with_ds) parent.add_record(zone.apex(), RrType::kDs, key.ds(zone.apex()));
    parent.sign();
  }
  bool denial_keys = true;
  ZoneSigner parent{"com."};
  ZoneSigner zone;
  SigningKey parent_key{15, SigningKey::kKsk, 9};
  SigningKey key{15, SigningKey::kKsk, 1};
};

/// "NAME TYPE" of everything for one server.
std::vector<std::string> texts(const evidence::ZoneEvidence& look, std::size_t server) {
  std::vector<std::string> out;
  for (const ExtraQuestion& extra : extra_questions(look)) {
    if (extra.server != server) continue;
    out.push_back(extra.question.name.to_text() + " " + dns::to_string(extra.question.type));
  }
  return out;
}

TEST(ExtraQuestions, OfAZoneWithNsec) {
  Zones zones;
  zones.sign();
  const auto look = EvidenceBuilder(zones.parent, zones.zone).servers(1).build();
  EXPECT_THAT(texts(look, 0),
              ElementsAre("example.com. ZONEMD", "example.com. CSYNC", "example.com. NSEC",
                          "\\255.example.com. A", "ns1.example.com. A", "ns1.example.com. AAAA"));
}

TEST(ExtraQuestions, OfAZoneWithNsec3) {
  Zones zones(Denial::kNsec3);
  zones.sign();
  const auto look = EvidenceBuilder(zones.parent, zones.zone).servers(1).build();
  EXPECT_THAT(texts(look, 0), ElementsAre("example.com. ZONEMD", "example.com. CSYNC",
                                          "example.com. NSEC", "example.com. NSEC3PARAM",
                                          "ns1.example.com. A", "ns1.example.com. AAAA"));
}

TEST(ExtraQuestions, OfAnUnsignedZone) {
  Zones zones(Denial::kNone);
  zones.denial_keys = false;
  zones.sign(false);
  const auto look =
      EvidenceBuilder(zones.parent, zones.zone).server("ns.elsewhere.test.", "192.0.2.1").build();
  EXPECT_THAT(texts(look, 0), ElementsAre("example.com. ZONEMD", "example.com. CSYNC"));
}

TEST(ExtraQuestions, WhatIsProbedIsNotAskedTwice) {
  Zones zones;
  zones.sign();
  const auto look = EvidenceBuilder(zones.parent, zones.zone)
                        .servers(1)
                        .probe("example.com.", RrType::kCsync)
                        .build();
  EXPECT_THAT(texts(look, 0), Not(Contains("example.com. CSYNC")));
}

TEST(ExtraQuestions, NoInventedNameWhereTheRandomOneIsOff) {
  Zones zones;
  zones.sign();
  const auto look = EvidenceBuilder(zones.parent, zones.zone).servers(1).random_label("").build();
  EXPECT_THAT(texts(look, 0), Not(Contains("\\255.example.com. A")));
}

TEST(ExtraQuestions, AddressesAreAskedAtTwoServersAndSilentOnesAtNone) {
  Zones zones;
  zones.sign();
  const auto look = EvidenceBuilder(zones.parent, zones.zone)
                        .dead_server("ns9.example.com.", "192.0.2.9")
                        .servers(4)
                        .build();
  int asked = 0;
  for (const ExtraQuestion& extra : extra_questions(look)) {
    EXPECT_NE(look.servers[extra.server].address.to_text(), "192.0.2.9");
    asked += extra.question.name == name_of("ns9.example.com.") ? 1 : 0;
  }
  EXPECT_EQ(asked, 4);  // Two types at two servers.
}

TEST(ExtraQuestions, DsyncBelowTheParent) {
  Zones zones;
  zones.sign();
  auto look = EvidenceBuilder(zones.parent, zones.zone).servers(1).build();
  EXPECT_EQ(dsync_question(look)->name, name_of("example._dsync.com."));
  EXPECT_EQ(dsync_question(look)->type, RrType::kDsync);
  look.zone = name_of("a.b.com.");
  EXPECT_EQ(dsync_question(look)->name, name_of("a.b._dsync.com."));
  look.delegation.from_configuration = true;
  EXPECT_EQ(dsync_question(look), std::nullopt);
}

TEST(ExtraQuestions, SignalsOfAZoneThatAsksForItsFirstDs) {
  Zones zones;
  zones.zone.add_record(zones.zone.apex(), RrType::kCds, zones.key.ds(zones.zone.apex()));
  zones.sign(false);
  const auto look = EvidenceBuilder(zones.parent, zones.zone)
                        .server("ns1.example.com.", "192.0.2.1")
                        .server("ns1.prov.test.", "192.0.2.2")
                        .build();
  const auto signals = signals_to_ask(look);
  ASSERT_EQ(signals.size(), 1U);
  EXPECT_EQ(signals[0].server, name_of("ns1.prov.test."));
  EXPECT_EQ(signals[0].name, name_of("_dsboot.example.com._signal.ns1.prov.test."));
}

TEST(ExtraQuestions, NoSignalsWithDsOrWithoutCdsOrForADeleteRequest) {
  for (const int which : {0, 1, 2}) {
    Zones zones;
    if (which == 0) {
      zones.zone.add_record(zones.zone.apex(), RrType::kCds, zones.key.ds(zones.zone.apex()));
    }
    if (which == 2) zones.zone.add_record(zones.zone.apex(), RrType::kCds, Bytes(5, '\0'));
    zones.sign(which == 0);
    const auto look =
        EvidenceBuilder(zones.parent, zones.zone).server("ns1.prov.test.", "192.0.2.2").build();
    EXPECT_THAT(signals_to_ask(look), IsEmpty()) << which;
  }
}

}  // namespace
}  // namespace anchorwatch::probe
