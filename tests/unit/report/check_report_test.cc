// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/report/check_report.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/evidence_builder.h"

namespace anchorwatch::report {
namespace {

using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr UnixSeconds kAt = 1767225600;  // 2026-01-01T00:00:00Z

judge::ChainLink link(const char* zone, dnssec::Verdict verdict) {
  judge::ChainLink made;
  made.zone = name_of(zone);
  made.verdict = verdict;
  return made;
}

judge::Finding expired() {
  judge::Finding finding;
  finding.code = judge::FindingCode::SIG_EXPIRED;
  finding.severity = Severity::kCritical;
  finding.subject.name = name_of("example.com.");
  finding.subject.type = dns::RrType::kSoa;
  finding.servers = {IpAddress::from_text("192.0.2.1").value()};
  finding.message = "The signature over SOA ended.";
  finding.data = {{"key_tag", std::int64_t{12345}},
                  {"expiration", std::string("2025-12-20T00:00:00Z")},
                  {"names", std::vector<std::string>{"a", "b"}}};
  return finding;
}

/// What a check of a zone with an expired signature finds.
CheckResult result_of() {
  CheckResult result;
  judge::Judgement& judgement = result.judgement;
  const dnssec::Verdict verdict = dnssec::bogus(dnssec::Reason::kSignatureExpired);
  judgement.zone = name_of("example.com.");
  judgement.verdict = verdict;
  judgement.status_worst = dnssec::SecurityStatus::kBogus;
  judgement.observation = judge::Observation::kOk;
  judgement.delegation = judge::DelegationState::kPresent;
  judgement.ancestors = {link(".", dnssec::secure()), link("com.", dnssec::secure())};
  judgement.link = link("example.com.", verdict);
  judge::ProbeVerdict probe;
  probe.question = {name_of("www.example.com."), dns::RrType::kA};
  probe.verdict = verdict;
  probe.rcode = "NOERROR";
  judgement.probes = {probe};
  judge::ServerVerdict server;
  server.name = name_of("ns1.example.com.");
  server.address = IpAddress::from_text("192.0.2.1").value();
  server.reachable = true;
  server.verdict = verdict;
  server.serial = 7;
  judgement.servers = {server};
  judgement.findings = {expired()};
  judgement.earliest_expiration = kAt - 12 * UnixSeconds{86400};
  judgement.verifications = 9;
  result.evidence.zone = judgement.zone;
  result.at = kAt;
  result.queries = 31;
  result.elapsed_ms = 12;
  return result;
}

std::set<std::string> keys_of(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

TEST(CheckJson, HasEveryFieldOfTheContract) {
  const std::string line = check_json(result_of());
  EXPECT_THAT(line, StartsWith(R"({"schema":"anchorwatch.check/1","zone":"example.com.",)"));
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  const json told = json::parse(line);
  for (const char* key : {"schema", "zone", "at", "status", "status_worst", "reason", "observation",
                          "delegation", "chain", "probes", "servers", "findings",
                          "earliest_expiration", "queries", "verifications", "elapsed_ms"}) {
    EXPECT_TRUE(told.contains(key)) << key;
  }
  EXPECT_EQ(told["at"], "2026-01-01T00:00:00Z");
  EXPECT_EQ(told["status"], "bogus");
  EXPECT_EQ(told["status_worst"], "bogus");
  EXPECT_EQ(told["reason"], "signature_expired");
  EXPECT_EQ(told["observation"], "ok");
  EXPECT_EQ(told["delegation"], "present");
  ASSERT_EQ(told["chain"].size(), 3U);
  EXPECT_EQ(told["chain"][0]["zone"], ".");
  EXPECT_EQ(told["chain"][1]["status"], "secure");
  EXPECT_EQ(told["chain"][2]["zone"], "example.com.");
  EXPECT_EQ(told["chain"][2]["status"], "bogus");
  EXPECT_EQ(told["probes"], json::parse(R"([{"name":"www.example.com.","type":"A","status":"bogus",
      "reason":"signature_expired","rcode":"NOERROR","target_status":null}])"));
  const json& server = told["servers"].at(0);
  EXPECT_EQ(server["name"], "ns1.example.com.");
  EXPECT_EQ(server["address"], "192.0.2.1");
  EXPECT_EQ(server["reachable"], true);
  EXPECT_EQ(server["status"], "bogus");
  EXPECT_EQ(told["earliest_expiration"], "2025-12-20T00:00:00Z");
  EXPECT_EQ(told["queries"], 31);
  EXPECT_EQ(told["verifications"], 9);
  EXPECT_EQ(told["elapsed_ms"], 12);
}

TEST(CheckReport, TellsTheInstanceThatAnswered) {
  CheckResult result = result_of();
  EXPECT_FALSE(json::parse(check_json(result))["servers"][0].contains("nsid"));
  result.judgement.servers[0].nsid = "fra1";
  EXPECT_EQ(json::parse(check_json(result))["servers"][0]["nsid"], "fra1");
  EXPECT_THAT(check_text(result, Colour::kOff), HasSubstr("  nsid fra1\n"));
}

TEST(CheckJson, AFindingHasItsEvidence) {
  CheckResult result = result_of();
  judge::Finding& second = result.judgement.findings.emplace_back(expired());
  second.subject = {name_of("example.com."), {}, 12345, 13, IpAddress::from_text("2001:db8::1")};
  second.caused_by = judge::FindingCode::SIG_EXPIRED;
  second.data.clear();
  const json findings = json::parse(check_json(result))["findings"];
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(keys_of(findings[0]), (std::set<std::string>{"code", "severity", "subject", "servers",
                                                         "message", "data", "rfc"}));
  EXPECT_EQ(findings[0]["code"], "SIG_EXPIRED");
  EXPECT_EQ(findings[0]["severity"], "critical");
  EXPECT_EQ(findings[0]["subject"], json::parse(R"({"name":"example.com.","type":"SOA"})"));
  EXPECT_EQ(findings[0]["servers"], json::parse(R"(["192.0.2.1"])"));
  EXPECT_EQ(findings[0]["message"], "The signature over SOA ended.");
  EXPECT_EQ(
      findings[0]["data"],
      json::parse(R"({"key_tag":12345,"expiration":"2025-12-20T00:00:00Z","names":["a","b"]})"));
  ASSERT_GE(findings[0]["rfc"].size(), 2U) << "one clause each";
  EXPECT_EQ(findings[0]["rfc"][0], "4034 3.1.5");
  EXPECT_EQ(findings[1]["subject"], json::parse(R"({"name":"example.com.","key_tag":12345,
      "algorithm":13,"server":"2001:db8::1"})"));
  EXPECT_EQ(findings[1]["caused_by"], "SIG_EXPIRED");
  EXPECT_EQ(findings[1]["data"], json::object()) << "an object even when it is empty";
}

TEST(CheckJson, WhatWasNotFoundIsNullOrEmpty) {
  CheckResult result;
  const json told = json::parse(check_json(result));
  EXPECT_EQ(told["zone"], ".");
  EXPECT_EQ(told["status"], "indeterminate");
  EXPECT_EQ(told["observation"], "failed");
  EXPECT_EQ(told["delegation"], "unknown");
  EXPECT_EQ(told["earliest_expiration"], nullptr);
  for (const char* key : {"probes", "servers", "findings"}) EXPECT_EQ(told[key], json::array());
  EXPECT_EQ(told["chain"].size(), 1U);
  EXPECT_FALSE(told.contains("note"));
  EXPECT_FALSE(told.contains("mode"));
}

TEST(CheckJson, TellsAliasesNotesAndReducedMode) {
  CheckResult result = result_of();
  result.judgement.probes[0].target = name_of("cdn.test.");
  result.judgement.probes[0].target_status = dnssec::SecurityStatus::kInsecure;
  result.note = "www.example.com. is no zone";
  result.evidence.forwarded = true;
  const json told = json::parse(check_json(result));
  EXPECT_EQ(told["probes"][0]["target"], "cdn.test.");
  EXPECT_EQ(told["probes"][0]["target_status"], "insecure");
  EXPECT_EQ(told["note"], "www.example.com. is no zone");
  EXPECT_EQ(told["mode"], "forwarded");
}

TEST(CheckJson, BadOctetsDoNotStopTheOutput) {
  CheckResult result = result_of();
  const std::string bad = "\xFF\xC0\x80\"\\\n\x1b[31m" + std::string(1, '\0') + "\xED\xA0\x80";
  result.note = bad;
  result.judgement.findings[0].message = bad;
  result.judgement.findings[0].data = {{"text", bad}, {bad, std::vector<std::string>{bad}}};
  result.judgement.probes[0].rcode = bad;
  result.judgement.zone = name_of("\\255\\000\\010.example.com.");
  const std::string line = check_json(result);
  for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20U);
  const json told = json::parse(line);
  EXPECT_EQ(told["zone"], "\\255\\000\\010.example.com.");
  EXPECT_THAT(told["note"].get<std::string>(), HasSubstr("\xEF\xBF\xBD"));
}

TEST(CheckText, TellsTheVerdictTheTreeAndTheFindings) {
  const std::string text = check_text(result_of(), Colour::kOff);
  EXPECT_THAT(text, StartsWith("example.com. is bogus: "));
  EXPECT_THAT(text, HasSubstr(".  secure\n└─ com.  secure\n   └─ example.com.  bogus: "));
  EXPECT_THAT(text, HasSubstr("first signature ended 2025-12-20T00:00:00Z"));
  EXPECT_THAT(text, HasSubstr("  ns1.example.com.  192.0.2.1  bogus: "));
  EXPECT_THAT(text, HasSubstr("serial 7\n"));
  EXPECT_THAT(text, HasSubstr("  www.example.com. A  bogus: "));
  EXPECT_THAT(text, HasSubstr("  critical  SIG_EXPIRED  example.com./SOA\n"
                              "      The signature over SOA ended.\n"));
  EXPECT_THAT(text, HasSubstr("31 queries, 9 signatures verified, 12 ms"));
  EXPECT_THAT(text, EndsWith("\n"));
}

TEST(CheckText, ColourChangesNothingButColour) {
  const CheckResult result = result_of();
  const std::string plain = check_text(result, Colour::kOff);
  EXPECT_THAT(plain, Not(HasSubstr("\x1b")));
  const std::string coloured = check_text(result, Colour::kOn);
  EXPECT_THAT(coloured, HasSubstr("\x1b[1;31mbogus\x1b[0m"));
  std::string stripped;
  for (std::size_t at = 0; at < coloured.size(); ++at) {
    if (coloured[at] == '\x1b') {
      at = coloured.find('m', at);
    } else {
      stripped += coloured[at];
    }
  }
  EXPECT_EQ(stripped, plain);
}

TEST(CheckText, NothingFromTheNetworkControlsTheTerminal) {
  CheckResult result = result_of();
  const std::string evil = "x\x1b[2J\nforged line\r\x7f";
  result.judgement.findings[0].message = evil;
  result.evidence.delegation.failure = evil;
  result.note = evil;
  const std::string text = check_text(result, Colour::kOff);
  for (const char* bad : {"\x1b", "\nforged", "\r", "\x7f"}) EXPECT_THAT(text, Not(HasSubstr(bad)));
  EXPECT_THAT(text, HasSubstr("x?[2J?forged line??"));
}

TEST(CheckText, SaysWhatALookMissed) {
  CheckResult result;
  result.judgement.zone = name_of("gone.test.");
  result.judgement.delegation = judge::DelegationState::kAbsent;
  result.evidence.delegation.failure = "no usable answer from the servers of test.";
  const std::string text = check_text(result, Colour::kOff);
  EXPECT_THAT(text, HasSubstr("not delegated"));
  EXPECT_THAT(text, HasSubstr("the look was failed"));
  EXPECT_THAT(text, HasSubstr("  no usable answer from the servers of test.\n"));
  EXPECT_THAT(text, HasSubstr("no findings"));
}

TEST(CheckText, ShowsKeysAndDsOfAZoneThatIsNotTrusted) {
  ZoneSigner parent("com.");
  ZoneSigner zone("example.com.");
  const SigningKey key(13);
  parent.add_key(SigningKey(13));
  parent.add("example NS ns.example\n");
  parent.add_record(name_of("example.com."), dns::RrType::kDs, key.ds(name_of("example.com.")));
  parent.sign();
  zone.add_key(key);
  zone.sign();
  CheckResult result = result_of();
  result.evidence = EvidenceBuilder(parent, zone).servers(2).build();
  const std::string text = check_text(result, Colour::kOff);
  const std::string tag = std::to_string(key.tag());
  EXPECT_THAT(text, HasSubstr("DS     " + tag + " "));
  EXPECT_THAT(text, HasSubstr("keys   " + tag + " KSK "));
}

}  // namespace
}  // namespace anchorwatch::report
