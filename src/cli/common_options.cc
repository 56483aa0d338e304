// SPDX-License-Identifier: Apache-2.0
#include "common_options.h"

#include <unistd.h>

#include <cstdio>

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

}  // namespace anchorwatch::cli
