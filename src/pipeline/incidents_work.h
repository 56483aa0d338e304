// SPDX-License-Identifier: Apache-2.0
// What the parts of Incidents share: one look that is attributed. Private to this module.
#pragma once

#include <map>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/digest.h"
#include "anchorwatch/pipeline/incidents.h"

#include "incident_cause.h"
#include "incident_events.h"

namespace anchorwatch::pipeline {

struct Incidents::Work {
  const inventory::ZoneEntry& zone;
  const change::ZoneSummary& before;
  const judge::Judgement& judgement;
  const std::string& outage;
  store::ZoneCommit& commit;
  Plan plan;
  std::optional<dnssec::SecurityStatus> status_before;  ///< Before the incidents that the zone leaves.
  std::map<const Open*, Severity> raised;               ///< Incidents that this look made worse, as they were.

  [[nodiscard]] dnssec::Verdict now() const { return commit.update.state.summary.verdict; }
  [[nodiscard]] std::vector<change::Event>& events() const { return commit.update.events; }
};

/// 64 bits of a name; two names of one portfolio do not share them by chance.
inline std::uint64_t hash_of(const dns::Name& zone) {
  const Bytes octets = sha256(zone.wire()).bytes();
  return std::uint64_t{read_u32(octets, 0)} << 32U | read_u32(octets, 4);
}

inline Incidents::Key key_of(const Cause& cause) { return {cause.cause, cause.subject, cause.code}; }

inline bool is_status(const change::Event& event) { return event.type == change::EventType::kZoneStatusChanged; }

}  // namespace anchorwatch::pipeline
