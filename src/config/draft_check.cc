// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "draft.h"

namespace anchorwatch::config {
namespace {

constexpr std::size_t kMaxSinkName = 64;

bool is_sink_name(std::string_view name) {
  return name.size() <= kMaxSinkName && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

/// What is wrong with a webhook's URL, or null. curl reads the rest of the syntax.
const char* url_fault(std::string_view url, bool plain_http_allowed) {
  const std::string_view scheme = url.substr(0, url.find("://"));
  if (scheme != "https" && scheme != "http") return "must begin with https://";
  if (scheme == "http" && !plain_http_allowed) {
    return "plain http needs sink.allow_special_addresses = true; use https";
  }
  const std::string_view rest = url.substr(scheme.size() + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty() || authority.front() == ':') return "has no host";
  if (authority.find('@') != std::string_view::npos) {
    return "must not hold a user name or password; use sink.secret_file";
  }
  if (url.find('#') != std::string_view::npos) return "must not have a fragment";
  if (url.find(' ') != std::string_view::npos) return "has white space; write %20";
  return nullptr;
}

struct Format {
  std::string_view name;
  SinkType type;
};
constexpr std::string_view kWebhookFormats =
    "standard cloudevents ecs ocsf splunk_hec pagerduty alertmanager slack";

SinkType type_of_format(std::string_view format) {
  const auto webhook = words(kWebhookFormats);
  return std::find(webhook.begin(), webhook.end(), format) != webhook.end() ? SinkType::kWebhook
                                                                            : SinkType::kSyslog;
}

std::string place_text(const Origin& origin) {
  return origin.file + ":" + std::to_string(origin.line) + ":" + std::to_string(origin.column);
}

}  // namespace

void Draft::check_order() {
  if (config_.scheduler.full_interval < config_.scheduler.interval) {
    const bool full = is_set("scheduler.full_interval");
    add_error(config_.error_at(full ? "scheduler.full_interval" : "scheduler.interval",
                               "scheduler.full_interval must not be below scheduler.interval"));
  }
  if (config_.scheduler.max_interval.count() != 0 && config_.scheduler.max_interval < config_.scheduler.min_interval) {
    add_error(config_.error_at("scheduler.max_interval",
                               "scheduler.max_interval must not be below scheduler.min_interval"));
  }
  if (config_.expiry.critical > config_.expiry.warn) {
    const bool critical = is_set("expiry.critical");
    add_error(config_.error_at(critical ? "expiry.critical" : "expiry.warn",
                               "expiry.critical must not be above expiry.warn"));
  }
  if (config_.confirmation.of < config_.confirmation.needed) {
    const bool of = is_set("confirmation.of");
    add_error(config_.error_at(of ? "confirmation.of" : "confirmation.needed",
                               "confirmation.of must not be below confirmation.needed"));
  }
  if (config_.dns.ipv4 == FamilyUse::kOff && config_.dns.ipv6 == FamilyUse::kOff) {
    add_error(config_.error_at("dns.ipv6", "dns.ipv4 and dns.ipv6 must not both be off"));
  }
}

void Draft::check_stub(const StubConfig& stub, std::size_t index, Place place) {
  const std::string origin = "stub[" + std::to_string(index) + "]";
  if (!is_set(origin + ".zone")) error(place, "stub.zone", "is required");
  if (!is_set(origin + ".servers")) error(place, "stub.servers", "is required");
  const auto servers = config_.origins.find(origin + ".servers");
  if (servers != config_.origins.end() && stub.servers.empty()) {
    error({servers->second.line, servers->second.column}, "stub.servers",
          "must name one server at least");
  }
  for (std::size_t i = 0; i < config_.stubs.size(); ++i) {
    const std::string other = "stub[" + std::to_string(i) + "].zone";
    if (!is_set(origin + ".zone") || !is_set(other) || config_.stubs[i].zone != stub.zone) continue;
    ConfigError again =
        config_.error_at(origin + ".zone", stub.zone.to_text() + " stands there twice, first at " +
                                               place_text(config_.origins[other]));
    again.key = "stub.zone";
    add_error(std::move(again));
    return;
  }
}

void Draft::check_operator(const OperatorConfig& read, std::size_t index, Place place) {
  const std::string origin = "operator[" + std::to_string(index) + "]";
  for (const char* key : {"name", "prefixes", "rate"}) {
    if (!is_set(origin + "." + key)) error(place, std::string("operator.") + key, "is required");
  }
  const auto prefixes = config_.origins.find(origin + ".prefixes");
  if (prefixes != config_.origins.end() && read.prefixes.empty()) {
    error({prefixes->second.line, prefixes->second.column}, "operator.prefixes",
          "must name one block of addresses at least");
  }
  for (std::size_t i = 0; i < config_.operators.size(); ++i) {
    if (read.name.empty() || config_.operators[i].name != read.name) continue;
    const std::string first = "operator[" + std::to_string(i) + "].name";
    ConfigError again = config_.error_at(origin + ".name", quote_toml(read.name) + " stands there twice, first at " +
                                                               place_text(config_.origins[first]));
    again.key = "operator.name";
    add_error(std::move(again));
    return;
  }
}

void Draft::check_sinks() {
  for (std::size_t i = 0; i < sinks_.size(); ++i) {
    check_sink(sinks_[i], i);
    config_.sinks.push_back(std::move(sinks_[i].draft.sink));
  }
}

void Draft::check_sink(PendingSink& pending, std::size_t index) {
  const std::string origin = "sink[" + std::to_string(index) + "]";
  const SinkConfig& sink = pending.draft.sink;
  const auto complain = [&](const char* key, std::string message) {
    ConfigError found = config_.error_at(origin + "." + key, std::move(message));
    if (!is_set(origin + "." + key)) {
      found.file = pending.file;
      found.line = pending.place.line;
      found.column = pending.place.column;
    }
    found.key = std::string("sink.") + key;
    add_error(std::move(found));
  };
  if (!is_set(origin + ".name")) complain("name", "is required");
  if (!is_sink_name(sink.name)) {
    complain("name", "must be up to 64 letters, digits, \"-\", \"_\" and \".\"");
  }
  for (std::size_t i = 0; i < index && !sink.name.empty(); ++i) {
    if (config_.sinks[i].name != sink.name) continue;
    const std::string first = "sink[" + std::to_string(i) + "].name";
    complain("name", quote_toml(sink.name) + " stands there twice, first at " +
                         place_text(config_.origins[first]));
    break;
  }
  if (!is_set(origin + ".type")) {
    complain("type", "is required");
    return;
  }
  check_sink_keys(pending, origin);
  check_sink_format(pending, origin);
  if (sink.type == SinkType::kSyslog) {
    if (!is_set(origin + ".address")) complain("address", "is required for syslog");
  } else if (!is_set(origin + ".url")) {
    complain("url", "is required for webhooks");
  } else if (!sink.url.empty()) {
    if (const char* why = url_fault(sink.url, sink.allow_special_addresses)) complain("url", why);
  }
}

void Draft::check_sink_keys(const PendingSink& pending, const std::string& origin) {
  const std::string_view type = to_string(pending.draft.sink.type);
  for (const Row<SinkDraft>& row : sink_rows()) {
    if (row.info.only_for.empty() || row.info.only_for == type) continue;
    const std::string key = origin + "." + std::string(last_part(row.info.key));
    if (!is_set(key)) continue;
    ConfigError found = config_.error_at(key, "is a key of " + std::string(row.info.only_for) +
                                                  " sinks; this one has type " + std::string(type));
    found.key = row.info.key;
    add_error(std::move(found));
  }
}

void Draft::check_sink_format(PendingSink& pending, const std::string& origin) {
  SinkConfig& sink = pending.draft.sink;
  const std::string& format = pending.draft.format;
  sink.format = sink.type == SinkType::kWebhook ? SinkFormat::kStandard : SinkFormat::kRfc5424;
  if (format.empty() || format == to_string(sink.format)) return;
  std::string message = "format " + quote_toml(format);
  if (type_of_format(format) == sink.type) {
    message += " is not available in this version; use ";
  } else {
    message += std::string(" does not go with type ") + to_string(sink.type) + "; use ";
  }
  message += quote_toml(to_string(sink.format));
  ConfigError found = config_.error_at(origin + ".format", std::move(message));
  found.key = "sink.format";
  add_error(std::move(found));
}

}  // namespace anchorwatch::config
