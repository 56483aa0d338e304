// SPDX-License-Identifier: Apache-2.0
// A disk that fails at the n-th step, once or for good, must leave whole commits and nothing else.
#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

constexpr int kSqliteIoError = 10;

class FaultTest : public StoreFixture {
 protected:
  /// Makes the `at`-th step from now on fail; with `for_good` all later ones too.
  void fail_at(int at, bool for_good) {
    steps_ = 0;
    fail_at_ = at;
    for_good_ = for_good;
  }
  /// Whether the fault was reached.
  [[nodiscard]] bool triggered() const { return fail_at_ > 0 && steps_ >= fail_at_; }
  void heal() { fail_at_ = 0; }

  void open_faulty() {
    options_.fault_hook = [this](std::string_view) {
      if (fail_at_ == 0) return 0;
      ++steps_;
      return steps_ == fail_at_ || (for_good_ && steps_ > fail_at_) ? kSqliteIoError : 0;
    };
    open();
  }

  /// Events, outbox rows and the zone's transition number belong together, in every state.
  void expect_whole(std::int64_t transition) {
    EXPECT_EQ(number("SELECT coalesce(max(transition_number), 0) FROM zone_state"), transition);
    EXPECT_EQ(number("SELECT count(*) FROM event"), transition == 0 ? 0 : 1 + 3 * (transition - 1));
    EXPECT_EQ(number("SELECT count(*) FROM outbox"), 2 * number("SELECT count(*) FROM event"));
    EXPECT_EQ(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    EXPECT_EQ(number("SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM finding WHERE resolved_at IS NULL"),
              std::min<std::int64_t>(transition, 2));  // The second: WENT_INSECURE, or BECAME_SECURE.
  }

  int steps_ = 0;
  int fail_at_ = 0;
  bool for_good_ = false;
};

TEST_F(FaultTest, EveryStepOfACommitMayFail) {
  World good;
  good.add_finding(judge::FindingCode::DS_ORPHAN, Severity::kNotice);  // One event at the baseline.
  World bad = good;
  bad.set_ds({});
  bad.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));  // Three more.
  open_faulty();
  look(good, kNoon);
  expect_whole(1);
  std::int64_t transition = 1;
  UnixSeconds at = kNoon;
  for (const bool for_good : {false, true}) {
    for (int n = 1;; ++n) {
      ASSERT_LT(n, 500) << "the loop must end";
      const World& next = transition % 2 == 1 ? bad : good;
      const ZoneCommit made = commit_of(next, load(next.entry.name), at += kStep);
      fail_at(n, for_good);
      const Result<void> result = commit(made);
      const bool reached = triggered();
      heal();
      if (result) ++transition;
      EXPECT_EQ(result.has_value(), !reached) << "step " << n;
      if (!result) {
        EXPECT_EQ(result.error().code(), ErrorCode::kIo);
        EXPECT_THAT(result.error().message(), ::testing::HasSubstr("anchorwatch.db"));
      }
      open_faulty();
      expect_whole(transition);
      if (!reached) break;
    }
  }
}

TEST_F(FaultTest, ACommitThatFailedMayBeTriedAgain) {
  World world;
  world.add_finding(judge::FindingCode::DS_ORPHAN, Severity::kNotice);
  open_faulty();
  const ZoneCommit made = commit_of(world, {}, kNoon);
  fail_at(7, true);
  EXPECT_FALSE(commit(made));
  EXPECT_FALSE(commit(made));
  heal();
  EXPECT_TRUE(commit(made));
  expect_whole(1);
}

TEST_F(FaultTest, EveryStepOfAnInventoryLoadMayFail) {
  World world;
  inventory::ZoneEntry other = world.entry;
  other.name = change::name("other.example.");
  open_faulty();
  ASSERT_TRUE(sync({world.entry}, kNoon));
  for (int n = 1;; ++n) {
    ASSERT_LT(n, 100);
    fail_at(n, false);
    const Result<InventoryChange> result = sync({other}, kNoon + 1);
    const bool reached = triggered();
    heal();
    EXPECT_EQ(result.has_value(), !reached);
    if (result) break;
    EXPECT_THAT(query("SELECT zone FROM v_zone", 1), ::testing::ElementsAre("example.com."));
  }
  EXPECT_THAT(query("SELECT zone FROM v_zone", 1), ::testing::ElementsAre("other.example."));
}

TEST_F(FaultTest, OpeningFailsCleanly) {
  int failures = 0;
  for (int n = 1; n < 100; ++n) {
    int steps = 0;
    options_.fault_hook = [&steps, n](std::string_view) {
      return ++steps == n ? kSqliteIoError : 0;
    };
    Result<std::unique_ptr<SqliteStore>> opened = SqliteStore::open(options_, executor_);
    const bool reached = steps >= n;
    EXPECT_EQ(opened.has_value(), !reached);
    if (opened) break;
    ++failures;
  }
  EXPECT_GT(failures, 3);
  options_.fault_hook = {};
  open();
  look(World(), kNoon);
}

TEST_F(FaultTest, AFullDiskIsReportedAndOverOnceThereIsSpace) {
  open();
  World world;
  look(world, kNoon);
  store_.reset();
  options_.max_pages = static_cast<int>(number("PRAGMA page_count"));
  open();
  world.add_finding(judge::FindingCode::DS_ORPHAN, Severity::kNotice);
  world.judgement.findings[0].data["long"] = std::string(20000, 'x');
  const ZoneCommit made = commit_of(world, load(world.entry.name), kNoon + kStep);
  for (int i = 0; i < 2; ++i) {
    const Result<void> full = commit(made);
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code(), ErrorCode::kIo);
    EXPECT_THAT(full.error().message(), ::testing::HasSubstr("full"));
    EXPECT_EQ(number("SELECT count(*) FROM event"), 0);
  }
  unchanged_look(world, kNoon + 2 * kStep);  // What needs no room goes on.
  options_.max_pages = 0;
  open();
  EXPECT_TRUE(commit(made));
  EXPECT_EQ(number("SELECT count(*) FROM event"), 1);
}

}  // namespace
}  // namespace anchorwatch::store
