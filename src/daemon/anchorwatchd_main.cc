// SPDX-License-Identifier: Apache-2.0
// anchorwatchd: the daemon.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "anchorwatch/daemon/process.h"
#include "anchorwatch/dnssec/algorithm_table.h"

namespace {

constexpr int kExitUsage = 64;  // EX_USAGE

}  // namespace

int main(int argc, char** argv) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  // Analysts read the database through their group; nobody else does.
  static_cast<void>(umask(0027));
  CLI::App app("anchorwatchd watches the chain of trust of every zone in its inventory (DNSSEC).", "anchorwatchd");
  anchorwatch::daemon::ProcessOptions options;
  options.config_path = "/etc/anchorwatch/anchorwatch.toml";
  bool check_only = false;
  bool verbose = false;
  app.add_option("--config", options.config_path, "configuration file")->capture_default_str();
  app.add_flag("--check-config", check_only, "read and check the configuration, then exit (78 if it is wrong)");
  app.add_flag("--verbose", verbose, "log every look");
  app.set_version_flag("--version", std::string("anchorwatchd ") + ANCHORWATCH_VERSION + " (algorithms of " +
                                        anchorwatch::dnssec::AlgorithmTable::builtin()->version() + ")");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (check_only) {
    std::string summary;
    const int status = anchorwatch::daemon::check_config(options.config_path, &summary);
    if (status == 0) static_cast<void>(std::printf("%s\n", summary.c_str()));
    return status;
  }
  options.log.min_level = verbose ? anchorwatch::log::Level::kDebug : anchorwatch::log::Level::kInfo;
  options.log.journal = std::getenv("JOURNAL_STREAM") != nullptr;
  return anchorwatch::daemon::run_daemon(options);
}
