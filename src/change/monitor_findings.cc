// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/change/monitor_findings.h"

#include <utility>

namespace anchorwatch::change {
namespace {

using Code = judge::FindingCode;

judge::Finding start(Code code, Severity severity, std::string message) {
  judge::Finding finding;
  finding.code = code;
  finding.severity = severity;
  finding.message = std::move(message);
  return finding;
}

}  // namespace

judge::Finding monitor_blind(std::string message) {
  return start(Code::MONITOR_BLIND, judge::info(Code::MONITOR_BLIND).severity, std::move(message));
}

judge::Finding family_dead(std::string message) {
  return start(Code::FAMILY_DEAD, Severity::kInfo, std::move(message));
}

judge::Finding clock_untrusted(Severity severity, std::string message) {
  return start(Code::CLOCK_UNTRUSTED, severity, std::move(message));
}

judge::Finding anchors_stale(std::string message) {
  return start(Code::ANCHOR_STALE, Severity::kError, std::move(message));
}

judge::Finding port53_hijacked(std::string message) {
  return start(Code::PORT53_HIJACKED, judge::info(Code::PORT53_HIJACKED).severity,
               std::move(message));
}

void attach(Event& event, judge::Finding finding) {
  event.runbook = "docs/findings/" + std::string(judge::info(finding.code).name) + ".md";
  event.finding = std::move(finding);
}

}  // namespace anchorwatch::change
