// SPDX-License-Identifier: Apache-2.0
// The daemon as a process: configuration, store, loop, signals, systemd.
//
// Threading: main thread. Blocking: until SIGTERM.
#pragma once

#include <functional>
#include <string>

#include "anchorwatch/log/logger.h"

namespace anchorwatch::daemon {

/// Exit status (sysexits.h): 78 for a configuration that cannot be used, 1 for everything else.
inline constexpr int kExitConfig = 78;

struct ProcessOptions {
  std::string config_path;
  log::LoggerOptions log;
  /// For tests that kill the daemon: called at named points (store boundaries, "before_send",
  /// "after_send", "before_record", "after_record").
  std::function<void(const char* point)> crash_hook;
};

/// Reads and checks the configuration and everything it names. Problems go to standard error.
/// @param summary  what was found, when all is good.
int check_config(const std::string& config_path, std::string* summary);

/// Watches until SIGTERM or SIGINT; returns the exit status.
int run_daemon(const ProcessOptions& options);

}  // namespace anchorwatch::daemon
