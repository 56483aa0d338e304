// SPDX-License-Identifier: Apache-2.0
// Which codes and types somebody can name who speaks of zones.
#include "anchorwatch/change/event_names.h"

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

TEST(EventNamesTest, WhatTellsOfTheMonitorOrOfManyZones) {
  const std::vector<std::string_view> names = names_about_zones();
  for (const char* name : {"MONITOR_BLIND", "PORT53_HIJACKED", "incident.opened", "mute.ended", "inventory.changed",
                           "monitor.blind", "monitor.store"}) {
    EXPECT_THAT(names, Not(Contains(std::string_view(name))));
  }
}

}  // namespace
}  // namespace anchorwatch::change
