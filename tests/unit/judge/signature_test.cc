// SPDX-License-Identifier: Apache-2.0
// Signatures that fail, are about to, or have odd times and TTLs.
#include <functional>

#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;
using dnssec::SecurityStatus;

constexpr UnixSeconds kDaySeconds = 86400;

SignOptions expired() {
  SignOptions options;
  options.inception = kNow - 20 * kDaySeconds;
  options.expiration = kNow - 4 * kDaySeconds;
  return options;
}

ZoneSigner::Options validity(UnixSeconds before, UnixSeconds after) {
  ZoneSigner::Options options;
  options.inception = kNow - before;
  options.expiration = kNow + after;
  return options;
}

TEST(SignatureFaults, EverythingExpiredIsOneStory) {
  JudgeLab lab(validity(20 * kDaySeconds, -4 * kDaySeconds));
  lab.sign();
  lab.expectation.expect = Expect::kSigned;
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/signature_expired");
  EXPECT_EQ(main_findings(judgement, Severity::kInfo), 1) << summary(judgement);
  const Finding& first = judgement.findings.front();
  EXPECT_EQ(first.severity, Severity::kCritical);
  const Finding* keys = find(judgement, FindingCode::SIG_EXPIRED, "example.com./DNSKEY");
  ASSERT_NE(keys, nullptr);
  EXPECT_FALSE(keys->caused_by.has_value());
  EXPECT_EQ(find(judgement, FindingCode::NO_SECURE_ENTRY)->caused_by, FindingCode::SIG_EXPIRED);
  EXPECT_EQ(find(judgement, FindingCode::SIG_EXPIRED, "example.com./SOA")->caused_by,
            FindingCode::SIG_EXPIRED);
  EXPECT_EQ(find(judgement, FindingCode::EXPECT_SIGNED)->caused_by, FindingCode::SIG_EXPIRED);
  EXPECT_EQ(std::get<std::string>(keys->data.at("expiration")), "2025-12-28T00:00:00Z");
  EXPECT_EQ(std::get<std::int64_t>(keys->data.at("key_tag")), lab.ksk.tag());
  EXPECT_EQ(judgement.earliest_expiration, kNow - 4 * kDaySeconds);
  EXPECT_EQ(judgement.probes[0].verdict, dnssec::bogus(dnssec::Reason::kSignatureExpired));
}

TEST(SignatureFaults, SoaExpiredEverywhereIsCritical) {
  JudgeLab lab;
  lab.sign();
  lab.zone.sign_again(lab.zone.at("example.com.", RrType::kSoa), lab.zsk, expired());
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/signature_expired");
  EXPECT_EQ(judgement.link.verdict, dnssec::secure());  // Children still have a chain.
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::SIG_EXPIRED, "example.com./SOA")->severity,
            Severity::kCritical);
}

TEST(SignatureFaults, OneRrsetEverywhereIsAnErrorAndBogus) {
  JudgeLab lab;
  lab.sign();
  lab.zone.sign_again(lab.zone.at("example.com.", RrType::kTxt), lab.zsk, expired());
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/signature_expired");
  EXPECT_EQ(summary(judgement), "SIG_EXPIRED error example.com./TXT");
}

TEST(SignatureFaults, OneBadServerIsTheWorstCaseOnly) {
  JudgeLab lab;
  lab.sign();
  ZoneSigner stale = lab.zone;
  stale.sign_again(stale.at("example.com.", RrType::kSoa), lab.zsk, expired());
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1", stale)
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.status_worst, SecurityStatus::kBogus);
  EXPECT_EQ(summary(judgement), "SIG_EXPIRED error example.com./SOA");
  ASSERT_EQ(judgement.servers.size(), 3U);
  EXPECT_EQ(judgement.servers[0].verdict.status, SecurityStatus::kBogus);
  EXPECT_EQ(judgement.servers[1].verdict.status, SecurityStatus::kSecure);
  EXPECT_EQ(judgement.findings[0].servers, std::vector{*IpAddress::from_text("192.0.2.1")});
}

TEST(SignatureFaults, ExpiredBesideAValidOneIsANotice) {
  JudgeLab lab;
  lab.sign();
  dns::RRset& soa = lab.zone.at("example.com.", RrType::kSoa);
  soa.rrsigs.push_back(make_rrsig(soa, lab.zsk, lab.zone.apex(), expired()));
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "SIG_EXPIRED notice example.com./SOA");
}

TEST(SignatureFaults, WithoutDsNothingIsWorseThanAWarning) {
  JudgeLab lab(validity(20 * kDaySeconds, -4 * kDaySeconds));
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  lab.sign_parent({});
  // The parent's signatures have the times of its own.
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(judgement.verdict.status, SecurityStatus::kInsecure);
  EXPECT_EQ(judgement.findings.front().severity, Severity::kWarning) << summary(judgement);
}

struct FaultCase {
  const char* name;
  FindingCode code;
  std::function<void(JudgeLab&, dns::RRset&)> plant;
};

class SoaFault : public testing::TestWithParam<FaultCase> {};

TEST_P(SoaFault, IsNamedOnce) {
  JudgeLab lab;
  lab.sign();
  GetParam().plant(lab, lab.zone.at("example.com.", RrType::kSoa));
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(judgement.verdict.status, SecurityStatus::kBogus) << status_of(judgement);
  const Finding* finding = find(judgement, GetParam().code, "example.com./SOA");
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kCritical);
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  EXPECT_NE(finding->message.find("example.com. SOA"), std::string::npos) << finding->message;
}

INSTANTIATE_TEST_SUITE_P(
    All, SoaFault,
    testing::Values(FaultCase{"invalid", FindingCode::SIG_INVALID,
                              [](JudgeLab&, dns::RRset& set) {
                                Bytes& bytes = set.rrsigs.front().signature;
                                bytes[10] = static_cast<char>(bytes[10] ^ 1);
                              }},
                    FaultCase{"missing", FindingCode::SIG_MISSING,
                              [](JudgeLab&, dns::RRset& set) { set.rrsigs.clear(); }},
                    FaultCase{"unknown", FindingCode::SIG_UNKNOWN_KEY,
                              [](JudgeLab& lab, dns::RRset& set) {
                                lab.zone.sign_again(set, SigningKey(15, SigningKey::kZsk, 99),
                                                    lab.zone.sign_options());
                              }},
                    FaultCase{"future", FindingCode::SIG_NOT_YET_VALID,
                              [](JudgeLab& lab, dns::RRset& set) {
                                SignOptions options = lab.zone.sign_options();
                                options.inception = kNow + 3600;
                                lab.zone.sign_again(set, lab.zsk, options);
                              }},
                    FaultCase{"reversed", FindingCode::SIG_DATES_REVERSED,
                              [](JudgeLab& lab, dns::RRset& set) {
                                SignOptions options = lab.zone.sign_options();
                                std::swap(options.inception, options.expiration);
                                lab.zone.sign_again(set, lab.zsk, options);
                              }},
                    FaultCase{"signer", FindingCode::SIG_SIGNER_NOT_ZONE,
                              [](JudgeLab& lab, dns::RRset& set) {
                                set.rrsigs = {make_rrsig(set, lab.zsk, name_of("com."),
                                                         lab.zone.sign_options())};
                              }},
                    FaultCase{"labels", FindingCode::SIG_LABELS_TOO_MANY,
                              [](JudgeLab& lab, dns::RRset& set) {
                                SignOptions options = lab.zone.sign_options();
                                options.labels = 5;
                                lab.zone.sign_again(set, lab.zsk, options);
                              }},
                    FaultCase{"length", FindingCode::SIG_BAD_LENGTH,
                              [](JudgeLab&, dns::RRset& set) {
                                set.rrsigs.front().signature.resize(20);
                              }}),
    [](const auto& each) { return each.param.name; });

TEST(SignatureFaults, SignatureByARevokedKey) {
  JudgeLab lab;
  const SigningKey revoked =
      SigningKey(15, SigningKey::kZsk, 5).with_flags(SigningKey::kZsk | SigningKey::kRevoke);
  lab.zone.publish(revoked.dnskey());
  lab.sign();
  lab.zone.sign_again(lab.zone.at("example.com.", RrType::kTxt), revoked, lab.zone.sign_options());
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(find(judgement, FindingCode::SIG_BY_REVOKED_KEY)->severity, Severity::kError);
}

TEST(SignatureTimes, ThresholdsAreSharesOfTheValidity) {
  // 100 days: 20 % is 20 days, 10 % is 10 days.
  const auto run = [](UnixSeconds left) {
    JudgeLab lab(validity(100 * kDaySeconds - left, left));
    lab.sign();
    const Judgement judgement = lab.run(lab.look());
    EXPECT_EQ(judgement.verdict.status, SecurityStatus::kSecure);
    const Finding* finding = find(judgement, FindingCode::SIG_EXPIRES_SOON);
    return finding == nullptr ? std::string("silent") : to_string(finding->severity);
  };
  EXPECT_EQ(run(20 * kDaySeconds), "silent");
  EXPECT_EQ(run(20 * kDaySeconds - 1), "warning");
  EXPECT_EQ(run(10 * kDaySeconds), "warning");
  EXPECT_EQ(run(10 * kDaySeconds - 1), "critical");
}

TEST(SignatureTimes, ExpiryIsOneStoryAndSaysWhen) {
  JudgeLab lab(validity(13 * kDaySeconds, kDaySeconds));
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(main_findings(judgement, Severity::kNotice), 1) << summary(judgement);
  const Finding* finding = find(judgement, FindingCode::SIG_EXPIRES_SOON, "example.com./DNSKEY");
  ASSERT_NE(finding, nullptr);
  EXPECT_FALSE(finding->caused_by.has_value());
  EXPECT_EQ(std::get<std::int64_t>(finding->data.at("remaining_seconds")), kDaySeconds);
  EXPECT_NE(finding->message.find("2026-01-02T00:00:00Z"), std::string::npos) << finding->message;
}

TEST(SignatureTimes, ALongerLivingSignatureSilencesAShorterOne) {
  JudgeLab lab;
  lab.sign();
  SignOptions options = lab.zone.sign_options();
  options.inception = kNow - 13 * kDaySeconds;
  options.expiration = kNow + 3600;
  dns::RRset& soa = lab.zone.at("example.com.", RrType::kSoa);
  soa.rrsigs.push_back(make_rrsig(soa, lab.zsk, lab.zone.apex(), options));
  EXPECT_EQ(summary(lab.run(lab.look())), "");
}

TEST(SignatureTimes, InceptionAboutNow) {
  JudgeLab just(validity(10, 13 * kDaySeconds));
  just.sign();
  Judgement judgement = just.run(just.look());
  EXPECT_EQ(find(judgement, FindingCode::SIG_NEAR_INCEPTION_SKEW)->severity, Severity::kNotice);
  EXPECT_EQ(main_findings(judgement, Severity::kNotice), 1) << summary(judgement);
  JudgeLab live(validity(10, 2 * kDaySeconds));
  live.sign();
  judgement = live.run(live.look());
  EXPECT_EQ(find(judgement, FindingCode::SIG_NEAR_INCEPTION_SKEW)->severity, Severity::kInfo);
  EXPECT_EQ(main_findings(judgement, Severity::kNotice), 0) << summary(judgement);
}

TEST(SignatureTimes, LongAndShortValidity) {
  JudgeLab long_lived(validity(kDaySeconds, 400 * kDaySeconds));
  long_lived.sign();
  Judgement judgement = long_lived.run(long_lived.look());
  EXPECT_NE(find(judgement, FindingCode::SIG_REMAINING_LONG), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::SIG_DURATION_LONG), nullptr);
  JudgeLab duration(validity(100 * kDaySeconds, 100 * kDaySeconds));
  duration.sign();
  judgement = duration.run(duration.look());
  EXPECT_NE(find(judgement, FindingCode::SIG_DURATION_LONG), nullptr);
  JudgeLab brief(validity(7000, 3000));
  brief.sign();
  judgement = brief.run(brief.look());
  EXPECT_NE(find(judgement, FindingCode::SIG_LIFETIME_SHORT), nullptr) << summary(judgement);
}

TEST(SignatureTtls, AreLookedAtServerByServer) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  answer_of(look, 1, RrType::kTxt).answer.front().ttl = 60;
  Judgement judgement = lab.run(look);
  EXPECT_EQ(summary(judgement), "SIG_TTL_MISMATCH warning example.com./TXT");
  EXPECT_EQ(judgement.findings[0].servers.size(), 1U);
  look = lab.look();
  dns::RRset& set = answer_of(look, 0, RrType::kTxt).answer.front();
  set.ttl = set.rrsigs[0].ttl = 7200;
  judgement = lab.run(look);
  EXPECT_EQ(summary(judgement), "SIG_ORIGINAL_TTL_EXCEEDED warning example.com./TXT");
}

TEST(SignatureTtls, TtlBeyondTheExpiry) {
  ZoneSigner::Options options = validity(kDaySeconds, kDaySeconds / 2);
  options.ttl = kDaySeconds / 2 + 100;
  JudgeLab lab(options);
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_NE(find(judgement, FindingCode::SIG_TTL_BEYOND_EXPIRY), nullptr) << summary(judgement);
}

}  // namespace
}  // namespace anchorwatch::judge
