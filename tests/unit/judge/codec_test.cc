// SPDX-License-Identifier: Apache-2.0
// Kept evidence: what comes back is judged as it was, and damage is an error.
#include <functional>
#include <random>

#include "anchorwatch/evidence/codec.h"
#include "anchorwatch/evidence/digests.h"

#include "../src/evidence/codec_frame.h"
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

std::string words(const Judgement& judgement) {
  std::string text = status_of(judgement) + " " + dnssec::to_string(judgement.status_worst) + " " +
                     to_string(judgement.observation) + " " + std::to_string(judgement.valid_until) + " " +
                     judgement.link.digest.hex();
  for (const ProbeVerdict& probe : judgement.probes) text += std::string(" ") + dnssec::to_string(probe.verdict.reason);
  for (const ServerVerdict& server : judgement.servers) {
    text += "\n" + server.address.to_text() + server.nsid + dnssec::to_string(server.verdict.reason);
  }
  for (const Finding& finding : judgement.findings) {
    text += "\n" + std::string(info(finding.code).name) + " " + to_string(finding.severity) + " " +
            finding.subject.key() + " " + finding.message;
    for (const auto& [key, value] : finding.data) text += " " + key + std::to_string(value.index());
  }
  return text;
}

/// A zone with something of everything that a look may hold.
evidence::ZoneEvidence full_look(JudgeLab& lab) {
  lab.zone.add("* A 192.0.2.77\nalias CNAME elsewhere.test.\n");
  lab.sign();
  ZoneSigner bad = lab.zone;
  SignOptions old;
  old.inception = kNow - 20 * 86400;
  old.expiration = kNow - 86400;
  bad.sign_again(bad.at("example.com.", RrType::kSoa), lab.zsk, old);
  evidence::ZoneEvidence look = EvidenceBuilder(lab.parent, lab.zone)
                                    .parent_server("b.parent.test.", "192.0.2.251")
                                    .probe("alias.example.com.", RrType::kA)
                                    .probe("x.example.com.", RrType::kA)
                                    .extra(name_of("example.com."), RrType::kNsec)
                                    .server("ns.example.com.", "192.0.2.53")
                                    .server("ns1.example.com.", "192.0.2.1", bad)
                                    .dead_server("ns2.example.com.", "2001:db8::2")
                                    .build();
  evidence::ServerLook& server = look.servers.front();
  server.nsid = Bytes("\0one\xff", 5);
  server.other_names = {name_of("also.example.com.")};
  evidence::BehaviourLook odd;
  odd.kind = evidence::BehaviourKind::kEdnsVersion;
  odd.state = evidence::AnswerState::kAnswered;
  odd.rcode = 16;
  odd.cookie = evidence::CookieState::kWrongClient;
  odd.text = "9.18";
  server.behaviour = {odd};
  evidence::Answer& answer = server.answers.back();
  answer.extended_errors = {{22, "no reachable \"authority\""}};
  answer.truncated_udp = answer.foreign_class = true;
  answer.transport = evidence::Transport::kTcp;
  answer.rtt_us = 123'456'789;
  answer.size = 65'535;
  answer.nsid = "x";
  answer.other_source = "192.0.2.99";
  answer.additional = lab.zone.answer("ns1.example.com.", RrType::kA).answer;
  evidence::SignalLook& signal = look.signals.emplace_back();
  signal.server = name_of("ns.prov.test.");
  signal.name = name_of("_dsboot.example.com._signal.ns.prov.test.");
  signal.failure = "no address";
  look.whole_zone = evidence::WholeZoneLook{"zone file x", "", nullptr, sha256("content")};
  look.limits = {evidence::LookLimit::kQueries, evidence::LookLimit::kDetours};
  look.forwarded = look.extra_left_out = true;
  look.queries = 1234;
  look.answers = 1200;
  return look;
}

void expect_same(JudgeLab& lab, const evidence::ZoneEvidence& look) {
  const Bytes octets = evidence::encode(look);
  const Result<evidence::ZoneEvidence> back = evidence::decode(octets);
  ASSERT_TRUE(back) << back.error().message();
  // The same octets again: nothing was lost on the way.
  EXPECT_EQ(evidence::encode(*back), octets);
  const evidence::Digests was = evidence::digests_of(look);
  const evidence::Digests is = evidence::digests_of(*back);
  EXPECT_EQ(is.all.exact, was.all.exact);
  EXPECT_EQ(is.ordinary.exact, was.ordinary.exact);
  EXPECT_EQ(is.core.data, was.core.data);
  const Judgement before = lab.run(look);
  const Judgement after = lab.run(*back);
  EXPECT_EQ(words(after), words(before));
  EXPECT_EQ(extract_facts(*back, after), extract_facts(look, before));
}

TEST(EvidenceCodec, WhatComesBackIsJudgedAsItWas) {
  JudgeLab lab;
  const evidence::ZoneEvidence look = full_look(lab);
  EXPECT_NE(words(lab.run(look)).find("SIG_EXPIRED"), std::string::npos);
  expect_same(lab, look);
  for (const evidence::Depth depth : {evidence::Depth::kCore, evidence::Depth::kAncestor}) {
    expect_same(lab, EvidenceBuilder(lab.parent, lab.zone).servers(2).depth(depth).build());
  }
}

TEST(EvidenceCodec, EveryFieldComesBack) {
  JudgeLab lab;
  const evidence::ZoneEvidence look = full_look(lab);
  const evidence::ZoneEvidence back = evidence::decode(evidence::encode(look)).value();
  const evidence::ServerLook& server = back.servers.front();
  EXPECT_EQ(server.nsid, look.servers.front().nsid);
  EXPECT_EQ(server.other_names, look.servers.front().other_names);
  EXPECT_EQ(server.behaviour, look.servers.front().behaviour);
  const evidence::Answer& answer = server.answers.back();
  EXPECT_EQ(answer.extended_errors.at(0).text, "no reachable \"authority\"");
  EXPECT_EQ(answer.extended_errors.at(0).info_code, 22);
  EXPECT_TRUE(answer.truncated_udp && answer.foreign_class && !answer.tcp_failed);
  EXPECT_EQ(answer.transport, evidence::Transport::kTcp);
  EXPECT_EQ(answer.rtt_us, 123'456'789U);
  EXPECT_EQ(answer.size, 65'535U);
  EXPECT_EQ(answer.other_source, "192.0.2.99");
  EXPECT_EQ(answer.additional.size(), 1U);
  EXPECT_EQ(back.signals.at(0).failure, "no address");
  EXPECT_TRUE(back.whole_zone && back.whole_zone->is_known());
  EXPECT_EQ(back.whole_zone->digest(), look.whole_zone->digest());
  EXPECT_EQ(back.limits, look.limits);
  EXPECT_TRUE(back.forwarded && back.extra_left_out && !back.unusual_left_out && !back.ordinary_only);
  EXPECT_EQ(back.queries, 1234);
  EXPECT_EQ(back.answers, 1200);
}

TEST(EvidenceCodec, EqualAnswersOfServersTakeLittleRoom) {
  JudgeLab lab;
  lab.sign();
  const std::size_t one = evidence::encode(EvidenceBuilder(lab.parent, lab.zone).servers(1).build()).size();
  const std::size_t four = evidence::encode(EvidenceBuilder(lab.parent, lab.zone).servers(4).build()).size();
  EXPECT_LT(four, 2 * one);
}

TEST(EvidenceCodec, DamageIsAnError) {
  JudgeLab lab;
  const Bytes whole = evidence::encode(full_look(lab));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(evidence::decode(BytesView(whole).substr(0, size))) << size;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes broken = whole;
    broken[at] = static_cast<char>(broken[at] ^ 0x10);
    EXPECT_FALSE(evidence::decode(broken)) << at;
  }
  EXPECT_FALSE(evidence::decode(whole + "x"));
  Bytes newer = whole;
  newer[3] = 2;
  EXPECT_EQ(evidence::decode(newer).error().code(), ErrorCode::kUnsupported);
}

/// Behind a checksum that fits: an error, or evidence that can be judged and kept again.
TEST(EvidenceCodec, ForgedOctetsHarmNobody) {
  JudgeLab lab;
  const Bytes whole = evidence::encode(full_look(lab));
  const Bytes content(evidence::open_frame(whole).value());
  std::mt19937 random(7);
  const auto below = [&random](std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random); };
  int readable = 0;
  for (int round = 0; round < 3000; ++round) {
    Bytes forged = content;
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      switch (below(3)) {
        case 0: forged[below(forged.size())] = static_cast<char>(below(256)); break;
        case 1: forged.erase(below(forged.size()), 1 + below(4)); break;
        default: forged.insert(below(forged.size()), 1, static_cast<char>(below(256)));
      }
    }
    const Result<evidence::ZoneEvidence> read = evidence::decode(evidence::frame(forged, {}, {}));
    if (!read) continue;
    ++readable;
    static_cast<void>(lab.run(*read));
    EXPECT_TRUE(evidence::decode(evidence::encode(*read)));
  }
  EXPECT_GT(readable, 100);
}

}  // namespace
}  // namespace anchorwatch::judge
