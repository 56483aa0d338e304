// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/incidents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/zone_signer.h"

namespace anchorwatch::pipeline {
namespace {

using change::Event;
using change::EventType;
using dnssec::Reason;
using dnssec::SecurityStatus;
using dnssec::Verdict;
using judge::FindingCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr UnixSeconds kNow = 1767225600;
const Verdict kSecure = dnssec::secure();
const Verdict kBelowBogus = dnssec::bogus(Reason::kAncestorBogus);
const Verdict kBelowInsecure = dnssec::insecure(Reason::kAncestorInsecure);
const Verdict kExpired = dnssec::bogus(Reason::kSignatureExpired);

/// A zone with what it is known to be, and one look at it in the making.
struct Zone {
  explicit Zone(const std::string& name) {
    entry.name = name_of(name);
    entry.settings = std::make_shared<inventory::ZoneSettings>();
    before.verdict = before.last_judged = kSecure;
  }

  /// The next look shows another verdict.
  void look(Verdict now, std::vector<std::pair<std::string, Verdict>> above) {
    commit = {};
    commit.update.zone = entry.name;
    commit.update.at = at;
    commit.update.state.summary = before;
    commit.update.state.summary.verdict = now;
    commit.update.state.summary.last_judged = now;
    commit.update.state.open_findings = open;
    judgement = {};
    judgement.zone = entry.name;
    judgement.verdict = now;
    judgement.observation = judge::Observation::kOk;
    for (auto& [name, verdict] : above) {
      judge::ChainLink link;
      link.zone = name_of(name);
      link.verdict = verdict;
      judgement.ancestors.push_back(link);
    }
    if (now.status == before.verdict.status) return;
    Event event = make(EventType::kZoneStatusChanged, Severity::kCritical);
    event.before = {{"status", std::string(dnssec::to_string(before.verdict.status))}};
    event.after = {{"status", std::string(dnssec::to_string(now.status))}};
    commit.update.events.push_back(event);
  }
  void opens(FindingCode code, Severity severity = Severity::kCritical, std::optional<FindingCode> cause = {}) {
    Event event = make(EventType::kFindingOpened, severity);
    judge::Finding finding;
    finding.code = code;
    finding.severity = severity;
    finding.subject.name = entry.name;
    finding.caused_by = cause;
    event.finding = finding;
    const change::OpenFinding opened{finding, severity, at, at, event.id};
    commit.update.opened.push_back(opened);
    commit.update.state.open_findings.push_back(opened);
    commit.update.events.push_back(event);
  }
  void resolves(FindingCode code) {
    auto& list = commit.update.state.open_findings;
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& each) { return each.finding.code == code; });
    ASSERT_NE(found, list.end());
    Event event = make(EventType::kFindingResolved, found->highest);
    event.finding = found->finding;
    commit.update.closed.push_back({*found, at});
    list.erase(found);
    commit.update.events.push_back(event);
  }
  Event make(EventType type, Severity severity) {
    Event event;
    event.type = type;
    event.time = at;
    event.zone = entry.name;
    event.severity = severity;
    event.id = entry.name.to_text() + change::to_string(type) + std::to_string(++number);
    return event;
  }
  void remember() {
    before = commit.update.state.summary;
    open = commit.update.state.open_findings;
  }
  /// The types that sinks get.
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> types;
    for (const auto* events : {&commit.incidents.events, &commit.update.events}) {
      for (const Event& event : *events) {
        if (!event.silent) types.emplace_back(change::to_string(event.type));
      }
    }
    return types;
  }

  inventory::ZoneEntry entry;
  change::ZoneSummary before;
  std::vector<change::OpenFinding> open;
  judge::Judgement judgement;
  store::ZoneCommit commit;
  std::string outage;
  UnixSeconds at = kNow;
  int number = 0;
};

const std::vector<std::pair<std::string, Verdict>> kBroken{{".", kSecure}, {"test.", kExpired}};
const std::vector<std::pair<std::string, Verdict>> kSound{{".", kSecure}, {"test.", kSecure}};

class IncidentsTest : public ::testing::Test {
 protected:
  std::optional<Incidents::Plan> attribute(Zone& zone) {
    return incidents_.attribute(zone.entry, zone.before, zone.judgement, zone.outage, &zone.commit);
  }
  void store(Zone& zone, bool stored = true) {
    const auto plan = attribute(zone);
    if (plan) incidents_.settle(*plan, stored);
    if (stored) zone.remember();
  }
  void breaks(Zone& zone) {
    zone.look(kBelowBogus, kBroken);
    zone.opens(FindingCode::ANCESTOR_BOGUS);
    store(zone);
  }
  void heals(Zone& zone, Verdict now = kSecure) {
    zone.look(now, kSound);
    zone.resolves(FindingCode::ANCESTOR_BOGUS);
    store(zone);
  }
  std::vector<Event> flush() {
    store::EventCommit commit = incidents_.flush(kNow + 600);
    incidents_.flushed(true);
    return commit.events;
  }

  Incidents incidents_;
  Zone a_{"a.test."}, b_{"b.test."};
};

TEST_F(IncidentsTest, TheFirstZoneOpensItAndAllAreSilent) {
  breaks(a_);
  EXPECT_THAT(a_.told(), ElementsAre("incident.opened"));
  ASSERT_THAT(a_.commit.incidents.events, SizeIs(1));
  const Event& opened = a_.commit.incidents.events.front();
  EXPECT_EQ(opened.severity, Severity::kCritical);
  EXPECT_THAT(opened.summary, HasSubstr("test. fails validation"));
  EXPECT_EQ(opened.incident, opened.id);
  for (const Event& event : a_.commit.update.events) EXPECT_EQ(event.incident, opened.id);
  EXPECT_EQ(a_.commit.update.opened.front().incident, opened.id);
  ASSERT_THAT(a_.commit.incidents.joined, SizeIs(1));
  EXPECT_EQ(a_.commit.incidents.joined.front().status_before, SecurityStatus::kSecure);
  breaks(b_);
  EXPECT_THAT(b_.told(), IsEmpty());
  EXPECT_THAT(b_.commit.incidents.events, IsEmpty());
  EXPECT_THAT(b_.commit.incidents.joined, SizeIs(1));
}

TEST_F(IncidentsTest, UntilItIsStoredEachCommitBringsItAlong) {
  a_.look(kBelowBogus, kBroken);
  const auto first = attribute(a_);
  b_.look(kBelowBogus, kBroken);
  const auto second = attribute(b_);
  ASSERT_TRUE(first && second);
  ASSERT_THAT(b_.commit.incidents.events, SizeIs(1));
  EXPECT_EQ(a_.commit.incidents.events.front().id, b_.commit.incidents.events.front().id);
  incidents_.settle(*first, false);
  incidents_.settle(*second, true);
  EXPECT_THAT(flush(), IsEmpty()) << "b. is a member";
}

TEST_F(IncidentsTest, ACommitThatFailsLeavesNothing) {
  a_.look(kBelowBogus, kBroken);
  store(a_, false);
  EXPECT_THAT(flush(), IsEmpty());
  EXPECT_EQ(incidents_.open(), 0U);
}

TEST_F(IncidentsTest, ClosesWhenTheLastMemberLeft) {
  breaks(a_);
  breaks(b_);
  heals(a_);
  EXPECT_THAT(a_.told(), IsEmpty());
  EXPECT_THAT(flush(), IsEmpty());
  b_.look(kSecure, kSound);
  b_.resolves(FindingCode::ANCESTOR_BOGUS);
  const auto plan = attribute(b_);
  EXPECT_THAT(flush(), IsEmpty()) << "the last one is not stored yet";
  incidents_.settle(*plan, true);
  const std::vector<Event> told = flush();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told.front().type, EventType::kIncidentClosed);
  EXPECT_EQ(told.front().severity, Severity::kCritical);
  EXPECT_EQ(told.front().incident, a_.commit.update.events.front().incident);
  EXPECT_EQ(std::get<std::int64_t>(told.front().after.at("zones")), 2);
  EXPECT_EQ(std::get<std::int64_t>(told.front().after.at("seconds")), 600);
  EXPECT_THAT(flush(), IsEmpty());
}

TEST_F(IncidentsTest, AnEndThatWasNotStoredIsToldAgain) {
  breaks(a_);
  heals(a_);
  const store::EventCommit first = incidents_.flush(kNow + 600);
  incidents_.flushed(false);
  const std::vector<Event> again = flush();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again.front().id, first.events.front().id);
}

TEST_F(IncidentsTest, AZoneThatStaysBrokenTellsItsOwnStory) {
  breaks(a_);
  heals(a_, kExpired);
  EXPECT_THAT(a_.told(), ElementsAre("zone.status_changed"));
  ASSERT_THAT(a_.commit.incidents.left, SizeIs(1));
  EXPECT_TRUE(a_.commit.incidents.left.front().own_story);
  const Event& own = a_.commit.update.events.back();
  EXPECT_EQ(own.severity, Severity::kCritical);
  EXPECT_FALSE(own.incident);
  EXPECT_EQ(a_.commit.update.state.summary.transition, 1U);
  const std::vector<Event> told = flush();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(std::get<std::int64_t>(told.front().after.at("zones_not_well")), 1);
}

TEST_F(IncidentsTest, AZoneThatComesBackUnsignedIsTold) {
  breaks(a_);
  heals(a_, dnssec::insecure(Reason::kNoDs));
  EXPECT_THAT(a_.told(), ElementsAre("zone.status_changed"));
}

TEST_F(IncidentsTest, AFindingThatOutlivesItIsTold) {
  a_.look(kBelowBogus, kBroken);
  a_.opens(FindingCode::ANCESTOR_BOGUS);
  a_.opens(FindingCode::EXPECT_SIGNED, Severity::kCritical, FindingCode::ANCESTOR_BOGUS);
  store(a_);
  EXPECT_THAT(a_.told(), ElementsAre("incident.opened"));
  heals(a_);
  EXPECT_THAT(a_.told(), ElementsAre("finding.opened"));
  ASSERT_THAT(a_.commit.update.updated, SizeIs(1));
  EXPECT_THAT(a_.commit.update.updated.front().incident, IsEmpty());
  a_.look(kSecure, kSound);
  a_.resolves(FindingCode::EXPECT_SIGNED);
  store(a_);
  EXPECT_THAT(a_.told(), ElementsAre("finding.resolved")) << "who heard of it hears of its end";
}

TEST_F(IncidentsTest, WhatIsTheZonesOwnIsToldMeanwhile) {
  a_.look(kBelowBogus, kBroken);
  a_.opens(FindingCode::ANCESTOR_BOGUS);
  a_.opens(FindingCode::TAKEOVER_SUSPECTED);
  a_.opens(FindingCode::SIG_EXPIRED);
  store(a_);
  EXPECT_THAT(a_.told(), ElementsAre("incident.opened", "finding.opened", "finding.opened"));
}

TEST_F(IncidentsTest, WhatWasToldBeforeIsToldToItsEnd) {
  a_.look(kSecure, kSound);
  a_.opens(FindingCode::EXPECT_SIGNED);
  store(a_);
  breaks(a_);
  a_.look(kSecure, kSound);
  a_.resolves(FindingCode::ANCESTOR_BOGUS);
  a_.resolves(FindingCode::EXPECT_SIGNED);
  store(a_);
  EXPECT_THAT(a_.told(), ElementsAre("finding.resolved"));
}

TEST_F(IncidentsTest, WhatIsWorseThanWhatWasToldIsToldOnce) {
  const auto lose = [&](Zone& zone, Severity severity) {
    zone.look(kBelowInsecure, {{".", kSecure}, {"test.", dnssec::insecure(Reason::kNoDs)}});
    zone.commit.update.events.front().severity = severity;
    store(zone);
  };
  Zone c("c.test.");
  lose(a_, Severity::kError);
  lose(b_, Severity::kCritical);
  lose(c, Severity::kCritical);
  EXPECT_EQ(a_.commit.incidents.events.front().severity, Severity::kError);
  EXPECT_THAT(b_.told(), ElementsAre("zone.status_changed"));
  EXPECT_THAT(b_.commit.incidents.incidents, SizeIs(1));
  EXPECT_THAT(c.told(), IsEmpty());
}

TEST_F(IncidentsTest, AZoneBelowAnUnsignedOneLostNothing) {
  a_.before.verdict = a_.before.last_judged = kBelowInsecure;
  a_.look(kBelowInsecure, {{".", kSecure}, {"test.", dnssec::insecure(Reason::kNoDs)}});
  a_.opens(FindingCode::EXPECT_SIGNED);
  store(a_);
  EXPECT_THAT(a_.told(), ElementsAre("finding.opened"));
  EXPECT_EQ(incidents_.open(), 0U);
}

TEST_F(IncidentsTest, TheTopmostBrokenZoneIsTheCause) {
  Zone deep("a.b.test.");
  deep.look(kBelowBogus, {{".", kSecure}, {"test.", kExpired}, {"b.test.", kBelowBogus}});
  store(deep);
  EXPECT_EQ(deep.commit.incidents.incidents.front().subject, "test.");
  Zone anchored("a.c.test.");  // c.test. has an anchor of its own, and is broken by itself.
  anchored.look(kBelowBogus, {{".", kSecure}, {"test.", kExpired}, {"c.test.", kSecure}, {"d.c.test.", kExpired}});
  store(anchored);
  EXPECT_EQ(anchored.commit.incidents.incidents.front().subject, "d.c.test.");
}

TEST_F(IncidentsTest, ZonesBelowAZoneThatDoesNotAnswerAreStaleForOneReason) {
  const Verdict stale = dnssec::indeterminate(Reason::kStale);
  for (Zone* zone : {&a_, &b_}) {
    zone->look(stale, kSound);
    zone->judgement.observation = judge::Observation::kPartial;
    judge::ServerVerdict parent;
    parent.address = IpAddress::from_text("192.0.2.1").value();
    zone->judgement.parents.push_back(parent);
    zone->opens(FindingCode::ZONE_STALE, Severity::kWarning);
    store(*zone);
  }
  EXPECT_THAT(a_.told(), ElementsAre("incident.opened"));
  EXPECT_THAT(b_.told(), IsEmpty());
  EXPECT_THAT(a_.commit.incidents.events.front().summary, HasSubstr("cannot be seen"));
}

TEST_F(IncidentsTest, ALookThatFailedChangesNothing) {
  breaks(a_);
  a_.look(kBelowBogus, kSound);  // The state stays as it was.
  a_.judgement.verdict = dnssec::indeterminate(Reason::kUnreachable);
  a_.judgement.observation = judge::Observation::kFailed;
  store(a_);
  EXPECT_THAT(a_.commit.incidents.left, IsEmpty());
  EXPECT_THAT(flush(), IsEmpty());
}

TEST_F(IncidentsTest, ARestartGoesOn) {
  breaks(a_);
  const change::Incident incident = a_.commit.incidents.incidents.front();
  store::StoredIncidents stored;
  stored.open.push_back({incident, {{a_.entry.name, SecurityStatus::kSecure, false}}});
  stored.counts.push_back({incident.cause, incident.subject, "", 1});
  incidents_ = Incidents();
  incidents_.restore(stored);
  breaks(b_);
  EXPECT_THAT(b_.told(), IsEmpty());
  EXPECT_EQ(b_.commit.update.events.front().incident, incident.id);
  heals(a_);
  heals(b_);
  EXPECT_THAT(flush(), SizeIs(1));
  breaks(a_);
  EXPECT_NE(a_.commit.incidents.incidents.front().id, incident.id) << "at the same second";
}

TEST_F(IncidentsTest, ClosesWhenTheLastMemberLeftTheInventory) {
  breaks(a_);
  incidents_.forget_zone(a_.entry.name);
  const store::EventCommit commit = incidents_.flush(kNow + 1);
  EXPECT_THAT(commit.events, SizeIs(1));
  EXPECT_THAT(commit.incidents.left, SizeIs(1));
}

TEST_F(IncidentsTest, ZonesWithoutAnyServerAreToldByTheSilentServer) {
  const Verdict stale = dnssec::indeterminate(Reason::kStale);
  a_.look(stale, kSound);
  a_.judgement.observation = judge::Observation::kFailed;
  a_.opens(FindingCode::ZONE_STALE, Severity::kWarning);
  a_.outage = "01OUTAGE";
  store(a_);
  EXPECT_THAT(a_.told(), IsEmpty());
  EXPECT_EQ(a_.open.front().incident, "01OUTAGE");
  a_.outage.clear();
  a_.before.last_judged = kSecure;
  a_.look(kSecure, kSound);
  a_.resolves(FindingCode::ZONE_STALE);
  store(a_);
  EXPECT_THAT(a_.told(), IsEmpty());
}

/// Findings that zones of one provider have in common.
class SharedTest : public IncidentsTest {
 protected:
  SharedTest() {
    for (int number = 0; number < 6; ++number) zones_.emplace_back("z" + std::to_string(number) + ".test.");
  }
  static void serve(Zone& zone, const std::string& domain = "provider.example.") {
    for (int number = 1; number <= 2; ++number) {
      judge::ServerVerdict server;
      server.name = name_of("ns" + std::to_string(number) + "." + domain);
      server.address = IpAddress::from_text("192.0.2." + std::to_string(number)).value();
      server.reachable = true;
      zone.judgement.servers.push_back(server);
    }
  }
  /// Of the servers with these numbers; none: of all.
  void shows(Zone& zone, FindingCode code, Severity severity, const std::vector<int>& servers = {},
             const std::string& domain = "provider.example.") {
    zone.look(severity == Severity::kCritical ? kExpired : kSecure, kSound);
    serve(zone, domain);
    zone.opens(code, severity);
    for (const int number : servers) {
      zone.commit.update.events.back().finding->servers.push_back(
          IpAddress::from_text("192.0.2." + std::to_string(number)).value());
    }
    zone.commit.update.opened.back().finding = *zone.commit.update.events.back().finding;
    zone.commit.update.state.open_findings.back() = zone.commit.update.opened.back();
    store(zone);
  }
  void is_well(Zone& zone, FindingCode code) {
    zone.look(kSecure, kSound);
    serve(zone);
    zone.resolves(code);
    store(zone);
  }

  std::vector<Zone> zones_;
};

TEST_F(SharedTest, EnoughZonesOfOneProviderAreOneIncident) {
  for (Zone& zone : zones_) shows(zone, FindingCode::SIG_EXPIRED, Severity::kCritical);
  EXPECT_THAT(zones_[0].told(), ElementsAre("zone.status_changed", "finding.opened"));
  EXPECT_THAT(zones_[1].told(), ElementsAre("zone.status_changed", "finding.opened"));
  EXPECT_THAT(zones_[2].told(), ElementsAre("incident.opened"));
  EXPECT_THAT(zones_[2].commit.incidents.joined, SizeIs(3));
  const Event& opened = zones_[2].commit.incidents.events.front();
  EXPECT_EQ(opened.severity, Severity::kCritical);
  EXPECT_EQ(opened.confidence, change::Confidence::kInferred);
  EXPECT_THAT(opened.summary, HasSubstr("SIG_EXPIRED in 3 zones that have the name servers of provider.example."));
  for (std::size_t i = 3; i < zones_.size(); ++i) EXPECT_THAT(zones_[i].told(), IsEmpty());
  for (Zone& zone : zones_) is_well(zone, FindingCode::SIG_EXPIRED);
  EXPECT_THAT(zones_[0].told(), ElementsAre("zone.status_changed", "finding.resolved")) << "who heard of it";
  for (std::size_t i = 2; i < zones_.size(); ++i) EXPECT_THAT(zones_[i].told(), IsEmpty());
  const std::vector<Event> told = flush();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(std::get<std::int64_t>(told.front().after.at("zones")), 6);
}

TEST_F(SharedTest, OneServerOfSeveralIsTheCause) {
  for (Zone& zone : zones_) shows(zone, FindingCode::SERVER_LAME, Severity::kError, {2});
  ASSERT_EQ(incidents_.open(), 1U);
  EXPECT_THAT(zones_[2].commit.incidents.events.front().summary, HasSubstr("server address 192.0.2.2"));
}

TEST_F(SharedTest, OtherProvidersAreOthers) {
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    shows(zones_[i], FindingCode::SIG_EXPIRED, Severity::kCritical, {}, "p" + std::to_string(i) + ".example.");
    EXPECT_THAT(zones_[i].told(), ElementsAre("zone.status_changed", "finding.opened"));
  }
  EXPECT_EQ(incidents_.open(), 0U);
}

TEST_F(SharedTest, SignalsOfHijacksAreNeverShared) {
  for (const FindingCode code :
       {FindingCode::DS_UNEXPECTED, FindingCode::NS_UNEXPECTED, FindingCode::TAKEOVER_SUSPECTED,
        FindingCode::WENT_INSECURE, FindingCode::KEYSET_UNEXPECTED, FindingCode::DELEGATION_ABSENT,
        FindingCode::SIG_INVALID, FindingCode::DS_BUT_UNSIGNED, FindingCode::ZONE_UNSIGNED,
        FindingCode::CDS_DELETE, FindingCode::DS_DIGEST_MISMATCH}) {
    for (Zone& zone : zones_) {
      shows(zone, code, Severity::kError);
      EXPECT_THAT(zone.told(), ElementsAre("finding.opened")) << judge::info(code).name;
    }
  }
  EXPECT_EQ(incidents_.open(), 0U);
}

TEST_F(SharedTest, AStatusWithAnotherFaultIsToldByTheZone) {
  for (std::size_t i = 0; i < 3; ++i) shows(zones_[i], FindingCode::SIG_EXPIRED, Severity::kCritical);
  Zone& zone = zones_[3];
  zone.look(kExpired, kSound);
  serve(zone);
  zone.opens(FindingCode::SIG_EXPIRED);
  zone.opens(FindingCode::TAKEOVER_SUSPECTED);
  store(zone);
  EXPECT_THAT(zone.told(), ElementsAre("zone.status_changed", "finding.opened"));
}

TEST_F(SharedTest, ZonesThatShowItOneByOneAreNoIncident) {
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    zones_[i].at = kNow + static_cast<UnixSeconds>(i) * 3000;
    shows(zones_[i], FindingCode::SIG_EXPIRED, Severity::kCritical);
  }
  EXPECT_EQ(incidents_.open(), 0U);
}

TEST_F(SharedTest, CanBeTurnedOff) {
  incidents_.set_options({.min_zones = 0});
  for (Zone& zone : zones_) shows(zone, FindingCode::SIG_EXPIRED, Severity::kCritical);
  EXPECT_EQ(incidents_.open(), 0U);
}

TEST_F(SharedTest, TheParentsSignatureIsTheCause) {
  for (Zone& zone : zones_) {
    zone.look(kExpired, kSound);
    zone.opens(FindingCode::PARENT_DS_SIG_BAD);
    store(zone);
  }
  EXPECT_THAT(zones_[2].commit.incidents.events.front().summary, HasSubstr("signatures of test. over delegations"));
  EXPECT_THAT(zones_[5].told(), IsEmpty());
}

TEST_F(IncidentsTest, HealthyZonesCostNothing) {
  a_.look(kSecure, kSound);
  EXPECT_FALSE(attribute(a_));
  EXPECT_TRUE(a_.commit.incidents.empty());
}

}  // namespace
}  // namespace anchorwatch::pipeline
