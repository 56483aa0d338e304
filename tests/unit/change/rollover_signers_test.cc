// SPDX-License-Identifier: Apache-2.0
// Algorithm rollovers (RFC 6781 §4.1.4) and several signers (RFC 8901 model 2): done right nothing is loud, done
// wrong the next look tells.
#include "unit/change/rollover_run.h"

namespace anchorwatch::change {
namespace {

class AlgorithmRollover : public Rollover {
 protected:
  AlgorithmRollover() { stage.start_signed(); }
  void sign_data() { stage.home.use(stage.other_zsk, kHiddenSigner); }
  void publish() {
    stage.home.use(stage.other_ksk, kSignsKeys);
    stage.home.use(stage.other_zsk, kSignsData);
  }
  void swap_ds() { stage.set_ds({stage.other_ksk}); }
  void withdraw_old_keys() {
    stage.home.drop(stage.ksk1);
    stage.home.use(stage.zsk1, kHiddenSigner);
  }
  void remove_old_keys() {
    stage.home.drop(stage.ksk1);
    stage.home.drop(stage.zsk1);
  }
};

TEST_F(AlgorithmRollover, RightAndConservativeIsQuiet) {
  sign_data();
  stage.wait(kKeyTtl);
  publish();
  stage.wait(kKeyTtl);
  swap_ds();
  stage.wait(kDsTtl);
  withdraw_old_keys();
  stage.wait(kKeyTtl);
  remove_old_keys();
  stage.wait(kKeyTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(AlgorithmRollover, RightAndLiberalIsQuiet) {
  publish();
  stage.wait(kKeyTtl);
  swap_ds();
  stage.wait(kDsTtl);
  remove_old_keys();
  stage.wait(kKeyTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(AlgorithmRollover, ConservativeWithTheDsSwappedTooEarly) {
  sign_data();
  stage.wait(kKeyTtl);
  publish();
  stage.look();
  swap_ds();
  expect_alarm("DS_REMOVED_EARLY");
}

TEST_F(AlgorithmRollover, ConservativeWithTheOldKeysWithdrawnTooEarly) {
  sign_data();
  stage.wait(kKeyTtl);
  publish();
  stage.wait(kKeyTtl);
  swap_ds();
  stage.look();
  withdraw_old_keys();
  expect_alarm("ROLLOVER_TOO_FAST");
}

TEST_F(AlgorithmRollover, ConservativeWithTheOldKeysWithdrawnBeforeTheDs) {
  sign_data();
  stage.wait(kKeyTtl);
  publish();
  stage.wait(kKeyTtl);
  withdraw_old_keys();
  expect_alarm();
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kBogus);
}

TEST_F(AlgorithmRollover, LiberalWithTheDsSwappedTooEarly) {
  publish();
  stage.look();
  swap_ds();
  expect_alarm("DS_REMOVED_EARLY");
}

TEST_F(AlgorithmRollover, LiberalWithEverythingOldGoneTooEarly) {
  publish();
  stage.wait(kKeyTtl);
  swap_ds();
  stage.look();
  remove_old_keys();
  expect_alarm("ROLLOVER_TOO_FAST");
}

TEST_F(AlgorithmRollover, LiberalWithEverythingAtOnce) {
  publish();
  swap_ds();
  remove_old_keys();
  expect_alarm("ROLLOVER_UNSAFE_STEP");
}

TEST_F(AlgorithmRollover, SignaturesOfTheNewAlgorithmAreMissing) {
  stage.home.use(stage.other_ksk, kSignsKeys);
  stage.wait(kKeyTtl);
  stage.set_ds({stage.ksk1, stage.other_ksk});
  expect_alarm("SIG_MISSING_FOR_ALG");
}

TEST_F(AlgorithmRollover, SignaturesOfTheOldAlgorithmGoBeforeItsDs) {
  publish();
  stage.wait(kKeyTtl);
  stage.set_ds({stage.ksk1, stage.other_ksk});
  stage.wait(kDsTtl);
  stage.home.use(stage.zsk1, kPublished);
  expect_alarm("SIG_MISSING_FOR_ALG");
}

class SeveralSigners : public Rollover {
 protected:
  static constexpr const char* kGuestHost = "nsx";
  static constexpr const char* kGuestAddress = "192.0.2.60";

  void be_alone() { stage.start_signed(); }
  void be_two() {
    stage.home.use(stage.ksk1, kSignsKeys);
    stage.home.use(stage.zsk1, kSignsData);
    publish_each_other();
    join();
    stage.set_ds({stage.ksk1, stage.guest_ksk});
    stage.settle();
  }
  void publish_each_other() {
    stage.home.use(stage.guest_zsk, kPublished);
    stage.guest.use(stage.guest_ksk, kSignsKeys);
    stage.guest.use(stage.guest_zsk, kSignsData);
    stage.guest.use(stage.zsk1, kPublished);
  }
  void add_ds() {
    stage.ask_for({stage.ksk1, stage.guest_ksk});
    stage.wait(kLookEvery);
    stage.set_ds({stage.ksk1, stage.guest_ksk});
  }
  void join() { stage.guest.servers = {{kGuestHost, kGuestAddress}}; }
  void leave() { stage.guest.servers.clear(); }
  void remove_ds() {
    stage.ask_for({stage.ksk1});
    stage.wait(kLookEvery);
    stage.set_ds({stage.ksk1});
  }
};

TEST_F(SeveralSigners, JoiningRightIsQuiet) {
  be_alone();
  publish_each_other();
  stage.wait(kKeyTtl);
  add_ds();
  stage.wait(kDsTtl);
  join();
  stage.wait(kDsTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(SeveralSigners, LeavingRightIsQuiet) {
  be_two();
  leave();
  stage.wait(2 * kDsTtl);
  remove_ds();
  stage.wait(kDsTtl);
  stage.home.drop(stage.guest_zsk);
  stage.wait(kKeyTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(SeveralSigners, JoiningBeforeTheKeysWereExchanged) {
  be_alone();
  publish_each_other();
  stage.home.drop(stage.guest_zsk);
  add_ds();
  stage.wait(kDsTtl);
  join();
  expect_alarm_once_confirmed();
}

TEST_F(SeveralSigners, JoiningBeforeTheExchangedKeysAreKnown) {
  be_alone();
  add_ds();
  stage.wait(kDsTtl);
  publish_each_other();
  stage.look();
  join();
  expect_alarm("ROLLOVER_UNSAFE_STEP");
}

TEST_F(SeveralSigners, JoiningBeforeTheDs) {
  be_alone();
  publish_each_other();
  stage.wait(kKeyTtl);
  join();
  expect_alarm_once_confirmed();
}

TEST_F(SeveralSigners, JoiningBeforeTheDsIsKnown) {
  be_alone();
  publish_each_other();
  stage.wait(kKeyTtl);
  add_ds();
  stage.look();
  join();
  expect_alarm("ROLLOVER_UNSAFE_STEP");
}

TEST_F(SeveralSigners, LeavingWithTheKeysFirst) {
  be_two();
  stage.home.drop(stage.guest_zsk);
  expect_alarm_once_confirmed();
}

TEST_F(SeveralSigners, LeavingWithTheKeysAtOnce) {
  be_two();
  leave();
  stage.look();
  stage.home.drop(stage.guest_zsk);
  expect_alarm("ROLLOVER_TOO_FAST");
}

TEST_F(SeveralSigners, LeavingWithTheDsFirst) {
  be_two();
  stage.set_ds({stage.ksk1});
  expect_alarm_once_confirmed();
}

TEST_F(SeveralSigners, LeavingWithTheDsAtOnce) {
  be_two();
  leave();
  stage.look();
  stage.set_ds({stage.ksk1});
  expect_alarm("DS_REMOVED_EARLY");
}

}  // namespace
}  // namespace anchorwatch::change
