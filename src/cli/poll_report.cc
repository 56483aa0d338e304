// SPDX-License-Identifier: Apache-2.0
#include "poll_report.h"

#include <sys/resource.h>

#include <cstdio>
#include <nlohmann/json.hpp>

namespace anchorwatch::cli {

namespace {

double seconds_of(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

std::int64_t max_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

int status_of(const pipeline::Slot& slot) {
  judge::Judgement judged;
  judged.verdict = slot.summary.verdict;
  judged.delegation = slot.summary.delegation;
  if (judge::misses_expectation(judged, slot.entry.settings->expectation)) return kMissed;
  const bool bogus = slot.summary.verdict.status == dnssec::SecurityStatus::kBogus;
  if (bogus) return kMissed;
  const bool unseen = slot.summary.verdict.status == dnssec::SecurityStatus::kIndeterminate ||
                      slot.summary.observation == judge::Observation::kFailed;
  return unseen ? kUndetermined : kFine;
}

}  // namespace

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

Posture take_posture(const pipeline::Portfolio& portfolio, const pipeline::PollSums& sums) {
  Posture posture;
  for (const pipeline::Slot& slot : portfolio.slots()) {
    if (slot.retired) continue;
    const change::ZoneSummary& summary = slot.summary;
    switch (summary.verdict.status) {
      case dnssec::SecurityStatus::kSecure:
        ++posture.secure;
        break;
      case dnssec::SecurityStatus::kInsecure:
        ++posture.insecure;
        break;
      case dnssec::SecurityStatus::kBogus:
        ++posture.bogus;
        break;
      case dnssec::SecurityStatus::kIndeterminate:
        ++posture.indeterminate;
        break;
    }
    posture.exit_status = worse_exit_status(posture.exit_status, status_of(slot));
  }
  if (sums.blind > 0) posture.exit_status = worse_exit_status(posture.exit_status, kUndetermined);
  return posture;
}

void show_round(const RoundCost& cost, const pipeline::PollSums& sums, const Posture& posture, bool json) {
  const double verify_cpu = static_cast<double>(sums.verify_cpu_ns) / 1e9;
  if (json) {
    nlohmann::ordered_json line{{"schema", "anchorwatch.poll/1"}, {"round", cost.round}, {"zones", sums.zones},
                                {"secure", posture.secure}, {"insecure", posture.insecure}, {"bogus", posture.bogus},
                                {"indeterminate", posture.indeterminate}, {"events", sums.events}, {"queries", sums.queries},
                                {"answers", sums.answers}, {"verifications", sums.verifications},
                                {"verifications_reused", sums.verifications_reused}, {"wall_seconds", cost.wall},
                                {"cpu_seconds", cost.cpu}, {"verify_cpu_seconds", verify_cpu}, {"max_rss_bytes", max_rss_bytes()}};
    static_cast<void>(std::printf("%s\n", line.dump().c_str()));
  } else {
    static_cast<void>(std::printf("round %d: %d zones, %d secure, %d insecure, %d bogus, %d indeterminate, %llu events, %llu queries, %.2f s\n",
                                  cost.round, sums.zones, posture.secure, posture.insecure, posture.bogus, posture.indeterminate,
                                  static_cast<unsigned long long>(sums.events), static_cast<unsigned long long>(sums.queries), cost.wall));
  }
  static_cast<void>(std::fflush(stdout));
}

}  // namespace anchorwatch::cli
