// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/net/batch_scheduling.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <functional>
#include <thread>

namespace anchorwatch::net {
namespace {

/// Policies belong to threads: the other tests keep theirs.
void in_own_thread(const std::function<void()>& work) { std::thread(work).join(); }

TEST(BatchSchedulingTest, ThreadsThatStartLaterHaveItToo) {
  in_own_thread([] {
    ASSERT_EQ(sched_getscheduler(0), SCHED_OTHER);
    EXPECT_TRUE(prefer_batches());
    EXPECT_EQ(sched_getscheduler(0), SCHED_BATCH);
    in_own_thread([] { EXPECT_EQ(sched_getscheduler(0), SCHED_BATCH); });
  });
  EXPECT_EQ(sched_getscheduler(0), SCHED_OTHER);
}

TEST(BatchSchedulingTest, AnotherChoiceStays) {
  in_own_thread([] {
    const sched_param no_priority{};
    ASSERT_EQ(sched_setscheduler(0, SCHED_IDLE, &no_priority), 0);
    EXPECT_FALSE(prefer_batches());
    EXPECT_EQ(sched_getscheduler(0), SCHED_IDLE);
  });
}

TEST(BatchSchedulingTest, TwiceIsOnce) {
  in_own_thread([] {
    EXPECT_TRUE(prefer_batches());
    EXPECT_TRUE(prefer_batches());
  });
}

}  // namespace
}  // namespace anchorwatch::net
