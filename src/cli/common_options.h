// SPDX-License-Identifier: Apache-2.0
// What several commands share: reading a configuration, printing problems.
#pragma once

#include <optional>
#include <string>

#include "anchorwatch/config/load.h"
#include "anchorwatch/core/clock.h"
#include "anchorwatch/store/reader.h"

namespace anchorwatch::cli {

/// The default configuration file of daemon and tool.
inline constexpr const char* kDefaultConfig = "/etc/anchorwatch/anchorwatch.toml";

/// Prints "anchorwatch: TEXT" to standard error.
void complain(const std::string& text);

/// Loads `path`, or the defaults when it is empty. Problems go to standard error with file, line, column
/// and key; then nothing is returned.
std::optional<config::Config> read_config(const std::string& path);

/// As `read_config` for `path`; when it is empty, /etc/anchorwatch/anchorwatch.toml if that file exists.
std::optional<config::Config> read_config_or_default(const std::string& path);

/// The time that a question about the database speaks of: `at` (--at), that of the last `poll --at`, or now. A bad
/// `at` goes to standard error; then nothing is returned.
std::optional<UnixSeconds> moment_of(const std::string& at, store::Reader& reader);

}  // namespace anchorwatch::cli
