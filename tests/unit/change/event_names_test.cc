// SPDX-License-Identifier: Apache-2.0
// Which codes and types somebody can name who speaks of zones.
#include "anchorwatch/change/event_names.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace anchorwatch::change {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST(EventNamesTest, WhatTellsOfZones) {
  const std::vector<std::string_view> names = names_about_zones();
  for (const char* name : {"SIG_EXPIRED", "SIGNER_LATE", "ANCHOR_STALE", "zone.status_changed", "finding.opened", "signer.recovered"}) {
    EXPECT_THAT(names, Contains(std::string_view(name)));
  }
}

TEST(EventNamesTest, EveryTypeIsThereOnce) {
  const std::vector<std::string_view> names = event_type_names();
  for (const std::string_view name : names) EXPECT_TRUE(parse_event_type(name)) << name;
  EXPECT_EQ(names.front(), "zone.status_changed");
  EXPECT_EQ(names.back(), "monitor.store");
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
}

TEST(EventNamesTest, WhatTellsOfTheMonitorOrOfManyZones) {
  const std::vector<std::string_view> names = names_about_zones();
  for (const char* name : {"MONITOR_BLIND", "PORT53_HIJACKED", "incident.opened", "mute.ended", "inventory.changed",
                           "monitor.blind", "monitor.store"}) {
    EXPECT_THAT(names, Not(Contains(std::string_view(name))));
  }
}

}  // namespace
}  // namespace anchorwatch::change
