// SPDX-License-Identifier: Apache-2.0
// anchorwatchd for the kill tests: dies at the n-th passing of a named point.
//   ANCHORWATCH_CRASH_AT=point:n      _exit there, as a kill would
//   ANCHORWATCH_CRASH_TRACE=file      append the name of each point that is passed
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "anchorwatch/daemon/process.h"

namespace {

struct CrashPlan {
  std::string point;
  long countdown = 0;
  int trace = -1;
};

CrashPlan read_plan() {
  CrashPlan plan;
  if (const char* at = std::getenv("ANCHORWATCH_CRASH_AT")) {
    const std::string text(at);
    const std::size_t colon = text.find(':');
    plan.point = text.substr(0, colon);
    plan.countdown = colon == std::string::npos ? 1 : std::strtol(text.c_str() + colon + 1, nullptr, 10);
  }
  if (const char* file = std::getenv("ANCHORWATCH_CRASH_TRACE")) {
    plan.trace = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  }
  return plan;
}

}  // namespace

int main(int argc, char** argv) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  if (argc != 3 || std::string(argv[1]) != "--config") {
    static_cast<void>(std::fprintf(stderr, "usage: anchorwatchd-crash --config FILE\n"));
    return 64;
  }
  const CrashPlan plan = read_plan();
  std::atomic<long> countdown{plan.countdown};
  anchorwatch::daemon::ProcessOptions options;
  options.config_path = argv[2];
  // Points are passed on the loop thread and on the writer thread.
  options.crash_hook = [&plan, &countdown](const char* point) {
    if (plan.trace >= 0) {
      const std::string line = std::string(point) + "\n";
      static_cast<void>(!write(plan.trace, line.data(), line.size()));
    }
    if (plan.point == point && --countdown == 0) _exit(137);
  };
  return anchorwatch::daemon::run_daemon(options);
}
