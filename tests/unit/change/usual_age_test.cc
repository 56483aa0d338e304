// SPDX-License-Identifier: Apache-2.0
// SIG_EXPIRES_SOON and the rhythm of signers: who always signs late is no news, who is later than ever is.
#include <gmock/gmock.h>

#include "unit/change/signer_stage.h"

namespace anchorwatch::change {
namespace {

using Code = judge::FindingCode;
using Made = Signatory::Made;

/// Judges by 20 and 10 % of the validity, as judge/rules/signature_times does.
class UsualAge : public SignerStage {
 protected:
  void judge(const std::vector<judge::RrsigFact>& signatures) override {
    world_.judgement.findings.clear();
    for (const judge::RrsigFact& fact : signatures) {
      const UnixSeconds life = fact.expiration - fact.inception;
      for (const UnixSeconds share : {5, 10}) {
        const UnixSeconds crossed = fact.expiration - life / share + 1;
        if (crossed > at_) world_.judgement.valid_until = std::min(world_.judgement.valid_until, crossed);
      }
      const UnixSeconds left = fact.expiration - at_;
      if (left >= life / 5) continue;
      judge::Finding finding;
      finding.code = Code::SIG_EXPIRES_SOON;
      finding.severity = left < life / 10 ? Severity::kCritical : Severity::kWarning;
      finding.subject.name = fact.owner;
      finding.subject.type = fact.type;
      finding.servers = fact.servers;
      finding.data["key_tag"] = std::int64_t{fact.key_tag};
      finding.data["algorithm"] = std::int64_t{fact.algorithm};
      finding.data["expiration"] = to_rfc3339(fact.expiration);
      if (whole_zone_) finding.data["source"] = std::string("/zones/example.com");
      world_.judgement.findings.push_back(finding);
    }
  }
  [[nodiscard]] std::size_t alarms() const {
    return static_cast<std::size_t>(std::count_if(events_.begin(), events_.end(), [](const Event& event) {
      return event.type == EventType::kFindingOpened && event.finding->code == Code::SIG_EXPIRES_SOON;
    }));
  }
  [[nodiscard]] const judge::Finding* alarm(dns::RrType type = dns::RrType::kNs) const {
    for (const OpenFinding& each : last_.state.open_findings) {
      if (each.finding.code == Code::SIG_EXPIRES_SOON && each.finding.subject.type == type) return &each.finding;
    }
    return nullptr;
  }
  /// Signs each RRset when its signature has less than `refresh` left.
  static Signatory by_remaining(UnixSeconds life, UnixSeconds refresh) {
    return {[=](std::size_t, const Made& made, UnixSeconds at) { return made.inception + made.life - at < refresh; },
            [=](std::size_t, UnixSeconds at) { return Made{at, life}; }, true};
  }
  /// Learns for so long and forgets what was told until then.
  void learn(const Signer& signer, UnixSeconds time = 120 * kDay) {
    watch(signer, time);
    events_.clear();
  }
  /// Nobody signs any more. @return what is left of the life of the NS RRset's signature when it is told; 0: never told.
  UnixSeconds left_when_told(const Signer& signer) {
    const std::vector<judge::RrsigFact> last = signer(at_);
    UnixSeconds end = 0;
    for (const judge::RrsigFact& fact : last) end = fact.type == dns::RrType::kNs ? fact.expiration : end;
    while (at_ < end && alarm() == nullptr) watch([&](UnixSeconds) { return last; }, look_every_);
    return alarm() == nullptr ? 0 : end - at_;
  }

  bool whole_zone_ = false;
};

const auto kKnotLife = 14 * kDay;
const auto kKnotRefresh = 36 * kHour;

TEST_F(UsualAge, WhoAlwaysSignsLateIsToldUntilItIsKnown) {
  const Signatory knot = by_remaining(kKnotLife, kKnotRefresh);
  watch(knot, 30 * kDay);
  EXPECT_GT(alarms(), 0U) << "no rhythm is known: the shares hold";
  learn(knot);
  watch(knot, 60 * kDay);
  EXPECT_EQ(alarms(), 0U);
  expect_silence();
}

TEST_F(UsualAge, WhoIsLaterThanEverIsTold) {
  const Signatory knot = by_remaining(kKnotLife, kKnotRefresh);
  learn(knot);
  const UnixSeconds left = left_when_told(knot);
  ASSERT_NE(alarm(), nullptr);
  EXPECT_LT(left, kKnotRefresh) << "as old as ever";
  EXPECT_GE(left, (kKnotRefresh - full_every_) * 3 / 4) << "some looks later";
  EXPECT_EQ(alarm()->severity, Severity::kCritical) << "less than a tenth is left";
  EXPECT_NE(alarm(dns::RrType::kSoa), nullptr);
  EXPECT_NE(alarm(dns::RrType::kDnskey), nullptr);
}

TEST_F(UsualAge, TheMomentIsOneAtWhichTheZoneIsJudged) {
  const Signatory knot = by_remaining(kKnotLife, kKnotRefresh);
  learn(knot);
  const std::vector<judge::RrsigFact> last = Signatory(knot)(at_);
  const UnixSeconds end = last.front().expiration;
  while (at_ < end - 30 * kHour) watch([&](UnixSeconds) { return last; }, look_every_);
  EXPECT_EQ(alarm(), nullptr);
  EXPECT_LE(last_.state.summary.valid_until_at, end - (kKnotRefresh - full_every_) * 3 / 4);
  EXPECT_GT(last_.state.summary.valid_until_at, at_);
}

TEST_F(UsualAge, SignersThatSignInTimeAreToldAtTheShares) {
  const Signatory bind = by_remaining(14 * kDay, 5 * kDay);
  learn(bind);
  expect_silence();
  EXPECT_NEAR(static_cast<double>(left_when_told(bind)), 14.0 * kDay / 5, 6.0 * kHour);
}

TEST_F(UsualAge, WeeklyStepsAreToldAtTheShares) {
  constexpr UnixSeconds kWeek = 7 * kDay;
  const Signatory powerdns([](std::size_t, const Made& made, UnixSeconds at) { return at >= made.inception + 2 * kWeek; },
                           [](std::size_t, UnixSeconds at) { return Made{at - at % kWeek - kWeek, 3 * kWeek}; }, false);
  watch(powerdns, 120 * kDay);
  EXPECT_EQ(alarms(), 0U);
  EXPECT_NEAR(static_cast<double>(left_when_told(powerdns)), 21.0 * kDay / 5, 6.0 * kHour);
}

TEST_F(UsualAge, LiveSignersAreToldAtTheShares) {
  const Signatory live([](std::size_t, const Made&, UnixSeconds) { return true; },
                       [](std::size_t, UnixSeconds at) { return Made{at - kDay, 2 * kDay}; }, false);
  watch(live, 30 * kDay);
  EXPECT_EQ(alarms(), 0U);
  EXPECT_NEAR(static_cast<double>(left_when_told(live)), 2.0 * kDay / 5, 6.0 * kHour);
}

TEST_F(UsualAge, OneLateRenewalIsNoHabit) {
  UnixSeconds stalled_until = 0;
  const Signatory bind([&](std::size_t, const Made& made, UnixSeconds at) {
                         return at >= stalled_until && made.inception + made.life - at < 5 * kDay;
                       },
                       [](std::size_t, UnixSeconds at) { return Made{at, 14 * kDay}; }, true);
  Signer signer = bind;
  learn(signer);
  const UnixSeconds end = Signatory(bind)(at_).back().expiration;
  stalled_until = end - 2 * kHour;
  watch(signer, end + kDay - at_);
  EXPECT_GT(alarms(), 0U);
  stalled_until = 0;
  watch(signer, 15 * kDay);
  EXPECT_GT(left_when_told(signer), 2 * kDay) << "the shares still hold";
}

TEST_F(UsualAge, AnSoaThatChangesRenewMayBecomeAsOldAsOtherData) {
  bool quiet = false;
  const Signatory edited([&](std::size_t set, const Made& made, UnixSeconds at) {
                           const bool changed = !quiet && set == 1 && at - made.inception >= kDay;
                           return changed || made.inception + made.life - at < kKnotRefresh;
                         },
                         [](std::size_t, UnixSeconds at) { return Made{at, kKnotLife}; }, false);
  Signer signer = edited;
  learn(signer);
  quiet = true;
  watch(signer, 30 * kDay);
  EXPECT_EQ(alarms(), 0U);
}

TEST_F(UsualAge, WholeZonesAreToldAtTheShares) {
  whole_zone_ = true;
  const Signatory knot = by_remaining(kKnotLife, kKnotRefresh);
  learn(knot);
  watch(knot, 30 * kDay);
  EXPECT_GT(alarms(), 0U);
}

TEST_F(UsualAge, OneServerThatStaysBehindIsTold) {
  const Signatory knot = by_remaining(kKnotLife, kKnotRefresh);
  learn(knot);
  Signatory ahead = knot;
  std::vector<judge::RrsigFact> old = ahead(at_);
  for (judge::RrsigFact& fact : old) fact.servers = {address("192.0.2.2")};
  const auto behind = [&](UnixSeconds at) {
    std::vector<judge::RrsigFact> facts = ahead(at);
    for (judge::RrsigFact& fact : facts) fact.servers = {address("192.0.2.1")};
    if (facts.back().inception != old.back().inception) facts.insert(facts.end(), old.begin(), old.end());
    return facts;
  };
  watch(behind, old.back().expiration - 2 * kHour - at_);
  EXPECT_NE(alarm(dns::RrType::kA), nullptr);
}

}  // namespace
}  // namespace anchorwatch::change
