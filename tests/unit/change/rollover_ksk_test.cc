// SPDX-License-Identifier: Apache-2.0
// KSK and CSK rollovers (RFC 6781 §4.1.2, §4.1.3; RFC 7583 §3.3), and becoming secure: done right nothing is loud,
// done wrong the next look tells.
#include "unit/change/rollover_run.h"

namespace anchorwatch::change {
namespace {

class KskDoubleSignature : public Rollover {
 protected:
  KskDoubleSignature() { stage.start_signed(); }
  void publish() { stage.home.use(stage.ksk2, kSignsKeys); }
  void swap_ds() { stage.set_ds({stage.ksk2}); }
  void remove_the_old_key() { stage.home.drop(stage.ksk1); }
};

TEST_F(KskDoubleSignature, RightIsQuiet) {
  publish();
  stage.wait(kKeyTtl);
  swap_ds();
  stage.wait(kDsTtl);
  remove_the_old_key();
  stage.wait(kKeyTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(KskDoubleSignature, RightByCdsIsQuiet) {
  publish();
  stage.wait(kKeyTtl);
  stage.ask_for({stage.ksk2});
  stage.wait(kLookEvery);
  swap_ds();
  stage.wait(kDsTtl);
  remove_the_old_key();
  stage.wait(kKeyTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(KskDoubleSignature, TheDsIsSwappedBeforeTheNewKeyIsKnown) {
  publish();
  stage.look();
  swap_ds();
  expect_alarm("DS_REMOVED_EARLY");
}

TEST_F(KskDoubleSignature, TheOldKeyGoesWhileItsDsIsHeld) {
  publish();
  stage.wait(kKeyTtl);
  swap_ds();
  stage.look();
  remove_the_old_key();
  expect_alarm("ROLLOVER_TOO_FAST");
}

TEST_F(KskDoubleSignature, TheOldKeyGoesBeforeTheDsIsSwapped) {
  publish();
  stage.wait(kKeyTtl);
  remove_the_old_key();
  expect_alarm();
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kBogus);
}

TEST_F(KskDoubleSignature, TheDsIsSwappedToAKeyThatDoesNotSign) {
  stage.home.use(stage.ksk2, kPublished);
  stage.wait(kKeyTtl);
  swap_ds();
  expect_alarm();
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kBogus);
}

class KskDoubleDs : public Rollover {
 protected:
  KskDoubleDs() { stage.start_signed(); }
  void add_ds() {
    stage.ask_for({stage.ksk1, stage.ksk2});
    stage.wait(kLookEvery);
    stage.set_ds({stage.ksk1, stage.ksk2});
  }
  void swap_keys() {
    stage.home.drop(stage.ksk1);
    stage.home.use(stage.ksk2, kSignsKeys);
  }
  void remove_ds() {
    stage.ask_for({stage.ksk2});
    stage.set_ds({stage.ksk2});
  }
};

TEST_F(KskDoubleDs, RightIsQuiet) {
  add_ds();
  stage.wait(kDsTtl);
  swap_keys();
  stage.wait(kKeyTtl);
  stage.ask_for({stage.ksk2});
  stage.wait(kLookEvery);
  remove_ds();
  stage.wait(kDsTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(KskDoubleDs, TheKeysAreSwappedBeforeTheNewDsIsKnown) {
  add_ds();
  stage.look();
  swap_keys();
  expect_alarm("ROLLOVER_TOO_FAST");
}

TEST_F(KskDoubleDs, TheOldDsGoesBeforeTheNewKeyIsKnown) {
  add_ds();
  stage.wait(kDsTtl);
  swap_keys();
  stage.look();
  remove_ds();
  expect_alarm("DS_REMOVED_EARLY");
}

TEST_F(KskDoubleDs, TheOldDsGoesBeforeTheKeysAreSwapped) {
  add_ds();
  stage.wait(kDsTtl);
  remove_ds();
  expect_alarm();
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kBogus);
}

TEST_F(KskDoubleDs, ADsThatNobodyAnnounced) {
  stage.set_ds({stage.ksk1, stage.ksk2});
  expect_alarm("DS_UNEXPECTED");
}

class CskRollover : public Rollover {
 protected:
  CskRollover() {
    stage.home.use(stage.csk1, kSignsAll);
    stage.set_ds({stage.csk1});
    stage.settle();
  }
  void publish() { stage.home.use(stage.csk2, kSignsKeys); }
  void swap_ds() { stage.set_ds({stage.csk2}); }
  void sign_with_the_new_key() {
    stage.home.use(stage.csk1, kSignsKeys);
    stage.home.use(stage.csk2, kSignsAll);
  }
  void remove_the_old_key() { stage.home.drop(stage.csk1); }
};

TEST_F(CskRollover, RightIsQuiet) {
  publish();
  stage.wait(kKeyTtl);
  swap_ds();
  sign_with_the_new_key();
  stage.wait(kDsTtl);
  remove_the_old_key();
  stage.wait(kKeyTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(CskRollover, RightWithTwoSignaturesIsQuiet) {
  stage.home.use(stage.csk2, kSignsAll);
  stage.wait(kKeyTtl);
  swap_ds();
  stage.wait(kDsTtl);
  remove_the_old_key();
  stage.wait(kKeyTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(CskRollover, TheNewKeySignsBeforeItIsKnown) {
  publish();
  sign_with_the_new_key();
  expect_alarm("ROLLOVER_TOO_FAST");
}

TEST_F(CskRollover, TheDsIsSwappedBeforeTheNewKeyIsKnown) {
  publish();
  swap_ds();
  expect_alarm("DS_REMOVED_EARLY");
}

TEST_F(CskRollover, TheOldKeyGoesWhileItsDsIsHeld) {
  publish();
  stage.wait(kKeyTtl);
  swap_ds();
  sign_with_the_new_key();
  stage.wait(kKeyTtl);
  remove_the_old_key();
  expect_alarm("ROLLOVER_TOO_FAST");
}

TEST_F(CskRollover, TheOldKeyGoesWithItsSignatures) {
  publish();
  stage.wait(kKeyTtl);
  swap_ds();
  stage.wait(kDsTtl);
  sign_with_the_new_key();
  remove_the_old_key();
  expect_alarm("ROLLOVER_TOO_FAST");
}

/// Nobody expected the zone to be signed.
class Bootstrap : public Rollover {
 protected:
  Bootstrap() : Rollover(judge::Expect::kAny) { stage.settle(); }
  void sign() {
    stage.home.use(stage.ksk1, kSignsKeys);
    stage.home.use(stage.zsk1, kSignsData);
  }
};

TEST_F(Bootstrap, RightIsQuiet) {
  sign();
  stage.wait(kKeyTtl);
  stage.ask_for({stage.ksk1});
  stage.wait(kLookEvery);
  stage.set_ds({stage.ksk1});
  stage.wait(kDsTtl);
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kSecure);
  stage.rest(10);
  expect_quiet();
}

TEST_F(Bootstrap, TheDsComesBeforeTheKeys) {
  stage.set_ds({stage.ksk1});
  expect_alarm();
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kBogus);
}

TEST_F(Bootstrap, TheDsComesWhileUnsignedDataIsHeld) {
  sign();
  stage.look();
  stage.set_ds({stage.ksk1});
  expect_alarm("ROLLOVER_UNSAFE_STEP");
}

TEST_F(Bootstrap, TheDsIsOfAnotherKey) {
  sign();
  stage.wait(kKeyTtl);
  stage.set_ds({stage.foreign});
  expect_alarm();
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kBogus);
}

}  // namespace
}  // namespace anchorwatch::change
