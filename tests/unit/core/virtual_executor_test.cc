// SPDX-License-Identifier: Apache-2.0
#include "support/virtual_executor.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace anchorwatch {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(VirtualExecutorTest, PostsRunInOrderAndNotBeforeTheCallReturns) {
  VirtualExecutor loop;
  std::string log;
  loop.post([&] {
    log += 'a';
    loop.post([&] { log += 'c'; });
  });
  loop.post_from_any_thread([&] { log += 'b'; });
  EXPECT_EQ(log, "");
  EXPECT_EQ(loop.pending_posts(), 2U);
  loop.run_ready();
  EXPECT_EQ(log, "abc");
}

TEST(VirtualExecutorTest, TimersRunInTimeOrderThenInOrderOfCreation) {
  VirtualExecutor loop;
  std::string log;
  loop.call_after(seconds(2), [&] { log += 'd'; });
  loop.call_after(seconds(1), [&] { log += 'b'; });
  loop.call_after(seconds(1), [&] { log += 'c'; });
  loop.call_after(seconds(-1), [&] { log += 'a'; });
  loop.run_until_idle();
  EXPECT_EQ(log, "abcd");
  EXPECT_EQ(loop.mono(), seconds(2));
  EXPECT_EQ(loop.now(), VirtualExecutor::kStart + 2);
}

TEST(VirtualExecutorTest, PostsGoBeforeDueTimers) {
  VirtualExecutor loop;
  std::string log;
  loop.call_after(Duration(0), [&] { log += 'b'; });
  loop.post([&] { log += 'a'; });
  loop.run_ready();
  EXPECT_EQ(log, "ab");
}

TEST(VirtualExecutorTest, CancelledTimersDoNotRun) {
  VirtualExecutor loop;
  int runs = 0;
  const TimerId first = loop.call_after(seconds(1), [&] { ++runs; });
  EXPECT_NE(first, 0U);
  const TimerId second = loop.call_after(seconds(2), [&] { runs += 10; });
  EXPECT_NE(first, second);
  loop.cancel(first);
  loop.cancel(first);
  loop.cancel(0);
  loop.cancel(999);
  loop.run_until_idle();
  EXPECT_EQ(runs, 10);
  loop.cancel(second);
  EXPECT_EQ(loop.pending_timers(), 0U);
}

TEST(VirtualExecutorTest, TimerMayCancelATimerOfTheSameTime) {
  VirtualExecutor loop;
  bool ran = false;
  TimerId second = 0;
  loop.call_after(seconds(1), [&] { loop.cancel(second); });
  second = loop.call_after(seconds(1), [&] { ran = true; });
  loop.run_until_idle();
  EXPECT_FALSE(ran);
}

TEST(VirtualExecutorTest, RunForShowsEachTimerItsOwnTime) {
  VirtualExecutor loop(1000);
  std::vector<UnixSeconds> seen;
  std::function<void()> tick = [&] {
    seen.push_back(loop.now());
    loop.call_after(seconds(1), tick);
  };
  loop.call_after(seconds(1), tick);
  loop.run_for(milliseconds(3500));
  EXPECT_EQ(seen, (std::vector<UnixSeconds>{1001, 1002, 1003}));
  EXPECT_EQ(loop.mono(), milliseconds(3500));
  EXPECT_EQ(loop.pending_timers(), 1U);
}

TEST(VirtualExecutorTest, AdvanceShowsLateTimersTheLaterTime) {
  VirtualExecutor loop(1000);
  std::vector<UnixSeconds> seen;
  loop.call_after(seconds(1), [&] { seen.push_back(loop.now()); });
  loop.call_after(seconds(2), [&] { seen.push_back(loop.now()); });
  loop.call_after(hours(2), [&] { seen.push_back(0); });
  loop.advance(hours(1));
  EXPECT_EQ(seen, (std::vector<UnixSeconds>{4600, 4600}));
}

TEST(VirtualExecutorTest, SetNowLeavesElapsedTimeAlone) {
  VirtualExecutor loop;
  loop.run_for(seconds(5));
  loop.set_now(77);
  EXPECT_EQ(loop.now(), 77);
  EXPECT_EQ(loop.mono(), seconds(5));
  loop.run_for(seconds(3));
  EXPECT_EQ(loop.now(), 80);
}

TEST(VirtualExecutorTest, OffloadRunsWorkThenDoneAtTheNextTurn) {
  VirtualExecutor loop;
  std::string log;
  loop.offload([&] { log += 'w'; }, [&] { log += 'd'; });
  loop.offload([&] { log += 'x'; }, {});
  EXPECT_EQ(log, "");
  loop.run_ready();
  EXPECT_EQ(log, "wdx");
}

TEST(VirtualExecutorTest, TakesPostsFromOtherThreads) {
  VirtualExecutor loop;
  int runs = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&loop, &runs] {
        for (int n = 0; n < 250; ++n) loop.post_from_any_thread([&runs] { ++runs; });
      });
    }
  }
  loop.run_ready();
  EXPECT_EQ(runs, 1000);
}

TEST(VirtualExecutorTest, WorkWithoutEndIsAnError) {
  VirtualExecutor loop;
  loop.set_step_limit(1000);
  std::function<void()> again = [&] { loop.post(again); };
  loop.post(again);
  EXPECT_THROW(loop.run_until_idle(), std::runtime_error);
}

/// Cancels a timer when it goes, as an operation that owns its timeout does.
struct CancelsAtEnd {
  VirtualExecutor& loop;
  TimerId timer;
  ~CancelsAtEnd() { loop.cancel(timer); }
};

TEST(VirtualExecutorTest, PendingWorkIsDroppedAtTheEnd) {
  bool ran = false;
  {
    VirtualExecutor loop;
    const TimerId other = loop.call_after(seconds(9), [&] { ran = true; });
    const auto owner = std::make_shared<CancelsAtEnd>(loop, other);
    loop.call_after(seconds(1), [&ran, owner] { ran = true; });
    loop.post([&ran, owner] { ran = true; });
  }
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace anchorwatch
