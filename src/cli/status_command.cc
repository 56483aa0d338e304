// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/daemon/lag_alarm.h"
#include "anchorwatch/dnssec/security_status.h"
#include "anchorwatch/inventory/zone_name.h"
#include "anchorwatch/store/reader.h"
#include "commands.h"
#include "common_options.h"
#include "exit_status.h"
#include "freshness.h"

namespace anchorwatch::cli {

namespace {

using nlohmann::ordered_json;

struct StatusOptions {
  std::string config, status, owner, tag, min_severity, at;
  std::vector<std::string> zones;
  bool json = false;
};

ordered_json time_json(const std::optional<UnixSeconds>& at) {
  return at ? ordered_json(to_rfc3339(*at)) : ordered_json(nullptr);
}

void print_json(const store::ZoneStatusRow& row) {
  const ordered_json line{{"zone", row.zone}, {"status", row.status}, {"status_worst", row.status_worst},
                          {"reason", row.reason}, {"observation", row.observation}, {"delegation", row.delegation},
                          {"status_since", time_json(row.status_since_at)}, {"last_checked", time_json(row.last_checked_at)},
                          {"last_observed", time_json(row.last_observed_at)},
                          {"earliest_expiration", time_json(row.earliest_expiration_at)},
                          {"bogus_at", time_json(row.bogus_at)},
                          {"bogus_because", row.bogus_because.empty() ? ordered_json(nullptr) : ordered_json(row.bogus_because)},
                          {"bogus_worst_at", time_json(row.bogus_worst_at)},
                          {"open_findings", row.open_findings},
                          {"worst_severity", row.worst_severity ? ordered_json(to_string(*row.worst_severity)) : ordered_json(nullptr)},
                          {"expect", row.expect}, {"owner", row.owner}, {"tags", row.tags}};
  static_cast<void>(std::printf("%s\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str()));
}

void print_table(const std::vector<store::ZoneStatusRow>& rows) {
  std::size_t width = 4;
  for (const store::ZoneStatusRow& row : rows) width = std::max(width, row.zone.size());
  const int columns = static_cast<int>(std::min<std::size_t>(width, 60));
  static_cast<void>(std::printf("%-*s  %-13s  %-24s  %-9s  %-20s  %s\n", columns, "zone", "status", "reason", "worst", "first signature ends", "last seen"));
  for (const store::ZoneStatusRow& row : rows) {
    static_cast<void>(std::printf("%-*s  %-13s  %-24s  %-9s  %-20s  %s\n", columns, row.zone.c_str(), row.status.c_str(), row.reason.c_str(),
                                  row.worst_severity ? to_string(*row.worst_severity) : "-",
                                  row.earliest_expiration_at ? to_rfc3339(*row.earliest_expiration_at).c_str() : "-",
                                  row.last_observed_at ? to_rfc3339(*row.last_observed_at).c_str() : "never"));
  }
}

void print_ends(const std::vector<store::ZoneStatusRow>& rows) {
  for (const store::ZoneStatusRow& row : rows) {
    if (!row.bogus_at) continue;
    static_cast<void>(std::printf("\n%s is bogus from %s, if nothing changes: %s\n", row.zone.c_str(), to_rfc3339(*row.bogus_at).c_str(),
                                  row.bogus_because.c_str()));
  }
}

bool print_findings(store::Reader& reader, const std::vector<store::ZoneStatusRow>& rows) {
  for (const store::ZoneStatusRow& row : rows) {
    Result<std::vector<store::FindingRow>> findings = reader.findings(row.zone, store::FindingStates::kOpen);
    if (!findings) {
      complain(findings.error().message());
      return false;
    }
    for (const store::FindingRow& finding : *findings) {
      static_cast<void>(std::printf("\n  %s  %s  %s  since %s%s\n      %s\n", to_string(finding.severity), finding.code.c_str(),
                                    finding.subject.c_str(), to_rfc3339(finding.first_seen_at).c_str(),
                                    finding.state == "open" ? "" : ("  [" + finding.state + "]").c_str(), finding.message.c_str()));
    }
  }
  return true;
}

void print_incident(const store::IncidentRow& incident) {
  static_cast<void>(std::printf("\nincident %s  %s  since %s  %lld zones\n    %s\n", incident.id.c_str(), to_string(incident.severity),
                                to_rfc3339(incident.opened_at).c_str(), static_cast<long long>(incident.members_open),
                                incident.summary.c_str()));
}

/// Those that are open, and that concern one of `rows` where zones were asked for.
bool print_incidents(store::Reader& reader, const std::vector<store::ZoneStatusRow>& rows, bool of_zones) {
  std::set<std::string> shown;
  const auto print = [&](Result<std::vector<store::IncidentRow>> incidents) {
    if (!incidents) {
      complain(incidents.error().message());
      return false;
    }
    for (const store::IncidentRow& incident : *incidents) {
      if (shown.insert(incident.id).second) print_incident(incident);
    }
    return true;
  };
  if (!of_zones) return print(reader.incidents(store::IncidentStates::kOpen, 0));
  return std::all_of(rows.begin(), rows.end(),
                     [&](const store::ZoneStatusRow& row) { return print(reader.incidents_of(row.zone)); });
}

void print_sinks(store::Reader& reader) {
  Result<std::vector<store::DeliverySummary>> sinks = reader.deliveries();
  if (!sinks || sinks->empty()) return;
  static_cast<void>(std::printf("\n"));
  for (const store::DeliverySummary& sink : *sinks) {
    static_cast<void>(std::printf("sink %s: %lld delivered, %lld pending, %lld dead%s%s\n", sink.sink.c_str(),
                                  static_cast<long long>(sink.delivered), static_cast<long long>(sink.pending),
                                  static_cast<long long>(sink.dead), sink.last_error.empty() ? "" : "; last error: ",
                                  sink.last_error.c_str()));
  }
}

/// What the daemon said of its scheduler last; nothing where only `poll` was used.
void print_scheduler(store::Reader& reader) {
  const Result<std::string> saved = reader.fact(daemon::kSchedulerFact);
  if (!saved || saved->empty()) return;
  const nlohmann::json facts = nlohmann::json::parse(*saved, nullptr, false);
  if (!facts.is_object()) return;
  const auto number = [&facts](const char* key) {
    const auto value = facts.find(key);
    return value != facts.end() && value->is_number_integer() ? value->get<long long>() : 0LL;
  };
  static_cast<void>(std::printf("\nscheduler at %s: looks began %lld s late (half), %lld s (99 %%), %lld s (most); %lld zones "
                                "wait, %lld full looks put off\n",
                                to_rfc3339(number("at")).c_str(), number("lag_p50_seconds"), number("lag_p99_seconds"),
                                number("lag_max_seconds"), number("zones_waiting"), number("full_looks_put_off")));
}

std::optional<store::ZoneFilter> make_filter(const StatusOptions& options) {
  store::ZoneFilter filter;
  // A slip would show no zone, as if all were well.
  if (!options.status.empty() && !dnssec::parse_security_status(options.status)) {
    complain("--status " + options.status + ": not one of secure, insecure, bogus, indeterminate");
    return std::nullopt;
  }
  filter.owner = options.owner;
  filter.tag = options.tag;
  if (!options.min_severity.empty()) {
    filter.min_severity = parse_severity(options.min_severity);
    if (!filter.min_severity) {
      complain("--severity " + options.min_severity + ": not one of critical, error, warning, notice, info");
      return std::nullopt;
    }
  }
  return filter;
}

int run_status(const StatusOptions& options) {
  std::optional<config::Config> config = read_config_or_default(options.config);
  std::optional<store::ZoneFilter> filter = make_filter(options);
  if (!config || !filter) return kUsage;
  Result<store::Reader> reader = store::Reader::open(config->daemon.database_path());
  if (!reader) {
    complain(reader.error().message());
    return kUsage;
  }
  const std::optional<UnixSeconds> now = moment_of(options.at, *reader);
  if (!now) return kUsage;
  const Freshness freshness(*config, !config->files.empty(), *now);
  std::vector<std::string> zones = options.zones;
  if (zones.empty()) zones.emplace_back();
  std::vector<store::ZoneStatusRow> rows;
  for (const std::string& zone : zones) {
    if (!zone.empty()) {
      Result<dns::Name> name = inventory::parse_zone_name(zone);
      if (!name) {
        complain(zone + ": " + name.error().message());
        return kUsage;
      }
      filter->zone = name->to_text();
    }
    Result<std::vector<store::ZoneStatusRow>> found = reader->zones(*filter);
    if (!found) {
      complain(found.error().message());
      return kUsage;
    }
    for (store::ZoneStatusRow& row : *found) freshness.apply(row);
    if (!options.status.empty()) {
      std::erase_if(*found, [&options](const store::ZoneStatusRow& row) { return row.status != options.status; });
    }
    if (!zone.empty() && found->empty()) complain(filter->zone + ": not in the inventory (or filtered out)");
    rows.insert(rows.end(), found->begin(), found->end());
  }
  if (options.json) {
    for (const store::ZoneStatusRow& row : rows) print_json(row);
    return kFine;
  }
  print_table(rows);
  if (!options.zones.empty()) print_ends(rows);
  if (!options.zones.empty() && !print_findings(*reader, rows)) return kUsage;
  if (!print_incidents(*reader, rows, !options.zones.empty())) return kUsage;
  if (options.zones.empty()) {
    print_sinks(*reader);
    print_scheduler(*reader);
  }
  return kFine;
}

}  // namespace

Run add_status(CLI::App& app) {
  auto options = std::make_shared<StatusOptions>();
  app.add_option("zone", options->zones, "only these zones, with their open findings");
  app.add_option("--config", options->config, std::string("configuration file (default: ") + kDefaultConfig + ")");
  app.add_option("--status", options->status, "only zones in this state (secure, insecure, bogus, indeterminate)");
  app.add_option("--severity", options->min_severity, "only zones with an open finding of this severity or above");
  app.add_option("--owner", options->owner, "only zones of this owner");
  app.add_option("--tag", options->tag, "only zones with this tag");
  app.add_option("--at", options->at, "as of this time, not now: what was not seen for three intervals is stale");
  app.add_flag("--json", options->json, "one object a line");
  return [options] { return run_status(*options); };
}

}  // namespace anchorwatch::cli
