// SPDX-License-Identifier: Apache-2.0
// Name servers, glue, addresses, servers that do not answer or answer nonsense.
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

TEST(Delegation, NamesOnOneSideOnly) {
  JudgeLab lab;
  lab.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1")
                                          .server("ns9.example.com.", "192.0.2.9")
                                          .build());
  EXPECT_EQ(summary(judgement),
            "NS_ONLY_IN_PARENT warning example.com.; NS_ONLY_IN_CHILD notice example.com.");
  EXPECT_EQ(std::get<std::vector<std::string>>(judgement.findings[0].data.at("names")),
            std::vector<std::string>{"ns9.example.com."});
}

TEST(Delegation, DelegatedServerThatDoesNotServeTheZone) {
  JudgeLab lab;
  lab.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1")
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .dead_server("ns9.example.com.", "192.0.2.9")
                                          .build());
  EXPECT_EQ(find(judgement, FindingCode::NS_ONLY_IN_PARENT)->severity, Severity::kError);
}

TEST(Delegation, GlueAndUnresolvableNames) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  look.delegation.name_servers[0].glue.clear();
  Judgement judgement = lab.run(look);
  EXPECT_EQ(summary(judgement), "GLUE_MISSING error ns.example.com./NS");
  look = lab.look();
  evidence::NameServer outside;
  outside.name = name_of("ns.example.net.");
  outside.failure = "NXDOMAIN";
  outside.looked_up = true;
  look.delegation.name_servers.push_back(outside);
  judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::NS_UNRESOLVABLE, "ns.example.net./NS"), nullptr);
  look.delegation.name_servers.back().is_alias = true;
  judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::NS_IS_ALIAS, "ns.example.net./NS"), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::NS_UNRESOLVABLE), nullptr);
}

TEST(Delegation, AddressFactsOutsideOfLaboratories) {
  JudgeLab lab;
  lab.sign();
  lab.policy.allow_special_addresses = false;
  Judgement judgement = lab.run(lab.look());
  EXPECT_NE(find(judgement, FindingCode::NS_PRIVATE_ADDRESS), nullptr);
  EXPECT_NE(find(judgement, FindingCode::NS_NO_IPV6), nullptr);
  EXPECT_NE(find(judgement, FindingCode::SINGLE_PREFIX), nullptr);
  EvidenceBuilder one(lab.parent, lab.zone);
  judgement = lab.run(one.server("ns.example.com.", "192.0.2.1").build());
  EXPECT_EQ(find(judgement, FindingCode::NS_TOO_FEW)->severity, Severity::kWarning);
  EvidenceBuilder shared(lab.parent, lab.zone);
  judgement = lab.run(shared.server("ns.example.com.", "192.0.2.1")
                          .server("ns1.example.com.", "192.0.2.1")
                          .build());
  EXPECT_EQ(find(judgement, FindingCode::NS_SAME_ADDRESS)->severity, Severity::kWarning);
}

TEST(Addresses, WithoutIpv4) {
  JudgeLab lab;
  lab.sign();
  lab.policy.allow_special_addresses = false;
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "2001:db8:1::53")
                                          .server("ns1.example.com.", "2001:db8:2::1")
                                          .server("ns2.example.com.", "2001:db8:3::2")
                                          .build());
  const Finding* finding = find(judgement, FindingCode::NS_NO_IPV4);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kWarning);
  lab.policy.allow_special_addresses = true;
  EXPECT_EQ(summary(lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                .server("ns.example.com.", "2001:db8:1::53")
                                .server("ns1.example.com.", "2001:db8:2::1")
                                .server("ns2.example.com.", "2001:db8:3::2")
                                .build())),
            "");
}

TEST(Servers, OneDeadServer) {
  JudgeLab lab;
  lab.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1")
                                          .dead_server("ns2.example.com.", "192.0.2.2")
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.status_worst, dnssec::SecurityStatus::kSecure);
  EXPECT_EQ(judgement.observation, Observation::kPartial);
  EXPECT_EQ(summary(judgement), "TRANSPORT_UDP_DEAD error example.com.@192.0.2.2");
  EXPECT_FALSE(judgement.servers[1].reachable);
  EXPECT_EQ(judgement.servers[1].verdict, dnssec::indeterminate(dnssec::Reason::kUnreachable));
}

TEST(Servers, AllDeadIsOneFindingAndNoVerdict) {
  JudgeLab lab;
  lab.sign();
  lab.expectation.expect = Expect::kSigned;
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .dead_server("ns1.example.com.", "192.0.2.1")
                                          .dead_server("ns2.example.com.", "192.0.2.2")
                                          .build());
  EXPECT_EQ(status_of(judgement), "indeterminate/unreachable");
  EXPECT_EQ(judgement.observation, Observation::kFailed);
  EXPECT_EQ(summary(judgement), "NO_WORKING_SERVER critical example.com.");
  EXPECT_FALSE(misses_expectation(judgement, lab.expectation));
}

TEST(Servers, NotAskedIsNoFault) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::Answer& answer : look.servers[0].answers) {
    answer = evidence::Answer{};
    answer.question = {look.zone, RrType::kA};
  }
  EXPECT_EQ(summary(lab.run(look)), "");
}

TEST(Servers, LameAndFailing) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::Answer& answer : look.servers[0].answers) {
    answer.rcode = dns::kRcodeRefused;
    answer.aa = false;
    answer.answer.clear();
    answer.authority.clear();
  }
  Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "SERVER_LAME error example.com.@192.0.2.1");
  for (evidence::Answer& answer : look.servers[0].answers) answer.rcode = dns::kRcodeServFail;
  judgement = lab.run(look);
  EXPECT_EQ(summary(judgement), "BAD_RCODE error example.com.@192.0.2.1");
}

TEST(Delegation, ServerThatIsNoAuthority) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::Answer& answer : look.servers[0].answers) answer.aa = false;
  EXPECT_EQ(summary(lab.run(look)), "SERVER_LAME error example.com.@192.0.2.1");
  // A forwarder is none by nature.
  for (evidence::ServerLook& server : look.servers) {
    for (evidence::Answer& answer : server.answers) answer.aa = false;
  }
  look.forwarded = true;
  EXPECT_EQ(find(lab.run(look), FindingCode::SERVER_LAME), nullptr);
}

TEST(Servers, SomeQuestionsFail) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  answer_of(look, 0, RrType::kCaa).rcode = dns::kRcodeServFail;
  answer_of(look, 1, RrType::kAaaa) = silence({look.zone, RrType::kAaaa});
  answer_of(look, 2, RrType::kDnskey).tcp_failed = true;
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.observation, Observation::kPartial);
  EXPECT_NE(find(judgement, FindingCode::BAD_RCODE), nullptr);
  EXPECT_NE(find(judgement, FindingCode::AAAA_BROKEN), nullptr);
  EXPECT_NE(find(judgement, FindingCode::TRANSPORT_TCP_DEAD), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::DNSKEY_FETCH_FAILED)->caused_by,
            FindingCode::TRANSPORT_TCP_DEAD);
}

TEST(Servers, EdnsAndMalformed) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::Answer& answer : look.servers[0].answers) answer.edns = false;
  for (evidence::Answer& answer : look.servers[1].answers) answer.edns_refused = true;
  for (evidence::Answer& answer : look.servers[2].answers) {
    answer = silence(answer.question);
    answer.state = evidence::AnswerState::kMalformed;
  }
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::EDNS_BROKEN), nullptr) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::DNSSEC_DOWNGRADED), nullptr);
  EXPECT_NE(find(judgement, FindingCode::RESPONSE_MALFORMED), nullptr);
}

TEST(Servers, GarbageIsNamedWhereAllServersSendIt) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::ServerLook& server : look.servers) {
    for (evidence::Answer& answer : server.answers) {
      answer = silence(answer.question);
      answer.state = evidence::AnswerState::kMalformed;
      answer.detail = "the reason";
    }
  }
  const Judgement judgement = lab.run(look);
  const Finding* finding = find(judgement, FindingCode::RESPONSE_MALFORMED);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->caused_by, FindingCode::NO_WORKING_SERVER);
  EXPECT_NE(finding->message.find("the reason"), std::string::npos);
}

// Regression: a server whose TCP is closed was said to answer with an error, "NOERROR".
TEST(Servers, AllAnswersCutIsNoOddRcode) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::Answer& answer : look.servers[0].answers) answer.tcp_failed = true;
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(summary(judgement), "TRANSPORT_TCP_DEAD error example.com.@192.0.2.1");
}

TEST(Servers, ApexRecordsAreMissingOrWrong) {
  JudgeLab lab;
  lab.zone.sign();
  lab.sign_parent({});
  evidence::ZoneEvidence look = lab.look();
  answer_of(look, 0, RrType::kNs).answer.clear();
  answer_of(look, 1, RrType::kSoa).answer[0].owner = name_of("example.net.");
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::RESPONSE_MISSING, "example.com./NS@192.0.2.1"), nullptr)
      << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::RESPONSE_WRONG_OWNER, "example.com./SOA@192.0.2.2"),
            nullptr)
      << summary(judgement);
}

TEST(Servers, AuthoritativeReferral) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::Answer& answer : look.delegation.parents[0].answers) answer.aa = true;
  EXPECT_EQ(summary(lab.run(look)), "REFERRAL_AUTHORITATIVE warning example.com.");
}

TEST(Servers, DsQuestionAnsweredWithAReferral) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  evidence::Answer& ds = look.delegation.parents[0].answers[0];
  const evidence::Answer& ns = look.delegation.parents[0].answers[1];
  ds.aa = false;
  ds.answer.clear();
  ds.authority = ns.authority;
  std::erase_if(ds.authority, [](const dns::RRset& set) { return set.type != RrType::kNs; });
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "indeterminate/unreachable");
  EXPECT_EQ(find(judgement, FindingCode::DS_QUERY_REFERRED)->severity, Severity::kCritical);
}

// Resolvers take the DS from the referral, so that the zone is as secure as ever.
TEST(Servers, DsComesWithAReferral) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  evidence::Answer& ds = look.delegation.parents[0].answers[0];
  const evidence::Answer& ns = look.delegation.parents[0].answers[1];
  ds.aa = false;
  ds.answer.clear();
  ds.authority = ns.authority;
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated") << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::DS_QUERY_REFERRED), nullptr);
}

TEST(Aliases, CnameAtTheApexAndLoops) {
  JudgeLab lab;
  lab.zone.sign();
  lab.sign_parent({});
  evidence::ZoneEvidence look = EvidenceBuilder(lab.parent, lab.zone)
                                    .servers(2)
                                    .probe("loop.example.com.", RrType::kA)
                                    .build();
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    answer_of(look, i, RrType::kA).answer = {rrset_of("example.com. 60 CNAME example.net.")};
    evidence::Answer& loop = answer_of(look, i, {name_of("loop.example.com."), RrType::kA});
    loop.rcode = 0;
    loop.answer = {rrset_of("loop.example.com. 60 CNAME b.example.com."),
                   rrset_of("b.example.com. 60 CNAME loop.example.com.")};
  }
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::CNAME_AT_NODE, "example.com./CNAME"), nullptr)
      << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::CNAME_LOOP, "loop.example.com./A"), nullptr);
}

TEST(Aliases, DnameAndItsCname) {
  JudgeLab lab;
  lab.zone.add("d DNAME example.net.\n");
  lab.sign();
  const dns::Question question{name_of("www.d.example.com."), RrType::kA};
  const evidence::ZoneEvidence good = EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1")
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .probe("www.d.example.com.", RrType::kA)
                                          .build();
  EXPECT_EQ(summary(lab.run(good)), "");
  evidence::ZoneEvidence look = good;
  dns::RRset& cname = answer_of(look, 0, question).answer[1];
  ASSERT_EQ(cname.type, RrType::kCname);
  cname.ttl = 0;
  answer_of(look, 1, question).answer.erase(answer_of(look, 1, question).answer.begin() + 1);
  answer_of(look, 2, question).answer[1].rdatas[0] = name_of("other.example.net.").wire();
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::DNAME_TTL_ZERO), nullptr) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::DNAME_NO_CNAME), nullptr) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::DNAME_TARGET_MISMATCH), nullptr) << summary(judgement);
}

TEST(Soa, FieldsAndTimers) {
  JudgeLab lab;
  lab.zone.sign();
  lab.sign_parent({});
  evidence::ZoneEvidence look = lab.look();
  answer_of(look, 1, RrType::kSoa).answer[0] =
      rrset_of("example.com. 3600 SOA ns.example.com. hostmaster.example.com. 1 100 200 250 300");
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::SOA_FIELDS_DIFFER), nullptr) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::SOA_TIMERS_ODD), nullptr) << summary(judgement);
}

}  // namespace
}  // namespace anchorwatch::judge
