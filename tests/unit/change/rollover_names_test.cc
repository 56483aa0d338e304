// SPDX-License-Identifier: Apache-2.0
// Which rollover runs and how far it is: one event for each phase, told when it is reached.
#include <gmock/gmock.h>

#include "unit/change/rollover_run.h"

namespace anchorwatch::change {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::string text(const EventData& data, const char* field) {
  const auto at = data.find(field);
  return at == data.end() ? std::string("-") : std::get<std::string>(at->second);
}

class RolloverNames : public Rollover {
 protected:
  using Rollover::Rollover;

  [[nodiscard]] std::vector<Event> told() const {
    std::vector<Event> found;
    for (const Event& event : stage.events) {
      if (event.type == EventType::kRolloverPhaseChanged) found.push_back(event);
    }
    return found;
  }
  /// "kind: phase" of each event.
  [[nodiscard]] std::vector<std::string> story() const {
    std::vector<std::string> lines;
    for (const Event& event : told()) lines.push_back(text(event.after, "kind") + ": " + text(event.after, "phase"));
    return lines;
  }
  /// How long after a phase was seen its next step is safe.
  [[nodiscard]] UnixSeconds wait_of(std::size_t which) const {
    const Event event = told().at(which);
    const auto time = parse_time(text(event.after, "next_step_safe_from"));
    return time ? *time - event.time : -1;
  }
};

TEST_F(RolloverNames, AQuietZoneHasNone) {
  stage.start_signed();
  stage.rest(10);
  EXPECT_THAT(story(), IsEmpty());
}

TEST_F(RolloverNames, ZskPrePublication) {
  stage.start_signed();
  stage.home.use(stage.zsk2, kPublished);
  stage.wait(kKeyTtl);
  stage.home.use(stage.zsk1, kPublished);
  stage.home.use(stage.zsk2, kSignsData);
  stage.wait(kKeyTtl);
  stage.home.drop(stage.zsk1);
  stage.wait(kKeyTtl);
  EXPECT_THAT(story(), ElementsAre("zsk_pre_publication: new key published", "zsk_pre_publication: new key signs",
                                   "zsk_pre_publication: done"));
  const Event first = told().at(0);
  EXPECT_EQ(std::get<std::int64_t>(first.after.at("old_key_tag")), stage.zsk1.tag());
  EXPECT_EQ(std::get<std::int64_t>(first.after.at("new_key_tag")), stage.zsk2.tag());
  EXPECT_EQ(text(first.after, "next_step"), "sign with the new key");
  EXPECT_EQ(wait_of(0), UnixSeconds{kKeyTtl});
  EXPECT_EQ(first.severity, Severity::kNotice);
  EXPECT_EQ(*first.last_before, first.time - kLookEvery);
  EXPECT_TRUE(first.caused_by.has_value()) << "the key that was added";
  const Event second = told().at(1);
  EXPECT_EQ(text(second.before, "phase"), "new key published");
  EXPECT_EQ(text(second.after, "next_step"), "remove the old key");
  EXPECT_EQ(wait_of(1), UnixSeconds{kKeyTtl});
  EXPECT_EQ(first.dedup_key, second.dedup_key);
  EXPECT_EQ(text(told().at(2).after, "next_step"), "-");
}

TEST_F(RolloverNames, ZskDoubleSignature) {
  stage.start_signed();
  stage.home.use(stage.zsk2, kSignsData);
  stage.wait(kKeyTtl);
  stage.home.drop(stage.zsk1);
  stage.wait(kKeyTtl);
  EXPECT_THAT(story(), ElementsAre("zsk_double_signature: both keys sign", "zsk_double_signature: done"));
  EXPECT_EQ(wait_of(0), UnixSeconds{kKeyTtl});
}

TEST_F(RolloverNames, KskDoubleSignature) {
  stage.start_signed();
  stage.home.use(stage.ksk2, kSignsKeys);
  stage.wait(kKeyTtl);
  stage.set_ds({stage.ksk2});
  stage.wait(kDsTtl);
  stage.home.drop(stage.ksk1);
  stage.wait(kKeyTtl);
  EXPECT_THAT(story(), ElementsAre("ksk_double_signature: new key published", "ksk_double_signature: DS replaced",
                                   "ksk_double_signature: done"));
  EXPECT_EQ(text(told().at(0).after, "next_step"), "replace the DS");
  EXPECT_EQ(wait_of(0), UnixSeconds{kKeyTtl});
  EXPECT_EQ(wait_of(1), UnixSeconds{kDsTtl});
}

TEST_F(RolloverNames, KskDoubleDs) {
  stage.start_signed();
  stage.ask_for({stage.ksk1, stage.ksk2});
  stage.wait(kLookEvery);
  stage.set_ds({stage.ksk1, stage.ksk2});
  stage.wait(kDsTtl);
  stage.home.drop(stage.ksk1);
  stage.home.use(stage.ksk2, kSignsKeys);
  stage.wait(kKeyTtl);
  stage.ask_for({stage.ksk2});
  stage.set_ds({stage.ksk2});
  stage.wait(kDsTtl);
  EXPECT_THAT(story(),
              ElementsAre("ksk_double_ds: new DS published", "ksk_double_ds: key replaced", "ksk_double_ds: done"));
  EXPECT_EQ(wait_of(0), UnixSeconds{kDsTtl});
  EXPECT_EQ(wait_of(1), UnixSeconds{kKeyTtl});
}

TEST_F(RolloverNames, Csk) {
  stage.home.use(stage.csk1, kSignsAll);
  stage.set_ds({stage.csk1});
  stage.settle();
  stage.home.use(stage.csk2, kSignsKeys);
  stage.wait(kKeyTtl);
  stage.set_ds({stage.csk2});
  stage.home.use(stage.csk1, kSignsKeys);
  stage.home.use(stage.csk2, kSignsAll);
  stage.wait(kDsTtl);
  stage.home.drop(stage.csk1);
  stage.wait(kKeyTtl);
  EXPECT_THAT(story(), ElementsAre("csk: new key published", "csk: DS replaced", "csk: done"));
}

TEST_F(RolloverNames, AlgorithmConservative) {
  stage.start_signed();
  stage.home.use(stage.other_zsk, kHiddenSigner);
  stage.wait(kKeyTtl);
  stage.home.use(stage.other_ksk, kSignsKeys);
  stage.home.use(stage.other_zsk, kSignsData);
  stage.wait(kKeyTtl);
  stage.set_ds({stage.other_ksk});
  stage.wait(kDsTtl);
  stage.home.drop(stage.ksk1);
  stage.home.use(stage.zsk1, kHiddenSigner);
  stage.wait(kKeyTtl);
  stage.home.drop(stage.zsk1);
  stage.wait(kKeyTtl);
  EXPECT_THAT(story(), ElementsAre("algorithm_conservative: new signatures made", "algorithm_conservative: new keys published",
                                   "algorithm_conservative: DS replaced", "algorithm_conservative: old keys removed",
                                   "algorithm_conservative: done"));
  EXPECT_EQ(wait_of(0), UnixSeconds{kKeyTtl});
  EXPECT_EQ(wait_of(2), UnixSeconds{kDsTtl});
}

TEST_F(RolloverNames, AlgorithmLiberal) {
  stage.start_signed();
  stage.home.use(stage.other_ksk, kSignsKeys);
  stage.home.use(stage.other_zsk, kSignsData);
  stage.wait(kKeyTtl);
  stage.set_ds({stage.other_ksk});
  stage.wait(kDsTtl);
  stage.home.drop(stage.ksk1);
  stage.home.drop(stage.zsk1);
  stage.wait(kKeyTtl);
  EXPECT_THAT(story(), ElementsAre("algorithm_liberal: new keys published", "algorithm_liberal: DS replaced",
                                   "algorithm_liberal: done"));
}

TEST_F(RolloverNames, ASecondSignerJoinsAndLeaves) {
  stage.start_signed();
  stage.home.use(stage.guest_zsk, kPublished);
  stage.guest.use(stage.guest_ksk, kSignsKeys);
  stage.guest.use(stage.guest_zsk, kSignsData);
  stage.guest.use(stage.zsk1, kPublished);
  stage.wait(kKeyTtl);
  stage.ask_for({stage.ksk1, stage.guest_ksk});
  stage.set_ds({stage.ksk1, stage.guest_ksk});
  stage.wait(kDsTtl);
  stage.guest.servers = {{"nsx", "192.0.2.60"}};
  stage.wait(kDsTtl);
  // Before its servers answer, the keys of a second signer look like any that are new.
  EXPECT_THAT(story(), ElementsAre("zsk_pre_publication: new key published", "ksk_double_ds: new DS published",
                                   "multi_signer_join: second signer serves"));
  stage.events.clear();
  stage.guest.servers.clear();
  stage.wait(2 * kDsTtl);
  stage.ask_for({stage.ksk1});
  stage.set_ds({stage.ksk1});
  stage.wait(kDsTtl);
  stage.home.drop(stage.guest_zsk);
  stage.wait(kKeyTtl);
  EXPECT_THAT(story(), ElementsAre("multi_signer_leave: signer gone", "multi_signer_leave: DS removed",
                                   "multi_signer_leave: done"));
}

TEST_F(RolloverNames, GoingInsecure) {
  stage.start_signed();
  stage.set_ds({});
  stage.wait(kDsTtl);
  EXPECT_EQ(text(told().at(0).after, "next_step"), "remove the keys and signatures");
  EXPECT_EQ(wait_of(0), UnixSeconds{kDsTtl});
  stage.home.keys.clear();
  stage.wait(kKeyTtl);
  EXPECT_THAT(story(), ElementsAre("going_insecure: DS removed", "going_insecure: done"));
}

class BootstrapNames : public RolloverNames {
 protected:
  BootstrapNames() : RolloverNames(judge::Expect::kAny) {}
};

TEST_F(BootstrapNames, Bootstrap) {
  stage.settle();
  stage.home.use(stage.ksk1, kSignsKeys);
  stage.home.use(stage.zsk1, kSignsData);
  stage.wait(kKeyTtl);
  stage.set_ds({stage.ksk1});
  stage.wait(kDsTtl);
  EXPECT_THAT(story(), ElementsAre("bootstrap: zone signed", "bootstrap: done"));
  EXPECT_EQ(text(told().at(0).after, "next_step"), "publish the DS");
  EXPECT_EQ(wait_of(0), UnixSeconds{kKeyTtl});
  stage.events.clear();
  stage.rest(40);
  EXPECT_THAT(story(), IsEmpty());
}

TEST_F(RolloverNames, ASpareKeyIsNoRolloverForEver) {
  stage.start_signed();
  stage.home.use(stage.ksk2, kPublished);
  stage.home.use(stage.zsk2, kPublished);
  stage.rest(90);
  EXPECT_THAT(story(), UnorderedElementsAre("ksk_double_signature: new key published",
                                            "zsk_pre_publication: new key published"));
  expect_quiet();
}

TEST_F(RolloverNames, AKeyThatStaysWhenItIsRetiredIsQuiet) {
  stage.start_signed();
  stage.home.use(stage.zsk2, kPublished);
  stage.wait(kKeyTtl);
  stage.home.use(stage.zsk1, kPublished);
  stage.home.use(stage.zsk2, kSignsData);
  stage.rest(90);
  EXPECT_EQ(story().size(), 2U);
  expect_quiet();
}

TEST_F(RolloverNames, TwoDsThatStandForTooLongAreAWarning) {
  stage.start_signed();
  stage.home.use(stage.ksk2, kSignsKeys);
  stage.wait(kKeyTtl);
  stage.set_ds({stage.ksk1, stage.ksk2});
  stage.look();
  const UnixSeconds since = stage.now();
  const auto is_stalled = [this] {
    const auto& open = stage.last.state.open_findings;
    return std::any_of(open.begin(), open.end(), [](const OpenFinding& each) {
      return each.finding.code == judge::FindingCode::ROLLOVER_STALLED && each.finding.severity == Severity::kWarning;
    });
  };
  stage.rest(29);
  EXPECT_FALSE(is_stalled());
  stage.look(6 * 3600);
  EXPECT_LE(stage.last.state.summary.valid_until_at, since + 30 * UnixSeconds{86400}) << "a look must come in time";
  stage.rest(2);
  EXPECT_TRUE(is_stalled());
  stage.set_ds({stage.ksk2});
  stage.look();
  EXPECT_FALSE(is_stalled());
}

}  // namespace
}  // namespace anchorwatch::change
