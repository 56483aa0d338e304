// SPDX-License-Identifier: Apache-2.0
// Who asks for a mute that would keep nothing is told so.
#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class MuteTest : public StoreFixture {
 protected:
  void SetUp() override {
    open();
    World world;
    look(world, kNoon);
  }
  Result<AdminValues> ask(const std::string& kind, AdminValues arguments) {
    AdminRequest request{kind, std::move(arguments), "ann", kNoon, false};
    return wait<AdminValues>([&](auto done) { store_->administer(std::move(request), done); });
  }
  Result<AdminValues> mute(AdminValues arguments) {
    arguments["reason"] = std::string("a test");
    arguments["seconds"] = std::int64_t{3600};
    return ask("mute.add", std::move(arguments));
  }
  std::string refused(AdminValues arguments) {
    const Result<AdminValues> answer = mute(std::move(arguments));
    return answer ? "taken" : answer.error().message();
  }
};

TEST_F(MuteTest, CodesAndTypesOfZonesAreTaken) {
  for (const char* code : {"SIG_EXPIRED", "ANCHOR_STALE", "zone.status_changed", "signer.late"}) {
    EXPECT_TRUE(mute({{"code", std::string(code)}})) << code;
  }
}

TEST_F(MuteTest, AnUnknownCodeIsRefusedWithTheNearestOne) {
  EXPECT_THAT(refused({{"code", std::string("SIG_EXPIERD")}}), HasSubstr("code: SIG_EXPIERD is neither"));
  EXPECT_THAT(refused({{"code", std::string("SIG_EXPIERD")}}), HasSubstr("(did you mean \"SIG_EXPIRED\"?)"));
  EXPECT_THAT(refused({{"code", std::string("sig_expired")}}), HasSubstr("(did you mean \"SIG_EXPIRED\"?)"));
  EXPECT_THAT(refused({{"code", std::string("zone.status_change")}}), HasSubstr("(did you mean \"zone.status_changed\"?)"));
  EXPECT_THAT(refused({{"code", std::string("everything")}}), Not(HasSubstr("did you mean")));
  EXPECT_THAT(query("SELECT sequence FROM v_audit", 1), IsEmpty());
}

TEST_F(MuteTest, WhatIsNotAboutZonesIsRefused) {
  for (const char* code : {"MONITOR_BLIND", "incident.opened", "monitor.lag"}) {
    EXPECT_THAT(refused({{"code", std::string(code)}}), HasSubstr(std::string("code: ") + code + " is not about zones"));
  }
}

TEST_F(MuteTest, ATagThatNoZoneHasIsRefused) {
  EXPECT_THAT(refused({{"tag", std::string("shpo")}}), HasSubstr("tag: no zone of the inventory has shpo"));
  World tagged;
  tagged.entry.name = dns::Name::from_text("tagged.example.").value();
  auto settings = *tagged.entry.settings;
  settings.tags = {"shop"};
  tagged.entry.settings = std::make_shared<inventory::ZoneSettings>(settings);
  ASSERT_TRUE(sync({tagged.entry}, kNoon));
  EXPECT_TRUE(mute({{"tag", std::string("shop")}}));
}

TEST_F(MuteTest, WhoEndsAMuteHearsWhatItWas) {
  ASSERT_TRUE(mute({{"code", std::string("SIG_EXPIRED")}, {"zone", std::string("example.com.")}}));
  const Result<AdminValues> ended = ask("mute.remove", {{"id", std::int64_t{1}}});
  ASSERT_TRUE(ended) << ended.error().message();
  EXPECT_EQ(ended->at("zone"), judge::FindingValue(std::string("example.com.")));
  EXPECT_EQ(ended->at("code"), judge::FindingValue(std::string("SIG_EXPIRED")));
  EXPECT_EQ(ended->at("reason"), judge::FindingValue(std::string("a test")));
  EXPECT_EQ(ended->at("ended_at"), judge::FindingValue(std::int64_t{kNoon}));
  EXPECT_THAT(query("SELECT action, zone FROM v_audit", 2), ElementsAre("mute.add|example.com.", "mute.remove|example.com."));
  EXPECT_THAT(ask("mute.remove", {{"id", std::int64_t{1}}}).error().message(), HasSubstr("no mute 1 is in force"));
}

TEST_F(MuteTest, AnUnknownCodeIsNotAcknowledged) {
  const Result<AdminValues> answer =
      ask("finding.acknowledge", {{"zone", std::string("example.com.")}, {"code", std::string("SIG_EXPIERD")}});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message(), HasSubstr("code: SIG_EXPIERD: unknown finding code (did you mean \"SIG_EXPIRED\"?)"));
}

}  // namespace
}  // namespace anchorwatch::store
