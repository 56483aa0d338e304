// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/look_slots.h"

#include <gtest/gtest.h>

#include "support/virtual_executor.h"

namespace anchorwatch::pipeline {
namespace {

class LookSlotsTest : public ::testing::Test {
 protected:
  static LookSlotsOptions two_and_three() {
    LookSlotsOptions options;
    options.working = 2;
    options.waiting = 3;
    return options;
  }

  VirtualExecutor loop_;
  int freed_ = 0;
  LookSlotsOptions options_ = two_and_three();
  LookSlots slots_{loop_, options_, [this] { ++freed_; }};
};

TEST_F(LookSlotsTest, AsManyAsThereAre) {
  const LookSlots::Slot first = slots_.take();
  EXPECT_TRUE(slots_.available());
  slots_.take();
  EXPECT_FALSE(slots_.available());
  slots_.give_back(first);
  EXPECT_TRUE(slots_.available());
  EXPECT_EQ(slots_.working(), 1);
}

TEST_F(LookSlotsTest, WhoTakesLongGivesItsSlotToOthers) {
  slots_.take();
  slots_.take();
  loop_.run_for(options_.patience + std::chrono::milliseconds(1));
  EXPECT_EQ(freed_, 2);
  EXPECT_EQ(slots_.waiting(), 2);
  EXPECT_TRUE(slots_.available());
}

TEST_F(LookSlotsTest, WhoOnlyWaitsForTheStoreReleasesItsSlot) {
  const LookSlots::Slot first = slots_.take();
  slots_.take();
  EXPECT_FALSE(slots_.available());
  slots_.release(first);
  EXPECT_TRUE(slots_.available());
  EXPECT_EQ(freed_, 1);
  EXPECT_EQ(slots_.waiting(), 1);
  slots_.release(first);
  EXPECT_EQ(freed_, 1);
  EXPECT_EQ(slots_.waiting(), 1);
  loop_.run_for(options_.patience + std::chrono::milliseconds(1));
  EXPECT_EQ(freed_, 2);  // The other one; nobody loses a slot twice.
  EXPECT_EQ(slots_.waiting(), 2);
  slots_.give_back(first);
  EXPECT_EQ(slots_.waiting(), 1);
}

TEST_F(LookSlotsTest, WhoWaitsForAWorkerHoldsUpOthers) {
  int judging = 0;
  LookSlotsOptions options;
  options.working = 20;
  options.judging = [&judging] { return judging; };
  LookSlots slots(loop_, options, [] {});
  slots.take();
  slots.take();
  judging = 2;
  EXPECT_TRUE(slots.available());
  slots.take();
  slots.take();
  EXPECT_FALSE(slots.available());
  // Not because they lost their slots: without workers that are behind others may begin.
  loop_.run_for(options.patience + std::chrono::milliseconds(1));
  EXPECT_TRUE(slots.available());
  judging = 3;
  EXPECT_FALSE(slots.available());
  judging = 0;
  EXPECT_TRUE(slots.available());
}

TEST_F(LookSlotsTest, WhoEndsInTimeFreesNothingLater) {
  slots_.give_back(slots_.take());
  loop_.run_for(2 * options_.patience);
  EXPECT_EQ(freed_, 0);
  EXPECT_EQ(slots_.waiting(), 0);
}

TEST_F(LookSlotsTest, ThoseThatWaitAreBoundedToo) {
  LookSlots::Slot last = 0;
  for (int i = 0; i < 3; ++i) {
    last = slots_.take();
    loop_.run_for(options_.patience + std::chrono::milliseconds(1));
  }
  EXPECT_EQ(slots_.waiting(), 3);
  EXPECT_FALSE(slots_.available());
  slots_.give_back(last);
  EXPECT_EQ(slots_.waiting(), 2);
  EXPECT_TRUE(slots_.available());
}

}  // namespace
}  // namespace anchorwatch::pipeline
