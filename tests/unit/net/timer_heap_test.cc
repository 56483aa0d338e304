// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/net/timer_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "anchorwatch/core/random.h"

namespace anchorwatch::net {
namespace {

TEST(TimerHeap, TakesInOrderOfTimeThenOfCreation) {
  TimerHeap heap;
  std::vector<int> order;
  heap.add(MonoTime(20), [&] { order.push_back(2); });
  heap.add(MonoTime(10), [&] { order.push_back(0); });
  heap.add(MonoTime(10), [&] { order.push_back(1); });
  heap.add(MonoTime(30), [&] { order.push_back(3); });
  EXPECT_EQ(heap.next_due(), MonoTime(10));
  while (const auto work = heap.take_due(MonoTime(20))) (*work)();
  EXPECT_EQ(order, (std::vector{0, 1, 2}));
  EXPECT_EQ(heap.size(), 1U);
}

TEST(TimerHeap, IgnoresUnknownAndFiredIds) {
  TimerHeap heap;
  const TimerId first = heap.add(MonoTime(1), [] {});
  EXPECT_NE(first, 0U);
  EXPECT_TRUE(heap.take_due(MonoTime(1)));
  const TimerId second = heap.add(MonoTime(1), [] {});  // In the same slot.
  EXPECT_FALSE(heap.remove(first));
  EXPECT_FALSE(heap.remove(0));
  EXPECT_FALSE(heap.remove(12345));
  EXPECT_FALSE(heap.remove(UINT64_MAX));
  EXPECT_EQ(heap.size(), 1U);
  EXPECT_TRUE(heap.remove(second));
  EXPECT_FALSE(heap.remove(second));
  EXPECT_FALSE(heap.next_due());
}

TEST(TimerHeap, KeepsOrderWhen100kAreCancelledAtRandom) {
  SeededRandom random(7);
  TimerHeap heap;
  struct Timer {
    MonoTime due;
    TimerId id;
  };
  std::vector<Timer> timers;
  std::vector<std::int64_t> fired;
  for (int i = 0; i < 100'000; ++i) {
    const MonoTime due(static_cast<std::int64_t>(random.below(50'000)));
    timers.push_back({due, heap.add(due, [&fired, due] { fired.push_back(due.count()); })});
  }
  std::vector<std::int64_t> expected;
  for (const Timer& timer : timers) {
    if (random.below(2) == 0) {
      EXPECT_TRUE(heap.remove(timer.id));
    } else {
      expected.push_back(timer.due.count());
    }
  }
  while (const auto work = heap.take_due(MonoTime::max())) (*work)();
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(fired, expected);
}

TEST(TimerHeap, GivesEachTimerItsOwnId) {
  TimerHeap heap;
  std::unordered_set<TimerId> ids;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(ids.insert(heap.add(MonoTime(i), [] {})).second);
    if (i % 3 == 0) {
      EXPECT_TRUE(heap.take_due(MonoTime::max()));
    }
  }
}

}  // namespace
}  // namespace anchorwatch::net
