// SPDX-License-Identifier: Apache-2.0
// Going insecure and other changes that somebody approved: calm from start to end where all is done as it was said,
// and told at the first look after a step that was not.
#include "anchorwatch/change/planned.h"

#include <gmock/gmock.h>

#include "anchorwatch/dns/rdata.h"
#include "unit/change/rollover_run.h"

namespace anchorwatch::change {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string ds_of(const RolloverStage& stage, const SigningKey& key) {
  return normalise_ds(dns::rdata_to_text(dns::RrType::kDs, key.ds(stage.zone()))).value();
}

class PlannedChanges : public Rollover {
 protected:
  PlannedChanges() { stage.start_signed(); }

  void expect_nothing_loud() {
    for (const std::string& line : stage.loud()) ADD_FAILURE() << line;
  }
  [[nodiscard]] const Event* last_event(EventType type) const {
    for (const Event& event : stage.last.events) {
      if (event.type == type) return &event;
    }
    return nullptr;
  }
  /// Types of all events so far that a change did not explain.
  [[nodiscard]] std::vector<std::string> unexpected() const {
    std::vector<std::string> types;
    for (const Event& event : stage.events) {
      if (event.expected == false) types.emplace_back(to_string(event.type));
    }
    return types;
  }
  [[nodiscard]] std::size_t progress(const std::string& id) const {
    return static_cast<std::size_t>(std::count_if(stage.events.begin(), stage.events.end(),
                                                  [&](const Event& event) { return event.change_id == id; }));
  }
  void take_signatures_away() {
    stage.home.drop(stage.ksk1);
    stage.home.drop(stage.zsk1);
  }
};

TEST_F(PlannedChanges, GoingInsecureAsApprovedIsCalm) {
  stage.approve(PlanKind::kInsecure);
  stage.look();
  stage.set_ds({});
  stage.look();
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kInsecure);
  for (const EventType type : {EventType::kDsRemoved, EventType::kZoneStatusChanged, EventType::kFindingOpened}) {
    const Event* event = last_event(type);
    ASSERT_NE(event, nullptr) << to_string(type);
    EXPECT_EQ(event->expected, true) << to_string(type);
    EXPECT_EQ(event->change_id, "C1") << to_string(type);
  }
  stage.wait(kDsTtl);
  take_signatures_away();
  stage.wait(kDsTtl);
  stage.rest(20);
  expect_nothing_loud();
  EXPECT_THAT(unexpected(), IsEmpty());
  EXPECT_GE(progress("C1"), 5U);
}

TEST_F(PlannedChanges, AfterTheWindowTheExpectationSpeaksAgain) {
  stage.approve(PlanKind::kInsecure, 2);
  stage.set_ds({});
  stage.wait(kDsTtl);
  expect_nothing_loud();
  EXPECT_LE(stage.last.state.summary.valid_until_at, stage.plans->approved.front().until + 1);
  stage.rest(3);
  EXPECT_EQ(stage.loudest(), Severity::kCritical) << "expect = \"signed\" still stands in the configuration";
}

TEST_F(PlannedChanges, NotApprovedIsAsLoudAsEver) {
  stage.plans.emplace();
  stage.set_ds({});
  expect_alarm("WENT_INSECURE");
  EXPECT_EQ(last_event(EventType::kDsRemoved)->expected, false);
  EXPECT_EQ(last_event(EventType::kZoneStatusChanged)->severity, Severity::kCritical);
}

TEST_F(PlannedChanges, WithoutChangeManagementNothingIsSaid) {
  stage.set_ds({});
  stage.look();
  EXPECT_FALSE(last_event(EventType::kDsRemoved)->expected.has_value());
}

TEST_F(PlannedChanges, SignaturesThatGoBeforeTheDsAreCritical) {
  stage.approve(PlanKind::kInsecure);
  take_signatures_away();
  expect_alarm();
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kBogus);
  EXPECT_EQ(last_event(EventType::kZoneStatusChanged)->severity, Severity::kCritical);
}

TEST_F(PlannedChanges, SignaturesThatGoWithinTheTtlOfTheDsAreTold) {
  stage.approve(PlanKind::kInsecure);
  stage.set_ds({});
  stage.look();
  take_signatures_away();
  expect_alarm("ROLLOVER_UNSAFE_STEP");
}

TEST_F(PlannedChanges, AWindowThatIsOverCoversNothing) {
  stage.approve(PlanKind::kInsecure, 1);
  stage.rest(2);
  stage.set_ds({});
  expect_alarm("WENT_INSECURE");
}

TEST_F(PlannedChanges, AWindowThatHasNotBegunCoversNothing) {
  stage.approve(PlanKind::kInsecure).from += 86400;
  stage.set_ds({});
  expect_alarm("WENT_INSECURE");
}

TEST_F(PlannedChanges, AnotherKindCoversNothing) {
  stage.approve(PlanKind::kRollover);
  stage.set_ds({});
  expect_alarm("WENT_INSECURE");
}

TEST_F(PlannedChanges, ApprovedAfterTheFactItBecomesCalm) {
  stage.plans.emplace();
  stage.set_ds({});
  stage.look();
  EXPECT_EQ(stage.loudest(), Severity::kCritical);
  PlannedChange& plan = stage.approve(PlanKind::kInsecure);
  plan.from -= 86400;
  stage.look();
  stage.look();
  EXPECT_LE(stage.loudest(), Severity::kNotice);
}

TEST_F(PlannedChanges, ADsThatNobodyAnnouncedIsCalmOnlyIfItIsTheOneThatWasNamed) {
  stage.approve(PlanKind::kDs).ds = {ds_of(stage, stage.csk1)};
  stage.set_ds({stage.ksk1, stage.csk1});
  stage.look();
  expect_nothing_loud();
  EXPECT_EQ(last_event(EventType::kDsAdded)->change_id, "C1");
  stage.set_ds({stage.ksk1, stage.csk1, stage.foreign});
  expect_alarm("DS_UNEXPECTED");
  EXPECT_EQ(last_event(EventType::kDsAdded)->expected, false);
}

TEST_F(PlannedChanges, APlanWithoutNamesCoversWhatTrustedKeysAnnounced) {
  stage.approve(PlanKind::kRollover);
  stage.home.use(stage.ksk2, kSignsKeys);
  stage.wait(kKeyTtl);
  stage.set_ds({stage.ksk2});
  stage.wait(kDsTtl);
  stage.home.drop(stage.ksk1);
  stage.wait(kKeyTtl);
  expect_quiet();
  EXPECT_THAT(unexpected(), IsEmpty());
  stage.set_ds({stage.ksk2, stage.foreign});
  expect_alarm("DS_UNEXPECTED");
}

TEST_F(PlannedChanges, ADsChangeNeverEmptiesTheSet) {
  stage.approve(PlanKind::kDs).ds = {ds_of(stage, stage.ksk2)};
  stage.set_ds({});
  expect_alarm("WENT_INSECURE");
}

TEST_F(PlannedChanges, AnApprovedDsThatLeadsNowhereIsAsBogusAsEver) {
  stage.approve(PlanKind::kDs).ds = {ds_of(stage, stage.csk1)};
  stage.set_ds({stage.csk1});
  expect_alarm();
  EXPECT_EQ(stage.status(), dnssec::SecurityStatus::kBogus);
  EXPECT_EQ(last_event(EventType::kZoneStatusChanged)->severity, Severity::kCritical);
  EXPECT_GE(last_event(EventType::kDsRemoved)->severity, Severity::kError) << "what was approved was no broken chain";
}

TEST_F(PlannedChanges, UnplannedStepsOfAManagedZoneAreOneLouder) {
  stage.plans.emplace();
  stage.home.use(stage.ksk2, kSignsKeys);
  stage.look();
  EXPECT_EQ(last_event(EventType::kDnskeyAdded)->severity, Severity::kWarning);
  stage.home.use(stage.zsk2, kPublished);
  stage.look();
  EXPECT_EQ(last_event(EventType::kDnskeyAdded)->severity, Severity::kInfo) << "the signer's own rhythm";
}

TEST_F(PlannedChanges, EachDsChangeTellsTheWayBack) {
  stage.set_ds({stage.ksk1, stage.ksk2});
  stage.look();
  const Event* event = last_event(EventType::kDsAdded);
  const std::string record = dns::rdata_to_text(dns::RrType::kDs, stage.ksk1.ds(stage.zone()));
  EXPECT_THAT(std::get<std::vector<std::string>>(event->before.at("way_back")), ElementsAre(record));
  EXPECT_NE(event->summary.find("Way back"), std::string::npos);
}

/// A hijack imitates the change that was approved, at least in part.
TEST_F(PlannedChanges, AHijackDuringAnApprovedChangeOfAnotherKindIsCritical) {
  stage.approve(PlanKind::kRollover);
  stage.set_ds({});
  stage.look();
  stage.home.servers = {{"evil", "203.0.113.66"}, {"evil2", "203.0.113.67"}};
  take_signatures_away();
  stage.home.use(stage.foreign, kSignsAll);
  stage.set_ds({stage.foreign});
  stage.look();
  EXPECT_EQ(stage.loudest(), Severity::kCritical);
}

TEST_F(PlannedChanges, ATakeoverDuringApprovedInsecurityIsCritical) {
  stage.approve(PlanKind::kInsecure);
  stage.set_ds({});
  stage.look();
  stage.home.servers = {{"evil", "203.0.113.66"}, {"evil2", "203.0.113.67"}};
  take_signatures_away();
  expect_alarm("NS_UNEXPECTED");
  EXPECT_EQ(stage.loudest(), Severity::kCritical);
}

TEST(PlanTest, RecordsAreReadInEveryForm) {
  EXPECT_EQ(normalise_ds("012345").value(), "12345");
  EXPECT_EQ(normalise_ds("12345 13 2 AB CD").value(), "12345 13 2 abcd");
  EXPECT_EQ(normalise_key(std::string(64, 'A')).value(), std::string(64, 'a'));
  for (const char* text : {"", "x", "65536", "1 2", "1 2 3", "1 2 3 xyz", "1 256 3 ab", "-1"}) EXPECT_FALSE(normalise_ds(text)) << text;
  for (const char* text : {"", "x", "65536", "abcd"}) EXPECT_FALSE(normalise_key(text)) << text;
}

TEST(PlanTest, EveryKindHasANameAndLetsSomethingPass) {
  for (const char* name : {"ds", "keys", "rollover", "algorithm", "ns", "insecure", "secure", "operator"}) {
    const auto kind = parse_plan_kind(name);
    ASSERT_TRUE(kind) << name;
    EXPECT_STREQ(to_string(*kind), name);
    const Grants grants = grants_of(*kind);
    EXPECT_TRUE(grants.ds || grants.keys || grants.name_servers || grants.insecure);
  }
  EXPECT_FALSE(parse_plan_kind("any"));
}

TEST(PlanTest, TheDigestSeesEveryField) {
  Plans plans;
  plans.approved.push_back({"C1", PlanKind::kDs, 1, 2, {"1"}, {"2"}, {"ns."}});
  std::set<std::string> digests{plans.digest().hex(), Plans{}.digest().hex()};
  for (int field = 0; field < 7; ++field) {
    Plans other = plans;
    PlannedChange& plan = other.approved.front();
    switch (field) {
      case 0: plan.id = "C2"; break;
      case 1: plan.kind = PlanKind::kKeys; break;
      case 2: plan.from = 0; break;
      case 3: plan.until = 3; break;
      case 4: plan.ds.clear(); break;
      case 5: plan.keys = {"3"}; break;
      default: plan.ns.emplace_back("b."); break;
    }
    digests.insert(other.digest().hex());
  }
  EXPECT_EQ(digests.size(), 9U);
}

}  // namespace
}  // namespace anchorwatch::change
