// SPDX-License-Identifier: Apache-2.0
// Aging: what nobody looked at is not vouched for any longer, in the memory of the daemon and in
// its database.
#include "anchorwatch/pipeline/aging.h"

#include "anchorwatch/inventory/inventory_builder.h"

#include "unit/store/store_fixture.h"

namespace anchorwatch::pipeline {
namespace {

using change::kNoon;
using ::testing::ElementsAre;

const dnssec::Verdict kStale = dnssec::indeterminate(dnssec::Reason::kStale);

constexpr int kIoError = 10;  // SQLITE_IOERR

class AgingTest : public store::StoreFixture {
 protected:
  void SetUp() override {
    open();
    inventory::InventoryBuilder builder;
    builder.add_text("example.com.\n", "zones.txt");
    portfolio_.adopt(builder.finish().inventory, nullptr);
    const change::ZoneState state = look(change::World(), kNoon);
    slot().summary = state.summary;
    slot().due = {kNoon + 900, kNoon + 21600};
    order_.interval = std::chrono::seconds(900);
  }
  Slot& slot() { return portfolio_.slot(0); }
  AgedZones age(UnixSeconds now) {
    order_.now = now;
    std::optional<AgedZones> aged;
    spawn(keep(&aged));
    executor_.run_ready();
    EXPECT_TRUE(aged);
    return aged.value_or(AgedZones());
  }
  Task<void> keep(std::optional<AgedZones>* aged) {
    Portfolio* portfolio = &portfolio_;
    store::ZoneStore* store = store_.get();
    AgingOrder order = order_;
    *aged = co_await age_zones(portfolio, store, order);
  }

  Portfolio portfolio_;
  AgingOrder order_;
};

TEST_F(AgingTest, ABlindMonitorVouchesForThreeIntervals) {
  order_.blind = true;
  EXPECT_EQ(age(kNoon + 2699).count, 0U);
  EXPECT_EQ(slot().summary.verdict, dnssec::secure());
  EXPECT_EQ(age(kNoon + 2700).count, 1U);
  EXPECT_EQ(slot().summary.verdict, kStale);
  EXPECT_THAT(
      query("SELECT status, reason, status_worst, observation, last_observed_at, open_findings "
            "FROM v_zone",
            6),
      ElementsAre("indeterminate|stale|indeterminate|stale|" + std::to_string(kNoon) + "|0"));
  EXPECT_EQ(number("SELECT count(*) FROM event"), 0);
  EXPECT_EQ(number("SELECT core_due_at FROM zone_times"), kNoon + 900);
  EXPECT_EQ(age(kNoon + 2701).count, 0U) << "once";
}

TEST_F(AgingTest, WhileItSeesAZoneIsMerelyLate) {
  order_.watching_since = kNoon + 2000;
  EXPECT_EQ(age(kNoon + 2700).count, 0U) << "the program began a moment ago";
  EXPECT_EQ(age(kNoon + 2959).count, 0U);
  EXPECT_THAT(age(kNoon + 2960).names, ElementsAre("example.com."));
  EXPECT_EQ(slot().summary.verdict, kStale);
}

TEST_F(AgingTest, WhatIsBeingLookedAtIsLeftToTheLook) {
  order_.blind = true;
  slot().looking = true;
  EXPECT_EQ(age(kNoon + 9000).count, 0U);
  slot().looking = false;
  slot().retired = true;
  EXPECT_EQ(age(kNoon + 9000).count, 0U);
}

TEST_F(AgingTest, AZoneThatNobodyEverSawStaysNotJudged) {
  order_.blind = true;
  slot().summary = {};
  EXPECT_EQ(age(kNoon + 9000).count, 0U);
}

TEST_F(AgingTest, AnIntervalOfItsOwnCounts) {
  inventory::ZoneSettings settings = *slot().entry.settings;
  settings.interval = std::chrono::seconds(60);
  slot().entry.settings = std::make_shared<const inventory::ZoneSettings>(settings);
  order_.blind = true;
  EXPECT_EQ(age(kNoon + 179).count, 0U);
  EXPECT_EQ(age(kNoon + 180).count, 1U);
}

TEST_F(AgingTest, AStoreThatFailsIsTriedAgain) {
  bool broken = false;
  options_.fault_hook = [&broken](std::string_view) { return broken ? kIoError : 0; };
  open();
  broken = true;
  order_.blind = true;
  const AgedZones aged = age(kNoon + 2700);
  EXPECT_EQ(aged.not_stored, 1U);
  EXPECT_FALSE(aged.error.empty());
  EXPECT_EQ(slot().summary.verdict, dnssec::secure());
  broken = false;
  EXPECT_EQ(age(kNoon + 2702).not_stored, 0U);
  EXPECT_EQ(slot().summary.verdict, kStale);
}

}  // namespace
}  // namespace anchorwatch::pipeline
