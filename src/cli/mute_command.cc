// SPDX-License-Identifier: Apache-2.0
// anchorwatch mute, unmute, mutes, ack: what sinks are not told for a time.
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

using nlohmann::ordered_json;

struct MuteOptions {
  std::string config, zone, tag, code, subject, time, text;
  std::int64_t id = 0;
  bool all = false, json = false;
};

/// Presentation form; empty stays empty. Nothing: it is no name.
std::optional<std::string> zone_text(const std::string& zone) {
  if (zone.empty()) return zone;
  const Result<dns::Name> name = inventory::parse_zone_name(zone);
  if (name) return name->to_text();
  complain(zone + ": " + name.error().message());
  return std::nullopt;
}

void add_text(store::AdminValues& arguments, const char* name, const std::string& value) {
  if (!value.empty()) arguments[name] = value;
}

bool add_time(store::AdminValues& arguments, const std::string& text) {
  if (text.empty()) return true;
  const std::optional<std::chrono::seconds> time = parse_duration(text);
  if (!time) {
    complain("--for " + text + ": not a time such as 30m, 8h or 2d");
    return false;
  }
  arguments["seconds"] = static_cast<std::int64_t>(time->count());
  return true;
}

std::int64_t number_of(const store::AdminValues& values, const std::string& name) {
  const auto found = values.find(name);
  const auto* number = found == values.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
  return number == nullptr ? 0 : *number;
}

int run_mute(const MuteOptions& options) {
  const std::optional<config::Config> config = read_config_or_default(options.config);
  const std::optional<std::string> zone = zone_text(options.zone);
  store::AdminValues arguments{{"reason", options.text}};
  if (!config || !zone || !add_time(arguments, options.time)) return kUsage;
  add_text(arguments, "zone", *zone);
  add_text(arguments, "tag", options.tag);
  add_text(arguments, "code", options.code);
  const std::optional<store::AdminValues> answer = admin_call_or_complain(*config, "mute.add", std::move(arguments));
  if (!answer) return kUsage;
  static_cast<void>(std::printf("mute %lld until %s\n", static_cast<long long>(number_of(*answer, "id")),
                                to_rfc3339(number_of(*answer, "ends_at")).c_str()));
  return kFine;
}

int run_unmute(const MuteOptions& options) {
  const std::optional<config::Config> config = read_config_or_default(options.config);
  if (!config) return kUsage;
  const std::optional<store::AdminValues> answer = admin_call_or_complain(*config, "mute.remove", {{"id", options.id}});
  if (!answer) return kUsage;
  std::string what;
  for (const char* name : {"zone", "tag", "code"}) {
    if (const std::string value = text_of(*answer, name); !value.empty()) what += std::string(", ") + name + " " + value;
  }
  static_cast<void>(std::printf("mute %lld ended %s%s: %s\n", static_cast<long long>(number_of(*answer, "id")),
                                to_rfc3339(number_of(*answer, "ended_at")).c_str(), what.c_str(),
                                text_of(*answer, "reason").c_str()));
  return kFine;
}

int run_ack(const MuteOptions& options) {
  const std::optional<config::Config> config = read_config_or_default(options.config);
  const std::optional<std::string> zone = zone_text(options.zone);
  store::AdminValues arguments;
  if (!config || !zone || !add_time(arguments, options.time)) return kUsage;
  add_text(arguments, "zone", *zone);
  add_text(arguments, "code", options.code);
  add_text(arguments, "subject", options.subject);
  add_text(arguments, "note", options.text);
  const std::optional<store::AdminValues> answer =
      admin_call_or_complain(*config, "finding.acknowledge", std::move(arguments));
  if (!answer) return kUsage;
  static_cast<void>(std::printf("%lld findings acknowledged\n", static_cast<long long>(number_of(*answer, "findings"))));
  return kFine;
}

ordered_json text_json(const std::string& text) { return text.empty() ? ordered_json(nullptr) : ordered_json(text); }

void print_row(const store::MuteRow& row, bool as_json) {
  if (as_json) {
    const ordered_json line{{"schema", "anchorwatch.mute/1"}, {"id", row.mute.id}, {"zone", text_json(row.mute.zone)},
                            {"tag", text_json(row.mute.tag)}, {"code", text_json(row.mute.code)},
                            {"reason", row.mute.reason}, {"actor", row.mute.actor}, {"state", row.state},
                            {"begins", to_rfc3339(row.mute.begins_at)}, {"ends", to_rfc3339(row.mute.ends_at)},
                            {"events", row.events}};
    static_cast<void>(std::printf("%s\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str()));
    return;
  }
  const auto shown = [](const std::string& text) { return text.empty() ? "-" : text.c_str(); };
  static_cast<void>(std::printf("%5lld  %-5s  until %s  zone %s  tag %s  code %s  %lld events  %s: %s\n",
                                static_cast<long long>(row.mute.id), row.state.c_str(), to_rfc3339(row.mute.ends_at).c_str(),
                                shown(row.mute.zone), shown(row.mute.tag), shown(row.mute.code),
                                static_cast<long long>(row.events), row.mute.actor.c_str(), row.mute.reason.c_str()));
}

int run_mutes(const MuteOptions& options) {
  const std::optional<config::Config> config = read_config_or_default(options.config);
  if (!config) return kUsage;
  Result<store::Reader> reader = store::Reader::open(config->daemon.database_path());
  if (!reader) {
    complain(reader.error().message());
    return kUsage;
  }
  const Result<std::vector<store::MuteRow>> rows = reader->mutes(options.all);
  if (!rows) {
    complain(rows.error().message());
    return kUsage;
  }
  for (const store::MuteRow& row : *rows) print_row(row, options.json);
  return kFine;
}

std::shared_ptr<MuteOptions> options_of(CLI::App& app) {
  auto options = std::make_shared<MuteOptions>();
  app.add_option("--config", options->config, std::string("configuration file (default: ") + kDefaultConfig + ")");
  return options;
}

}  // namespace

Run add_mute(CLI::App& app) {
  auto options = options_of(app);
  app.add_option("--zone", options->zone, "only events of this zone");
  app.add_option("--tag", options->tag, "only events of zones with this tag");
  app.add_option("--code", options->code, "only findings with this code, or events of this type");
  app.add_option("--for", options->time, "how long, e.g. 8h")->required();
  app.add_option("--reason", options->text, "why; it stands in the audit chain and in mute.ended")->required();
  return [options] { return run_mute(*options); };
}

Run add_unmute(CLI::App& app) {
  auto options = options_of(app);
  app.add_option("id", options->id, "of the mute, as `anchorwatch mutes` shows it")->required();
  return [options] { return run_unmute(*options); };
}

Run add_mutes(CLI::App& app) {
  auto options = options_of(app);
  app.add_flag("--all", options->all, "those that ended as well");
  app.add_flag("--json", options->json, "one object a line");
  return [options] { return run_mutes(*options); };
}

Run add_ack(CLI::App& app) {
  auto options = options_of(app);
  app.add_option("zone", options->zone, "whose open findings")->required();
  app.add_option("code", options->code, "only this code");
  app.add_option("--subject", options->subject, "only this subject, as `anchorwatch status ZONE` shows it");
  app.add_option("--for", options->time, "how long at most, e.g. 2d (default: until it ends or becomes worse)");
  app.add_option("--note", options->text, "who takes care of it, and how");
  return [options] { return run_ack(*options); };
}

}  // namespace anchorwatch::cli
