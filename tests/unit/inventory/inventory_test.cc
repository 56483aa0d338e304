// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/inventory.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/core/random.h"
#include "anchorwatch/inventory/inventory_builder.h"

namespace anchorwatch::inventory {
namespace {

dns::Name name(std::string_view text) { return dns::Name::from_text(text).value(); }

Inventory build(std::string_view text) {
  InventoryBuilder builder;
  builder.add_text(text, "zones.txt");
  auto loaded = builder.finish();
  EXPECT_TRUE(loaded.ok()) << loaded.problems.to_text();
  return std::move(loaded.inventory);
}

std::string texts(const std::vector<dns::Name>& names) {
  std::string text;
  for (const dns::Name& one : names) text += one.to_text() + " ";
  return text;
}

TEST(InventoryTest, FindsExactNamesAndEnclosingZones) {
  const Inventory inventory = build("com\nexample.com\na.b.example.com\n");
  EXPECT_EQ(inventory.size(), 3U);
  ASSERT_NE(inventory.find(name("EXAMPLE.com")), nullptr);
  EXPECT_EQ(inventory.find(name("www.example.com")), nullptr);
  EXPECT_EQ(inventory.find_enclosing(name("www.example.com"))->name, name("example.com"));
  EXPECT_EQ(inventory.find_enclosing(name("x.a.b.example.com"))->name, name("a.b.example.com"));
  EXPECT_EQ(inventory.find_enclosing(name("b.example.com"))->name, name("example.com"));
  EXPECT_EQ(inventory.find_enclosing(name("example.org")), nullptr);
  EXPECT_EQ(Inventory().find(name("example.com")), nullptr);
  EXPECT_EQ(build(".\n").find_enclosing(name("example.org"))->name, dns::Name());
}

TEST(InventoryTest, OrderIsTheOneOfNames) {
  // RFC 4034 §6.1, from its example, with an octet 0 and labels that are prefixes of others.
  std::string text =
      "z.example\n\\001.z.example\n*.z.example\n\\200.z.example\n\\000.z.example\n"
      "example\nZ.a.example\nyljkjljk.a.example\na.example\nzABC.a.EXAMPLE\nab.example\n"
      "\\001a.z.example\n\\000a.z.example\n";
  const Inventory inventory = build(text);
  const auto& zones = inventory.zones();
  EXPECT_EQ(zones.size(), 13U);
  EXPECT_EQ(zones.front().name, name("example"));
  EXPECT_EQ(zones.back().name, name("\\200.z.example"));
  EXPECT_TRUE(std::is_sorted(zones.begin(), zones.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST(InventoryTest, OrderOfManyRandomNames) {
  SeededRandom random(7);
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    const auto labels = 1 + random.below(3);
    for (std::uint64_t label = 0; label < labels; ++label) {
      const auto length = 1 + random.below(3);
      for (std::uint64_t at = 0; at < length; ++at) {
        char escaped[8];
        std::snprintf(escaped, sizeof(escaped), "\\%03u", static_cast<unsigned>(random.below(4)));
        text += escaped;
      }
      text += ".";
    }
    text += "n" + std::to_string(i) + ".\n";
  }
  const Inventory inventory = build(text);
  EXPECT_EQ(inventory.size(), 3000U);
  const auto& zones = inventory.zones();
  for (std::size_t i = 1; i < zones.size(); ++i) ASSERT_LT(zones[i - 1].name, zones[i].name);
  for (const ZoneEntry& zone : zones) ASSERT_EQ(inventory.find(zone.name), &zone);
}

TEST(InventoryTest, QuestionsAreResolvedWithoutDuplicates) {
  InventoryBuilder builder;
  builder.add_text("name,probes\nexample.com,www/A www.example.com./A @/SOA\n", "zones.csv");
  const auto loaded = builder.finish();
  const auto questions = loaded.inventory.zones().at(0).questions();
  ASSERT_EQ(questions.size(), 2U);
  EXPECT_EQ(questions[0], (dns::Question{name("www.example.com"), dns::RrType::kA}));
  EXPECT_EQ(questions[1], (dns::Question{name("example.com"), dns::RrType::kSoa}));
}

TEST(InventoryTest, DiffTellsWhatAReloadChanged) {
  const Inventory before = build("name,owner\na.example,x\nb.example,x\nc.example,x\n");
  const Inventory after =
      build("# moved down\nname,owner\nb.example,x\nc.example,y\nd.example,x\n");
  const InventoryDiff change = diff(before, after);
  EXPECT_EQ(texts(change.added), "d.example. ");
  EXPECT_EQ(texts(change.removed), "a.example. ");
  EXPECT_EQ(texts(change.changed), "c.example. ");
  EXPECT_FALSE(change.empty());
  EXPECT_TRUE(diff(before, before).empty());
  EXPECT_EQ(diff(Inventory(), before).added.size(), 3U);
  EXPECT_EQ(diff(before, Inventory()).removed.size(), 3U);
}

TEST(InventoryTest, ZonesOfTablesAndFilesCollide) {
  InventoryBuilder builder;
  builder.add_text("a.example\n", "zones.txt");
  builder.add_zone(name("a.example"), ZoneSettings(), "main.toml", 12, 8);
  const auto loaded = builder.finish();
  EXPECT_EQ(loaded.problems.to_text(),
            "main.toml:12:8: name: a.example. stands there twice, first at zones.txt:1:1\n");
}

TEST(InventoryTest, TheBuilderIsEmptyAfterwards) {
  InventoryBuilder builder;
  builder.add_text("bad..name\n", "one.txt");
  EXPECT_FALSE(builder.finish().ok());
  builder.add_text("a.example\n", "two.txt");
  const auto loaded = builder.finish();
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.inventory.where(loaded.inventory.zones().at(0)), "two.txt:1");
}

TEST(InventoryTest, ManyZonesShareWhatTheyCan) {
  std::string text = "name,owner,tags\n";
  for (int i = 0; i < 20000; ++i) {
    text += "zone" + std::to_string(i * 7919 % 20000) + ".example,team" + std::to_string(i % 3) +
            ",shop\n";
  }
  const Inventory inventory = build(text);
  ASSERT_EQ(inventory.size(), 20000U);
  std::vector<const ZoneSettings*> different;
  for (const ZoneEntry& zone : inventory.zones()) different.push_back(zone.settings.get());
  std::sort(different.begin(), different.end());
  different.erase(std::unique(different.begin(), different.end()), different.end());
  EXPECT_EQ(different.size(), 3U);
  EXPECT_LE(sizeof(ZoneEntry), 56U);
}

}  // namespace
}  // namespace anchorwatch::inventory
