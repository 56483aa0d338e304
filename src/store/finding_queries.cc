// SPDX-License-Identifier: Apache-2.0
#include "finding_queries.h"

#include "anchorwatch/change/value_json.h"

#include "bindings.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

using judge::Finding;

std::string servers_to_json(const std::vector<IpAddress>& servers) {
  std::vector<std::string> texts;
  texts.reserve(servers.size());
  for (const IpAddress& server : servers) texts.push_back(server.to_text());
  return change::texts_to_json(texts);
}

std::vector<IpAddress> servers_from_json(std::string_view json) {
  std::vector<IpAddress> servers;
  for (const std::string& text : change::parse_texts(json).value_or(std::vector<std::string>())) {
    if (const auto address = IpAddress::from_text(text)) servers.push_back(*address);
  }
  return servers;
}

std::optional<judge::FindingCode> code_or_nothing(const sqlite::Row& row, int column) {
  return judge::parse_finding_code(row.text(column));
}

/// False for a row that an older or newer catalogue wrote: its code means nothing here.
bool read_finding(const sqlite::Row& row, Finding& finding) {
  const auto code = code_or_nothing(row, 0);
  Result<dns::Name> name = dns::Name::from_text(row.text(3));
  if (!code || !name) return false;
  finding.code = *code;
  finding.severity = severity_of_rank(row.integer(1));
  finding.subject.name = *std::move(name);
  if (!row.is_null(4)) finding.subject.type = dns::parse_rr_type(row.text(4));
  if (!row.is_null(5)) finding.subject.key_tag = static_cast<std::uint16_t>(row.integer(5));
  if (!row.is_null(6)) finding.subject.algorithm = static_cast<std::uint8_t>(row.integer(6));
  if (!row.is_null(7)) finding.subject.server = IpAddress::from_text(row.text(7));
  finding.servers = servers_from_json(row.text(8));
  finding.message = row.text(9);
  finding.data = change::parse_values(row.text(10)).value_or(change::EventData());
  if (!row.is_null(11)) finding.caused_by = code_or_nothing(row, 11);
  return true;
}

}  // namespace

Result<void> FindingQueries::put(std::int64_t zone, const change::OpenFinding& open) {
  const Finding& finding = open.finding;
  const judge::Subject& subject = finding.subject;
  std::optional<std::string> type;
  std::optional<std::string> server;
  std::optional<std::string_view> cause;
  if (subject.type) type = dns::to_string(*subject.type);
  if (subject.server) server = subject.server->to_text();
  if (finding.caused_by) cause = judge::info(*finding.caused_by).name;
  return put_.run(zone, vantage_, judge::info(finding.code).name, finding.severity, open.highest,
                  subject.key(), subject.name.to_text(), type, subject.key_tag, subject.algorithm,
                  server, servers_to_json(finding.servers), finding.message,
                  change::values_to_json(finding.data), cause,
                  change::visible_to_core(finding.code, subject), text_or_null(open.event_id),
                  open.first_seen_at, open.last_seen_at, text_or_null(open.incident));
}

Result<void> FindingQueries::close(std::int64_t zone, const change::ClosedFinding& closed) {
  const Finding& finding = closed.open.finding;
  return close_.run(zone, vantage_, judge::info(finding.code).name, finding.subject.key(),
                    closed.resolved_at, closed.open.last_seen_at);
}

Result<void> FindingQueries::close_all(std::int64_t zone, UnixSeconds at) {
  return close_all_.run(zone, vantage_, at);
}

Result<std::vector<change::OpenFinding>> FindingQueries::load_open(std::int64_t zone) {
  std::vector<change::OpenFinding> findings;
  AW_TRY(load_.each(
      [&](const sqlite::Row& row) {
        change::OpenFinding open;
        if (!read_finding(row, open.finding)) return;
        open.highest = severity_of_rank(row.integer(2));
        open.event_id = row.text(12);
        open.first_seen_at = row.integer(13);
        open.last_seen_at = row.integer(14);
        open.incident = row.text(15);
        findings.push_back(std::move(open));
      },
      zone, vantage_));
  return findings;
}

}  // namespace anchorwatch::store
