// SPDX-License-Identifier: Apache-2.0
// Glue against the zone's own addresses, and the size of the referral.
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

/// Both servers are asked for the addresses of both names.
EvidenceBuilder builder(const JudgeLab& lab) {
  EvidenceBuilder out(lab.parent, lab.zone);
  out.servers(2);
  for (const char* name : {"ns1.example.com.", "ns2.example.com."}) {
    out.extra(name_of(name), RrType::kA).extra(name_of(name), RrType::kAaaa);
  }
  return out;
}

evidence::NameServer& server_of(evidence::ZoneEvidence& look, std::string_view name) {
  for (evidence::NameServer& server : look.delegation.name_servers) {
    if (server.name == name_of(name)) return server;
  }
  throw std::invalid_argument("no such name server");
}

TEST(Glue, EqualIsSilent) {
  JudgeLab lab;
  lab.sign();
  EXPECT_EQ(find(lab.run(builder(lab).build()), FindingCode::GLUE_MISMATCH), nullptr);
  EXPECT_EQ(find(lab.run(builder(lab).build()), FindingCode::GLUE_EXTRA), nullptr);
}

TEST(Glue, DifferentAddress) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = builder(lab).build();
  server_of(look, "ns2.example.com.").glue = {*IpAddress::from_text("192.0.2.1")};
  const Judgement judgement = lab.run(look);
  const Finding* finding = find(judgement, FindingCode::GLUE_MISMATCH, "ns2.example.com./NS");
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kWarning);
  EXPECT_EQ(std::get<std::vector<std::string>>(finding->data.at("only_glue")),
            std::vector<std::string>{"192.0.2.1"});
  EXPECT_EQ(std::get<std::vector<std::string>>(finding->data.at("only_zone")),
            std::vector<std::string>{"192.0.2.2"});
  EXPECT_EQ(find(judgement, FindingCode::GLUE_EXTRA), nullptr);
}

TEST(Glue, DifferentAndDeadIsAnError) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = EvidenceBuilder(lab.parent, lab.zone)
                                    .server("ns1.example.com.", "192.0.2.1")
                                    .dead_server("ns2.example.com.", "192.0.2.9")
                                    .extra(name_of("ns2.example.com."), RrType::kA)
                                    .build();
  const Judgement judgement = lab.run(look);
  const Finding* finding = find(judgement, FindingCode::GLUE_MISMATCH);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kError);
}

TEST(Glue, OneAddressMoreOnOneSide) {
  JudgeLab lab;
  lab.zone.add("ns2 AAAA 2001:db8::2\n");
  lab.sign();
  const Judgement judgement = lab.run(builder(lab).build());
  const Finding* finding = find(judgement, FindingCode::GLUE_EXTRA, "ns2.example.com./NS");
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kNotice);
  EXPECT_EQ(find(judgement, FindingCode::GLUE_MISMATCH), nullptr);
}

TEST(Glue, AnswersThatDifferByPlaceAreSilent) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = builder(lab).build();
  server_of(look, "ns2.example.com.").glue = {*IpAddress::from_text("192.0.2.77")};
  for (evidence::Answer& answer : look.servers[1].extra) {
    for (dns::RRset& set : answer.answer) {
      if (set.type == RrType::kA) set.rdatas.front().back() = 99;
    }
  }
  EXPECT_EQ(find(lab.run(look), FindingCode::GLUE_MISMATCH), nullptr);
}

TEST(Glue, UnansweredFamilyIsNotCompared) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = builder(lab).build();
  server_of(look, "ns2.example.com.").glue = {*IpAddress::from_text("192.0.2.1")};
  for (evidence::ServerLook& server : look.servers) {
    for (evidence::Answer& answer : server.extra) answer = silence(answer.question);
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(find(judgement, FindingCode::GLUE_MISMATCH), nullptr);
  EXPECT_FALSE(judgement.unseen.empty());
}

TEST(ReferralSize, ManyLongNames) {
  JudgeLab lab;
  lab.sign();
  EvidenceBuilder builder(lab.parent, lab.zone);
  for (int i = 0; i < 13; ++i) {
    builder.server(std::string(60, static_cast<char>('a' + i)) + ".example.com.",
                   "192.0.2." + std::to_string(i + 1));
  }
  const Judgement judgement = lab.run(builder.build());
  const Finding* finding = find(judgement, FindingCode::REFERRAL_TOO_BIG);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kNotice);
  // Header, question and OPT are 282; each NS 2+10+63, each glue 16; then the DS with its
  // signature.
  EXPECT_GT(std::get<std::int64_t>(finding->data.at("octets")), 282 + 13 * (75 + 16));
}

TEST(ReferralSize, ThirteenShortNamesFit) {
  JudgeLab lab;
  lab.sign();
  EvidenceBuilder builder(lab.parent, lab.zone);
  for (int i = 0; i < 13; ++i) {
    builder.server(std::string(1, static_cast<char>('a' + i)) + ".example.com.",
                   "192.0.2." + std::to_string(i + 1));
  }
  EXPECT_EQ(find(lab.run(builder.build()), FindingCode::REFERRAL_TOO_BIG), nullptr);
}

}  // namespace
}  // namespace anchorwatch::judge
