// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/outbox/dispatcher.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/virtual_executor.h"

namespace anchorwatch::outbox {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using store::DeliveryState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

/// An outbox in memory, with the promises of the real one.
class FakeOutbox final : public store::OutboxStore {
 public:
  struct Row {
    store::PendingDelivery delivery;
    std::string sink;
    DeliveryState state = DeliveryState::kPending;
    UnixSeconds next_attempt_at = 0;
    std::string last_error;
    int records = 0;
  };

  explicit FakeOutbox(Executor& executor) : executor_(executor) {}

  void add(const std::string& id, const std::string& zone, const std::string& sink = "a",
           UnixSeconds next_attempt_at = 0) {
    Row row;
    row.delivery.sequence = static_cast<std::int64_t>(rows.size());
    row.delivery.event_id = id;
    row.delivery.zone = zone;
    row.delivery.payload = "{}";
    row.sink = sink;
    row.next_attempt_at = next_attempt_at;
    rows.push_back(row);
  }
  Row& at(const std::string& id, const std::string& sink = "a") {
    return *std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
      return row.delivery.event_id == id && row.sink == sink;
    });
  }

  void pending(std::string sink, UnixSeconds now, int limit,
               std::function<void(Result<std::vector<store::PendingDelivery>>)> done) override {
    ++asked;
    if (failing_reads > 0) {
      --failing_reads;
      executor_.post([done] { done(Error(ErrorCode::kIo, "disk")); });
      return;
    }
    std::vector<store::PendingDelivery> due;
    std::set<std::string> zones;
    for (const Row& row : rows) {
      if (row.sink != sink || row.state != DeliveryState::kPending) continue;
      if (!row.delivery.zone.empty() && !zones.insert(row.delivery.zone).second) continue;
      if (row.next_attempt_at > now || static_cast<int>(due.size()) == limit) continue;
      due.push_back(row.delivery);
    }
    executor_.post([done, due] { done(due); });
  }
  void record(std::vector<store::DeliveryOutcome> outcomes,
              std::function<void(Result<void>)> done) override {
    if (failing_records > 0) {
      --failing_records;
      executor_.post([done] { done(Error(ErrorCode::kIo, "disk full")); });
      return;
    }
    for (const store::DeliveryOutcome& outcome : outcomes) {
      Row& row = at(outcome.event_id, outcome.sink);
      row.state = outcome.state;
      row.delivery.attempts = outcome.attempts;
      row.next_attempt_at = outcome.next_attempt_at;
      row.last_error = outcome.last_error;
      ++row.records;
    }
    executor_.post([done] { done({}); });
  }
  void next_due(std::string sink,
                std::function<void(Result<std::optional<UnixSeconds>>)> done) override {
    std::optional<UnixSeconds> next;
    for (const Row& row : rows) {
      if (row.sink != sink || row.state != DeliveryState::kPending) continue;
      next = std::min(next.value_or(row.next_attempt_at), row.next_attempt_at);
    }
    executor_.post([done, next] { done(next); });
  }

  std::vector<Row> rows;
  int failing_reads = 0, failing_records = 0, asked = 0;

 private:
  Executor& executor_;
};

/// What a test sees of a sink; it outlives the sink.
struct Line {
  using Done = std::function<void(DeliveryResult)>;
  std::vector<std::string> tried;  ///< Ids in the order of deliver().
  std::vector<UnixSeconds> tried_at;
  std::deque<DeliveryResult> script;             ///< Then: delivered.
  std::map<std::string, DeliveryResult> always;  ///< By id, before the script.
  bool hold = false;                             ///< Deliveries wait for finish().
  std::map<std::string, Done> waiting;
  bool destroyed = false;
  int most_attempts = 5;

  void finish(const std::string& id, DeliveryResult result) {
    auto node = waiting.extract(id);
    ASSERT_FALSE(node.empty()) << id;
    node.mapped()(std::move(result));
  }
};

class ScriptedSink final : public Sink {
 public:
  ScriptedSink(std::string name, Line& line, VirtualExecutor& executor)
      : name_(std::move(name)), line_(line), executor_(executor) {}
  ~ScriptedSink() override { line_.destroyed = true; }
  ScriptedSink(const ScriptedSink&) = delete;
  ScriptedSink& operator=(const ScriptedSink&) = delete;

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] int max_attempts() const override { return line_.most_attempts; }
  void deliver(const store::PendingDelivery& delivery,
               std::function<void(DeliveryResult)> done) override {
    line_.tried.push_back(delivery.event_id);
    line_.tried_at.push_back(executor_.now());
    if (line_.hold) {
      line_.waiting.emplace(delivery.event_id, std::move(done));
      return;
    }
    DeliveryResult result{DeliveryVerdict::kDelivered, {}, {}};
    if (const auto found = line_.always.find(delivery.event_id); found != line_.always.end()) {
      result = found->second;
    } else if (!line_.script.empty()) {
      result = line_.script.front();
      line_.script.pop_front();
    }
    executor_.post([done = std::move(done), result] { done(result); });
  }

 private:
  std::string name_;
  Line& line_;
  VirtualExecutor& executor_;
};

const DeliveryResult kDelivered{DeliveryVerdict::kDelivered, {}, {}};
const DeliveryResult kRetry{DeliveryVerdict::kRetry, "HTTP 503", {}};
const DeliveryResult kReject{DeliveryVerdict::kReject, "HTTP 404", {}};

class DispatcherTest : public ::testing::Test {
 protected:
  /// Gives the dispatcher one new sink for each line.
  void use(std::vector<std::pair<std::string, Line*>> lines) {
    std::vector<std::unique_ptr<Sink>> sinks;
    for (auto& [name, line] : lines) {
      line->destroyed = false;
      sinks.push_back(std::make_unique<ScriptedSink>(name, *line, executor_));
    }
    dispatcher_.replace_sinks(std::move(sinks));
  }
  void wake() {
    dispatcher_.wake();
    executor_.run_ready();
  }
  void finish(const std::string& id, const DeliveryResult& result) {
    line_.finish(id, result);
    executor_.run_ready();
  }
  DeliveryState state(const std::string& id) { return outbox_.at(id).state; }

  VirtualExecutor executor_;
  SeededRandom random_{3};
  FakeOutbox outbox_{executor_};
  Line line_;
  Dispatcher dispatcher_{outbox_, executor_, executor_, random_};
};

TEST_F(DispatcherTest, RecordsDeliveredOnlyAfterTheSinkSaidSo) {
  use({{"a", &line_}});
  line_.hold = true;
  outbox_.add("e1", "z.");
  wake();
  EXPECT_THAT(line_.tried, ElementsAre("e1"));
  executor_.run_for(hours(2));
  EXPECT_EQ(outbox_.at("e1").records, 0);
  EXPECT_EQ(state("e1"), DeliveryState::kPending);
  EXPECT_THAT(line_.tried, ElementsAre("e1")) << "in flight twice";
  finish("e1", kDelivered);
  EXPECT_EQ(state("e1"), DeliveryState::kDelivered);
  EXPECT_EQ(outbox_.at("e1").delivery.attempts, 1);
  EXPECT_EQ(outbox_.at("e1").last_error, "");
}

TEST_F(DispatcherTest, EachSinkGetsItsOwnRows) {
  Line other;
  use({{"a", &line_}, {"b", &other}});
  outbox_.add("e1", "z.", "a");
  outbox_.add("e1", "z.", "b");
  outbox_.add("e2", "z.", "b");
  outbox_.add("e3", "z.", "gone");
  other.always["e1"] = kReject;
  wake();
  EXPECT_THAT(line_.tried, ElementsAre("e1"));
  EXPECT_THAT(other.tried, ElementsAre("e1", "e2"));
  EXPECT_EQ(outbox_.at("e1", "a").state, DeliveryState::kDelivered);
  EXPECT_EQ(outbox_.at("e1", "b").state, DeliveryState::kDead);
  EXPECT_EQ(outbox_.at("e3", "gone").state, DeliveryState::kPending);
}

TEST_F(DispatcherTest, KeepsTheOrderOfAZone) {
  use({{"a", &line_}});
  line_.hold = true;
  outbox_.add("z1", "z.");
  outbox_.add("z2", "z.");
  outbox_.add("o1", "o.");
  wake();
  EXPECT_THAT(line_.tried, UnorderedElementsAre("z1", "o1")) << "zones go side by side";
  finish("o1", kDelivered);
  finish("z1", kRetry);
  EXPECT_THAT(line_.tried, SizeIs(2)) << "z2 must wait for z1";
  executor_.run_for(seconds(1));
  EXPECT_EQ(line_.tried.back(), "z1");
  finish("z1", kDelivered);
  EXPECT_EQ(line_.tried.back(), "z2");
  EXPECT_EQ(state("z2"), DeliveryState::kPending);
  finish("z2", kDelivered);
  EXPECT_EQ(state("z2"), DeliveryState::kDelivered);
}

TEST_F(DispatcherTest, ADeadLetterLetsTheNextOfItsZonePass) {
  use({{"a", &line_}});
  outbox_.add("z1", "z.");
  outbox_.add("z2", "z.");
  line_.always["z1"] = kReject;
  wake();
  EXPECT_EQ(state("z1"), DeliveryState::kDead);
  EXPECT_EQ(outbox_.at("z1").last_error, "HTTP 404");
  EXPECT_EQ(outbox_.at("z1").delivery.attempts, 1);
  EXPECT_EQ(state("z2"), DeliveryState::kDelivered);
}

TEST_F(DispatcherTest, RetriesWithBackOffUntilItIsADeadLetter) {
  use({{"a", &line_}});
  outbox_.add("e1", "z.");
  line_.always["e1"] = kRetry;
  wake();
  EXPECT_EQ(outbox_.at("e1").last_error, "HTTP 503");
  executor_.run_until_idle();
  ASSERT_THAT(line_.tried_at, SizeIs(5));
  UnixSeconds full = 1;
  for (std::size_t i = 1; i < line_.tried_at.size(); ++i, full *= 2) {
    const UnixSeconds waited = line_.tried_at[i] - line_.tried_at[i - 1];
    EXPECT_GE(waited, full - full / 2) << i;
    EXPECT_LE(waited, full) << i;
  }
  EXPECT_EQ(state("e1"), DeliveryState::kDead);
  EXPECT_EQ(outbox_.at("e1").delivery.attempts, 5);
}

TEST_F(DispatcherTest, AttemptsCountOnAfterARestart) {
  use({{"a", &line_}});
  outbox_.add("e1", "z.");
  outbox_.at("e1").delivery.attempts = 4;
  line_.always["e1"] = kRetry;
  wake();
  EXPECT_EQ(state("e1"), DeliveryState::kDead);
  EXPECT_THAT(line_.tried, SizeIs(1));
}

TEST_F(DispatcherTest, AReceiversWishIsRespected) {
  use({{"a", &line_}});
  outbox_.add("e1", "z.");
  line_.script = {{DeliveryVerdict::kRetry, "HTTP 429", hours(3)}};
  wake();
  executor_.run_for(hours(3) - seconds(1));
  EXPECT_THAT(line_.tried, SizeIs(1));
  executor_.run_for(seconds(1));
  EXPECT_THAT(line_.tried, SizeIs(2));
  EXPECT_EQ(state("e1"), DeliveryState::kDelivered);
}

TEST_F(DispatcherTest, ALongSleepDoesNotHideAnEarlierRow) {
  use({{"a", &line_}});
  outbox_.add("late", "z.");
  line_.script = {{DeliveryVerdict::kRetry, "HTTP 429", hours(1)}, kRetry};
  wake();
  outbox_.add("soon", "o.");
  wake();
  EXPECT_THAT(line_.tried, ElementsAre("late", "soon"));
  executor_.run_for(seconds(2));
  EXPECT_THAT(line_.tried, ElementsAre("late", "soon", "soon"));
  EXPECT_EQ(state("soon"), DeliveryState::kDelivered);
}

TEST_F(DispatcherTest, HasAtMostSixteenInFlight) {
  use({{"a", &line_}});
  line_.hold = true;
  for (int i = 0; i < 20; ++i) outbox_.add("e" + std::to_string(i), "z" + std::to_string(i) + ".");
  wake();
  EXPECT_THAT(line_.waiting, SizeIs(16));
  line_.hold = false;
  for (int i = 0; i < 16; ++i) line_.finish("e" + std::to_string(i), kDelivered);
  executor_.run_ready();
  EXPECT_THAT(line_.tried, SizeIs(20));
}

TEST_F(DispatcherTest, AFailingSinkIsTriedWithOneDeliveryAtATime) {
  use({{"a", &line_}});
  line_.hold = true;
  for (int i = 0; i < 5; ++i) outbox_.add("e" + std::to_string(i), "z" + std::to_string(i) + ".");
  wake();
  ASSERT_THAT(line_.waiting, SizeIs(5));
  for (int i = 0; i < 5; ++i) line_.finish("e" + std::to_string(i), kRetry);
  executor_.run_ready();
  executor_.run_for(seconds(1));
  ASSERT_THAT(line_.waiting, SizeIs(1));
  finish(line_.waiting.begin()->first, kRetry);
  ASSERT_THAT(line_.waiting, SizeIs(1)) << "still failing";
  finish(line_.waiting.begin()->first, kDelivered);
  EXPECT_THAT(line_.waiting, SizeIs(3)) << "it works again: all that is due";
}

TEST_F(DispatcherTest, WhatCouldNotBeRecordedGoesOutAgainWithTheSameId) {
  use({{"a", &line_}});
  outbox_.add("e1", "z.");
  outbox_.failing_records = 1;
  wake();
  EXPECT_EQ(state("e1"), DeliveryState::kPending);
  executor_.run_for(seconds(4));
  EXPECT_THAT(line_.tried, ElementsAre("e1"));
  executor_.run_for(seconds(2));
  EXPECT_THAT(line_.tried, ElementsAre("e1", "e1"));
  EXPECT_EQ(state("e1"), DeliveryState::kDelivered);
  EXPECT_EQ(outbox_.at("e1").delivery.attempts, 1);
}

TEST_F(DispatcherTest, AStoreThatCannotBeReadIsAskedAgain) {
  use({{"a", &line_}});
  outbox_.add("e1", "z.");
  outbox_.failing_reads = 2;
  wake();
  executor_.run_for(seconds(9));
  EXPECT_THAT(line_.tried, IsEmpty());
  executor_.run_for(seconds(2));
  EXPECT_THAT(line_.tried, ElementsAre("e1"));
}

TEST_F(DispatcherTest, AWakeWhileWorkingIsNotLost) {
  use({{"a", &line_}});
  line_.hold = true;
  outbox_.add("e1", "z.");
  wake();
  outbox_.add("e2", "o.");
  wake();
  EXPECT_THAT(line_.tried, ElementsAre("e1"));
  line_.hold = false;
  finish("e1", kDelivered);
  EXPECT_THAT(line_.tried, ElementsAre("e1", "e2"));
}

TEST_F(DispatcherTest, AnIdleOutboxHasNoTimer) {
  use({{"a", &line_}});
  wake();
  EXPECT_EQ(executor_.pending_timers(), 0U);
  EXPECT_EQ(outbox_.asked, 1);
}

TEST_F(DispatcherTest, LongErrorsAreCut) {
  use({{"a", &line_}});
  outbox_.add("e1", "z.");
  line_.always["e1"] = {DeliveryVerdict::kReject, std::string(5000, 'x'), {}};
  wake();
  EXPECT_EQ(outbox_.at("e1").last_error, std::string(300, 'x'));
}

TEST_F(DispatcherTest, DrainWaitsForWhatIsInFlightAndItsRecord) {
  use({{"a", &line_}});
  line_.hold = true;
  outbox_.add("e1", "z.");
  outbox_.add("e2", "z.");
  wake();
  int drained = 0;
  dispatcher_.drain([&] { ++drained; });
  EXPECT_EQ(drained, 0);
  executor_.run_for(seconds(10));
  EXPECT_EQ(drained, 0);
  line_.finish("e1", kDelivered);
  EXPECT_EQ(drained, 0) << "the outcome is not recorded yet";
  executor_.run_ready();
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(state("e1"), DeliveryState::kDelivered);
  EXPECT_THAT(line_.tried, ElementsAre("e1")) << "nothing new is started";
  wake();
  executor_.run_for(hours(1));
  EXPECT_THAT(line_.tried, ElementsAre("e1"));
  EXPECT_EQ(drained, 1);
}

TEST_F(DispatcherTest, DrainWithNothingInFlightEndsSoonAndNotInline) {
  use({{"a", &line_}});
  outbox_.add("e1", "z.");
  line_.script = {kRetry};
  wake();  // Sleeps until the next attempt.
  bool drained = false;
  dispatcher_.drain([&] { drained = true; });
  EXPECT_FALSE(drained);
  executor_.run_ready();
  EXPECT_TRUE(drained);
  EXPECT_EQ(executor_.pending_timers(), 0U);
}

TEST_F(DispatcherTest, ADrainDuringStoreTroubleLeavesNoTimer) {
  use({{"a", &line_}});
  line_.hold = true;
  outbox_.add("e1", "z.");
  wake();
  bool drained = false;
  dispatcher_.drain([&] { drained = true; });
  outbox_.failing_records = 1;
  finish("e1", kDelivered);
  EXPECT_TRUE(drained);
  EXPECT_EQ(executor_.pending_timers(), 0U);
}

TEST_F(DispatcherTest, AttemptDueOnceTriesEachDueRowOnce) {
  use({{"a", &line_}});
  outbox_.add("z1", "z.");
  outbox_.add("z2", "z.");
  outbox_.add("bad", "o.");
  outbox_.add("after_bad", "o.");
  outbox_.add("later", "p.", "a", executor_.now() + 60);
  line_.always["bad"] = kRetry;
  bool done = false;
  dispatcher_.attempt_due_once([&] {
    done = true;
    EXPECT_EQ(outbox_.at("z2").state, DeliveryState::kDelivered);
    EXPECT_EQ(outbox_.at("bad").records, 1);
  });
  EXPECT_FALSE(done);
  executor_.run_ready();
  EXPECT_TRUE(done);
  EXPECT_THAT(line_.tried, UnorderedElementsAre("z1", "z2", "bad"));
  EXPECT_EQ(state("bad"), DeliveryState::kPending);
  EXPECT_EQ(state("after_bad"), DeliveryState::kPending);
  EXPECT_EQ(outbox_.at("later").records, 0);
}

TEST_F(DispatcherTest, AttemptDueOnceEndsWithoutSinksOrRows) {
  bool done = false;
  dispatcher_.attempt_due_once([&] { done = true; });
  executor_.run_ready();
  EXPECT_TRUE(done);
  use({{"a", &line_}});
  done = false;
  dispatcher_.attempt_due_once([&] { done = true; });
  executor_.run_ready();
  EXPECT_TRUE(done);
  EXPECT_THAT(line_.tried, IsEmpty());
}

TEST_F(DispatcherTest, ReplacedSinksEndTheirDeliveriesAndGetNoMore) {
  use({{"a", &line_}});
  line_.hold = true;
  outbox_.add("e1", "z.");
  outbox_.add("e2", "z.");
  wake();
  Line next;
  use({{"a", &next}});
  EXPECT_FALSE(line_.destroyed) << "its delivery is still in flight";
  finish("e1", kDelivered);
  EXPECT_TRUE(line_.destroyed);
  EXPECT_EQ(state("e1"), DeliveryState::kDelivered);
  EXPECT_THAT(line_.tried, ElementsAre("e1"));
  EXPECT_THAT(next.tried, IsEmpty());
  wake();
  EXPECT_THAT(next.tried, ElementsAre("e2"));
  EXPECT_EQ(state("e2"), DeliveryState::kDelivered);
}

TEST_F(DispatcherTest, ARetiredSinkSleepsNoMore) {
  use({{"a", &line_}});
  outbox_.add("e1", "z.");
  line_.script = {kRetry};
  wake();
  EXPECT_EQ(executor_.pending_timers(), 1U);
  use({});
  EXPECT_EQ(executor_.pending_timers(), 0U);
  EXPECT_TRUE(line_.destroyed);
  executor_.run_for(hours(1));
  EXPECT_THAT(line_.tried, ElementsAre("e1"));
  // The sink comes back under its name and finds its row.
  use({{"a", &line_}});
  wake();
  EXPECT_EQ(state("e1"), DeliveryState::kDelivered);
}

TEST_F(DispatcherTest, ASinkRetiredDuringStoreTroubleLeavesNoTimer) {
  use({{"a", &line_}});
  line_.hold = true;
  outbox_.add("e1", "z.");
  wake();
  use({});
  outbox_.failing_records = 1;
  finish("e1", kDelivered);
  EXPECT_EQ(executor_.pending_timers(), 0U);
  EXPECT_TRUE(line_.destroyed);
}

}  // namespace
}  // namespace anchorwatch::outbox
