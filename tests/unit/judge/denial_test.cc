// SPDX-License-Identifier: Apache-2.0
// Negative answers: proofs that fail, parameters, lies (RFC 4035 §5.4, RFC 5155 §8, RFC 9276).
#include <algorithm>

#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using Denial = ZoneSigner::Denial;
using dns::RrType;
using dnssec::SecurityStatus;

ZoneSigner::Options with(Denial denial) {
  ZoneSigner::Options options;
  options.denial = denial;
  return options;
}

void drop_proofs(evidence::Answer& answer) {
  std::erase_if(answer.authority, [](const dns::RRset& set) {
    return set.type == RrType::kNsec || set.type == RrType::kNsec3;
  });
}

TEST(Denial, MissingAtOneServer) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  drop_proofs(denial_of(look, 0));
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.status_worst, SecurityStatus::kBogus);
  EXPECT_EQ(judgement.findings.front().code, FindingCode::DENIAL_MISSING);
  EXPECT_EQ(judgement.findings.front().severity, Severity::kError);
  EXPECT_EQ(judgement.findings.front().subject.key(), "example.com.@192.0.2.1");
  EXPECT_EQ(judgement.findings.size(), 1U) << summary(judgement);
}

TEST(Denial, MissingEverywhereIsOneStory) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (std::size_t i = 0; i < look.servers.size(); ++i) drop_proofs(denial_of(look, i));
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "bogus/denial_missing");
  EXPECT_EQ(judgement.findings.front().severity, Severity::kCritical);
  EXPECT_EQ(main_findings(judgement, Severity::kNotice), 1) << summary(judgement);
}

TEST(Denial, ProofOfAnotherName) {
  for (const Denial denial : {Denial::kNsec, Denial::kNsec3}) {
    JudgeLab lab(with(denial));
    lab.zone.add("m A 192.0.2.9\nmm A 192.0.2.9\nn A 192.0.2.9\n");
    lab.sign();
    evidence::ZoneEvidence look =
        EvidenceBuilder(lab.parent, lab.zone).servers(2).random_label("zz").build();
    for (std::size_t i = 0; i < look.servers.size(); ++i) {
      // Only the first proof of the answer stays.
      auto& authority = denial_of(look, i).authority;
      for (std::size_t at = 0, kept = 0; at < authority.size();) {
        const bool proof = authority[at].type != RrType::kSoa;
        if (proof && kept++ > 0) {
          authority.erase(authority.begin() + static_cast<std::ptrdiff_t>(at));
        } else {
          ++at;
        }
      }
    }
    const Judgement judgement = lab.run(look);
    EXPECT_EQ(judgement.verdict.status, SecurityStatus::kBogus) << summary(judgement);
    const bool named = find(judgement, FindingCode::DENIAL_WILDCARD_NOT_COVERED) != nullptr ||
                       find(judgement, FindingCode::DENIAL_NEXT_CLOSER_NOT_COVERED) != nullptr;
    EXPECT_TRUE(named) << summary(judgement);
  }
}

TEST(Denial, TypeInItsOwnBitmap) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    evidence::Answer& answer = answer_of(look, i, RrType::kTxt);
    const evidence::Answer& nodata = answer_of(look, i, RrType::kMx);
    answer.answer.clear();
    answer.authority = nodata.authority;
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(judgement.verdict.status, SecurityStatus::kBogus);
  const Finding* finding = find(judgement, FindingCode::DENIAL_TYPE_IN_BITMAP, "example.com./TXT");
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kCritical);
}

TEST(Denial, LiesAboutATypeThatAnswers) {
  for (const Denial denial : {Denial::kNsec, Denial::kNsec3}) {
    JudgeLab lab(with(denial));
    lab.sign();
    JudgeLab poorer(with(denial));
    poorer.zone = ZoneSigner("example.com.", with(denial));
    poorer.zone.add("@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n@ A 192.0.2.80\n");
    poorer.zone.add_key(lab.ksk);
    poorer.zone.add_key(lab.zsk);
    poorer.zone.sign();
    evidence::ZoneEvidence look = lab.look();
    for (std::size_t i = 0; i < look.servers.size(); ++i) {
      answer_of(look, i, RrType::kMx) = answer_from(poorer.zone, {look.zone, RrType::kMx});
    }
    const Judgement judgement = lab.run(look);
    EXPECT_EQ(status_of(judgement), "secure/validated");
    const Finding* finding = find(judgement, FindingCode::DENIAL_LIES_TYPE, "example.com./TXT");
    ASSERT_NE(finding, nullptr) << summary(judgement);
    EXPECT_EQ(finding->severity, Severity::kCritical);
  }
}

TEST(Denial, LiesAboutANameThatAnswers) {
  JudgeLab lab;
  lab.zone.add("m A 192.0.2.9\n");
  lab.sign();
  JudgeLab poorer;
  poorer.zone.add_key(lab.ksk);
  poorer.zone.add_key(lab.zsk);
  poorer.zone.sign();
  EvidenceBuilder builder(lab.parent, lab.zone);
  evidence::ZoneEvidence look =
      builder.servers(2).probe("m.example.com.", RrType::kA).random_label("l").build();
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    denial_of(look, i) = answer_from(poorer.zone, {*look.denial_name, RrType::kA});
  }
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::DENIAL_LIES_NAME, "m.example.com./A"), nullptr)
      << summary(judgement);
}

TEST(Denial, IterationsAndSalt) {
  const auto run = [](std::uint16_t iterations, Expect expect) {
    ZoneSigner::Options options = with(Denial::kNsec3);
    options.nsec3_iterations = iterations;
    options.nsec3_salt = "\x01\x02";
    JudgeLab lab(options);
    lab.sign();
    lab.expectation.expect = expect;
    return lab.run(lab.look());
  };
  Judgement judgement = run(5, Expect::kSigned);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement),
            "NSEC3_ITERATIONS warning example.com.; NSEC3_SALT notice example.com.");
  judgement = run(100, Expect::kAny);
  EXPECT_EQ(status_of(judgement), "insecure/nsec3_iterations");
  EXPECT_EQ(judgement.link.verdict, dnssec::secure());
  EXPECT_EQ(find(judgement, FindingCode::NSEC3_ITERATIONS)->severity, Severity::kError);
  judgement = run(100, Expect::kSigned);
  EXPECT_EQ(find(judgement, FindingCode::NSEC3_ITERATIONS)->severity, Severity::kCritical);
  EXPECT_EQ(find(judgement, FindingCode::EXPECT_SIGNED)->caused_by, FindingCode::NSEC3_ITERATIONS);
}

TEST(Denial, DifferentParametersWithTheSameSerial) {
  JudgeLab lab(with(Denial::kNsec3));
  lab.sign();
  ZoneSigner::Options salted = with(Denial::kNsec3);
  salted.nsec3_salt = "x";
  JudgeLab other(salted);
  other.zone.add_key(lab.ksk);
  other.zone.add_key(lab.zsk);
  other.zone.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1", other.zone)
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .build());
  EXPECT_NE(find(judgement, FindingCode::NSEC3_PARAMS_DIFFER), nullptr) << summary(judgement);
}

TEST(Denial, BrokenRecords) {
  JudgeLab lab(with(Denial::kNsec3));
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (dns::RRset& set : denial_of(look, 0).authority) {
    if (set.type == RrType::kNsec3) set.rdatas[0][0] = 2;  // Hash algorithm.
  }
  for (dns::RRset& set : denial_of(look, 1).authority) {
    if (set.type == RrType::kNsec3) set.rdatas[0][1] = 4;  // Flags.
  }
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::NSEC3_HASH_UNKNOWN), nullptr) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::NSEC3_FLAGS), nullptr) << summary(judgement);
}

TEST(Denial, TwoKindsAtOneServer) {
  JudgeLab lab;
  lab.sign();
  JudgeLab other(with(Denial::kNsec3));
  other.zone.add_key(lab.ksk);
  other.zone.add_key(lab.zsk);
  other.zone.sign();
  evidence::ZoneEvidence look = lab.look();
  denial_of(look, 0) = answer_from(other.zone, {*look.denial_name, RrType::kA});
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "DENIAL_MIXED notice example.com.@192.0.2.1");
}

TEST(Denial, SoaOfTheNegativeAnswer) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  std::erase_if(answer_of(look, 0, RrType::kMx).authority,
                [](const dns::RRset& set) { return set.type == RrType::kSoa; });
  for (dns::RRset& set : answer_of(look, 1, RrType::kMx).authority) {
    if (set.type == RrType::kSoa) set.owner = name_of("com.");
  }
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::NEGATIVE_SOA_MISSING), nullptr) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::NEGATIVE_SOA_WRONG), nullptr) << summary(judgement);
}

TEST(Denial, NameErrorForANameThatExists) {
  JudgeLab lab;
  lab.zone.add("www A 192.0.2.9\n");
  lab.sign();
  evidence::ZoneEvidence look = EvidenceBuilder(lab.parent, lab.zone)
                                    .servers(2)
                                    .probe("www.example.com.", RrType::kA)
                                    .probe("www.example.com.", RrType::kTxt)
                                    .build();
  evidence::Answer& answer = answer_of(look, 0, {name_of("www.example.com."), RrType::kTxt});
  answer.rcode = dns::kRcodeNxDomain;
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::NXDOMAIN_INCONSISTENT, "www.example.com."), nullptr)
      << summary(judgement);
}

TEST(Denial, RecordOfADelegationDoesNotDenyNamesBelow) {
  JudgeLab lab;
  lab.zone.add("x.sub A 192.0.2.9\n");
  lab.sign();
  evidence::ZoneEvidence look = EvidenceBuilder(lab.parent, lab.zone)
                                    .servers(2)
                                    .probe("y.sub.example.com.", RrType::kA)
                                    .build();
  dns::RRset nsec = lab.zone.at("example.com.", RrType::kNsec);
  nsec.owner = name_of("sub.example.com.");
  nsec.rdatas = {name_of("zz.example.com.").wire() +
                 type_bitmap_of({RrType::kNs, RrType::kRrsig, RrType::kNsec})};
  lab.zone.sign_again(nsec, lab.zsk, lab.zone.sign_options());
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    auto& authority = answer_of(look, i, {name_of("y.sub.example.com."), RrType::kA}).authority;
    std::erase_if(authority, [](const dns::RRset& set) { return set.type == RrType::kNsec; });
    authority.push_back(nsec);
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "bogus/denial_invalid");
  EXPECT_NE(find(judgement, FindingCode::DENIAL_NAME_NOT_COVERED), nullptr) << summary(judgement);
}

TEST(Denial, UnsignedZonesHaveNoProofsAndNoFindings) {
  JudgeLab lab;
  lab.zone.sign();
  lab.sign_parent({});
  const Judgement judgement = lab.run(lab.look());
  for (const Finding& finding : judgement.findings) {
    EXPECT_NE(info(finding.code).area, "denial") << summary(judgement);
  }
}

TEST(Denial, NameErrorForAnEmptyNonTerminalIsNamed) {
  JudgeLab lab;
  lab.zone.add("a.ent A 192.0.2.9\n");
  lab.sign();
  const dns::Question question{name_of("ent.example.com."), RrType::kA};
  evidence::ZoneEvidence look = EvidenceBuilder(lab.parent, lab.zone)
                                    .server("ns.example.com.", "192.0.2.53")
                                    .server("ns1.example.com.", "192.0.2.1")
                                    .server("ns2.example.com.", "192.0.2.2")
                                    .probe("ent.example.com.", RrType::kA)
                                    .build();
  EXPECT_TRUE(lab.run(look).findings.empty());
  for (std::size_t i = 0; i < 3; ++i) answer_of(look, i, question).rcode = dns::kRcodeNxDomain;
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  ASSERT_EQ(judgement.findings.size(), 1U) << summary(judgement);
  EXPECT_EQ(judgement.findings.front().code, FindingCode::NXDOMAIN_INCONSISTENT);
  EXPECT_EQ(judgement.findings.front().subject.name, question.name);
}

// Resolvers fail on a message that does not parse, as on a bad signature.
TEST(Denial, AnswersThatDoNotParseAreBogusWhereTheServersWork) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  const auto spoil = [&](std::size_t server) {
    evidence::Answer& answer = answer_of(look, server, RrType::kTxt);
    answer = silence(answer.question);
    answer.state = evidence::AnswerState::kMalformed;
  };
  spoil(0);
  EXPECT_EQ(status_of(lab.run(look)), "secure/validated") << "another server answers well";
  for (std::size_t i = 1; i < look.servers.size(); ++i) spoil(i);
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "bogus/answer_malformed");
  const auto probe = std::find_if(judgement.probes.begin(), judgement.probes.end(), [](const auto& each) {
    return each.question.type == RrType::kTxt;
  });
  ASSERT_NE(probe, judgement.probes.end());
  EXPECT_EQ(probe->verdict, dnssec::bogus(dnssec::Reason::kAnswerMalformed));
}

}  // namespace
}  // namespace anchorwatch::judge
