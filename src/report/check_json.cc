// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/report/check_report.h"

namespace anchorwatch::report {

namespace {

using nlohmann::ordered_json;

ordered_json value_json(const judge::FindingValue& value) {
  return std::visit([](const auto& each) { return ordered_json(each); }, value);
}

ordered_json subject_json(const judge::Subject& subject) {
  ordered_json json{{"name", subject.name.to_text()}};
  if (subject.type) json["type"] = dns::to_string(*subject.type);
  if (subject.key_tag) json["key_tag"] = *subject.key_tag;
  if (subject.algorithm) json["algorithm"] = *subject.algorithm;
  if (subject.server) json["server"] = subject.server->to_text();
  return json;
}

ordered_json clauses_json(std::string_view rfc) {
  ordered_json list = ordered_json::array();
  while (!rfc.empty()) {
    const std::size_t end = rfc.find("; ");
    list.push_back(std::string(rfc.substr(0, end)));
    if (end == std::string_view::npos) break;
    rfc.remove_prefix(end + 2);
  }
  return list;
}

ordered_json finding_json(const judge::Finding& finding) {
  const judge::FindingInfo& row = judge::info(finding.code);
  ordered_json json{{"code", std::string(row.name)},
                    {"severity", to_string(finding.severity)},
                    {"subject", subject_json(finding.subject)},
                    {"servers", ordered_json::array()},
                    {"message", finding.message},
                    {"data", ordered_json::object()},
                    {"rfc", clauses_json(row.rfc)}};
  for (const IpAddress& server : finding.servers) json["servers"].push_back(server.to_text());
  for (const auto& [key, value] : finding.data) json["data"][key] = value_json(value);
  if (finding.caused_by) json["caused_by"] = std::string(judge::info(*finding.caused_by).name);
  return json;
}

ordered_json probe_json(const judge::ProbeVerdict& probe) {
  ordered_json json{{"name", probe.question.name.to_text()},
                    {"type", dns::to_string(probe.question.type)},
                    {"status", dnssec::to_string(probe.verdict.status)},
                    {"reason", dnssec::to_string(probe.verdict.reason)},
                    {"rcode", probe.rcode},
                    {"target_status", nullptr}};
  if (probe.target) json["target"] = probe.target->to_text();
  if (probe.target_status) json["target_status"] = dnssec::to_string(*probe.target_status);
  return json;
}

ordered_json server_json(const judge::ServerVerdict& server) {
  ordered_json json{{"name", server.name.to_text()},
                    {"address", server.address.to_text()},
                    {"reachable", server.reachable},
                    {"status", dnssec::to_string(server.verdict.status)},
                    {"reason", dnssec::to_string(server.verdict.reason)}};
  if (server.serial) json["serial"] = *server.serial;
  if (!server.nsid.empty()) json["nsid"] = server.nsid;
  return json;
}

ordered_json whole_zone_json(const judge::WholeZoneSummary& whole) {
  if (!whole.failure.empty()) return {{"source", whole.source}, {"failure", whole.failure}};
  ordered_json json{{"source", whole.source},
                    {"serial", whole.serial},
                    {"records", whole.records},
                    {"rrsets", whole.rrsets},
                    {"signatures", whole.signatures},
                    {"valid_signatures", whole.valid_signatures},
                    {"names", whole.names},
                    {"delegations", whole.delegations},
                    {"secure_delegations", whole.secure_delegations},
                    {"opt_out_spans", whole.opt_out_spans},
                    {"earliest_expiration", nullptr}};
  if (whole.earliest_expiration) {
    json["earliest_expiration"] = to_rfc3339(*whole.earliest_expiration);
  }
  return json;
}

ordered_json link_json(const judge::ChainLink& link) {
  return {{"zone", link.zone.to_text()},
          {"status", dnssec::to_string(link.verdict.status)},
          {"reason", dnssec::to_string(link.verdict.reason)}};
}

}  // namespace

std::string check_json(const CheckResult& result) {
  const judge::Judgement& judgement = result.judgement;
  ordered_json json{{"schema", "anchorwatch.check/1"},
                    {"zone", judgement.zone.to_text()},
                    {"at", to_rfc3339(result.at)},
                    {"status", dnssec::to_string(judgement.verdict.status)},
                    {"status_worst", dnssec::to_string(judgement.status_worst)},
                    {"reason", dnssec::to_string(judgement.verdict.reason)},
                    {"observation", judge::to_string(judgement.observation)},
                    {"delegation", judge::to_string(judgement.delegation)},
                    {"chain", ordered_json::array()},
                    {"probes", ordered_json::array()},
                    {"servers", ordered_json::array()},
                    {"parents", ordered_json::array()},
                    {"findings", ordered_json::array()},
                    {"earliest_expiration", nullptr}};
  for (const judge::ChainLink& link : judgement.ancestors) json["chain"].push_back(link_json(link));
  ordered_json own = link_json(judgement.link);
  own["status"] = dnssec::to_string(judgement.verdict.status);
  own["reason"] = dnssec::to_string(judgement.verdict.reason);
  json["chain"].push_back(std::move(own));
  for (const judge::ProbeVerdict& probe : judgement.probes) json["probes"].push_back(probe_json(probe));
  for (const judge::ServerVerdict& server : judgement.servers) json["servers"].push_back(server_json(server));
  for (const judge::ServerVerdict& server : judgement.parents) json["parents"].push_back(server_json(server));
  for (const judge::Finding& finding : judgement.findings) json["findings"].push_back(finding_json(finding));
  if (judgement.earliest_expiration) json["earliest_expiration"] = to_rfc3339(*judgement.earliest_expiration);
  const judge::TrustEndPtr end = judgement.ends.first();
  json["bogus_at"] = end == nullptr ? ordered_json(nullptr) : ordered_json(to_rfc3339(end->at));
  json["bogus_because"] = end == nullptr ? ordered_json(nullptr) : ordered_json(describe(*end));
  json["bogus_worst_at"] = judgement.ends.worst_at == 0 ? ordered_json(nullptr) : ordered_json(to_rfc3339(judgement.ends.worst_at));
  if (judgement.whole_zone) json["whole_zone"] = whole_zone_json(*judgement.whole_zone);
  if (!result.note.empty()) json["note"] = result.note;
  if (result.evidence.forwarded) json["mode"] = "forwarded";
  json["queries"] = result.queries;
  json["verifications"] = judgement.verifications;
  json["verifications_reused"] = judgement.verifications_reused;
  json["elapsed_ms"] = result.elapsed_ms;
  // Names and texts from the network may hold any octet: never let one stop the output.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace anchorwatch::report
