// SPDX-License-Identifier: Apache-2.0
// advance(): previous state + new judgement → new state, finding changes and events. Pure.
//
// Threading: any thread.
// Invariants: a look that saw nothing closes nothing; the first observation is a baseline (findings are
// opened, no change events); equal facts give no event; security loss is an error at least.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/change/event.h"
#include "anchorwatch/change/planned.h"
#include "anchorwatch/change/zone_state.h"
#include "anchorwatch/dnssec/algorithm.h"
#include "anchorwatch/evidence/evidence.h"
#include "anchorwatch/history/zone_history.h"
#include "anchorwatch/inventory/zone_entry.h"
#include "anchorwatch/judge/judgement.h"

namespace anchorwatch::change {

/// One look, judged.
struct Look {
  const judge::Judgement& judgement;
  const judge::ZoneFacts& facts;
  evidence::Depth depth = evidence::Depth::kFull;
  Digest evidence_digest;
  UnixSeconds at = 0;
  std::chrono::seconds interval{900};     ///< For "not seen for three intervals".
  ConfirmationPolicy confirmation{.needed = 1};  ///< Without more all findings are told at once.
  /// The operator's severities by code, for findings that only history shows (judge() applies them to its
  /// own); those of the zone's expectation win. May be null.
  const judge::SeverityMap* severity = nullptr;
  /// What was served, for the caches' view of it; null: that view stays as it was.
  const history::Sight* sight = nullptr;
  dnssec::ValidationPolicy validation{};  ///< Of the resolvers whose caches are looked at.
  /// Approved changes of the zone; null: it has no change management.
  const Plans* plans = nullptr;
};

struct ClosedFinding {
  OpenFinding open;
  UnixSeconds resolved_at = 0;
};

/// What one look changes. Stored in one transaction (store/store.h).
struct ZoneUpdate {
  dns::Name zone;
  UnixSeconds at = 0;
  ZoneState state;                         ///< The state after the look.
  bool facts_changed = false;              ///< state.facts is a new snapshot.
  bool ends_changed = false;               ///< state.ends is not what it was.
  bool history_changed = false;            ///< state.history is not what it was.
  std::vector<OpenFinding> opened;         ///< Newly open (also in state.open_findings).
  std::vector<OpenFinding> updated;        ///< Still open with another severity, servers or data.
  std::vector<ClosedFinding> closed;
  std::vector<Event> events;               ///< In causal order: an event comes after what it is caused_by.
};

/// Compares a look with what was known.
///
/// Findings whose scope is a server's reachability make no event here: one server may stand under many
/// zones, so the pipeline's incidents speak for them (see is_server_outage).
ZoneUpdate advance(const inventory::ZoneEntry& zone, const ZoneState& before, const Look& look);

/// Tells the status that a look left as it was: an incident told of it so far, and it holds now for a reason of the
/// zone's own. Counts as a transition of the zone.
///
/// @param told    the zone before the look.
/// @param before  its status before the incident.
void restate_status(const inventory::ZoneEntry& zone, ZoneUpdate& update, const ZoneSummary& told,
                    dnssec::SecurityStatus before);
/// The same for findings that were opened under an incident and are still open. Returns how many.
std::size_t restate_findings(const inventory::ZoneEntry& zone, ZoneUpdate& update, const ZoneSummary& told,
                             const std::string& incident);

/// When a verdict may no longer be repeated if nobody looks: not seen for three intervals, or no longer
/// certain. Nothing: the zone was never judged.
std::optional<UnixSeconds> stale_at(const ZoneSummary& summary, std::chrono::seconds interval);

/// Time passed and nobody looked: the verdict becomes stale where the contract says so.
///
/// It makes no event and no finding: that nobody looked is the monitor's fault, which monitor.blind or
/// monitor.lag tells once for all zones. The next look is compared with what was told before.
/// @return the summary as it stands now; nothing when nothing is due.
std::optional<ZoneSummary> age(const ZoneSummary& before, UnixSeconds now, std::chrono::seconds interval);

/// Whether a finding says that a server (or all servers) cannot be reached.
bool is_server_outage(judge::FindingCode code);

/// Whether a core look (DS, DNSKEY, SOA) sees what a finding is about, so that it may close it.
bool visible_to_core(judge::FindingCode code, const judge::Subject& subject);

}  // namespace anchorwatch::change
