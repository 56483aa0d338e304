// SPDX-License-Identifier: Apache-2.0
#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class InventoryTest : public StoreFixture {
 protected:
  void SetUp() override { open(); }

  static inventory::ZoneEntry entry(const std::string& zone, const std::string& owner = "") {
    inventory::ZoneSettings settings;
    settings.owner = owner;
    settings.tags = {"t"};
    inventory::ZoneEntry made;
    made.name = change::name(zone);
    made.settings = std::make_shared<const inventory::ZoneSettings>(std::move(settings));
    return made;
  }
};

TEST_F(InventoryTest, FollowsTheLoadedInventory) {
  const InventoryChange first = sync({entry("a.example."), entry("b.example.")}, kNoon).value();
  EXPECT_THAT(first.added, ElementsAre("a.example.", "b.example."));
  const InventoryChange same = sync({entry("a.example."), entry("b.example.")}, kNoon + 1).value();
  EXPECT_THAT(same.added, IsEmpty());
  EXPECT_THAT(same.changed, IsEmpty());
  EXPECT_THAT(same.retired, IsEmpty());
  const InventoryChange next =
      sync({entry("b.example.", "web"), entry("c.example.")}, kNoon + 2).value();
  EXPECT_THAT(next.added, ElementsAre("c.example."));
  EXPECT_THAT(next.changed, ElementsAre("b.example."));
  EXPECT_THAT(next.retired, ElementsAre("a.example."));
  EXPECT_THAT(
      query("SELECT zone, owner, tags, status FROM v_zone ORDER BY zone", 4),
      ElementsAre("b.example.|web|[\"t\"]|indeterminate", "c.example.||[\"t\"]|indeterminate"));
  EXPECT_THAT(sync({entry("a.example.")}, kNoon + 3).value().added, ElementsAre("a.example."));
}

TEST_F(InventoryTest, AZoneThatALookAddedGetsItsSettings) {
  look(World(), kNoon);
  const InventoryChange change = sync({World().entry}, kNoon + 1).value();
  EXPECT_THAT(change.added, IsEmpty());
  EXPECT_THAT(change.changed, ElementsAre("example.com."));
  EXPECT_THAT(query("SELECT owner FROM v_zone", 1), ElementsAre("web team"));
}

TEST_F(InventoryTest, ARetiredZoneKeepsItsHistoryAndNoOpenFindings) {
  World world;
  world.add_finding(judge::FindingCode::DS_ORPHAN, Severity::kNotice);
  ASSERT_TRUE(sync({world.entry}, kNoon));
  look(world, kNoon);
  ASSERT_TRUE(sync({}, kNoon + kStep));
  EXPECT_THAT(query("SELECT zone FROM v_zone", 1), IsEmpty());
  EXPECT_THAT(query("SELECT state, resolved_at FROM v_finding", 2),
              ElementsAre("resolved|1767269700"));
  EXPECT_EQ(number("SELECT count(*) FROM v_ds"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM v_event"), 1);
  // A look that was under way when the zone left.
  look(world, kNoon + kStep + 1);
  EXPECT_EQ(number("SELECT count(*) FROM v_event"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM v_finding WHERE state = 'open'"), 0);
}

TEST_F(InventoryTest, NamesSortFromTheRight) {
  ASSERT_TRUE(sync(
      {entry("."), entry("www.example.com."), entry("example.com."), entry("a\\.b.org.")}, kNoon));
  EXPECT_THAT(query("SELECT sort_key, zone FROM v_zone ORDER BY sort_key", 2),
              ElementsAre(".|.", "com.example.|example.com.", "com.example.www.|www.example.com.",
                          "org.a\\.b.|a\\.b.org."));
}

}  // namespace
}  // namespace anchorwatch::store
