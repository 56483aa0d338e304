// SPDX-License-Identifier: Apache-2.0
// DSYNC at the parent, and the signals that would bootstrap a first DS (RFC 9615).
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

/// A zone with CDS and without DS on two servers outside it, whose zone signals for the first one.
struct BootstrapLab : JudgeLab {
  BootstrapLab() {
    zone.add_record(zone.apex(), RrType::kCds, ksk.ds(zone.apex()));
    zone.add_record(zone.apex(), RrType::kCdnskey, ksk.dnskey());
    zone.add_key(ksk);
    zone.add_key(zsk);
    zone.sign();
    sign_parent({});
    signal("ns1.prov.test.");
  }

  static dns::Name signalling_name(std::string_view server) {
    return name_of("_dsboot.example.com._signal." + std::string(server));
  }
  void signal(std::string_view server) {
    prov.add_record(signalling_name(server), RrType::kCds, ksk.ds(zone.apex()));
    prov.add_record(signalling_name(server), RrType::kCdnskey, ksk.dnskey());
  }
  void finish() {
    prov.add_key(prov_key);
    prov.sign();
    link.zone = prov.apex();
    link.verdict = dnssec::secure();
    link.dnskeys = prov.keys().dnskeys;
    link.valid_until = kNow + 86400;
    links = {link};
  }

  [[nodiscard]] evidence::ZoneEvidence look_at() const {
    evidence::ZoneEvidence look = EvidenceBuilder(parent, zone)
                                      .server("ns1.prov.test.", "192.0.2.1")
                                      .server("ns2.prov.test.", "192.0.2.2")
                                      .build();
    for (const char* server : {"ns1.prov.test.", "ns2.prov.test."}) {
      evidence::SignalLook& signal = look.signals.emplace_back();
      signal.server = name_of(server);
      signal.name = signalling_name(server);
      signal.zone = prov.apex();
      for (const RrType type : {RrType::kCds, RrType::kCdnskey}) {
        signal.answers.push_back(answer_from(prov, {signal.name, type}));
      }
    }
    return look;
  }
  Judgement judge_it(const evidence::ZoneEvidence& look) {
    if (ancestors.empty()) ancestors.push_back(parent_link());
    JudgeInput input{look, ancestors, anchors, expectation, policy, now};
    input.signal_links = &links;
    dnssec::WorkBudget budget = budget_for(look);
    return judge(input, memo, keys, budget);
  }

  ZoneSigner prov{"prov.test."};
  SigningKey prov_key{15, SigningKey::kKsk, 21};
  ChainLink link;
  std::vector<ChainLink> links;
};

TEST(Bootstrap, EqualSignalsUnderEveryServer) {
  BootstrapLab lab;
  lab.signal("ns2.prov.test.");
  lab.finish();
  evidence::ZoneEvidence look = lab.look_at();
  Judgement judgement = lab.judge_it(look);
  const Finding* finding = find(judgement, FindingCode::BOOTSTRAP_AVAILABLE, "example.com.");
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kInfo);
  EXPECT_EQ(find(judgement, FindingCode::BOOTSTRAP_MISSING), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::BOOTSTRAP_MISMATCH), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::BOOTSTRAP_NOT_SECURE), nullptr);
  lab.expectation.expect = Expect::kUnsigned;
  EXPECT_EQ(find(lab.judge_it(look), FindingCode::BOOTSTRAP_AVAILABLE), nullptr);
}

TEST(Bootstrap, MissingUnderOneServer) {
  BootstrapLab lab;
  lab.finish();
  const Judgement judgement = lab.judge_it(lab.look_at());
  const Finding* finding = find(judgement, FindingCode::BOOTSTRAP_MISSING, "ns2.prov.test./CDS");
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kWarning);
  EXPECT_EQ(find(judgement, FindingCode::BOOTSTRAP_AVAILABLE), nullptr);
}

TEST(Bootstrap, NobodySignals) {
  BootstrapLab lab;
  lab.prov = ZoneSigner("prov.test.");
  lab.finish();
  EXPECT_EQ(find(lab.judge_it(lab.look_at()), FindingCode::BOOTSTRAP_MISSING), nullptr);
}

TEST(Bootstrap, OtherKeyUnderOneServer) {
  BootstrapLab lab;
  const SigningKey other{15, SigningKey::kKsk, 77};
  const dns::Name name = BootstrapLab::signalling_name("ns2.prov.test.");
  lab.prov.add_record(name, RrType::kCds, other.ds(lab.zone.apex()));
  lab.prov.add_record(name, RrType::kCdnskey, other.dnskey());
  lab.finish();
  const Judgement judgement = lab.judge_it(lab.look_at());
  const Finding* finding = find(judgement, FindingCode::BOOTSTRAP_MISMATCH, "example.com.");
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kWarning);
  EXPECT_EQ(find(judgement, FindingCode::BOOTSTRAP_AVAILABLE), nullptr);
}

TEST(Bootstrap, SignalThatDoesNotValidate) {
  BootstrapLab lab;
  lab.signal("ns2.prov.test.");
  lab.finish();
  evidence::ZoneEvidence look = lab.look_at();
  look.signals[1].answers[0].answer.front().rrsigs.front().signature[5] ^= 1;
  Judgement judgement = lab.judge_it(look);
  EXPECT_NE(find(judgement, FindingCode::BOOTSTRAP_NOT_SECURE, "ns2.prov.test./CDS"), nullptr)
      << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::BOOTSTRAP_AVAILABLE), nullptr);
}

TEST(Bootstrap, SignalInAnInsecureZoneOrInAZoneOfItsOwn) {
  BootstrapLab lab;
  lab.signal("ns2.prov.test.");
  lab.finish();
  lab.links.front().verdict = dnssec::insecure(dnssec::Reason::kNoDs);
  EXPECT_NE(find(lab.judge_it(lab.look_at()), FindingCode::BOOTSTRAP_NOT_SECURE), nullptr);

  lab.links = {lab.link, lab.link};
  evidence::ZoneEvidence look = lab.look_at();
  look.signals[0].zone = look.signals[0].name;
  lab.links[1].zone = look.signals[0].name;
  const Judgement judgement = lab.judge_it(look);
  EXPECT_NE(find(judgement, FindingCode::BOOTSTRAP_NOT_SECURE, "ns1.prov.test./CDS"), nullptr)
      << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::BOOTSTRAP_NOT_SECURE, "ns2.prov.test./CDS"), nullptr);
}

TEST(Bootstrap, WhatWasNotSeenIsNoFinding) {
  BootstrapLab lab;
  lab.signal("ns2.prov.test.");
  lab.finish();
  lab.links.front().verdict = dnssec::indeterminate(dnssec::Reason::kUnreachable);
  const Judgement judgement = lab.judge_it(lab.look_at());
  EXPECT_EQ(find(judgement, FindingCode::BOOTSTRAP_NOT_SECURE), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::BOOTSTRAP_AVAILABLE), nullptr);
  EXPECT_TRUE(std::any_of(judgement.unseen.begin(), judgement.unseen.end(), [](const auto& each) {
    return each.code == FindingCode::BOOTSTRAP_AVAILABLE;
  }));
}

void add_dsync(evidence::ZoneEvidence& look, BytesView rdata) {
  evidence::Answer& answer = look.delegation.parents.front().extra.emplace_back();
  answer.question = {name_of("example._dsync.com."), RrType::kDsync};
  answer.state = evidence::AnswerState::kAnswered;
  dns::RRset& set = answer.answer.emplace_back();
  set.owner = answer.question.name;
  set.type = RrType::kDsync;
  set.rdatas = {Bytes(rdata)};
}

Bytes dsync(std::uint16_t type, std::uint8_t scheme, std::uint16_t port) {
  Bytes rdata;
  append_u16(rdata, type);
  append_u8(rdata, scheme);
  append_u16(rdata, port);
  return rdata + name_of("scanner.com.").wire();
}

TEST(Dsync, AnnouncedByTheParent) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  add_dsync(look, dsync(59, 1, 5359));
  const Judgement judgement = lab.run(look);
  const Finding* finding = find(judgement, FindingCode::DSYNC_PRESENT, "com.");
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kInfo);
  EXPECT_EQ(std::get<std::vector<std::string>>(finding->data.at("endpoints")),
            std::vector<std::string>{"CDS to scanner.com. port 5359"});
}

TEST(Dsync, UnusableRecordsCountAsAbsent) {
  JudgeLab lab;
  lab.sign();
  for (const Bytes& rdata : {dsync(59, 0, 5359), dsync(59, 1, 0), Bytes("\0\73\1", 3)}) {
    evidence::ZoneEvidence look = lab.look();
    add_dsync(look, rdata);
    EXPECT_EQ(find(lab.run(look), FindingCode::DSYNC_PRESENT), nullptr);
  }
}

TEST(Bootstrap, AParentThatTakesNotifyForCdsIsKnownToReadThem) {
  BootstrapLab lab;
  lab.signal("ns2.prov.test.");
  lab.finish();
  evidence::ZoneEvidence look = lab.look_at();
  add_dsync(look, dsync(59, 1, 53));
  const Judgement judgement = lab.judge_it(look);
  const Finding* finding = find(judgement, FindingCode::BOOTSTRAP_AVAILABLE);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kNotice);
}

}  // namespace
}  // namespace anchorwatch::judge
