// SPDX-License-Identifier: Apache-2.0
// Laws of judge(): order makes no difference, same input gives same output, certainty lasts as
// promised.
#include <algorithm>
#include <random>
#include <set>

#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

template <typename T>
void shuffle(std::vector<T>& list, std::mt19937& random) {
  std::shuffle(list.begin(), list.end(), random);
}

evidence::ZoneEvidence shuffled(evidence::ZoneEvidence look, unsigned seed) {
  std::mt19937 random(seed);
  for (auto* servers : {&look.servers, &look.delegation.parents}) {
    shuffle(*servers, random);
    for (evidence::ServerLook& server : *servers) {
      shuffle(server.answers, random);
      for (evidence::Answer& answer : server.answers) {
        for (auto* section : {&answer.answer, &answer.authority}) {
          shuffle(*section, random);
          for (dns::RRset& set : *section) shuffle(set.rrsigs, random);
        }
      }
    }
  }
  shuffle(look.delegation.name_servers, random);
  return look;
}

std::string full_text(const Judgement& judgement) {
  std::string text = status_of(judgement) + " " + dnssec::to_string(judgement.status_worst) + " " +
                     to_string(judgement.observation) + " " + to_string(judgement.delegation) +
                     " " + std::to_string(judgement.valid_until) + " " +
                     std::to_string(judgement.earliest_expiration.value_or(0)) + " " +
                     judgement.link.digest.hex() + "\n";
  for (const ProbeVerdict& probe : judgement.probes) {
    text += probe.question.name.to_text() + dns::to_string(probe.question.type) + " " +
            dnssec::to_string(probe.verdict.reason) + " " + probe.rcode + "\n";
  }
  for (const ServerVerdict& server : judgement.servers) {
    text += server.address.to_text() + " " + dnssec::to_string(server.verdict.reason) + "\n";
  }
  for (const Finding& finding : judgement.findings) {
    text += std::string(info(finding.code).name) + " " + to_string(finding.severity) + " " +
            finding.subject.key() + " " + finding.message + "\n";
    for (const IpAddress& server : finding.servers) text += "  " + server.to_text() + "\n";
  }
  return text;
}

/// A zone with something wrong at every level.
evidence::ZoneEvidence troubled(JudgeLab& lab) {
  lab.zone.add("* A 192.0.2.77\n");
  lab.sign();
  ZoneSigner bad = lab.zone;
  SignOptions old;
  old.inception = kNow - 20 * 86400;
  old.expiration = kNow - 86400;
  bad.sign_again(bad.at("example.com.", RrType::kSoa), lab.zsk, old);
  dns::RRset& txt = bad.at("example.com.", RrType::kTxt);
  txt.rrsigs.push_back(make_rrsig(txt, SigningKey(15, SigningKey::kZsk, 90), bad.apex(), old));
  txt.rrsigs.push_back(make_rrsig(txt, lab.zsk, bad.apex(), old));
  return EvidenceBuilder(lab.parent, lab.zone)
      .parent_server("b.parent.test.", "192.0.2.251")
      .server("ns.example.com.", "192.0.2.53")
      .server("ns1.example.com.", "192.0.2.1", bad)
      .server("ns2.example.com.", "192.0.2.2", bad)
      .dead_server("ns2.example.com.", "192.0.2.3")
      .build();
}

TEST(Properties, OrderMakesNoDifference) {
  JudgeLab lab;
  const evidence::ZoneEvidence look = troubled(lab);
  const std::string expected = full_text(lab.run(look));
  EXPECT_NE(expected.find("SIG_EXPIRED"), std::string::npos);
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const evidence::ZoneEvidence other = shuffled(look, seed);
    EXPECT_EQ(other.digest(), look.digest()) << seed;
    const Judgement judgement = lab.run(other);
    ASSERT_EQ(full_text(judgement), expected) << seed;
    EXPECT_EQ(extract_facts(other, judgement), extract_facts(look, judgement)) << seed;
  }
}

TEST(Properties, SameInputSameOutput) {
  JudgeLab lab;
  const evidence::ZoneEvidence look = troubled(lab);
  const std::string first = full_text(lab.run(look));
  EXPECT_EQ(full_text(lab.run(look)), first);
  dnssec::VerifyMemo memo;
  dnssec::KeyCache keys;
  dnssec::WorkBudget budget = budget_for(look);
  const JudgeInput input{look, lab.ancestors, lab.anchors, lab.expectation, lab.policy, kNow};
  EXPECT_EQ(full_text(judge(input, memo, keys, budget)), first);
}

/// Findings without their words and numbers of seconds, which grow with time.
std::string state_at(JudgeLab& lab, const evidence::ZoneEvidence& look, UnixSeconds at) {
  lab.now = at;
  const Judgement judgement = lab.run(look);
  return status_of(judgement) + " " + summary(judgement);
}

TEST(Properties, NothingChangesBeforeValidUntil) {
  ZoneSigner::Options options;
  options.inception = kNow - 3600;
  options.expiration = kNow + 5 * 86400;
  JudgeLab lab(options);
  lab.sign();
  lab.ancestors.push_back(lab.parent_link());
  lab.ancestors.front().valid_until = kNow + 300 * 86400;
  const evidence::ZoneEvidence look = lab.look();
  UnixSeconds at = kNow;
  int steps = 0;
  std::set<std::string> seen;
  while (at < kNow + 20 * 86400 && steps < 200) {
    lab.now = at;
    const UnixSeconds until = lab.run(look).valid_until;
    ASSERT_GT(until, at);
    const std::string now = state_at(lab, look, at);
    seen.insert(now);
    EXPECT_EQ(state_at(lab, look, until - 1), now);
    EXPECT_EQ(state_at(lab, look, at + (until - at) / 2), now);
    at = until;
    ++steps;
  }
  EXPECT_GE(seen.size(), 4U);  // Healthy, warning, critical, expired.
}

TEST(Properties, TheLinkIsCertainAsLongAsItsSignatures) {
  JudgeLab lab;
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(judgement.link.valid_until, kNow + 86400);  // The parent's link ends first.
  EXPECT_LE(judgement.valid_until, judgement.link.valid_until);
}

TEST(Properties, LinkDigestFollowsKeysAndTheLinkAbove) {
  JudgeLab lab;
  lab.sign();
  const Digest first = lab.run(lab.look()).link.digest;
  EXPECT_EQ(lab.run(lab.look()).link.digest, first);
  lab.ancestors.front().digest = sha256("another parent");
  EXPECT_NE(lab.run(lab.look()).link.digest, first);
}

TEST(Catalogue, RowsAreInStepWithTheCodes) {
  std::set<std::string_view> names;
  for (const FindingInfo& row : all_findings()) {
    EXPECT_EQ(&info(row.code), &row);
    EXPECT_EQ(parse_finding_code(row.name), row.code);
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_FALSE(row.meaning.empty());
  }
  EXPECT_EQ(names.size(), 221U);
  EXPECT_FALSE(parse_finding_code("NO_SUCH_CODE").has_value());
}

TEST(Catalogue, SubjectsAndEnumsHaveTexts) {
  Subject subject;
  subject.name = name_of("example.com.");
  EXPECT_EQ(subject.key(), "example.com.");
  subject.type = RrType::kSoa;
  EXPECT_EQ(subject.key(), "example.com./SOA");
  subject.type.reset();
  subject.key_tag = 12345;
  subject.algorithm = 13;
  subject.server = IpAddress::from_text("192.0.2.1");
  EXPECT_EQ(subject.key(), "example.com.#12345/13@192.0.2.1");
  for (const Observation value :
       {Observation::kOk, Observation::kPartial, Observation::kFailed, Observation::kStale}) {
    EXPECT_EQ(parse_observation(to_string(value)), value);
  }
  for (const DelegationState value :
       {DelegationState::kUnknown, DelegationState::kPresent, DelegationState::kAbsent}) {
    EXPECT_EQ(parse_delegation_state(to_string(value)), value);
  }
}

}  // namespace
}  // namespace anchorwatch::judge
