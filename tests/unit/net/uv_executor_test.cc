// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/net/uv_executor.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "anchorwatch/core/random.h"
#include "anchorwatch/core/task.h"
#include "loopback.h"

namespace anchorwatch::net {
namespace {

using testing::run_bounded;

TEST(UvExecutor, RunsPostsInOrderAndNeverInline) {
  UvExecutor executor;
  std::vector<int> order;
  executor.post([&] {
    order.push_back(1);
    executor.post([&] {
      order.push_back(3);
      executor.stop();
    });
    order.push_back(2);
  });
  EXPECT_TRUE(order.empty());
  run_bounded(executor);
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(UvExecutor, PostsThatNeverEndDoNotHoldUpTimers) {
  UvExecutor executor;
  int turns = 0;
  std::function<void()> again = [&] {
    ++turns;
    executor.post(again);
  };
  executor.post(again);
  executor.call_after(std::chrono::milliseconds(5), [&] { executor.stop(); });
  run_bounded(executor);
  EXPECT_GT(turns, 1);
}

TEST(UvExecutor, StopBeforeRunReturnsAtOnceAndRunGoesOn) {
  UvExecutor executor;
  bool ran = false;
  executor.post([&] {
    ran = true;
    executor.stop();
  });
  executor.stop();
  executor.run();
  EXPECT_FALSE(ran);
  run_bounded(executor);
  EXPECT_TRUE(ran);
}

TEST(UvExecutor, FiresTimersInOrderAndNotEarly) {
  UvExecutor executor;
  std::vector<int> order;
  const MonoTime start = executor.mono();
  executor.call_after(std::chrono::milliseconds(20), [&] {
    order.push_back(3);
    EXPECT_GE(executor.mono() - start, std::chrono::milliseconds(20));
    executor.stop();
  });
  executor.call_after(std::chrono::microseconds(1500), [&] {
    order.push_back(1);
    EXPECT_GE(executor.mono() - start, std::chrono::microseconds(1500));
  });
  executor.call_after(std::chrono::milliseconds(10), [&] { order.push_back(2); });
  executor.call_after(std::chrono::seconds(-5), [&] { order.push_back(0); });
  run_bounded(executor);
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3}));
}

TEST(UvExecutor, Runs100kTimersAndCancelsHalf) {
  UvExecutor executor(1);
  SeededRandom random(3);
  int fired = 0;
  std::vector<TimerId> timers;
  for (int i = 0; i < 100'000; ++i) {
    const auto delay = Duration(static_cast<std::int64_t>(random.below(50'000)));
    timers.push_back(executor.call_after(delay, [&] {
      if (++fired == 50'000) executor.stop();
    }));
  }
  for (std::size_t i = 0; i < timers.size(); i += 2) executor.cancel(timers[i]);
  EXPECT_EQ(executor.pending_timers(), 50'000U);
  run_bounded(executor);
  EXPECT_EQ(fired, 50'000);
}

TEST(UvExecutor, TimersMayCancelEachOtherAndThemselves) {
  UvExecutor executor;
  TimerId self = 0;
  const TimerId other = executor.call_after(std::chrono::milliseconds(3), [] { FAIL(); });
  self = executor.call_after(std::chrono::milliseconds(1), [&] {
    executor.cancel(self);
    executor.cancel(other);
    executor.call_after(std::chrono::milliseconds(5), [&] { executor.stop(); });
  });
  run_bounded(executor);
}

TEST(UvExecutor, TakesPostsFromFourThreads) {
  UvExecutor executor;
  constexpr int kEach = 10'000;
  int seen = 0;  // Without a lock: all run on the loop.
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < kEach; ++k) {
        executor.post_from_any_thread([&] {
          if (++seen == 4 * kEach) executor.stop();
        });
      }
    });
  }
  run_bounded(executor);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(seen, 4 * kEach);
}

TEST(UvExecutor, OffloadsToOtherThreadsAndReturns) {
  UvExecutor executor(3);
  const auto loop_thread = std::this_thread::get_id();
  std::set<std::thread::id> done_on;
  std::atomic<int> worked = 0;
  std::atomic<bool> on_loop = false;
  int done = 0;
  for (int i = 0; i < 200; ++i) {
    executor.offload(
        [&] {
          ++worked;
          if (std::this_thread::get_id() == loop_thread) on_loop = true;
        },
        [&] {
          done_on.insert(std::this_thread::get_id());
          if (++done == 200) executor.stop();
        });
  }
  run_bounded(executor);
  EXPECT_EQ(worked, 200);
  EXPECT_FALSE(on_loop);
  EXPECT_EQ(done_on, std::set{loop_thread});
}

TEST(UvExecutor, CarriesCoroutines) {
  UvExecutor executor(1);
  int value = 0;
  const auto walk = [](UvExecutor& on, int& out) -> Task<void> {
    std::function<void()> work = [&out] { out = 42; };
    co_await offload(on, work);
    co_await sleep_for(on, std::chrono::milliseconds(1));
    out += 1;
    on.stop();
  };
  spawn(walk(executor, value));
  run_bounded(executor);
  EXPECT_EQ(value, 43);
}

TEST(UvExecutor, WorkersAreNicerThanTheLoop) {
  const auto niceness = [] { return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())); };
  constexpr int kNicest = 19;
  const int loop = niceness();
  UvExecutor executor(1);
  int worker = -1;
  executor.offload([&] { worker = niceness(); }, [&] { executor.stop(); });
  run_bounded(executor);
  EXPECT_EQ(niceness(), loop);
  EXPECT_EQ(worker, std::min(loop + 5, kNicest));
}

TEST(UvExecutor, WatchesSignals) {
  UvExecutor executor;
  int hangups = 0;
  executor.on_signal(SIGHUP, [&] {
    ++hangups;
    executor.stop();
  });
  executor.post([] { std::raise(SIGHUP); });
  run_bounded(executor);
  EXPECT_EQ(hangups, 1);
}

TEST(UvExecutor, DropsPendingWorkAtTheEnd) {
  const auto token = std::make_shared<int>(0);
  {
    UvExecutor executor(1);
    executor.post([token] { FAIL(); });
    executor.post_from_any_thread([token] { FAIL(); });
    executor.call_after(std::chrono::hours(1), [token] { FAIL(); });
    executor.offload([] {}, [token] { FAIL(); });
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST(UvExecutor, EndsCleanlyAfterAStopThatNobodyWaitedFor) {
  UvExecutor executor(1);
  executor.stop();
}

TEST(FdWatcher, TellsReadableAndWritableAndMayDestroyItself) {
  UvExecutor executor;
  std::array<int, 2> fds{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds.data()), 0);
  const testing::TestSocket left(fds[0]);
  const testing::TestSocket right(fds[1]);
  bool was_writable = false;
  std::unique_ptr<FdWatcher> watcher;
  watcher = std::make_unique<FdWatcher>(executor, left.fd(), [&](FdEvents events) {
    if (events.writable) {
      was_writable = true;
      EXPECT_TRUE(watcher->watch({true, false, false}));
      testing::write_all(right.fd(), "x");
    } else if (events.readable) {
      watcher.reset();
      executor.stop();
    }
  });
  ASSERT_TRUE(watcher->watch({false, true, false}));
  run_bounded(executor);
  EXPECT_TRUE(was_writable);
  EXPECT_EQ(watcher, nullptr);
}

TEST(FdWatcher, SaysThatADescriptorCannotBeWatched) {
  UvExecutor executor;
  FdWatcher watcher(executor, 9999, [](FdEvents) {});
  const auto result = watcher.watch({true, false, false});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kIo);
}

}  // namespace
}  // namespace anchorwatch::net
