// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/silences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/zone_signer.h"

namespace anchorwatch::pipeline {
namespace {

using change::Event;
using change::EventType;
using judge::FindingCode;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr UnixSeconds kNow = 1767225600;

class SilencesTest : public ::testing::Test {
 protected:
  SilencesTest() {
    entry_.name = name_of("harbour.test.");
    auto settings = std::make_shared<inventory::ZoneSettings>();
    settings->tags = {"shop"};
    entry_.settings = settings;
  }
  static Event event(EventType type, std::optional<FindingCode> code = {}, Severity severity = Severity::kError) {
    Event event;
    event.id = "01E";
    event.type = type;
    event.severity = severity;
    if (code) {
      judge::Finding finding;
      finding.code = *code;
      finding.severity = severity;
      finding.subject.name = name_of("harbour.test.");
      event.finding = finding;
    }
    return event;
  }
  static store::Mute mute(const std::string& zone, const std::string& tag, const std::string& code) {
    return {7, zone, tag, code, "planned work", "anna", kNow - 60, kNow + 60};
  }
  /// Whether a mute keeps an event.
  bool keeps(const store::Mute& mute, Event one, UnixSeconds now = kNow) {
    silences_.restore({{mute}, {}});
    update_.events = {std::move(one)};
    const auto muted = silences_.apply(entry_, &update_, now);
    EXPECT_EQ(muted.size() == 1, update_.events[0].silent);
    return update_.events[0].silent;
  }
  bool acknowledged(Event one, UnixSeconds now = kNow) {
    update_.events = {std::move(one)};
    EXPECT_THAT(silences_.apply(entry_, &update_, now), IsEmpty());
    return update_.events[0].silent;
  }

  inventory::ZoneEntry entry_;
  change::ZoneUpdate update_;
  Silences silences_;
};

TEST_F(SilencesTest, MutesByZoneTagAndCode) {
  const Event expired = event(EventType::kFindingOpened, FindingCode::SIG_EXPIRED);
  const Event status = event(EventType::kZoneStatusChanged);
  EXPECT_TRUE(keeps(mute("harbour.test.", "", ""), expired));
  EXPECT_TRUE(keeps(mute("harbour.test.", "", ""), status));
  EXPECT_FALSE(keeps(mute("other.test.", "", ""), expired));
  EXPECT_TRUE(keeps(mute("", "shop", ""), status));
  EXPECT_FALSE(keeps(mute("", "lab", ""), status));
  EXPECT_TRUE(keeps(mute("", "", "SIG_EXPIRED"), expired));
  EXPECT_FALSE(keeps(mute("", "", "SIG_EXPIRED"), status));
  EXPECT_TRUE(keeps(mute("", "", "zone.status_changed"), status));
  EXPECT_FALSE(keeps(mute("harbour.test.", "lab", ""), status)) << "all that is given must fit";
}

TEST_F(SilencesTest, TheEndOfWhatWasToldBeforeIsTold) {
  const Event resolved = event(EventType::kFindingResolved, FindingCode::SIG_EXPIRED);
  change::ClosedFinding closed;
  closed.open.finding = *resolved.finding;
  closed.open.first_seen_at = kNow - 30;
  update_.closed = {closed};
  EXPECT_TRUE(keeps(mute("harbour.test.", "", ""), resolved)) << "opened under the mute";
  update_.closed[0].open.first_seen_at = kNow - 61;
  EXPECT_FALSE(keeps(mute("harbour.test.", "", ""), resolved)) << "opened before it";
  EXPECT_TRUE(keeps(mute("harbour.test.", "", ""), event(EventType::kFindingOpened, FindingCode::SIG_EXPIRED)));
}

TEST_F(SilencesTest, EventsOfASignerAreThoseOfItsFinding) {
  const Event late = event(EventType::kSignerLate);
  const Event recovered = event(EventType::kSignerRecovered);
  EXPECT_TRUE(keeps(mute("", "", "SIGNER_LATE"), late));
  EXPECT_TRUE(keeps(mute("", "", "SIGNER_LATE"), recovered));
  EXPECT_FALSE(keeps(mute("", "", "SIG_EXPIRED"), late));
  change::ClosedFinding closed;
  closed.open.finding.code = FindingCode::SIGNER_LATE;
  closed.open.first_seen_at = kNow - 61;
  update_.closed = {closed};
  EXPECT_FALSE(keeps(mute("harbour.test.", "", ""), recovered)) << "it was told to be late before the mute";
}

TEST_F(SilencesTest, OnlyWhileItsTimeLasts) {
  const Event status = event(EventType::kZoneStatusChanged, {}, Severity::kCritical);
  EXPECT_TRUE(keeps(mute("harbour.test.", "", ""), status, kNow + 59));
  EXPECT_FALSE(keeps(mute("harbour.test.", "", ""), status, kNow + 60));
  EXPECT_THAT(silences_.due(kNow + 59), IsEmpty());
  EXPECT_THAT(silences_.due(kNow + 60), SizeIs(1));
  silences_.forget(7);
  EXPECT_TRUE(silences_.empty());
}

TEST_F(SilencesTest, ItsEndTellsWhatHappened) {
  store::MuteSummary summary;
  summary.events = 5;
  summary.zones = 2;
  summary.worst = Severity::kCritical;
  summary.by_type = {{"finding.opened", 5}};
  summary.zones_not_well = 1;
  summary.open_worst = Severity::kError;
  const Event ended = Silences::ended(mute("", "shop", ""), summary, kNow + 61);
  EXPECT_EQ(ended.severity, Severity::kError) << "of what is still open";
  EXPECT_THAT(ended.summary, HasSubstr("the mute of tag shop (planned work) is over after 2 min"));
  EXPECT_THAT(ended.summary, HasSubstr("5 events of 2 zones were kept, the worst of them critical; 1 zones"));
  EXPECT_EQ(ended.id, Silences::ended(mute("", "shop", ""), summary, kNow + 99).id) << "stable over a crash";
  EXPECT_EQ(Silences::ended(mute("", "shop", ""), {}, kNow).severity, Severity::kNotice);
}

TEST_F(SilencesTest, AnAcknowledgedFindingIsQuietWhileItIsNotWorse) {
  const auto restore = [&](UnixSeconds ends_at = 0) {
    silences_.restore({{}, {{"harbour.test.", "SIG_EXPIRES_SOON", "harbour.test.", Severity::kError, ends_at}}});
  };
  const auto changed = [](Severity severity) {
    return event(EventType::kFindingSeverityChanged, FindingCode::SIG_EXPIRES_SOON, severity);
  };
  restore();
  EXPECT_TRUE(acknowledged(changed(Severity::kWarning)));
  EXPECT_TRUE(acknowledged(changed(Severity::kError)));
  EXPECT_FALSE(acknowledged(changed(Severity::kCritical)));
  EXPECT_FALSE(acknowledged(changed(Severity::kWarning))) << "it ended when the finding became worse";
  restore();
  EXPECT_FALSE(acknowledged(event(EventType::kFindingResolved, FindingCode::SIG_EXPIRES_SOON))) << "its end is told";
  restore(kNow);
  EXPECT_FALSE(acknowledged(changed(Severity::kWarning))) << "its time is over";
  restore();
  EXPECT_FALSE(acknowledged(event(EventType::kFindingSeverityChanged, FindingCode::SIG_EXPIRED)));
}

}  // namespace
}  // namespace anchorwatch::pipeline
