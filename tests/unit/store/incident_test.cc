// SPDX-License-Identifier: Apache-2.0
// Incidents and their members: stored with the events of zones, found again after a restart.
#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class IncidentTest : public StoreFixture {
 protected:
  static change::Incident incident() {
    change::Incident incident;
    incident.id = "01INCIDENT";
    incident.subject = "test.";
    incident.number = 3;
    incident.severity = Severity::kError;
    incident.opened_at = kNoon;
    incident.summary = "test. fails";
    return incident;
  }
  static IncidentWrites joining(const dns::Name& zone) {
    IncidentWrites writes;
    change::Event event;
    event.id = event.dedup_key = "01INCIDENT";
    event.type = change::EventType::kIncidentOpened;
    event.incident = event.id;
    event.severity = Severity::kError;
    writes.events.push_back(event);
    writes.outbox.push_back({event.id, "siem"});
    writes.incidents.push_back(incident());
    change::IncidentMember member;
    member.incident = "01INCIDENT";
    member.zone = zone;
    member.severity = Severity::kError;
    member.status_before = dnssec::SecurityStatus::kSecure;
    member.status = dnssec::SecurityStatus::kBogus;
    member.code = "ANCESTOR_BOGUS";
    member.joined_at = kNoon;
    writes.joined.push_back(member);
    return writes;
  }
  ZoneCommit commit_of(const dns::Name& zone) {
    ZoneCommit commit;
    commit.update.zone = zone;
    commit.update.at = kNoon;
    commit.incidents = joining(zone);
    return commit;
  }
  StoredIncidents load_incidents() {
    return wait<StoredIncidents>([&](auto done) { store_->load_incidents(done); }).value();
  }
};

TEST_F(IncidentTest, IsStoredWithTheZoneAndFoundAgain) {
  open();
  const dns::Name zone = dns::Name::from_text("a.test.").value();
  ASSERT_TRUE(commit(commit_of(zone)));
  ASSERT_TRUE(commit(commit_of(zone))) << "twice changes nothing";
  EXPECT_THAT(query("SELECT id, cause, cause_subject, state, severity, members, members_open FROM v_incident", 7),
              ElementsAre("01INCIDENT|ancestor|test.|open|error|1|1"));
  EXPECT_THAT(query("SELECT incident, zone, status_before, status, code FROM v_incident_member", 5),
              ElementsAre("01INCIDENT|a.test.|secure|bogus|ANCESTOR_BOGUS"));
  EXPECT_THAT(query("SELECT event_id, sink FROM v_delivery", 2), ElementsAre("01INCIDENT|siem"));
  EXPECT_THAT(query("SELECT id FROM v_event WHERE incident = '01INCIDENT'", 1), ElementsAre("01INCIDENT"));
  open();
  const StoredIncidents stored = load_incidents();
  ASSERT_THAT(stored.open, SizeIs(1));
  EXPECT_EQ(stored.open[0].incident.id, "01INCIDENT");
  EXPECT_EQ(stored.open[0].incident.number, 3U);
  EXPECT_EQ(stored.open[0].incident.severity, Severity::kError);
  ASSERT_THAT(stored.open[0].members, SizeIs(1));
  EXPECT_EQ(stored.open[0].members[0].status_before, dnssec::SecurityStatus::kSecure);
  EXPECT_FALSE(stored.open[0].members[0].left);
  ASSERT_THAT(stored.counts, SizeIs(1));
  EXPECT_EQ(stored.counts[0].count, 4U);
}

TEST_F(IncidentTest, AMemberThatLeavesAndReturnsIsOneMember) {
  open();
  const dns::Name zone = dns::Name::from_text("a.test.").value();
  ASSERT_TRUE(commit(commit_of(zone)));
  ZoneCommit leaving;
  leaving.update.zone = zone;
  leaving.update.at = kNoon + 60;
  leaving.incidents.left.push_back({"01INCIDENT", zone, kNoon + 60, true});
  ASSERT_TRUE(commit(leaving));
  EXPECT_THAT(query("SELECT left_at - joined_at, own_story FROM v_incident_member", 2), ElementsAre("60|1"));
  EXPECT_TRUE(load_incidents().open.at(0).members.at(0).left);
  ASSERT_TRUE(commit(commit_of(zone)));
  EXPECT_THAT(query("SELECT ifnull(left_at, '-'), own_story FROM v_incident_member", 2), ElementsAre("-|0"));
}

TEST_F(IncidentTest, ItsEndIsTheEndForAllMembers) {
  open();
  ASSERT_TRUE(commit(commit_of(dns::Name::from_text("a.test.").value())));
  EventCommit ending;
  ending.incidents.incidents.push_back(incident());
  ending.incidents.incidents[0].closed_at = kNoon + 600;
  ending.incidents.incidents[0].severity = Severity::kCritical;
  ASSERT_TRUE(wait<void>([&](auto done) { store_->commit_events(ending, done); }));
  EXPECT_THAT(query("SELECT state, severity, members, members_open FROM v_incident", 4),
              ElementsAre("closed|critical|1|0"));
  EXPECT_THAT(load_incidents().open, IsEmpty());
}

TEST_F(IncidentTest, AZoneThatLeftTheInventoryIsNoMember) {
  open();
  World world;
  ASSERT_TRUE(sync({world.entry}, kNoon));
  ASSERT_TRUE(commit(commit_of(world.entry.name)));
  ASSERT_TRUE(sync({}, kNoon + 60));
  EXPECT_TRUE(load_incidents().open.at(0).members.at(0).left);
}

}  // namespace
}  // namespace anchorwatch::store
