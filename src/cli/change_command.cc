// SPDX-License-Identifier: Apache-2.0
// anchorwatch change: what somebody announced and somebody approved.
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

struct ChangeOptions {
  std::string config, id, zone, tag, kind, from, until, ticket, requester, note;
  std::vector<std::string> ds, keys, ns;
  bool all = false, json = false;
};

void print_line(const ordered_json& line) {
  static_cast<void>(std::printf("%s\n", line.dump(-1, ' ', false, json::error_handler_t::replace).c_str()));
}

bool add_time(store::AdminValues& arguments, const char* name, const std::string& text) {
  if (text.empty()) return true;
  const std::optional<UnixSeconds> time = parse_time(text);
  if (time) {
    arguments[name] = std::int64_t{*time};
  } else {
    complain("--" + std::string(name) + " " + text + ": not a time (RFC 3339, e.g. 2026-11-24T02:00:00Z, or Unix seconds)");
  }
  return time.has_value();
}

int run_add(const ChangeOptions& options) {
  const std::optional<config::Config> config = read_config_or_default(options.config);
  store::AdminValues arguments{{"kind", options.kind}};
  if (!config || !add_time(arguments, "from", options.from) || !add_time(arguments, "until", options.until)) return kUsage;
  for (const auto& [name, text] : {std::pair("zone", &options.zone), {"tag", &options.tag}, {"ticket", &options.ticket},
                                   {"requester", &options.requester}, {"note", &options.note}}) {
    if (!text->empty()) arguments[name] = *text;
  }
  for (const auto& [name, list] : {std::pair("ds", &options.ds), {"keys", &options.keys}, {"ns", &options.ns}}) {
    if (!list->empty()) arguments[name] = *list;
  }
  const std::optional<store::AdminValues> answer = admin_call_or_complain(*config, "change.add", std::move(arguments));
  if (!answer) return kUsage;
  if (options.json) {
    print_line({{"schema", "anchorwatch.change/1"}, {"id", text_of(*answer, "id")}, {"state", text_of(*answer, "state")}});
  } else {
    const std::string id = text_of(*answer, "id");
    static_cast<void>(std::printf("%s proposed; it counts when it is approved: anchorwatch change approve %s\n", id.c_str(), id.c_str()));
  }
  return kFine;
}

/// approve, close.
int run_act(const ChangeOptions& options, const std::string& kind) {
  const std::optional<config::Config> config = read_config_or_default(options.config);
  if (!config) return kUsage;
  store::AdminValues arguments{{"id", options.id}};
  if (!options.note.empty()) arguments["outcome"] = options.note;
  const std::optional<store::AdminValues> answer = admin_call_or_complain(*config, kind, std::move(arguments));
  if (!answer) return kUsage;
  static_cast<void>(std::printf("%s %s\n", text_of(*answer, "id").c_str(), text_of(*answer, "state").c_str()));
  return kFine;
}

ordered_json time_or_null(const std::optional<UnixSeconds>& time) {
  return time ? ordered_json(to_rfc3339(*time)) : ordered_json(nullptr);
}
ordered_json text_or_null(const std::string& text) { return text.empty() ? ordered_json(nullptr) : ordered_json(text); }

ordered_json to_object(const store::ChangeRow& row) {
  const change::PlannedChange& plan = row.stored.plan;
  return {{"schema", "anchorwatch.change/1"}, {"id", plan.id}, {"zone", text_or_null(row.stored.zone)},
          {"tag", text_or_null(row.stored.tag)}, {"kind", change::to_string(plan.kind)}, {"state", row.stored.state},
          {"from", to_rfc3339(plan.from)}, {"until", to_rfc3339(plan.until)}, {"ds", plan.ds}, {"keys", plan.keys}, {"ns", plan.ns},
          {"ticket", text_or_null(row.text.ticket)}, {"note", text_or_null(row.text.note)}, {"requester", row.text.requester},
          {"proposed_by", row.text.proposed_by}, {"proposed_at", to_rfc3339(row.proposed_at)},
          {"approver", text_or_null(row.approver)}, {"approved_at", time_or_null(row.approved_at)},
          {"closed_by", text_or_null(row.closed_by)}, {"closed_at", time_or_null(row.closed_at)},
          {"outcome", text_or_null(row.outcome)}, {"events", row.events}, {"zones_changed", row.zones_changed},
          {"last_event_at", time_or_null(row.last_event_at)}};
}

void print_row(const store::ChangeRow& row) {
  const change::PlannedChange& plan = row.stored.plan;
  const std::string what = row.stored.zone.empty() ? "tag " + row.stored.tag : row.stored.zone;
  static_cast<void>(std::printf("%-6s %-9s %-10s %s  until %s  %lld events  %s\n", plan.id.c_str(), row.stored.state.c_str(),
                                change::to_string(plan.kind), what.c_str(), to_rfc3339(plan.until).c_str(),
                                static_cast<long long>(row.events), row.text.ticket.c_str()));
}

void print_field(const char* name, const std::string& text) {
  if (!text.empty()) static_cast<void>(std::printf("  %-10s %s\n", name, text.c_str()));
}
std::string by_at(const std::string& who, const std::optional<UnixSeconds>& at) {
  return at ? who + ", " + to_rfc3339(*at) : std::string();
}

void print_whole(const store::ChangeRow& row) {
  print_row(row);
  const change::PlannedChange& plan = row.stored.plan;
  print_field("window", to_rfc3339(plan.from) + " to " + to_rfc3339(plan.until));
  for (const auto& [name, list] : {std::pair("ds", &plan.ds), {"key", &plan.keys}, {"ns", &plan.ns}}) {
    for (const std::string& each : *list) print_field(name, each);
  }
  print_field("note", row.text.note);
  print_field("requester", row.text.requester);
  print_field("proposed", by_at(row.text.proposed_by, row.proposed_at));
  print_field("approved", by_at(row.approver, row.approved_at));
  print_field("closed", by_at(row.closed_by, row.closed_at));
  print_field("outcome", row.outcome);
}

std::optional<store::Reader> open_reader(const ChangeOptions& options) {
  const std::optional<config::Config> config = read_config_or_default(options.config);
  if (!config) return std::nullopt;
  Result<store::Reader> reader = store::Reader::open(config->daemon.database_path());
  if (reader) return *std::move(reader);
  complain(reader.error().message());
  return std::nullopt;
}

int run_list(const ChangeOptions& options) {
  std::string zone;
  if (!options.zone.empty()) {
    const Result<dns::Name> name = inventory::parse_zone_name(options.zone);
    if (!name) {
      complain(options.zone + ": " + name.error().message());
      return kUsage;
    }
    zone = name->to_text();
  }
  std::optional<store::Reader> reader = open_reader(options);
  if (!reader) return kUsage;
  const Result<std::vector<store::ChangeRow>> rows = reader->changes("", zone);
  if (!rows) {
    complain(rows.error().message());
    return kUsage;
  }
  for (const store::ChangeRow& row : *rows) {
    const bool live = row.stored.state == "proposed" || row.stored.state == "approved";
    if (!live && !options.all) continue;
    options.json ? print_line(to_object(row)) : print_row(row);
  }
  return kFine;
}

int run_show(const ChangeOptions& options) {
  std::optional<store::Reader> reader = open_reader(options);
  if (!reader) return kUsage;
  std::string id = options.id;
  if (!id.empty() && id.front() == 'c') id.front() = 'C';
  if (!id.empty() && id.front() != 'C') id.insert(0, "C");
  const Result<std::vector<store::ChangeRow>> rows = reader->changes(id, "");
  store::EventFilter filter;
  filter.change = id;
  const Result<std::vector<store::EventRow>> events = reader->events(filter);
  if (!rows || !events) {
    complain(rows ? events.error().message() : rows.error().message());
    return kUsage;
  }
  if (rows->empty()) {
    complain(options.id + ": no such change");
    return kUsage;
  }
  if (options.json) {
    ordered_json object = to_object(rows->front());
    object["event_list"] = ordered_json::array();
    for (const store::EventRow& event : *events) object["event_list"].push_back(ordered_json::parse(event.payload, nullptr, false));
    print_line(object);
    return kFine;
  }
  print_whole(rows->front());
  for (const store::EventRow& event : *events) {
    static_cast<void>(std::printf("  %s  %-20s  %s\n", to_rfc3339(event.detected_at).c_str(), event.type.c_str(), event.summary.c_str()));
  }
  return kFine;
}

void add_common(CLI::App& app, ChangeOptions& options, bool with_id) {
  app.add_option("--config", options.config, std::string("configuration file (default: ") + kDefaultConfig + ")");
  if (with_id) app.add_option("id", options.id, "the change, e.g. C12")->required();
}

CLI::App* describe_add(CLI::App& app, ChangeOptions& options) {
  CLI::App* add = app.add_subcommand("add", "propose a change");
  add_common(*add, options, false);
  add->add_option("zone", options.zone, "the zone; or --tag");
  add->add_option("--tag", options.tag, "all zones with this tag");
  add->add_option("--kind", options.kind, change::plan_kinds_text())->required();
  add->add_option("--from", options.from, "begin of the window (RFC 3339 or Unix seconds; default: now)");
  add->add_option("--until", options.until, "end of the window")->required();
  add->add_option("--ds", options.ds, "expected DS: \"tag algorithm type digest\", or a key tag; repeatable")->allow_extra_args(false);
  add->add_option("--key", options.keys, "expected key: its key_sha256 (v_dnskey), or a key tag; repeatable")->allow_extra_args(false);
  add->add_option("--ns", options.ns, "expected name server, all of the new set; repeatable")->allow_extra_args(false);
  add->add_option("--ticket", options.ticket, "where it was discussed");
  add->add_option("--requester", options.requester, "who wants it (default: you)");
  add->add_option("--note", options.note, "a sentence");
  add->add_flag("--json", options.json, "one anchorwatch.change/1 object");
  return add;
}

}  // namespace

Run add_change(CLI::App& app) {
  app.require_subcommand(1);
  auto options = std::make_shared<ChangeOptions>();
  const CLI::App* add = describe_add(app, *options);
  CLI::App* list = app.add_subcommand("list", "changes that are proposed or approved");
  add_common(*list, *options, false);
  list->add_option("--zone", options->zone, "only those that cover this zone");
  list->add_flag("--all", options->all, "also what is closed or expired");
  list->add_flag("--json", options->json, "one anchorwatch.change/1 object a line");
  CLI::App* show = app.add_subcommand("show", "one change, and the events that it explains");
  add_common(*show, *options, true);
  show->add_flag("--json", options->json, "one anchorwatch.change/1 object with event_list");
  CLI::App* approve = app.add_subcommand("approve", "approve a proposed change");
  add_common(*approve, *options, true);
  CLI::App* close = app.add_subcommand("close", "withdraw a change, or say that it is done: nothing more is expected");
  add_common(*close, *options, true);
  close->add_option("--note", options->note, "how it went");
  return [options, add, list, show, approve] {
    if (add->parsed()) return run_add(*options);
    if (list->parsed()) return run_list(*options);
    if (show->parsed()) return run_show(*options);
    return run_act(*options, approve->parsed() ? "change.approve" : "change.close");
  };
}

}  // namespace anchorwatch::cli
