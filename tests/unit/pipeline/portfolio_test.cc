// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/portfolio.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anchorwatch/inventory/inventory_builder.h"

#include "support/zone_signer.h"

namespace anchorwatch::pipeline {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

inventory::Inventory inventory_of(const std::string& list, inventory::ZoneSettings settings = {}) {
  inventory::InventoryBuilder builder(std::move(settings));
  builder.add_text(list, "zones.txt");
  inventory::InventoryLoad load = builder.finish();
  EXPECT_TRUE(load.ok());
  return std::move(load.inventory);
}

class PortfolioTest : public ::testing::Test {
 protected:
  std::set<std::string> adopt(const std::string& list) {
    retired_.clear();
    std::set<std::string> names;
    for (const schedule::ZoneIndex index : portfolio_.adopt(inventory_of(list), &retired_)) {
      names.insert(portfolio_.slot(index).entry.name.to_text());
    }
    return names;
  }
  Slot& slot(const char* name) { return portfolio_.slot(portfolio_.find(name_of(name)).value()); }

  Portfolio portfolio_;
  std::vector<schedule::ZoneIndex> retired_;
};

TEST_F(PortfolioTest, AdoptsZonesAndKeepsWhatItKnowsOfThem) {
  EXPECT_EQ(adopt("a.test\nb.test\n"), (std::set<std::string>{"a.test.", "b.test."}));
  EXPECT_THAT(retired_, IsEmpty());
  EXPECT_EQ(portfolio_.size(), 2U);
  slot("a.test.").failures = 3;
  slot("a.test.").due.core_at = 77;
  EXPECT_EQ(adopt("a.test\nb.test\nc.test\n"), (std::set<std::string>{"c.test."}));
  EXPECT_EQ(slot("a.test.").failures, 3);
  EXPECT_EQ(slot("a.test.").due.core_at, 77);
  EXPECT_EQ(portfolio_.size(), 3U);
}

TEST_F(PortfolioTest, TakesNewSettingsOfKnownZones) {
  adopt("a.test\n");
  inventory::ZoneSettings settings;
  settings.owner = "team-dns";
  EXPECT_THAT(portfolio_.adopt(inventory_of("a.test\n", settings), nullptr), IsEmpty());
  EXPECT_EQ(slot("a.test.").entry.settings->owner, "team-dns");
}

TEST_F(PortfolioTest, RetiresZonesAndUsesTheirSlotsAgainClean) {
  adopt("a.test\nb.test\n");
  slot("a.test.").failures = 3;
  slot("a.test.").summary.baseline = true;
  const schedule::ZoneIndex old = portfolio_.find(name_of("a.test.")).value();
  adopt("b.test\n");
  ASSERT_THAT(retired_, SizeIs(1));
  EXPECT_EQ(retired_[0], old);
  EXPECT_TRUE(portfolio_.slot(old).retired);
  EXPECT_EQ(portfolio_.slot(old).entry.name.to_text(), "a.test.") << "still there to be named";
  EXPECT_FALSE(portfolio_.find(name_of("a.test.")));
  EXPECT_EQ(portfolio_.size(), 1U);
  adopt("b.test\nc.test\n");
  EXPECT_EQ(portfolio_.find(name_of("c.test.")), old);
  EXPECT_FALSE(slot("c.test.").retired);
  EXPECT_EQ(slot("c.test.").failures, 0);
  EXPECT_FALSE(slot("c.test.").summary.baseline);
  EXPECT_THAT(portfolio_.slots(), SizeIs(2));
}

TEST_F(PortfolioTest, ASlotInUseByALookIsNotGivenAway) {
  adopt("a.test\n");
  slot("a.test.").looking = true;
  adopt("b.test\n");
  EXPECT_THAT(portfolio_.slots(), SizeIs(2));
  EXPECT_EQ(portfolio_.slot(0).entry.name.to_text(), "a.test.");
}

TEST_F(PortfolioTest, AnIdleZoneCostsLessThanHalfAKibibyte) {
  std::string list;
  for (int i = 0; i < 20000; ++i) list += "zone-with-a-usual-name-" + std::to_string(i) + ".example\n";
  adopt(list);
  EXPECT_EQ(portfolio_.size(), 20000U);
  EXPECT_LT(portfolio_.octets() / 20000, 512U);
}

TEST_F(PortfolioTest, FindsZonesAfterManyGenerations) {
  for (int generation = 0; generation < 20; ++generation) {
    std::string list;
    for (int i = 0; i < 60; ++i) {
      if ((i * 7 + generation) % 3 != 0) list += "z" + std::to_string(i) + ".test\n";
    }
    adopt(list);
    EXPECT_EQ(portfolio_.size(), 40U);
    for (int i = 0; i < 60; ++i) {
      const std::string name = "z" + std::to_string(i) + ".test.";
      const auto index = portfolio_.find(name_of(name));
      ASSERT_EQ(index.has_value(), (i * 7 + generation) % 3 != 0) << name;
      if (index) {
        EXPECT_EQ(portfolio_.slot(*index).entry.name.to_text(), name);
      }
    }
  }
  EXPECT_LE(portfolio_.slots().size(), 60U);
}

TEST_F(PortfolioTest, AZoneThatComesBackStartsAnew) {
  adopt("a.test\n");
  slot("a.test.").failures = 5;
  adopt("b.test\n");
  EXPECT_EQ(adopt("a.test\nb.test\n"), (std::set<std::string>{"a.test."}));
  EXPECT_EQ(slot("a.test.").failures, 0);
}

TEST_F(PortfolioTest, RestoresWhatTheStoreRemembers) {
  adopt("a.test\nb.test\n");
  store::StoredZone known;
  known.name = name_of("A.test.");
  known.summary.baseline = true;
  known.summary.last_full_at = 5;
  known.due = {100, 200};
  store::StoredZone stranger = known;
  stranger.name = name_of("stranger.test.");
  portfolio_.restore({stranger, known});
  EXPECT_TRUE(slot("a.test.").summary.baseline);
  EXPECT_EQ(slot("a.test.").summary.last_full_at, 5);
  EXPECT_EQ(slot("a.test.").due.core_at, 100);
  EXPECT_EQ(slot("a.test.").due.full_at, 200);
  EXPECT_FALSE(slot("b.test.").summary.baseline);
  EXPECT_EQ(slot("b.test.").due.core_at, 0);
  EXPECT_EQ(portfolio_.size(), 2U);
}

}  // namespace
}  // namespace anchorwatch::pipeline
