// SPDX-License-Identifier: Apache-2.0
// anchorwatch: the command-line tool.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <utility>
#include <vector>

#include "anchorwatch/dnssec/algorithm_table.h"
#include "commands.h"
#include "exit_status.h"

namespace {

using anchorwatch::cli::Run;

struct Command {
  CLI::App* app;
  Run run;
};

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away (head, less) is no reason to die in the middle of a line.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  CLI::App app("anchorwatch keeps watch over the chain of trust of your zones (DNSSEC).", "anchorwatch");
  app.set_version_flag("--version", std::string("anchorwatch ") + ANCHORWATCH_VERSION + " (algorithms of " +
                                        anchorwatch::dnssec::AlgorithmTable::builtin()->version() + ")");
  app.require_subcommand(1);
  std::vector<Command> commands;
  const auto add = [&](const char* name, const char* help, Run (*make)(CLI::App&)) {
    CLI::App* command = app.add_subcommand(name, help);
    commands.push_back({command, make(*command)});
  };
  add("check", "check zones once, without database", anchorwatch::cli::add_check);
  add("poll", "whole rounds over the inventory, then exit", anchorwatch::cli::add_poll);
  add("status", "what the database knows about the zones", anchorwatch::cli::add_status);
  add("events", "what happened", anchorwatch::cli::add_events);
  add("incidents", "one cause that touches many zones: what is open, and whom it concerns", anchorwatch::cli::add_incidents);
  add("ack", "somebody takes care of open findings", anchorwatch::cli::add_ack);
  add("mute", "keep events of a zone, a tag or a code from the sinks for a time", anchorwatch::cli::add_mute);
  add("unmute", "end a mute, and tell what happened meanwhile", anchorwatch::cli::add_unmute);
  add("mutes", "which mutes are in force", anchorwatch::cli::add_mutes);
  add("plan", "whether a change of DS, keys or signatures is safe now, and if not, when", anchorwatch::cli::add_plan);
  add("change", "planned changes: what somebody announced and somebody approved", anchorwatch::cli::add_change);
  add("audit", "who did what, and whether anybody changed the record of it", anchorwatch::cli::add_audit);
  add("replay", "verdict and findings of an earlier moment, from the kept answers", anchorwatch::cli::add_replay);
  add("export", "the kept answers behind a verdict or a finding", anchorwatch::cli::add_export);
  add("explain", "explain a finding code", anchorwatch::cli::add_explain);
  CLI::App* help = app.add_subcommand("help", "this text");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 has exit codes of its own; ours are fixed: 0 for help and version, 2 for wrong usage.
    return app.exit(error) == 0 ? anchorwatch::cli::kFine : anchorwatch::cli::kUsage;
  }
  if (help->parsed()) {
    app.clear();  // Otherwise the text is that of the command that was parsed.
    static_cast<void>(std::fputs(app.help().c_str(), stdout));
    return anchorwatch::cli::kFine;
  }
  for (const Command& command : commands) {
    if (command.app->parsed()) return command.run();
  }
  return anchorwatch::cli::kUsage;
}
