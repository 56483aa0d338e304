// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/task.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/virtual_executor.h"

namespace anchorwatch {
namespace {

using std::chrono::seconds;

Task<int> number(int value) { co_return value; }

Task<int> sum_to(int last) {
  int sum = 0;
  for (int i = 1; i <= last; ++i) sum += co_await number(i);
  co_return sum;
}

Task<void> store(Task<int> source, int* target) { *target = co_await source; }

TEST(TaskTest, IsLazy) {
  bool ran = false;
  const auto body = [](bool* flag) -> Task<void> {
    *flag = true;
    co_return;
  };
  Task<void> task = body(&ran);
  EXPECT_FALSE(ran);
  spawn(std::move(task));
  EXPECT_TRUE(ran);
}

TEST(TaskTest, NeverStartedTaskFreesWhatItHolds) {
  const auto held = std::make_shared<int>(1);
  {
    const auto body = [](std::shared_ptr<int> owned) -> Task<int> { co_return *owned; };
    const Task<int> task = body(held);
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(TaskTest, MoveAssignmentFreesTheOldTask) {
  const auto held = std::make_shared<int>(1);
  const auto body = [](std::shared_ptr<int> owned) -> Task<int> { co_return *owned; };
  Task<int> task = body(held);
  task = body(nullptr);
  EXPECT_EQ(held.use_count(), 1);
  Task<int>& same = task;
  task = std::move(same);
  int value = 0;
  task = number(3);
  spawn(store(std::move(task), &value));
  EXPECT_EQ(value, 3);
}

TEST(TaskTest, NestedTasksGiveTheirValues) {
  int sum = 0;
  spawn(store(sum_to(100), &sum));
  EXPECT_EQ(sum, 5050);
}

Task<int> depth(int levels) {
  if (levels == 0) co_return 0;
  const int below = co_await depth(levels - 1);
  co_return below + 1;
}

TEST(TaskTest, NestsDeep) {
  int levels = 0;
  spawn(store(depth(500), &levels));
  EXPECT_EQ(levels, 500);
}

TEST(TaskTest, ValuesThatOnlyMove) {
  const auto make = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(9); };
  int value = 0;
  spawn([](Task<std::unique_ptr<int>> source, int* target) -> Task<void> {
    const std::unique_ptr<int> owned = co_await source;
    *target = *owned;
  }(make(), &value));
  EXPECT_EQ(value, 9);
}

TEST(SpawnTest, DoneRunsAtTheEndAndTheFrameFreesItself) {
  const auto held = std::make_shared<int>(1);
  const Completion<int> gate;
  bool done = false;
  spawn([](std::shared_ptr<int> owned,
           Completion<int> wait) -> Task<void> { *owned = co_await wait; }(held, gate),
        [&done] { done = true; });
  EXPECT_FALSE(done);
  EXPECT_EQ(held.use_count(), 2);
  gate.set(5);
  EXPECT_TRUE(done);
  EXPECT_EQ(*held, 5);
  EXPECT_EQ(held.use_count(), 1);
}

Task<void> await_into(Completion<std::string> source, std::string* target) {
  *target = co_await source;
}

TEST(CompletionTest, SetBeforeAwaitGoesStraightOn) {
  const Completion<std::string> completion;
  EXPECT_FALSE(completion.ready());
  completion.set("early");
  EXPECT_TRUE(completion.ready());
  std::string got;
  spawn(await_into(completion, &got));
  EXPECT_EQ(got, "early");
}

TEST(CompletionTest, SetAfterAwaitResumesInsideSet) {
  const Completion<std::string> completion;
  std::string got;
  spawn(await_into(completion, &got));
  EXPECT_EQ(got, "");
  completion.set("late");
  EXPECT_EQ(got, "late");
}

TEST(CompletionTest, SecondDeliveryIsIgnored) {
  const Completion<std::string> completion;
  completion.set("first");
  completion.set("second");
  std::string got;
  spawn(await_into(completion, &got));
  completion.set("third");
  EXPECT_EQ(got, "first");
}

TEST(CompletionTest, TheCallbackMayOutliveTheOriginal) {
  std::string got;
  std::function<void()> callback;
  {
    const Completion<std::string> completion;
    callback = [completion] { completion.set("value"); };
    spawn(await_into(completion, &got));
  }
  callback();
  EXPECT_EQ(got, "value");
}

TEST(WaitGroupTest, WithoutChildrenDoesNotWait) {
  bool done = false;
  spawn([](bool* flag) -> Task<void> {
    const WaitGroup group;
    co_await group;
    *flag = true;
  }(&done));
  EXPECT_TRUE(done);
}

Task<void> log_after(Executor* loop, Duration delay, std::string* log, char letter) {
  co_await sleep_for(*loop, delay);
  log->push_back(letter);
}

Task<void> run_three(Executor* loop, std::string* log) {
  const WaitGroup group;
  group.spawn(log_after(loop, seconds(3), log, 'c'));
  group.spawn(log_after(loop, seconds(1), log, 'a'));
  group.spawn(log_after(loop, seconds(2), log, 'b'));
  co_await group;
  log->push_back('.');
}

TEST(WaitGroupTest, WaitsForTheLastChild) {
  VirtualExecutor loop;
  std::string log;
  spawn(run_three(&loop, &log));
  loop.run_for(seconds(2));
  EXPECT_EQ(log, "ab");
  loop.run_until_idle();
  EXPECT_EQ(log, "abc.");
}

TEST(WaitGroupTest, ChildrenThatEndAtOnceCount) {
  int ended = 0;
  bool done = false;
  spawn([](int* count, bool* flag) -> Task<void> {
    const WaitGroup group;
    for (int i = 0; i < 10; ++i) {
      group.spawn([](int* counter) -> Task<void> {
        ++*counter;
        co_return;
      }(count));
    }
    co_await group;
    *flag = true;
  }(&ended, &done));
  EXPECT_EQ(ended, 10);
  EXPECT_TRUE(done);
}

TEST(WaitGroupTest, CanBeUsedAgain) {
  VirtualExecutor loop;
  std::string log;
  spawn([](Executor* executor, std::string* out) -> Task<void> {
    const WaitGroup group;
    group.spawn(log_after(executor, seconds(1), out, 'a'));
    co_await group;
    group.spawn(log_after(executor, seconds(1), out, 'b'));
    co_await group;
    out->push_back('.');
  }(&loop, &log));
  loop.run_until_idle();
  EXPECT_EQ(log, "ab.");
}

TEST(SleepTest, ResumesAfterTheDelay) {
  VirtualExecutor loop;
  std::string log;
  spawn(log_after(&loop, seconds(10), &log, 'x'));
  loop.run_for(seconds(10) - Duration(1));
  EXPECT_EQ(log, "");
  loop.run_for(Duration(1));
  EXPECT_EQ(log, "x");
}

TEST(SleepTest, ManySleepsInTurnDoNotGrowTheStack) {
  VirtualExecutor loop;
  int turns = 0;
  spawn([](Executor* executor, int* count) -> Task<void> {
    for (int i = 0; i < 50'000; ++i) {
      co_await sleep_for(*executor, seconds(1));
      ++*count;
    }
  }(&loop, &turns));
  loop.run_until_idle();
  EXPECT_EQ(turns, 50'000);
  EXPECT_EQ(loop.mono(), seconds(50'000));
}

TEST(OffloadTest, WorkRunsBeforeTheTaskGoesOn) {
  VirtualExecutor loop;
  std::string log;
  spawn([](Executor* executor, std::string* out) -> Task<void> {
    std::function<void()> work = [out] { out->push_back('w'); };
    co_await offload(*executor, std::move(work));
    out->push_back('t');
  }(&loop, &log));
  EXPECT_EQ(log, "");
  loop.run_until_idle();
  EXPECT_EQ(log, "wt");
}

}  // namespace
}  // namespace anchorwatch
