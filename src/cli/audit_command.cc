// SPDX-License-Identifier: Apache-2.0
// anchorwatch audit: the chain of what was done, and whether it is whole.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/inventory/zone_name.h"
#include "anchorwatch/store/reader.h"
#include "admin_call.h"
#include "commands.h"
#include "common_options.h"
#include "exit_status.h"

namespace anchorwatch::cli {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

struct AuditOptions {
  std::string config, zone, actor, action, since, head, note;
  int limit = 100;
  bool json = false;
};

void print_line(const ordered_json& line) {
  static_cast<void>(std::printf("%s\n", line.dump(-1, ' ', false, json::error_handler_t::replace).c_str()));
}

/// Presentation form; the text itself where it is empty. Nothing: it is no name.
std::optional<std::string> zone_text(const std::string& zone) {
  if (zone.empty()) return zone;
  const Result<dns::Name> name = inventory::parse_zone_name(zone);
  if (name) return name->to_text();
  complain(zone + ": " + name.error().message());
  return std::nullopt;
}

std::optional<store::Reader> open_reader(const AuditOptions& options) {
  const std::optional<config::Config> config = read_config_or_default(options.config);
  if (!config) return std::nullopt;
  Result<store::Reader> reader = store::Reader::open(config->daemon.database_path());
  if (reader) return *std::move(reader);
  complain(reader.error().message());
  return std::nullopt;
}

/// One line for people: of an event its summary, of an act its arguments.
std::string describe(const store::AuditRow& row) {
  const json detail = json::parse(row.entry.detail, nullptr, false);
  if (!detail.is_object()) return row.entry.detail;
  if (const auto summary = detail.find("summary"); summary != detail.end() && summary->is_string()) return summary->get<std::string>();
  std::string text;
  for (const auto& [key, value] : detail.items()) {
    const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
    if (!shown.empty()) text.append(text.empty() ? "" : " ").append(key).append("=").append(shown);
  }
  return text;
}

void print_row(const store::AuditRow& row, bool as_json) {
  if (as_json) {
    const json detail = json::parse(row.entry.detail, nullptr, false);
    return print_line({{"schema", "anchorwatch.audit/1"}, {"sequence", row.sequence}, {"at", to_rfc3339(row.entry.at)},
                       {"actor", row.entry.actor}, {"action", row.entry.action},
                       {"zone", row.entry.zone.empty() ? ordered_json(nullptr) : ordered_json(row.entry.zone)},
                       {"detail", detail.is_discarded() ? json(row.entry.detail) : detail},
                       {"previous_hash", row.previous_hash}, {"hash", row.hash}});
  }
  static_cast<void>(std::printf("%6lld  %s  %-16s  %-16s  %s  %s\n", static_cast<long long>(row.sequence),
                                to_rfc3339(row.entry.at).c_str(), row.entry.actor.c_str(), row.entry.action.c_str(),
                                row.entry.zone.empty() ? "-" : row.entry.zone.c_str(), describe(row).c_str()));
}

int run_list(const AuditOptions& options) {
  store::AuditFilter filter;
  const std::optional<std::string> zone = zone_text(options.zone);
  if (!zone) return kUsage;
  filter.zone = *zone;
  filter.actor = options.actor;
  filter.action = options.action;
  filter.limit = options.limit;
  if (!options.since.empty()) {
    filter.since = parse_time(options.since);
    if (!filter.since) {
      complain("--since " + options.since + ": not a time (RFC 3339, e.g. 2026-11-24T02:00:00Z, or Unix seconds)");
      return kUsage;
    }
  }
  std::optional<store::Reader> reader = open_reader(options);
  if (!reader) return kUsage;
  const Result<std::vector<store::AuditRow>> rows = reader->audit(filter);
  if (!rows) {
    complain(rows.error().message());
    return kUsage;
  }
  for (const store::AuditRow& row : *rows) print_row(row, options.json);
  return kFine;
}

int run_verify(const AuditOptions& options) {
  std::optional<store::AuditHead> remembered;
  if (!options.head.empty()) {
    Result<store::AuditHead> head = store::parse_audit_head(options.head);
    if (!head) {
      complain("--head " + head.error().message());
      return kUsage;
    }
    remembered = *std::move(head);
  }
  std::optional<store::Reader> reader = open_reader(options);
  if (!reader) return kUsage;
  const Result<store::AuditCheck> check = reader->check_audit(std::move(remembered));
  if (!check) {
    complain(check.error().message());
    return kUsage;
  }
  if (options.json) {
    ordered_json line{{"schema", "anchorwatch.audit_verify/1"}, {"intact", check->intact()},
                      {"rows", check->head().sequence}, {"head", check->head().to_text()}};
    if (!check->intact()) line.update({{"broken_at", check->broken_at()}, {"why", check->why()}});
    print_line(line);
  } else if (check->intact()) {
    static_cast<void>(std::printf("intact: %lld rows\nhead: %s\n", static_cast<long long>(check->head().sequence),
                                  check->head().to_text().c_str()));
  } else {
    static_cast<void>(std::printf("broken at %lld: %s\n", static_cast<long long>(check->broken_at()), check->why().c_str()));
  }
  return check->intact() ? kFine : kMissed;
}

int run_note(const AuditOptions& options) {
  const std::optional<config::Config> config = read_config_or_default(options.config);
  const std::optional<std::string> zone = zone_text(options.zone);
  if (!config || !zone) return kUsage;
  store::AdminValues arguments{{"note", options.note}};
  if (!zone->empty()) arguments["zone"] = *zone;
  return admin_call_or_complain(*config, "audit.note", std::move(arguments)) ? kFine : kUsage;
}

void add_common(CLI::App& app, AuditOptions& options) {
  app.add_option("--config", options.config, std::string("configuration file (default: ") + kDefaultConfig + ")");
}

}  // namespace

Run add_audit(CLI::App& app) {
  app.require_subcommand(1);
  auto options = std::make_shared<AuditOptions>();
  CLI::App* list = app.add_subcommand("list", "what was done, oldest first");
  add_common(*list, *options);
  list->add_option("--since", options->since, "only from this time on (RFC 3339 or Unix seconds)");
  list->add_option("--zone", options->zone, "only about this zone");
  list->add_option("--actor", options->actor, "only by this user");
  list->add_option("--action", options->action, "only this, e.g. change.approve");
  list->add_option("--limit", options->limit, "the newest so many; 0 for all (default: 100)")->check(CLI::NonNegativeNumber);
  list->add_flag("--json", options->json, "one anchorwatch.audit/1 object a line");
  CLI::App* verify = app.add_subcommand("verify", "whether the chain is whole: exit status 0, or 1 if it is broken");
  add_common(*verify, *options);
  verify->add_option("--head", options->head, "SEQUENCE:HASH that an earlier verify printed: it must still be in the chain");
  verify->add_flag("--json", options->json, "one anchorwatch.audit_verify/1 object");
  CLI::App* note = app.add_subcommand("note", "add a sentence for those who read the chain later");
  add_common(*note, *options);
  note->add_option("note", options->note, "the sentence")->required();
  note->add_option("--zone", options->zone, "the zone that it is about");
  return [options, list, verify] {
    if (list->parsed()) return run_list(*options);
    return verify->parsed() ? run_verify(*options) : run_note(*options);
  };
}

}  // namespace anchorwatch::cli
