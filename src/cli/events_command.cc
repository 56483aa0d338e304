// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "anchorwatch/change/event_names.h"
#include "anchorwatch/core/time_format.h"
#include "anchorwatch/inventory/suggest.h"
#include "anchorwatch/inventory/zone_name.h"
#include "anchorwatch/store/reader.h"
#include "commands.h"
#include "common_options.h"
#include "exit_status.h"

namespace anchorwatch::cli {

namespace {

struct EventsOptions {
  std::string config, zone, type, incident, min_severity, since, until;
  int limit = 100;
  bool json = false;
};

bool read_time(const std::string& option, const std::string& text, std::optional<UnixSeconds>& out) {
  if (text.empty()) return true;
  out = parse_time(text);
  if (!out) complain(option + " " + text + ": not a time (RFC 3339, e.g. 2026-11-24T02:00:00Z, or Unix seconds)");
  return out.has_value();
}

std::optional<store::EventFilter> make_filter(const EventsOptions& options) {
  store::EventFilter filter;
  if (!options.zone.empty()) {
    Result<dns::Name> name = inventory::parse_zone_name(options.zone);
    if (!name) {
      complain(options.zone + ": " + name.error().message());
      return std::nullopt;
    }
    filter.zone = name->to_text();
  }
  if (!options.type.empty() && !change::parse_event_type(options.type)) {
    complain("--type " + options.type + ": no such type of event" + inventory::did_you_mean(options.type, change::event_type_names()));
    return std::nullopt;
  }
  filter.type = options.type;
  filter.incident = options.incident;
  if (!options.min_severity.empty()) {
    filter.min_severity = parse_severity(options.min_severity);
    if (!filter.min_severity) {
      complain("--severity " + options.min_severity + ": not one of critical, error, warning, notice, info");
      return std::nullopt;
    }
  }
  if (!read_time("--since", options.since, filter.since) || !read_time("--until", options.until, filter.until)) {
    return std::nullopt;
  }
  filter.limit = options.limit;
  return filter;
}

int run_events(const EventsOptions& options) {
  std::optional<config::Config> config = read_config_or_default(options.config);
  std::optional<store::EventFilter> filter = make_filter(options);
  if (!config || !filter) return kUsage;
  Result<store::Reader> reader = store::Reader::open(config->daemon.database_path());
  if (!reader) {
    complain(reader.error().message());
    return kUsage;
  }
  Result<std::vector<store::EventRow>> events = reader->events(*filter);
  if (!events) {
    complain(events.error().message());
    return kUsage;
  }
  for (const store::EventRow& event : *events) {
    if (options.json) {
      static_cast<void>(std::printf("%s\n", event.payload.c_str()));
    } else {
      const bool told_by_incident = !event.incident.empty() && event.silent;
      static_cast<void>(std::printf("%s  %-8s  %-24s  %s%s\n", to_rfc3339(event.detected_at).c_str(), to_string(event.severity),
                                    event.type.c_str(), event.summary.c_str(),
                                    told_by_incident ? ("  [" + event.incident + "]").c_str() : ""));
    }
  }
  return kFine;
}

}  // namespace

Run add_events(CLI::App& app) {
  auto options = std::make_shared<EventsOptions>();
  app.add_option("zone", options->zone, "only events of this zone");
  app.add_option("--config", options->config, std::string("configuration file (default: ") + kDefaultConfig + ")");
  app.add_option("--type", options->type, "only this type, e.g. ds.removed");
  app.add_option("--incident", options->incident, "only what this incident tells of, and its own events");
  app.add_option("--severity", options->min_severity, "only this severity or above");
  app.add_option("--since", options->since, "only from this time on (RFC 3339 or Unix seconds)");
  app.add_option("--until", options->until, "only before this time");
  app.add_option("--limit", options->limit, "the newest so many; 0 for all (default: 100)")->check(CLI::NonNegativeNumber);
  app.add_flag("--json", options->json, "one anchorwatch.event/1 object a line");
  return [options] { return run_events(*options); };
}

}  // namespace anchorwatch::cli
