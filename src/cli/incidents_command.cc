// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/store/reader.h"
#include "commands.h"
#include "common_options.h"
#include "exit_status.h"

namespace anchorwatch::cli {

namespace {

using nlohmann::ordered_json;

struct IncidentsOptions {
  std::string config, id;
  int limit = 0;
  bool all = false, json = false;
};

ordered_json time_json(const std::optional<UnixSeconds>& at) {
  return at ? ordered_json(to_rfc3339(*at)) : ordered_json(nullptr);
}

ordered_json text_json(const std::string& text) { return text.empty() ? ordered_json(nullptr) : ordered_json(text); }

void print(const ordered_json& line) {
  static_cast<void>(std::printf("%s\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str()));
}

void print_json(const store::IncidentRow& row) {
  print({{"schema", "anchorwatch.incident/1"}, {"id", row.id}, {"cause", row.cause}, {"cause_subject", row.cause_subject}, {"code", text_json(row.code)},
         {"state", row.state}, {"severity", to_string(row.severity)}, {"confidence", row.confidence},
         {"opened", to_rfc3339(row.opened_at)}, {"closed", time_json(row.closed_at)}, {"members", row.members},
         {"members_open", row.members_open}, {"summary", row.summary}});
}

void print_json(const store::IncidentMemberRow& row) {
  print({{"schema", "anchorwatch.incident_member/1"}, {"incident", row.incident}, {"zone", row.zone},
         {"severity", to_string(row.severity)}, {"status_before", text_json(row.status_before)},
         {"status", text_json(row.status)}, {"joined", to_rfc3339(row.joined_at)}, {"left", time_json(row.left_at)},
         {"own_story", row.own_story}, {"code", text_json(row.code)}, {"event_id", text_json(row.event_id)}});
}

void print_row(const store::IncidentRow& row) {
  static_cast<void>(std::printf("%s  %-6s  %-8s  %s  %-12s  %s%s%s  %lld of %lld zones\n    %s\n", row.id.c_str(), row.state.c_str(),
                                to_string(row.severity), to_rfc3339(row.opened_at).c_str(), row.cause.c_str(),
                                row.cause_subject.c_str(), row.code.empty() ? "" : " ", row.code.c_str(),
                                static_cast<long long>(row.members_open),
                                static_cast<long long>(row.members), row.summary.c_str()));
}

void print_row(const store::IncidentMemberRow& row) {
  const char* now = row.own_story ? "not well by itself" : row.left_at ? "left" : "member";
  static_cast<void>(std::printf("  %-8s  %s  %-18s  %s  %s\n", to_string(row.severity), to_rfc3339(row.joined_at).c_str(), now,
                                row.zone.c_str(), row.code.c_str()));
}

int failed(const Error& error) {
  complain(error.message());
  return kUsage;
}

int show_one(store::Reader& reader, const IncidentsOptions& options) {
  Result<std::optional<store::IncidentRow>> incident = reader.incident(options.id);
  if (!incident) return failed(incident.error());
  if (!*incident) {
    complain(options.id + ": no incident with this id; `anchorwatch incidents --all` lists them");
    return kUsage;
  }
  Result<std::vector<store::IncidentMemberRow>> members = reader.incident_members(options.id, options.limit);
  if (!members) return failed(members.error());
  if (options.json) {
    print_json(**incident);
  } else {
    print_row(**incident);
  }
  for (const store::IncidentMemberRow& row : *members) {
    if (options.json) {
      print_json(row);
    } else {
      print_row(row);
    }
  }
  return kFine;
}

int show_list(store::Reader& reader, const IncidentsOptions& options) {
  const store::IncidentStates states = options.all ? store::IncidentStates::kAll : store::IncidentStates::kOpen;
  Result<std::vector<store::IncidentRow>> rows = reader.incidents(states, options.limit);
  if (!rows) return failed(rows.error());
  for (const store::IncidentRow& row : *rows) {
    if (options.json) {
      print_json(row);
    } else {
      print_row(row);
    }
  }
  if (rows->empty() && !options.json) static_cast<void>(std::printf("no incident%s\n", options.all ? "" : " is open"));
  return kFine;
}

int run_incidents(const IncidentsOptions& options) {
  std::optional<config::Config> config = read_config_or_default(options.config);
  if (!config) return kUsage;
  Result<store::Reader> reader = store::Reader::open(config->daemon.database_path());
  if (!reader) return failed(reader.error());
  return options.id.empty() ? show_list(*reader, options) : show_one(*reader, options);
}

}  // namespace

Run add_incidents(CLI::App& app) {
  auto options = std::make_shared<IncidentsOptions>();
  app.add_option("id", options->id, "this one, with the zones that it concerns");
  app.add_option("--config", options->config, std::string("configuration file (default: ") + kDefaultConfig + ")");
  app.add_flag("--all", options->all, "those that are over as well");
  app.add_option("--limit", options->limit, "at most so many lines; 0 for all (default: 0)")->check(CLI::NonNegativeNumber);
  app.add_flag("--json", options->json, "one object a line");
  return [options] { return run_incidents(*options); };
}

}  // namespace anchorwatch::cli
