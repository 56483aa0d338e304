// SPDX-License-Identifier: Apache-2.0
// Hijacks that look like rollovers are critical at their first step that touches the chain.
#include "unit/change/rollover_run.h"

namespace anchorwatch::change {
namespace {

class RolloverHijack : public Rollover {
 protected:
  RolloverHijack() { stage.start_signed(); }
  void replace_servers() {
    stage.home.servers = {{"ns", "203.0.113.1"}, {"nsx", "203.0.113.2"}};
    stage.home.keys.clear();
    stage.home.use(stage.foreign, kSignsAll);
  }
  void expect_critical() {
    for (const std::string& line : stage.loud()) ADD_FAILURE() << "before the step: " << line;
    stage.confirmation = ConfirmationPolicy{};
    stage.look();
    EXPECT_EQ(stage.loudest(), Severity::kCritical);
    EXPECT_FALSE(stage.alarms().empty());
  }
  [[nodiscard]] bool is_open(judge::FindingCode code) const {
    const auto& open = stage.last.state.open_findings;
    return std::any_of(open.begin(), open.end(), [code](const OpenFinding& each) {
      return each.finding.code == code && each.finding.severity == Severity::kCritical;
    });
  }
};

TEST_F(RolloverHijack, TheDsIsRemovedThenEverythingReplaced) {
  stage.set_ds({});
  expect_critical();
  EXPECT_TRUE(is_open(judge::FindingCode::WENT_INSECURE));
  replace_servers();
  stage.look();
  EXPECT_EQ(stage.loudest(), Severity::kCritical);
  stage.set_ds({stage.foreign});
  stage.look();
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kSecure) << "to a resolver all is well";
  EXPECT_TRUE(is_open(judge::FindingCode::DS_UNEXPECTED));
}

TEST_F(RolloverHijack, ThroughADoubleDs) {
  stage.set_ds({stage.ksk1, stage.foreign});
  expect_critical();
  EXPECT_TRUE(is_open(judge::FindingCode::DS_UNEXPECTED));
  stage.wait(kDsTtl);
  replace_servers();
  stage.look();
  stage.set_ds({stage.foreign});
  stage.look();
  EXPECT_EQ(stage.loudest(), Severity::kCritical);
}

TEST_F(RolloverHijack, InTheMidstOfTheOwnersRollover) {
  stage.home.use(stage.ksk2, kSignsKeys);
  stage.wait(kKeyTtl);
  stage.set_ds({stage.ksk2, stage.foreign});
  expect_critical();
}

TEST_F(RolloverHijack, AStrangersKeyInPlaceOfTheOwnersNextOne) {
  stage.home.use(stage.ksk2, kSignsKeys);
  stage.wait(kKeyTtl);
  replace_servers();
  stage.set_ds({stage.foreign});
  expect_critical();
}

}  // namespace
}  // namespace anchorwatch::change
