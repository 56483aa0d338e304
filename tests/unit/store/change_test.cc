// SPDX-License-Identifier: Apache-2.0
// Planned changes in the database: their states, who may do what, and what each look is told of them.
#include "anchorwatch/store/reader.h"

#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ChangeTest : public StoreFixture {
 protected:
  void SetUp() override {
    open();
    World world;
    look(world, kNoon);
  }
  Result<AdminValues> ask(const std::string& kind, AdminValues arguments, const std::string& actor, UnixSeconds at = kNoon) {
    AdminRequest request{kind, std::move(arguments), actor, at, four_eyes_};
    return wait<AdminValues>([&](auto done) { store_->administer(std::move(request), done); });
  }
  Result<AdminValues> add(AdminValues more = {}, const std::string& actor = "ann") {
    AdminValues arguments{{"zone", std::string("Example.COM")}, {"kind", std::string("ds")}, {"until", std::int64_t{kNoon + 3600}}};
    for (auto& [name, value] : more) arguments[name] = value;
    return ask("change.add", std::move(arguments), actor);
  }
  std::vector<StoredPlan> plans(UnixSeconds now) {
    return wait<std::vector<StoredPlan>>([&](auto done) { store_->load_plans(now, done); }).value();
  }
  std::vector<std::string> states() { return query("SELECT change_id, state FROM v_change ORDER BY proposed_at, change_id", 2); }

  bool four_eyes_ = false;
};

TEST_F(ChangeTest, FromProposedToClosed) {
  ASSERT_TRUE(add({{"ds", std::vector<std::string>{"0123", "1 13 2 AB CD"}}}));
  EXPECT_THAT(query("SELECT zone, ds, requester, proposed_by, until_utc FROM v_change", 5),
              ElementsAre("example.com.|[\"123\",\"1 13 2 abcd\"]|ann|ann|2026-01-01T13:00:00Z"));
  EXPECT_FALSE(plans(kNoon).at(0).approved);
  ASSERT_TRUE(ask("change.approve", {{"id", std::string("1")}}, "bob"));
  const std::vector<StoredPlan> loaded = plans(kNoon);
  ASSERT_EQ(loaded.size(), 1U);
  EXPECT_TRUE(loaded[0].approved);
  EXPECT_EQ(loaded[0].plan.id, "C1");
  EXPECT_EQ(loaded[0].plan.from, kNoon);
  EXPECT_THAT(loaded[0].plan.ds, ElementsAre("123", "1 13 2 abcd"));
  ASSERT_TRUE(ask("change.close", {{"id", std::string("c1")}, {"outcome", std::string("fine")}}, "ann"));
  EXPECT_FALSE(plans(kNoon).at(0).approved);
  EXPECT_THAT(query("SELECT approver, closed_by, outcome, state FROM v_change", 4), ElementsAre("bob|ann|fine|closed"));
  EXPECT_THAT(query("SELECT actor, action, zone FROM v_audit", 3),
              ElementsAre("ann|change.add|example.com.", "bob|change.approve|example.com.", "ann|change.close|example.com."));
}

TEST_F(ChangeTest, NoStateIsReachedTwice) {
  ASSERT_TRUE(add());
  ASSERT_TRUE(ask("change.approve", {{"id", std::string("C1")}}, "bob"));
  EXPECT_THAT(ask("change.approve", {{"id", std::string("C1")}}, "bob").error().message(), HasSubstr("C1 is approved already"));
  ASSERT_TRUE(ask("change.close", {{"id", std::string("C1")}}, "bob"));
  EXPECT_EQ(ask("change.close", {{"id", std::string("C1")}}, "bob").error().code(), ErrorCode::kRefused);
  EXPECT_EQ(ask("change.approve", {{"id", std::string("C1")}}, "bob").error().code(), ErrorCode::kRefused);
  for (const char* id : {"C2", "C", "x", "-1", "C0"}) {
    EXPECT_EQ(ask("change.approve", {{"id", std::string(id)}}, "bob").error().code(), ErrorCode::kNotFound) << id;
  }
}

TEST_F(ChangeTest, FourEyes) {
  four_eyes_ = true;
  ASSERT_TRUE(add({{"requester", std::string("carol")}}));
  for (const char* name : {"ann", "carol"}) {
    EXPECT_EQ(ask("change.approve", {{"id", std::string("C1")}}, name).error().code(), ErrorCode::kRefused) << name;
  }
  EXPECT_TRUE(ask("change.approve", {{"id", std::string("C1")}}, "bob"));
  four_eyes_ = false;
  ASSERT_TRUE(add());
  EXPECT_TRUE(ask("change.approve", {{"id", std::string("C2")}}, "ann"));
}

TEST_F(ChangeTest, WindowsExpireOnceAndStillExplainWhatIsSeenLate) {
  ASSERT_TRUE(add());
  ASSERT_TRUE(add());
  ASSERT_TRUE(ask("change.approve", {{"id", std::string("C1")}}, "bob"));
  EXPECT_TRUE(plans(kNoon + 3600).at(0).approved);
  EXPECT_THAT(states(), ElementsAre("C1|approved", "C2|proposed")) << "the end is part of the window";
  for (int i = 0; i < 2; ++i) {
    const std::vector<StoredPlan> late = plans(kNoon + 3601);
    EXPECT_TRUE(late.at(0).approved);
    EXPECT_FALSE(late.at(1).approved);
  }
  EXPECT_THAT(states(), ElementsAre("C1|expired", "C2|expired"));
  EXPECT_THAT(query("SELECT actor FROM v_audit WHERE action = 'change.expired'", 1), ElementsAre("monitor host-a", "monitor host-a"));
  EXPECT_FALSE(plans(kNoon + 30 * UnixSeconds{86400}).at(0).approved);
}

TEST_F(ChangeTest, WhatIsRefusedNamesTheArgumentAndLeavesNothing) {
  const std::vector<std::string> servers{"ns.example."};
  const auto refused = [&](AdminValues more) { return add(std::move(more)).error().message(); };
  EXPECT_THAT(refused({{"kind", std::string("any")}}), HasSubstr("kind: any is not one of ds, keys"));
  EXPECT_THAT(refused({{"zone", std::string("other.example")}}), HasSubstr("other.example.: not in the inventory"));
  EXPECT_THAT(refused({{"zone", std::string()}}), HasSubstr("either a zone or a tag"));
  EXPECT_THAT(refused({{"tag", std::string("shop")}}), HasSubstr("either a zone or a tag"));
  EXPECT_THAT(refused({{"until", std::int64_t{kNoon}}}), HasSubstr("until: "));
  EXPECT_THAT(refused({{"from", std::int64_t{0}}}), HasSubstr("366 days"));
  EXPECT_THAT(refused({{"kind", std::string("ns")}}), HasSubstr("ns: kind ns needs"));
  EXPECT_THAT(refused({{"ns", servers}}), HasSubstr("ns: kind ds leaves"));
  EXPECT_THAT(refused({{"kind", std::string("operator")}, {"ns", servers}}), HasSubstr("ds: kind operator needs"));
  EXPECT_THAT(refused({{"kind", std::string("insecure")}, {"keys", servers}}), HasSubstr("neither a key tag"));
  EXPECT_THAT(refused({{"colour", std::string("red")}}), HasSubstr("colour: no such argument"));
  EXPECT_THAT(query("SELECT change_id FROM v_change", 1), IsEmpty());
  EXPECT_THAT(query("SELECT sequence FROM v_audit", 1), IsEmpty());
}

TEST_F(ChangeTest, AChangeCountsItsEvents) {
  ASSERT_TRUE(add());
  change::Event event;
  event.id = "06BR96AK002VJ8Z1T1Q4ESXJ9W";
  event.type = change::EventType::kDsRemoved;
  event.time = kNoon + kStep;
  event.zone = dns::Name::from_text("example.com.").value();
  event.change_id = "C1";
  event.expected = true;
  event.before["way_back"] = std::vector<std::string>{"1 13 2 ab"};
  EventCommit commit;
  commit.events = {event};
  ASSERT_TRUE(wait<void>([&](auto done) { store_->commit_events(commit, done); }));
  Result<Reader> reader = Reader::open(options_.path);
  ASSERT_TRUE(reader);
  const std::vector<ChangeRow> rows = reader->changes("", "example.com.").value();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].events, 1);
  EXPECT_EQ(rows[0].zones_changed, 1);
  EventFilter filter;
  filter.change = "C1";
  EXPECT_EQ(reader->events(filter).value().size(), 1U);
  filter.change = "C2";
  EXPECT_TRUE(reader->events(filter).value().empty());
  EXPECT_THAT(query("SELECT zone, ds, change_id FROM v_way_back", 3), ElementsAre("example.com.|[\"1 13 2 ab\"]|C1"));
}

}  // namespace
}  // namespace anchorwatch::store
