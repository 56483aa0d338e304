// SPDX-License-Identifier: Apache-2.0
#include "common_options.h"

#include <unistd.h>

#include <cstdio>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::cli {

void complain(const std::string& text) { static_cast<void>(std::fprintf(stderr, "anchorwatch: %s\n", text.c_str())); }

std::optional<config::Config> read_config(const std::string& path) {
  if (path.empty()) return config::default_config();
  config::ConfigLoad load = config::load_config(path);
  if (load.ok()) return std::move(load.config);
  static_cast<void>(std::fprintf(stderr, "%s", load.errors.to_text().c_str()));
  return std::nullopt;
}

std::optional<config::Config> read_config_or_default(const std::string& path) {
  if (!path.empty()) return read_config(path);
  return read_config(access(kDefaultConfig, R_OK) == 0 ? kDefaultConfig : "");
}

std::optional<UnixSeconds> moment_of(const std::string& at, store::Reader& reader) {
  if (!at.empty()) {
    const std::optional<UnixSeconds> time = parse_time(at);
    if (!time) complain("--at " + at + ": not a time (RFC 3339, e.g. 2026-11-24T02:00:00Z, or Unix seconds)");
    return time;
  }
  const Result<std::string> replay = reader.fact(store::kReplayTimeFact);
  if (replay && !replay->empty()) {
    if (const std::optional<UnixSeconds> time = parse_time(*replay)) return time;
  }
  return SystemClock().now();
}

}  // namespace anchorwatch::cli
