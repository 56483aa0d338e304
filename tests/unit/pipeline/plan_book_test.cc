// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/plan_book.h"

#include <gtest/gtest.h>

namespace anchorwatch::pipeline {
namespace {

inventory::ZoneEntry zone(const char* name, std::vector<std::string> tags = {}) {
  inventory::ZoneSettings settings;
  settings.tags = std::move(tags);
  return {dns::Name::from_text(name).value(), std::make_shared<const inventory::ZoneSettings>(std::move(settings)), {}};
}

store::StoredPlan plan(const char* id, const char* name, const char* tag, const char* state, UnixSeconds until) {
  store::StoredPlan stored{name, tag, state, {}, std::string(state) == "approved"};
  stored.plan.id = id;
  stored.plan.until = until;
  return stored;
}

TEST(PlanBookTest, AZoneForWhichNothingWasPlannedHasNoChangeManagement) {
  PlanBook book;
  EXPECT_EQ(book.plans_of(zone("a.test.")), nullptr);
  book.replace({plan("C1", "b.test.", "", "approved", 9)});
  EXPECT_EQ(book.plans_of(zone("a.test.")), nullptr);
  book.set_required(true);
  ASSERT_NE(book.plans_of(zone("a.test.")), nullptr);
  EXPECT_TRUE(book.plans_of(zone("a.test."))->approved.empty());
}

TEST(PlanBookTest, OnlyWhatIsApprovedIsTold) {
  PlanBook book;
  book.replace({plan("C1", "a.test.", "", "proposed", 9), plan("C2", "a.test.", "", "approved", 7), plan("C3", "a.test.", "", "closed", 1)});
  const auto plans = book.plans_of(zone("a.test."));
  ASSERT_NE(plans, nullptr);
  ASSERT_EQ(plans->approved.size(), 1U);
  EXPECT_EQ(plans->approved[0].id, "C2");
  EXPECT_EQ(book.next_end(), 7);
  book.replace({plan("C3", "a.test.", "", "closed", 1)});
  ASSERT_NE(book.plans_of(zone("a.test.")), nullptr) << "planned once, managed from then on";
  EXPECT_FALSE(book.next_end().has_value());
}

TEST(PlanBookTest, TagsAndNamesAddUp) {
  PlanBook book;
  book.replace({plan("C1", "a.test.", "", "approved", 9), plan("C2", "", "shop", "approved", 9), plan("C3", "", "other", "approved", 9)});
  EXPECT_EQ(book.plans_of(zone("a.test.", {"shop", "more"}))->approved.size(), 2U);
  EXPECT_EQ(book.plans_of(zone("b.test.", {"shop"}))->approved.at(0).id, "C2");
  EXPECT_EQ(book.plans_of(zone("b.test.", {"more"})), nullptr);
  EXPECT_NE(book.plans_of(zone("a.test.", {"shop"}))->digest(), book.plans_of(zone("a.test."))->digest());
}

}  // namespace
}  // namespace anchorwatch::pipeline
