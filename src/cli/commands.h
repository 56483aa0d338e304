// SPDX-License-Identifier: Apache-2.0
// The commands of `anchorwatch`: each adds its options to the command line and returns what runs it.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace anchorwatch::cli {

/// Runs a command after the command line was read; returns the exit status.
using Run = std::function<int()>;

Run add_check(CLI::App& app);
Run add_poll(CLI::App& app);
Run add_status(CLI::App& app);
Run add_events(CLI::App& app);
Run add_mute(CLI::App& app);
Run add_unmute(CLI::App& app);
Run add_mutes(CLI::App& app);
Run add_ack(CLI::App& app);
Run add_incidents(CLI::App& app);
Run add_explain(CLI::App& app);
Run add_plan(CLI::App& app);
Run add_audit(CLI::App& app);
Run add_change(CLI::App& app);
Run add_replay(CLI::App& app);
Run add_export(CLI::App& app);

}  // namespace anchorwatch::cli
