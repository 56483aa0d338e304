// SPDX-License-Identifier: Apache-2.0
// Rollover: what tests expect of a correct run, and of the look after a wrong step.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/change/rollover_stage.h"

namespace anchorwatch::change {

class Rollover : public ::testing::Test {
 protected:
  explicit Rollover(judge::Expect expect = judge::Expect::kSigned) : stage(expect) {}
  /// Correct runs: everything is told at once, and nothing may be loud.
  void expect_quiet() {
    for (const std::string& line : stage.loud()) ADD_FAILURE() << line;
    EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kSecure);
    EXPECT_FALSE(stage.events.empty()) << "nothing happened at all";
  }
  /// Wrong runs: the very next look must tell.
  void expect_alarm() {
    for (const std::string& line : stage.loud()) ADD_FAILURE() << "before the step: " << line;
    stage.confirmation = ConfirmationPolicy{};
    stage.look();
    EXPECT_GE(stage.loudest(), Severity::kError);
    EXPECT_FALSE(stage.alarms().empty());
  }
  void expect_alarm(const std::string& code) {
    expect_alarm();
    const std::vector<std::string> alarms = stage.alarms();
    std::string all;
    for (const std::string& each : alarms) all += each + " ";
    EXPECT_NE(std::find(alarms.begin(), alarms.end(), code), alarms.end()) << "instead of " << code << ": " << all;
  }

  /// What only some servers show is doubted at the first look, and told as soon as another one shows it.
  void expect_alarm_once_confirmed() {
    for (const std::string& line : stage.loud()) ADD_FAILURE() << "before the step: " << line;
    stage.confirmation = ConfirmationPolicy{};
    stage.look();
    EXPECT_FALSE(stage.last.state.summary.pending.empty());
    stage.look(60);
    EXPECT_GE(stage.loudest(), Severity::kError);
    EXPECT_FALSE(stage.alarms().empty());
  }

  RolloverStage stage;
};

}  // namespace anchorwatch::change
