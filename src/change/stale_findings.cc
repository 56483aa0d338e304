// SPDX-License-Identifier: Apache-2.0
// What was not seen for too long: a zone, or one of its servers. Only history knows.
#include "anchorwatch/core/time_format.h"

#include "step.h"

namespace anchorwatch::change {
namespace {

using judge::Finding;
using judge::FindingCode;

constexpr int kIntervals = 3;

Finding start(FindingCode code, judge::Subject subject) {
  Finding finding;
  finding.code = code;
  finding.severity = judge::info(code).severity;
  finding.subject = std::move(subject);
  return finding;
}

std::string since(UnixSeconds at) { return to_rfc3339(at); }

Finding zone_stale(const Step& step) {
  const ZoneSummary& old = step.before.summary;
  Finding finding = start(FindingCode::ZONE_STALE, {step.zone.name, {}, {}, {}, {}});
  const bool uncertain = old.certain_until_at != 0 && step.look.at >= old.certain_until_at;
  if (uncertain && step.zone.settings->expectation.expect == judge::Expect::kSigned) {
    finding.severity = Severity::kError;
  }
  finding.message = step.zone.name.to_text() + " was last seen at " + since(old.last_observed_at) +
                    (uncertain ? ", and what was seen then was certain only up to " + since(old.certain_until_at)
                               : std::string()) +
                    ". Its state now is not known: see whether its servers answer (anchorwatch check " +
                    step.zone.name.to_text() + ").";
  finding.data.emplace("last_observed", since(old.last_observed_at));
  if (old.certain_until_at != 0) finding.data.emplace("certain_until", since(old.certain_until_at));
  return finding;
}

bool is_silent_now(const judge::Judgement& judgement, const IpAddress& address) {
  return std::any_of(judgement.servers.begin(), judgement.servers.end(), [&](const judge::ServerVerdict& server) {
    return server.address == address && !server.reachable;
  });
}

Finding measurement_stale(const Step& step, const OpenFinding& silent) {
  const IpAddress& address = *silent.finding.subject.server;
  Finding finding = start(FindingCode::MEASUREMENT_STALE, silent.finding.subject);
  finding.servers = {address};
  finding.caused_by = silent.finding.code;
  finding.message = address.to_text() + " has not answered for " + step.zone.name.to_text() + " since " +
                    since(silent.first_seen_at) + "; the zone is judged from its other servers.";
  finding.data.emplace("silent_since", since(silent.first_seen_at));
  return finding;
}

}  // namespace

std::vector<Finding> find_stale(const Step& step) {
  if (step.now.reason == dnssec::Reason::kStale) return {zone_stale(step)};
  std::vector<Finding> findings;
  if (step.failed()) return findings;
  const auto long_enough = kIntervals * step.look.interval.count();
  for (const OpenFinding& open : step.before.open_findings) {
    if (open.finding.code != FindingCode::TRANSPORT_UDP_DEAD || !open.finding.subject.server) continue;
    if (step.look.at - open.first_seen_at < long_enough) continue;
    if (is_silent_now(step.look.judgement, *open.finding.subject.server)) {
      findings.push_back(measurement_stale(step, open));
    }
  }
  return findings;
}

}  // namespace anchorwatch::change
