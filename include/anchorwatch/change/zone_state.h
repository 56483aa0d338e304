// SPDX-License-Identifier: Apache-2.0
// ZoneState: what is known about a zone between two looks, as the store keeps it.
//
// Threading: value types, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/change/confirmation.h"
#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/digest.h"
#include "anchorwatch/core/severity.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dnssec/security_status.h"
#include "anchorwatch/history/zone_history.h"
#include "anchorwatch/judge/facts.h"
#include "anchorwatch/judge/judgement.h"

namespace anchorwatch::change {

/// A finding that is open.
struct OpenFinding {
  judge::Finding finding;                ///< As last seen.
  Severity highest = Severity::kInfo;    ///< The highest severity since it was opened.
  UnixSeconds first_seen_at = 0;
  UnixSeconds last_seen_at = 0;
  std::string event_id;                  ///< Of finding.opened; empty when no event was made.
  std::string incident{};                ///< That tells of it in the place of its own events; nearly always empty.
};

/// What ends the validity of a zone, or of a part of it.
struct KeptEnd {
  UnixSeconds at = 0;   ///< The first moment at which it is bogus. 0: nothing ends it.
  std::string because;  ///< The signature that runs out.
  bool operator==(const KeptEnd&) const = default;
};
KeptEnd keep(const judge::TrustEndPtr& end);

/// judge::TrustEnds as it is stored.
struct KeptEnds {
  KeptEnd chain, core, rest;
  UnixSeconds worst_at = 0;
  bool operator==(const KeptEnds&) const = default;
  /// The one that comes first; null: nothing ends the zone.
  [[nodiscard]] const KeptEnd* first() const;
};

/// The part that every look reads and writes: small, kept in memory for each zone.
struct ZoneSummary {
  dnssec::Verdict verdict;               ///< The last judged verdict, or stale.
  dnssec::SecurityStatus status_worst = dnssec::SecurityStatus::kIndeterminate;
  dnssec::Verdict last_judged;           ///< The last verdict that was not indeterminate.
  dnssec::Verdict full_verdict;          ///< Of the last full look …
  dnssec::SecurityStatus full_worst = dnssec::SecurityStatus::kIndeterminate;
  Digest full_snapshot;                  ///< … and the facts it was judged by.
  Severity status_severity = Severity::kInfo;  ///< Highest that was told of the status that holds.
  judge::Observation observation = judge::Observation::kFailed;
  judge::DelegationState delegation = judge::DelegationState::kUnknown;
  bool baseline = false;                 ///< A first observation was recorded.
  UnixSeconds status_since_at = 0;
  UnixSeconds last_checked_at = 0;       ///< The last look, successful or not. 0: never.
  UnixSeconds last_observed_at = 0;      ///< The last look that saw something. 0: never.
  UnixSeconds last_full_at = 0;          ///< The last full look. 0: never.
  UnixSeconds parent_seen_at = 0;        ///< The last judged look with an answer of the parent. 0: never.
  UnixSeconds child_seen_at = 0;         ///< The last judged look with the zone's keys. 0: never.
  UnixSeconds certain_until_at = 0;      ///< The last verdict was certain up to here.
  std::optional<UnixSeconds> earliest_expiration_at;
  UnixSeconds chain_end_at = 0;          ///< KeptEnds::chain: when the zones above turn bogus. 0: never.
  UnixSeconds valid_until_at = 0;        ///< judge() need not run before, while the digests are equal.
  Digest core_evidence, full_evidence;   ///< Of the last look of each depth.
  Digest ordinary_evidence;              ///< The part that may change the status, of the last full look.
  /// The same without what signers make anew while the data stay: the first octets of that digest. Nothing is believed
  /// because of it; it only spares questions. 0: not known.
  std::uint64_t ordinary_data = 0;
  std::uint64_t core_data = 0;           ///< The same of core_evidence.
  Digest ancestors;                      ///< Of the parent's ChainLink and the policy: what evidence was judged by.
  Digest snapshot;                       ///< Of the last known facts.
  std::uint64_t transition = 0;          ///< Counts commits that made events.
  UnixSeconds evidence_at = 0;           ///< When the evidence of a look was kept last. 0: never.
  std::vector<PendingFinding> pending;   ///< Findings that must be seen again; nearly always none.
};

/// Everything that a change of the zone has to be compared with.
struct ZoneState {
  ZoneSummary summary;
  judge::ZoneFacts facts;                ///< Last known, group by group.
  std::vector<OpenFinding> open_findings;
  history::ZoneHistory history;          ///< What resolvers may still hold.
  KeptEnds ends;  ///< When the zone turns bogus if nobody signs anew.
};

}  // namespace anchorwatch::change
