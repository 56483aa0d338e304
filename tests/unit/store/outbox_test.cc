// SPDX-License-Identifier: Apache-2.0
#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OutboxTest : public StoreFixture {
 protected:
  void SetUp() override {
    open();
    World good;
    World bad;
    bad.set_ds({});
    bad.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
    look(good, kNoon);
    look(bad, kNoon + kStep);  // Two events: ds.removed, zone.status_changed.
  }
  std::vector<PendingDelivery> pending(UnixSeconds now, int limit = 100,
                                       const std::string& sink = "a") {
    return wait<std::vector<PendingDelivery>>(
               [&](auto done) { store_->pending(sink, now, limit, done); })
        .value();
  }
  std::optional<UnixSeconds> next_due(const std::string& sink = "a") {
    return wait<std::optional<UnixSeconds>>([&](auto done) { store_->next_due(sink, done); })
        .value();
  }
  void record(const DeliveryOutcome& outcome) {
    EXPECT_TRUE(wait<void>([&](auto done) { store_->record({outcome}, done); }));
  }
};

TEST_F(OutboxTest, AZonesEventsComeOneAfterTheOther) {
  auto rows = pending(kNoon);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].type, "ds.removed");
  EXPECT_EQ(rows[0].zone, "example.com.");
  EXPECT_EQ(rows[0].severity, Severity::kError);
  EXPECT_THAT(rows[0].payload, ::testing::HasSubstr("\"observer\":\"host-a\""));
  EXPECT_EQ(next_due(), 0);
  record({rows[0].event_id, "a", DeliveryState::kDelivered, 1, "", kNoon + 1, 0});
  rows = pending(kNoon);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].type, "zone.status_changed");
  record({rows[0].event_id, "a", DeliveryState::kDead, 3, "410 Gone", kNoon + 2, 0});
  rows = pending(kNoon);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].type, "finding.opened");
  record({rows[0].event_id, "a", DeliveryState::kDelivered, 1, "", kNoon + 3, 0});
  EXPECT_THAT(pending(kNoon + 100000), IsEmpty());
  EXPECT_EQ(next_due(), std::nullopt);
  EXPECT_EQ(pending(kNoon, 100, "b").size(), 1U) << "sinks do not wait for each other";
  EXPECT_THAT(
      query("SELECT state, attempts, last_error, delivered_at FROM v_delivery WHERE sink = 'a' "
            "ORDER BY event_id, state",
            4),
      ::testing::UnorderedElementsAre("delivered|1|-|1767268801", "dead|3|410 Gone|-",
                                      "delivered|1|-|1767268803"));
}

TEST_F(OutboxTest, ARetryWaitsAndHoldsWhatComesAfter) {
  const auto rows = pending(kNoon);
  record({rows[0].event_id, "a", DeliveryState::kPending, 1, "timeout", kNoon, kNoon + 60});
  EXPECT_THAT(pending(kNoon + 59), IsEmpty());
  EXPECT_EQ(next_due(), kNoon + 60);
  const auto again = pending(kNoon + 60);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].event_id, rows[0].event_id);
  EXPECT_EQ(again[0].attempts, 1);
}

TEST_F(OutboxTest, ZonesDoNotWaitForEachOther) {
  World other;
  other.entry.name = other.facts.zone = other.judgement.zone = change::name("other.example.");
  other.add_finding(judge::FindingCode::DS_ORPHAN, Severity::kNotice);
  look(other, kNoon);
  const auto rows = pending(kNoon);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_LT(rows[0].sequence, rows[1].sequence);
  EXPECT_EQ(pending(kNoon, 1).size(), 1U);
}

TEST_F(OutboxTest, EventsOfTheMonitorWaitForTheirOwnKindOnly) {
  EventCommit commit;
  for (const char* id : {"01A", "01B", "01C"}) {
    change::Event event;
    event.id = id;
    event.type = change::EventType::kIncidentOpened;
    event.time = kNoon;
    event.dedup_key = id == std::string("01C") ? "incident|2" : "incident|1";
    commit.events.push_back(event);
    commit.outbox.push_back({id, "a"});
  }
  ASSERT_TRUE(wait<void>([&](auto done) { store_->commit_events(commit, done); }));
  std::vector<std::string> ids;
  for (const auto& row : pending(kNoon)) ids.push_back(row.event_id);
  EXPECT_THAT(ids, ElementsAre(::testing::_, "01A", "01C"));
}

}  // namespace
}  // namespace anchorwatch::store
