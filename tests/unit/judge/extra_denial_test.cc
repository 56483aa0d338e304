// SPDX-License-Identifier: Apache-2.0
// Denial records asked for directly, the end of the chain, and servers that deny differently.
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using Denial = ZoneSigner::Denial;
using dns::RrType;

ZoneSigner::Options with(Denial denial) {
  ZoneSigner::Options options;
  options.denial = denial;
  return options;
}

/// A look with the extra questions of the denial of existence.
evidence::ZoneEvidence look_at(const JudgeLab& lab) {
  return EvidenceBuilder(lab.parent, lab.zone)
      .server("ns.example.com.", "192.0.2.53")
      .servers(2)
      .extra(lab.zone.apex(), RrType::kNsec)
      .extra(lab.zone.apex(), RrType::kNsec3Param)
      .extra(evidence::last_name(lab.zone.apex()).value(), RrType::kA)
      .build();
}

/// Gives a record other RDATA and a signature that fits.
void replace(JudgeLab& lab, dns::RRset& set, Bytes rdata) {
  set.rdatas = {std::move(rdata)};
  lab.zone.sign_again(set, lab.zsk, lab.zone.sign_options());
}

dns::RRset* find_set(std::vector<dns::RRset>& section, RrType type) {
  for (dns::RRset& set : section) {
    if (set.type == type) return &set;
  }
  return nullptr;
}

TEST(ExtraDenial, SoundZonesAreSilent) {
  for (const Denial denial : {Denial::kNsec, Denial::kNsec3}) {
    JudgeLab lab(with(denial));
    lab.sign();
    EXPECT_EQ(summary(lab.run(look_at(lab))), "");
  }
}

TEST(ExtraDenial, ApexBitmapWithoutDnskey) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  dns::RRset* nsec = find_set(extra_of(look, 1, RrType::kNsec).answer, RrType::kNsec);
  ASSERT_NE(nsec, nullptr);
  const auto next = dns::decode_nsec(nsec->rdatas.front())->next;
  replace(lab, *nsec,
          next.wire() + type_bitmap_of({RrType::kSoa, RrType::kNs, RrType::kRrsig, RrType::kNsec}));
  const Judgement judgement = lab.run(look);
  const Finding* finding =
      find(judgement, FindingCode::DENIAL_APEX_WRONG, "example.com.@192.0.2.2");
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kError);
  EXPECT_EQ(std::get<std::vector<std::string>>(finding->data.at("missing")),
            std::vector<std::string>{"DNSKEY"});
  EXPECT_EQ(judgement.findings.size(), 1U) << summary(judgement);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.observation, Observation::kOk);
}

TEST(ExtraDenial, ApexProofOfAnotherName) {
  JudgeLab lab(with(Denial::kNsec3));
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  auto& authority = extra_of(look, 0, RrType::kNsec).authority;
  const std::string other =
      lab.zone.answer("ns1.example.com.", RrType::kMx).authority.back().owner.to_text();
  std::erase_if(authority, [](const dns::RRset& set) { return set.type == RrType::kNsec3; });
  authority.push_back(lab.zone.answer("ns1.example.com.", RrType::kMx).authority.back());
  ASSERT_EQ(authority.back().type, RrType::kNsec3) << other;
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::DENIAL_APEX_WRONG, "example.com.@192.0.2.1"), nullptr)
      << summary(judgement);
}

TEST(ExtraDenial, ApexRecordThatValidatorsIgnoreHasItsOwnFinding) {
  JudgeLab lab(with(Denial::kNsec3));
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    dns::RRset* nsec3 = find_set(extra_of(look, i, RrType::kNsec).authority, RrType::kNsec3);
    ASSERT_NE(nsec3, nullptr);
    nsec3->owner = name_of("zz.example.com.");  // No hash.
    lab.zone.sign_again(*nsec3, lab.zsk, lab.zone.sign_options());
  }
  EXPECT_EQ(find(lab.run(look), FindingCode::DENIAL_APEX_WRONG), nullptr);
}

TEST(ExtraDenial, ApexBitmapIsAWarningWithoutDs) {
  JudgeLab lab;
  lab.zone.add_key(lab.ksk);
  lab.zone.add_key(lab.zsk);
  lab.zone.sign();
  lab.sign_parent({});
  evidence::ZoneEvidence look = look_at(lab);
  dns::RRset* nsec = find_set(extra_of(look, 0, RrType::kNsec).answer, RrType::kNsec);
  const auto next = dns::decode_nsec(nsec->rdatas.front())->next;
  replace(lab, *nsec, next.wire() + type_bitmap_of({RrType::kRrsig, RrType::kNsec}));
  const Judgement judgement = lab.run(look);
  const Finding* finding = find(judgement, FindingCode::DENIAL_APEX_WRONG);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kWarning);
}

TEST(ExtraDenial, ExtraTypesInTheBitmapAreLegal) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    dns::RRset* nsec = find_set(extra_of(look, i, RrType::kNsec).answer, RrType::kNsec);
    const auto next = dns::decode_nsec(nsec->rdatas.front())->next;
    replace(lab, *nsec,
            next.wire() + type_bitmap_of({RrType::kSoa, RrType::kNs, RrType::kDnskey, RrType::kSrv,
                                          RrType::kRrsig, RrType::kNsec}));
  }
  EXPECT_EQ(summary(lab.run(look)), "");
}

TEST(ExtraDenial, RefusedQuestionMattersOnlyWithoutOtherProofs) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  evidence::Answer& refused = extra_of(look, 0, RrType::kNsec);
  refused.rcode = dns::kRcodeRefused;
  refused.answer.clear();
  EXPECT_EQ(summary(lab.run(look)), "");

  look = EvidenceBuilder(lab.parent, lab.zone)
             .servers(2)
             .probes({{lab.zone.apex(), RrType::kSoa}})
             .random_label("")
             .extra(lab.zone.apex(), RrType::kNsec)
             .build();
  evidence::Answer& alone = extra_of(look, 0, RrType::kNsec);
  alone.rcode = dns::kRcodeRefused;
  alone.answer.clear();
  EXPECT_EQ(summary(lab.run(look)), "DENIAL_QUERY_FAILED notice example.com.@192.0.2.1");
}

TEST(ExtraDenial, LastNsecWithoutValidSignatureTellsNothingOfTheChain) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  auto& authority = extra_of(look, 0, RrType::kA).authority;
  dns::RRset* last = find_set(authority, RrType::kNsec);
  ASSERT_NE(last, nullptr);
  last->rrsigs.clear();
  // The apex' own, which denies the wildcard, leads elsewhere and is not the last.
  dns::RRset apex = lab.zone.at("example.com.", RrType::kNsec);
  ASSERT_NE(dns::decode_nsec(apex.rdatas.front())->next, lab.zone.apex());
  authority.push_back(apex);
  EXPECT_EQ(find(lab.run(look), FindingCode::DENIAL_LAST_NOT_APEX), nullptr);
}

TEST(ExtraDenial, LastNsecThatDoesNotLeadToTheApex) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  dns::RRset* last = find_set(extra_of(look, 0, RrType::kA).authority, RrType::kNsec);
  ASSERT_NE(last, nullptr);
  ASSERT_EQ(dns::decode_nsec(last->rdatas.front())->next, lab.zone.apex());
  const Bytes bitmap = type_bitmap_of({RrType::kA, RrType::kRrsig, RrType::kNsec});
  replace(lab, *last, name_of("zzz.example.com.").wire() + bitmap);
  Judgement judgement = lab.run(look);
  EXPECT_EQ(summary(judgement), "DENIAL_LAST_NOT_APEX error example.com.@192.0.2.1");
  // Made for the answer: it ends just after the name.
  const dns::Name after = evidence::last_name(lab.zone.apex())->prepend(Bytes(1, '\0')).value();
  replace(lab, *last, after.wire() + bitmap);
  EXPECT_EQ(summary(lab.run(look)), "");
  // Compact denial: at the name itself.
  last->owner = evidence::last_name(lab.zone.apex()).value();
  replace(lab, *last, after.wire() + bitmap);
  EXPECT_EQ(summary(lab.run(look)), "");
}

TEST(ExtraDenial, LastNsecThatIsNotValidIsNotPassedOver) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  auto& authority = extra_of(look, 0, RrType::kA).authority;
  dns::RRset* last = find_set(authority, RrType::kNsec);
  ASSERT_NE(last, nullptr);
  last->rrsigs.front().signature[3] ^= 1;
  const auto wildcard = lab.zone.answer("!.example.com.", RrType::kA).authority;
  authority.push_back(wildcard.back());
  ASSERT_EQ(authority.back().owner, lab.zone.apex());
  EXPECT_EQ(find(lab.run(look), FindingCode::DENIAL_LAST_NOT_APEX), nullptr);
}

TEST(ExtraDenial, WildcardThatItsOwnProofDenies) {
  JudgeLab lab;
  lab.zone.add("* A 192.0.2.7\n");
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  EXPECT_EQ(find(lab.run(look), FindingCode::DENIAL_WILDCARD_COVERED), nullptr);
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    dns::RRset* nsec = find_set(denial_of(look, i).authority, RrType::kNsec);
    ASSERT_NE(nsec, nullptr);
    nsec->owner = lab.zone.apex();
    replace(lab, *nsec,
            name_of("ns.example.com.").wire() + type_bitmap_of({RrType::kSoa, RrType::kNs}));
  }
  const Judgement judgement = lab.run(look);
  const Finding* finding = find(judgement, FindingCode::DENIAL_WILDCARD_COVERED);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kCritical);
  EXPECT_EQ(finding->subject.key(), "*.example.com.@192.0.2.1");
}

TEST(ExtraDenial, OneServerDeniesWithOtherRecords) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  dns::RRset* nsec = find_set(denial_of(look, 1).authority, RrType::kNsec);
  ASSERT_NE(nsec, nullptr);
  const auto next = dns::decode_nsec(nsec->rdatas.front())->next;
  auto types = dns::decode_nsec(nsec->rdatas.front())->types.types();
  types.push_back(RrType::kSrv);
  replace(lab, *nsec, next.wire() + type_bitmap_of(types));
  const Judgement judgement = lab.run(look);
  const Finding* finding = find(judgement, FindingCode::DENIAL_SERVERS_DIFFER);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kWarning);
  EXPECT_EQ(finding->subject.key(), "example.com.@192.0.2.2");
}

TEST(ExtraDenial, CopiesThatWereSignedApartMayDenyDifferently) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  dns::RRset* nsec = find_set(denial_of(look, 1).authority, RrType::kNsec);
  const auto next = dns::decode_nsec(nsec->rdatas.front())->next;
  auto types = dns::decode_nsec(nsec->rdatas.front())->types.types();
  types.push_back(RrType::kSrv);
  replace(lab, *nsec, next.wire() + type_bitmap_of(types));
  SignOptions fresh = lab.zone.sign_options();
  fresh.inception += 60;
  lab.zone.sign_again(answer_of(look, 1, RrType::kSoa).answer.front(), lab.zsk, fresh);
  EXPECT_EQ(find(lab.run(look), FindingCode::DENIAL_SERVERS_DIFFER), nullptr);
}

TEST(ExtraDenial, MinimalRecordsMayDiffer) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  const dns::Name name = look.denial_name.value();
  dns::RRset* nsec = find_set(denial_of(look, 1).authority, RrType::kNsec);
  replace(lab, *nsec,
          name.prepend(Bytes(1, '\0'))->wire() + type_bitmap_of({RrType::kRrsig, RrType::kNsec}));
  EXPECT_EQ(find(lab.run(look), FindingCode::DENIAL_SERVERS_DIFFER), nullptr);
}

TEST(ExtraDenial, Nsec3ParamWithAFlagOrTwice) {
  JudgeLab lab(with(Denial::kNsec3));
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  dns::RRset& set = extra_of(look, 0, RrType::kNsec3Param).answer.front();
  set.rdatas.front()[1] = 1;
  EXPECT_EQ(summary(lab.run(look)), "NSEC3_FLAGS warning example.com.@192.0.2.1");
  set.rdatas.front()[1] = 0;
  set.rdatas.push_back(set.rdatas.front());
  set.rdatas.back()[3] = 5;
  EXPECT_EQ(summary(lab.run(look)), "DENIAL_MULTIPLE notice example.com.@192.0.2.1");
}

TEST(ExtraDenial, TwoNsecAtOneName) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  dns::RRset& set = extra_of(look, 1, RrType::kNsec).answer.front();
  set.rdatas.push_back(name_of("zz.example.com.").wire() + type_bitmap_of({RrType::kA}));
  EXPECT_NE(find(lab.run(look), FindingCode::DENIAL_MULTIPLE, "example.com.@192.0.2.2"), nullptr);
}

TEST(ExtraDenial, SilenceMakesNoFindingAndClosesNone) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_at(lab);
  for (evidence::Answer& answer : look.servers[0].extra) answer = silence(answer.question);
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(summary(judgement), "");
  EXPECT_EQ(judgement.observation, Observation::kOk);
  std::vector<FindingCode> codes;
  for (const Unseen& unseen : judgement.unseen) {
    if (unseen.server == look.servers[0].address) codes.push_back(unseen.code);
  }
  EXPECT_EQ(codes, (std::vector<FindingCode>{FindingCode::DENIAL_APEX_WRONG,
                                             FindingCode::NSEC3_FLAGS, FindingCode::DENIAL_MULTIPLE,
                                             FindingCode::DENIAL_LAST_NOT_APEX}));
}

// A look that ran into a limit closed a DENIAL_QUERY_FAILED whose question it had not put.
TEST(ExtraDenial, AQuestionThatWasNotPutLeavesItsFailureOpen) {
  JudgeLab lab;
  lab.sign();
  for (const RrType type : {RrType::kNsec, RrType::kNsec3Param}) {
    evidence::ZoneEvidence look = look_at(lab);
    evidence::Answer not_put;
    not_put.question = {lab.zone.apex(), type};
    look.servers[0].extra = {not_put};
    const Judgement judgement = lab.run(look);
    const auto is_open = [&](const Unseen& unseen) {
      return unseen.code == FindingCode::DENIAL_QUERY_FAILED && unseen.name == lab.zone.apex() &&
             unseen.server == look.servers[0].address;
    };
    EXPECT_EQ(std::count_if(judgement.unseen.begin(), judgement.unseen.end(), is_open), 1);
    look.servers[0].extra = {silence(not_put.question)};  // Put, and not answered: seen again where it matters.
    const Judgement silent = lab.run(look);
    EXPECT_EQ(std::count_if(silent.unseen.begin(), silent.unseen.end(), is_open), 0);
  }
}

TEST(ExtraDenial, ALookWithoutExtraQuestionsClosesNothingThatOnlyTheyShow) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = EvidenceBuilder(lab.parent, lab.zone).servers(2).build();
  look.servers[0].behaviour = {{.kind = evidence::BehaviourKind::kCookie, .state = evidence::AnswerState::kAnswered},
                               {.kind = evidence::BehaviourKind::kEdnsExtras, .state = evidence::AnswerState::kAnswered}};
  const auto leaves_open = [&](FindingCode code, const dns::Name& name) {
    const Judgement judgement = lab.run(look);
    return std::any_of(judgement.unseen.begin(), judgement.unseen.end(), [&](const Unseen& unseen) {
      return unseen.code == code && unseen.name == name && !unseen.server;
    });
  };
  const auto left_open_at_server = [&](FindingCode code) {
    const Judgement judgement = lab.run(look);
    const std::vector<FindingCode>& open = judgement.servers.at(0).open_questions;
    return std::count(open.begin(), open.end(), code);
  };
  const dns::Name& zone = lab.zone.apex();
  // Left out because all is known, or because the operator does not want it.
  for (const auto& [ordinary_only, turned_off] : {std::pair{false, false}, {true, false}, {false, true}}) {
    look.ordinary_only = ordinary_only;
    look.extra_left_out = look.unusual_left_out = turned_off;
    const bool left_out = ordinary_only || turned_off;
    for (const FindingCode code :
         {FindingCode::ZONEMD_UNSIGNED, FindingCode::ZONEMD_SERIAL_MISMATCH, FindingCode::ZONEMD_SERVERS_DIFFER,
          FindingCode::ZONEMD_UNSUPPORTED, FindingCode::CSYNC_PRESENT, FindingCode::CSYNC_UNSIGNED,
          FindingCode::CSYNC_SERVERS_DIFFER, FindingCode::CSYNC_MALFORMED, FindingCode::NSEC3_FLAGS,
          FindingCode::DENIAL_MULTIPLE, FindingCode::DENIAL_APEX_WRONG, FindingCode::DENIAL_LAST_NOT_APEX,
          FindingCode::DENIAL_QUERY_FAILED}) {
      EXPECT_EQ(leaves_open(code, zone), left_out) << info(code).name;
    }
    EXPECT_EQ(leaves_open(FindingCode::GLUE_MISMATCH, name_of("ns2.example.com.")), left_out);
    EXPECT_EQ(leaves_open(FindingCode::GLUE_EXTRA, name_of("ns2.example.com.")), left_out);
    EXPECT_EQ(left_open_at_server(FindingCode::PMTU), left_out ? 1 : 0);
    EXPECT_EQ(left_open_at_server(FindingCode::EDNS_OPTION), left_out ? 1 : 0);
    EXPECT_EQ(left_open_at_server(FindingCode::AXFR_OPEN), 1);
    EXPECT_FALSE(leaves_open(FindingCode::DENIAL_COMPACT, zone));
  }
  look.probes.push_back({zone, RrType::kCsync});
  EXPECT_FALSE(leaves_open(FindingCode::CSYNC_PRESENT, zone)) << "it was asked";
}

}  // namespace
}  // namespace anchorwatch::judge
