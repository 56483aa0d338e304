// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "anchorwatch/change/event.h"
#include "anchorwatch/core/time_format.h"

namespace anchorwatch::change {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }
Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }
Json time_or_null(const std::optional<UnixSeconds>& at) {
  return at ? Json(to_rfc3339(*at)) : Json();
}

Json values(const EventData& data) {
  Json object = Json::object();
  for (const auto& [key, value] : data) {
    std::visit([&, &name = key](const auto& held) { object[name] = held; }, value);
  }
  return object;
}

Json subject_json(const judge::Subject& subject) {
  Json object;
  object["name"] = subject.name.to_text();
  object["type"] = subject.type ? Json(dns::to_string(*subject.type)) : Json();
  if (subject.key_tag) object["key_tag"] = *subject.key_tag;
  if (subject.algorithm) object["algorithm"] = *subject.algorithm;
  if (subject.server) object["server"] = subject.server->to_text();
  return object;
}

/// "4035 5.3.1; 4034 3.1.5" as a list of clauses.
Json clauses(std::string_view rfc) {
  Json list = Json::array();
  while (!rfc.empty()) {
    const std::size_t end = rfc.find("; ");
    list.push_back(rfc.substr(0, end));
    rfc.remove_prefix(end == std::string_view::npos ? rfc.size() : end + 2);
  }
  return list;
}

Json finding_json(const judge::Finding& finding) {
  const judge::FindingInfo& row = judge::info(finding.code);
  Json servers = Json::array();
  for (const IpAddress& server : finding.servers) servers.push_back(server.to_text());
  Json object;
  object["code"] = row.name;
  object["severity"] = to_string(finding.severity);
  object["subject"] = subject_json(finding.subject);
  object["servers"] = std::move(servers);
  object["message"] = finding.message;
  object["data"] = values(finding.data);
  object["rfc"] = clauses(row.rfc);
  object["meaning"] = row.meaning;
  return object;
}

}  // namespace

std::string to_json(const Event& event, std::string_view observer) {
  Json object;
  object["schema"] = "anchorwatch.event/1";
  object["id"] = event.id;
  object["type"] = to_string(event.type);
  object["time"] = to_rfc3339(event.time);
  object["zone"] = event.zone ? Json(event.zone->to_text()) : Json();
  object["severity"] = to_string(event.severity);
  object["dedup_key"] = event.dedup_key;
  object["summary"] = event.summary;
  object["expected"] = event.expected ? Json(*event.expected) : Json();
  object["change_id"] = text_or_null(event.change_id);
  object["confidence"] = to_string(event.confidence);
  object["caused_by"] = text_or_null(event.caused_by);
  object["incident"] = text_or_null(event.incident);
  object["window"] = {{"last_before", time_or_null(event.last_before)},
                      {"first_after", time_or_null(event.first_after)}};
  object["side"] = text_or_null(event.side);
  object["before"] = values(event.before);
  object["after"] = values(event.after);
  object["finding"] = event.finding ? finding_json(*event.finding) : Json();
  object["owner"] = text_or_null(event.owner);
  object["contact"] = text_or_null(event.contact);
  object["tags"] = event.tags;
  object["observer"] = observer;
  object["runbook"] = text_or_null(event.runbook);
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace anchorwatch::change
