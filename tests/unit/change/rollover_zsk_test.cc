// SPDX-License-Identifier: Apache-2.0
// ZSK rollovers (RFC 6781 §4.1.1, RFC 7583 §3.2): done right nothing is loud, done wrong the next look tells.
#include "unit/change/rollover_run.h"

namespace anchorwatch::change {
namespace {

class ZskPrePublication : public Rollover {
 protected:
  ZskPrePublication() { stage.start_signed(); }
  void publish() { stage.home.use(stage.zsk2, kPublished); }
  void sign_with_the_new_key() {
    stage.home.use(stage.zsk1, kPublished);
    stage.home.use(stage.zsk2, kSignsData);
  }
  void remove_the_old_key() { stage.home.drop(stage.zsk1); }
};

TEST_F(ZskPrePublication, RightIsQuiet) {
  publish();
  stage.wait(kKeyTtl);
  sign_with_the_new_key();
  stage.wait(kKeyTtl);
  remove_the_old_key();
  stage.wait(2 * kKeyTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(ZskPrePublication, AKeyThatSignsWhenItIsPublished) {
  publish();
  sign_with_the_new_key();
  expect_alarm("ROLLOVER_UNSAFE_STEP");
}

TEST_F(ZskPrePublication, AKeyThatSignsBeforeItIsKnown) {
  publish();
  stage.look();
  sign_with_the_new_key();
  expect_alarm("ROLLOVER_TOO_FAST");
}

TEST_F(ZskPrePublication, AKeyThatGoesWhenItsSignaturesGo) {
  publish();
  stage.wait(kKeyTtl);
  sign_with_the_new_key();
  remove_the_old_key();
  expect_alarm("ROLLOVER_UNSAFE_STEP");
}

TEST_F(ZskPrePublication, AKeyThatGoesBeforeItsSignaturesAreForgotten) {
  publish();
  stage.wait(kKeyTtl);
  sign_with_the_new_key();
  stage.look();
  remove_the_old_key();
  expect_alarm("ROLLOVER_TOO_FAST");
}

TEST_F(ZskPrePublication, AKeyThatGoesWhileItSigns) {
  publish();
  stage.wait(kKeyTtl);
  stage.home.use(stage.zsk1, kHiddenSigner);
  expect_alarm();
}

TEST_F(ZskPrePublication, AKeyThatIsNeverPublished) {
  stage.home.drop(stage.zsk1);
  stage.home.use(stage.zsk2, kHiddenSigner);
  expect_alarm();
}

class ZskDoubleSignature : public Rollover {
 protected:
  ZskDoubleSignature() { stage.start_signed(); }
  void sign_with_both() { stage.home.use(stage.zsk2, kSignsData); }
  void remove_the_old_key() { stage.home.drop(stage.zsk1); }
};

TEST_F(ZskDoubleSignature, RightIsQuiet) {
  sign_with_both();
  stage.wait(kKeyTtl);
  remove_the_old_key();
  stage.wait(2 * kKeyTtl);
  stage.rest(10);
  expect_quiet();
}

TEST_F(ZskDoubleSignature, TheOldKeyGoesBeforeTheOldDataIsForgotten) {
  sign_with_both();
  stage.look();
  remove_the_old_key();
  expect_alarm("ROLLOVER_UNSAFE_STEP");
}

TEST_F(ZskDoubleSignature, TheOldSignaturesGoBeforeTheNewKeyIsKnown) {
  sign_with_both();
  stage.look();
  stage.home.use(stage.zsk1, kPublished);
  expect_alarm("ROLLOVER_TOO_FAST");
}

TEST_F(ZskDoubleSignature, TheNewKeyReplacesTheOldOneAtOnce) {
  sign_with_both();
  remove_the_old_key();
  expect_alarm("ROLLOVER_UNSAFE_STEP");
}

TEST_F(ZskDoubleSignature, TheNewKeyGoesAgainWithItsSignaturesLeftAlone) {
  sign_with_both();
  stage.wait(kKeyTtl);
  remove_the_old_key();
  stage.home.use(stage.zsk2, kHiddenSigner);
  expect_alarm();
}

}  // namespace
}  // namespace anchorwatch::change
