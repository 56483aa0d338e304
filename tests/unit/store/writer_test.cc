// SPDX-License-Identifier: Apache-2.0
// The writer's thread: order, batches, what survives, who may write.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

class WriterTest : public StoreFixture {
 protected:
  WriterTest() { options_.threading = StoreThreading::kWriterThread; }

  /// Runs the loop until `ready`.
  template <typename Ready>
  void run_until(Ready ready) {
    while (!ready()) {
      executor_.run_ready();
      std::this_thread::yield();
    }
  }
  void flush() {
    bool flushed = false;
    store_->flush([&](Result<void> result) {
      EXPECT_TRUE(result);
      flushed = true;
    });
    run_until([&] { return flushed; });
  }
  static World zone_called(const std::string& text) {
    World world;
    world.entry.name = world.facts.zone = world.judgement.zone = change::name(text);
    return world;
  }
};

TEST_F(WriterTest, CommitsShareTransactionsAndReadsSeeThem) {
  std::atomic<int> commits = 0;
  options_.batch_time = std::chrono::hours(1);  // Only urgency and size end a batch.
  options_.crash_hook = [&](const char* point) {
    commits += std::string("after_commit") == point ? 1 : 0;
  };
  open();
  int done = 0;
  for (int i = 0; i < 100; ++i) {
    const World world = zone_called("z" + std::to_string(i) + ".example.");
    store_->commit(commit_of(world, {}, kNoon), [&](Result<void> result) {
      EXPECT_TRUE(result);
      ++done;
    });
  }
  std::optional<bool> seen;
  store_->load(change::name("z99.example."), [&](Result<change::ZoneState> state) {
    EXPECT_EQ(done, 100) << "in order";
    seen = state.value().summary.baseline;
  });
  run_until([&] { return seen.has_value(); });
  EXPECT_TRUE(*seen);
  EXPECT_LE(commits.load(), 2);
}

// Each zone whose state was loaded ended the batch of the others.
TEST_F(WriterTest, ALoadDoesNotEndTheBatchOfOtherZones) {
  std::atomic<int> commits = 0;
  options_.batch_time = std::chrono::hours(1);
  options_.crash_hook = [&](const char* point) {
    commits += std::string("after_commit") == point ? 1 : 0;
  };
  open();
  int done = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string zone = "z" + std::to_string(i) + ".example.";
    store_->commit(commit_of(zone_called(zone), {}, kNoon), [&](auto) { ++done; });
    bool loaded = false;
    store_->load(change::name("other" + std::to_string(i) + ".example."),
                 [&](const Result<change::ZoneState>& state) { loaded = state.has_value(); });
    run_until([&] { return loaded; });
  }
  EXPECT_EQ(commits.load(), 0);
  EXPECT_EQ(done, 0);
  flush();
  EXPECT_EQ(done, 20);
  EXPECT_EQ(commits.load(), 1);
}

TEST_F(WriterTest, AnEventDoesNotWait) {
  options_.batch_time = std::chrono::hours(1);
  open();
  World world;
  world.add_finding(judge::FindingCode::DS_ORPHAN, Severity::kNotice);
  bool done = false;
  store_->commit(commit_of(world, {}, kNoon),
                 [&](Result<void> result) { done = result.has_value(); });
  run_until([&] { return done; });
  EXPECT_EQ(number("SELECT count(*) FROM event"), 1);
}

TEST_F(WriterTest, OneBadCommitHarmsNobodyElse) {
  options_.batch_time = std::chrono::hours(1);
  options_.fault_hook = [](std::string_view sql) {
    // 19: a constraint, the fault of the job and not of the disk.
    static thread_local int inserts = 0;
    return sql.substr(0, 16) == "INSERT INTO zone" && sql.find("RETURNING") != sql.npos &&
                   ++inserts % 3 == 0
               ? 19
               : 0;
  };
  open();
  int good = 0;
  int bad = 0;
  for (int i = 0; i < 6; ++i) {
    store_->commit(commit_of(zone_called("z" + std::to_string(i) + ".example."), {}, kNoon),
                   [&](Result<void> result) { ++(result ? good : bad); });
  }
  flush();
  EXPECT_EQ(good + bad, 6);
  EXPECT_GE(good, 3);
  EXPECT_EQ(number("SELECT count(*) FROM zone"), good);
}

TEST_F(WriterTest, ClosingWritesWhatIsLeft) {
  options_.batch_time = std::chrono::hours(1);
  open();
  for (int i = 0; i < 10; ++i) {
    store_->commit(commit_of(zone_called("z" + std::to_string(i) + ".example."), {}, kNoon),
                   [](auto) {});
  }
  store_.reset();
  EXPECT_EQ(number("SELECT count(*) FROM zone_state"), 10);
}

TEST_F(WriterTest, OnlyOneMayWrite) {
  open();
  const Result<std::unique_ptr<SqliteStore>> second = SqliteStore::open(options_, executor_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(second.error().message(),
              ::testing::HasSubstr("process " + std::to_string(::getpid())));
  store_.reset();
  EXPECT_TRUE(SqliteStore::open(options_, executor_));
}

/// Commits in a child that dies at `point` of its second transaction.
void commit_and_die(SqliteStoreOptions options, const World& world, const char* point) {
  int passed = 0;
  options.crash_hook = [&passed, point](const char* now) {
    if (std::string(now) == point && ++passed == 2) ::_exit(7);
  };
  options.threading = StoreThreading::kInline;
  VirtualExecutor executor;
  auto store = SqliteStore::open(options, executor).value();
  change::ZoneState state;
  for (int i = 0; i < 3; ++i) {
    World next = world;
    if (i % 2 == 1) next.set_ds({});
    ZoneCommit commit;
    commit.update = next.look(state, kNoon + i * kStep);
    commit.facts = next.facts;
    for (const change::Event& event : commit.update.events)
      commit.outbox.push_back({event.id, "a"});
    state = commit.update.state;
    store->commit(std::move(commit), [](auto) {});
  }
  ::_exit(0);
}

TEST_F(WriterTest, AProcessThatDiesLeavesWholeCommits) {
  World world;
  world.add_finding(judge::FindingCode::DS_ORPHAN, Severity::kNotice);
  for (const char* point : {"after_apply", "before_commit", "after_commit"}) {
    const TempDir dir;
    options_.path = dir.file("anchorwatch.db");
    const pid_t child = ::fork();
    if (child == 0) commit_and_die(options_, world, point);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 7);
    const bool committed = std::string("after_commit") == point;
    open();
    EXPECT_EQ(number("SELECT count(*) FROM event"), committed ? 2 : 1) << point;
    EXPECT_EQ(number("SELECT count(*) FROM outbox"), committed ? 2 : 1);
    EXPECT_EQ(number("SELECT transition_number FROM zone_state"), committed ? 2 : 1);
    // The same look again after the restart: the event has the id that it had, or would have had.
    World gone = world;
    gone.set_ds({});
    const ZoneCommit again = commit_of(
        gone,
        [&] {
          std::optional<change::ZoneState> state;
          store_->load(world.entry.name, [&](auto result) { state = std::move(result).value(); });
          run_until([&] { return state.has_value(); });
          return *state;
        }(),
        kNoon + kStep);
    EXPECT_EQ(again.update.events.size(), committed ? 0U : 1U);
    store_.reset();
  }
}

}  // namespace
}  // namespace anchorwatch::store
