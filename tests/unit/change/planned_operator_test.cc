// SPDX-License-Identifier: Apache-2.0
// Another operator: name servers and keys change hands, with a chain of trust all the way, or by going insecure in between.
#include "anchorwatch/dns/rdata.h"
#include "unit/change/rollover_run.h"

namespace anchorwatch::change {
namespace {

class OperatorChange : public Rollover {
 protected:
  OperatorChange() { stage.start_signed(); }

  [[nodiscard]] std::string ds_text(const SigningKey& key) const {
    return normalise_ds(dns::rdata_to_text(dns::RrType::kDs, key.ds(stage.zone()))).value();
  }
  /// One approved change that names the new operator's servers and the DS of its key.
  PlannedChange& approve_operator() {
    PlannedChange& plan = stage.approve(PlanKind::kOperator);
    plan.ns = {"new.example.com.", "new2.example.com."};
    plan.ds = {ds_text(stage.guest_ksk)};
    return plan;
  }
  /// Each operator publishes the keys of the other, and both DS stand.
  void publish_both() {
    stage.home.use(stage.guest_ksk, kPublished);
    stage.home.use(stage.guest_zsk, kPublished);
    stage.wait(kKeyTtl);
    stage.set_ds({stage.ksk1, stage.guest_ksk});
    stage.wait(kDsTtl);
  }
  void move_servers(const std::string& label = "new") {
    stage.home.servers = {{label, "198.51.100.1"}, {label + "2", "198.51.100.2"}};
    stage.home.use(stage.guest_ksk, kSignsKeys);
    stage.home.use(stage.guest_zsk, kSignsData);
    stage.home.use(stage.ksk1, kPublished);
    stage.home.use(stage.zsk1, kPublished);
  }
  void leave_the_old() {
    stage.wait(kDsTtl);
    stage.set_ds({stage.guest_ksk});
    stage.wait(kDsTtl);
    stage.home.drop(stage.ksk1);
    stage.home.drop(stage.zsk1);
    stage.wait(kKeyTtl);
  }
  void expect_nothing_loud() {
    for (const std::string& line : stage.loud()) ADD_FAILURE() << line;
  }
  void expect_all_planned() {
    for (const Event& event : stage.events) EXPECT_NE(event.expected, false) << to_string(event.type) << " " << event.summary;
  }
};

TEST_F(OperatorChange, WithBothKeySetsAndBothDsItIsCalm) {
  approve_operator();
  publish_both();
  move_servers();
  leave_the_old();
  stage.rest(10);
  expect_quiet();
  expect_all_planned();
}

TEST_F(OperatorChange, WithoutApprovalTheServersAreAnAlarm) {
  publish_both();
  move_servers();
  expect_alarm("NS_UNEXPECTED");
}

TEST_F(OperatorChange, OtherServersThanThoseNamedAreAnAlarm) {
  approve_operator();
  publish_both();
  move_servers("evil");
  expect_alarm("NS_UNEXPECTED");
}

TEST_F(OperatorChange, ADsThatWasNotNamedIsAnAlarm) {
  approve_operator();
  stage.set_ds({stage.ksk1, stage.foreign});
  expect_alarm("DS_UNEXPECTED");
}

TEST_F(OperatorChange, ServersThatMoveBeforeTheirKeysAreKnownAreAnAlarm) {
  approve_operator();
  stage.set_ds({stage.ksk1, stage.guest_ksk});
  stage.look();
  move_servers();
  stage.home.drop(stage.ksk1);
  stage.home.drop(stage.zsk1);
  expect_alarm("ROLLOVER_UNSAFE_STEP");
}

TEST_F(OperatorChange, AnOldDsThatGoesTooEarlyIsAnAlarm) {
  approve_operator();
  stage.set_ds({stage.guest_ksk});
  expect_alarm();
}

/// Three changes: insecure, other servers, signed again.
TEST_F(OperatorChange, ByGoingInsecureInBetweenItIsCalm) {
  stage.approve(PlanKind::kInsecure);
  stage.approve(PlanKind::kNs).ns = {"new.example.com.", "new2.example.com."};
  stage.approve(PlanKind::kSecure).ds = {ds_text(stage.guest_ksk)};
  stage.set_ds({});
  stage.wait(kDsTtl);
  stage.home.drop(stage.ksk1);
  stage.home.drop(stage.zsk1);
  stage.wait(kKeyTtl);
  stage.home.servers = {{"new", "198.51.100.1"}, {"new2", "198.51.100.2"}};
  stage.wait(kDsTtl);
  stage.home.use(stage.guest_ksk, kSignsKeys);
  stage.home.use(stage.guest_zsk, kSignsData);
  stage.wait(kKeyTtl);
  stage.set_ds({stage.guest_ksk});
  stage.wait(kDsTtl);
  stage.rest(10);
  expect_quiet();
  expect_all_planned();
}

TEST_F(OperatorChange, ByGoingInsecureAForeignDsAtTheEndIsAnAlarm) {
  stage.approve(PlanKind::kInsecure);
  stage.approve(PlanKind::kNs).ns = {"new.example.com.", "new2.example.com."};
  stage.approve(PlanKind::kSecure).ds = {ds_text(stage.guest_ksk)};
  stage.set_ds({});
  stage.wait(kDsTtl);
  stage.home.drop(stage.ksk1);
  stage.home.drop(stage.zsk1);
  stage.home.servers = {{"new", "198.51.100.1"}, {"new2", "198.51.100.2"}};
  stage.home.use(stage.foreign, kSignsAll);
  stage.look();
  EXPECT_EQ(stage.loudest(), Severity::kWarning) << "its key was told before";
  stage.set_ds({stage.foreign});
  stage.look();
  const std::vector<std::string> alarms = stage.alarms();
  EXPECT_NE(std::find(alarms.begin(), alarms.end(), "DS_UNEXPECTED"), alarms.end());
}

}  // namespace
}  // namespace anchorwatch::change
