// SPDX-License-Identifier: Apache-2.0
// Kept evidence: equal bodies once, from when to when they held, and what is too old goes.
#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using ::testing::ElementsAre;

constexpr UnixSeconds kDay = 86400;

class EvidenceTest : public StoreFixture {
 protected:
  void SetUp() override {
    options_.evidence = {.keep = true, .days = 10, .looks_per_zone = 5};
    open();
  }

  /// A look whose evidence has this content, and afterwards this state of what the zone signs.
  void keep(UnixSeconds at, const std::string& content, bool complete = true, const std::string& signatures = "s") {
    ZoneCommit made = commit_of(world_, load(world_.entry.name), at);
    made.update.state.summary.core_evidence = sha256(signatures);
    made.evidence = KeptEvidence{content, sha256(content), complete};
    ASSERT_TRUE(commit(std::move(made)));
  }
  /// A judged look that is not kept.
  void renew(UnixSeconds at, const std::string& signatures) {
    ZoneCommit made = commit_of(world_, load(world_.entry.name), at);
    made.update.state.summary.core_evidence = sha256(signatures);
    ASSERT_TRUE(commit(std::move(made)));
  }
  std::vector<std::string> looks() {
    return query("SELECT first_seen_at, last_seen_at, evidence_id, renewed, current FROM v_evidence ORDER BY number", 5);
  }

  World world_;
};

TEST_F(EvidenceTest, EqualContentIsKeptOnce) {
  keep(100, "a");
  keep(200, "b");
  keep(300, "a");
  EXPECT_THAT(looks(), ElementsAre("100|100|1|0|0", "200|200|2|0|0", "300|300|1|0|1"));
  EXPECT_EQ(number("SELECT count(*) FROM evidence"), 2);
}

TEST_F(EvidenceTest, ALookThatIsNotKeptMovesTheEndOnly) {
  keep(100, "a");
  unchanged_look(world_, 200);
  EXPECT_THAT(looks(), ElementsAre("100|200|1|0|1"));
  renew(300, "other");
  EXPECT_THAT(looks(), ElementsAre("100|300|1|1|1"));
  keep(400, "b", true, "other");
  EXPECT_THAT(looks(), ElementsAre("100|300|1|1|0", "400|400|2|0|1"));
}

TEST_F(EvidenceTest, LooksOfOneSecondAreApart) {
  keep(100, "a");
  keep(100, "b");
  EXPECT_THAT(looks(), ElementsAre("100|100|1|0|0", "100|100|2|0|1"));
}

TEST_F(EvidenceTest, WhatIsTooOldGoesDownToACompleteLook) {
  keep(1 * kDay, "a");
  keep(2 * kDay, "b");
  keep(3 * kDay, "c", false);
  keep(11 * kDay, "d", false);
  EXPECT_EQ(looks().size(), 4U);
  keep(13 * kDay, "e", false);  // Up to day 3; the look of day 3 needs that of day 2.
  EXPECT_THAT(query("SELECT first_seen_at FROM v_evidence ORDER BY number", 1),
              ElementsAre("172800", "259200", "950400", "1123200"));
  EXPECT_EQ(number("SELECT count(*) FROM evidence"), 4);
}

TEST_F(EvidenceTest, AZoneThatChangesAllTheTimeIsBounded) {
  for (int i = 0; i < 40; ++i) keep(100 + i, "same");
  EXPECT_EQ(looks().size(), 6U);
  for (int i = 0; i < 40; ++i) keep(200 + i, "partial" + std::to_string(i), false);
  EXPECT_EQ(looks().size(), 11U);
  EXPECT_EQ(number("SELECT count(*) FROM evidence"), 11);
}

TEST_F(EvidenceTest, ABodyThatIsStillNeededStays) {
  keep(1 * kDay, "a");
  keep(2 * kDay, "b");
  keep(20 * kDay, "a");
  keep(40 * kDay, "c");
  EXPECT_THAT(looks(), ElementsAre("1728000|1728000|1|0|0", "3456000|3456000|3|0|1"));
  EXPECT_EQ(number("SELECT count(*) FROM evidence"), 2);
}

TEST_F(EvidenceTest, AZoneAboveIsKeptWhenItsLinkChangesAndOnceAWeek) {
  const auto above = [&](UnixSeconds at, const std::string& link) {
    ZoneCommit made = commit_of(world_, load(world_.entry.name), at);
    made.ancestors = {{dns::Name::from_text("com.").value(), at, sha256(link), "body " + link}};
    ASSERT_TRUE(commit(std::move(made)));
  };
  above(1 * kDay, "x");
  above(2 * kDay, "x");
  above(3 * kDay, "y");
  above(4 * kDay, "y");
  above(11 * kDay, "y");
  EXPECT_THAT(query("SELECT seen_at FROM ancestor_evidence ORDER BY id", 1), ElementsAre("86400", "259200", "950400"));
  above(30 * kDay, "y");  // Nobody can ask for what was before day 20 any more.
  EXPECT_THAT(query("SELECT seen_at FROM ancestor_evidence ORDER BY id", 1), ElementsAre("950400", "2592000"));
}

TEST_F(EvidenceTest, NothingIsKeptWhereItIsOff) {
  options_.evidence.keep = false;
  open();
  EXPECT_FALSE(store_->keeps_evidence());
  keep(100, "a");
  EXPECT_TRUE(looks().empty());
}

}  // namespace
}  // namespace anchorwatch::store
