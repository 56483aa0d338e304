// SPDX-License-Identifier: Apache-2.0
// Reader: questions about the database that change nothing, for the command line. Works beside the
// daemon and without it.
//
// Threading: one thread. Blocking: disk.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/core/severity.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/history/zone_history.h"
#include "anchorwatch/store/mute.h"
#include "anchorwatch/store/audit.h"
#include "anchorwatch/store/plans.h"
#include "anchorwatch/store/kept_evidence.h"

namespace anchorwatch::store {

/// One zone of the inventory, as in v_zone. Texts are the names that the contract fixes.
struct ZoneStatusRow {
  std::string zone, status, status_worst, reason, observation, delegation;
  std::optional<UnixSeconds> status_since_at, last_checked_at, last_observed_at,
      earliest_expiration_at;
  int open_findings = 0;
  std::optional<Severity> worst_severity;
  std::string expect, owner;
  std::vector<std::string> tags;
  std::optional<UnixSeconds> certain_until_at;  ///< The last verdict was certain up to here.
  std::optional<UnixSeconds> bogus_at;          ///< If nobody signs anew: at all servers, …
  std::string bogus_because;                    ///< … for this signature, …
  std::optional<UnixSeconds> bogus_worst_at;    ///< … and at the first of them.
};

/// Empty fields filter nothing.
struct ZoneFilter {
  std::string zone;                ///< Exactly this one, presentation form with final dot.
  std::optional<dns::Name> below;  ///< This name and names below it.
  std::string status;
  std::optional<Severity> min_severity;  ///< Has an open finding of at least this severity.
  std::string owner, tag;
  int limit = 0;  ///< 0: all.
};

struct EventRow {
  std::int64_t sequence = 0;  ///< Order of commits; only for EventFilter::after_sequence.
  std::string id, zone, type;
  Severity severity = Severity::kInfo;
  UnixSeconds detected_at = 0;
  std::string summary, caused_by, dedup_key;
  std::string incident;   ///< Empty: none.
  bool silent = false;    ///< No sink gets it.
  std::string payload;  ///< anchorwatch.event/1.
};

struct EventFilter {
  std::string zone;
  std::string type;
  std::string incident;  ///< What it told of, and its own beginning and end.
  std::string change;  ///< Only what this planned change explains.
  std::optional<Severity> min_severity;
  std::optional<UnixSeconds> since, until;  ///< Detected in [since, until).
  std::optional<std::int64_t>
      after_sequence;  ///< Only what was committed after that row: to follow.
  int limit = 0;       ///< The newest so many; 0: all.
};

struct FindingRow {
  std::string zone, code;
  Severity severity = Severity::kInfo;
  std::string subject, state;
  UnixSeconds first_seen_at = 0, last_seen_at = 0;
  std::optional<UnixSeconds> resolved_at;
  std::vector<std::string> servers;
  std::string message;
  std::string data;  ///< JSON object.
};

/// As in v_mute.
struct MuteRow {
  Mute mute;
  std::string state;
  std::int64_t events = 0;
};

struct AuditFilter {
  std::string zone, actor, action;   ///< Empty: all.
  std::optional<UnixSeconds> since;  ///< Recorded then or later.
  int limit = 0;                     ///< The newest so many; 0: all.
};

/// As in v_incident.
struct IncidentRow {
  std::string id, cause, cause_subject, state;
  std::string code;       ///< Of the findings that zones have in common; empty: the cause is exact.
  Severity severity = Severity::kInfo;
  std::string confidence;
  UnixSeconds opened_at = 0;
  std::optional<UnixSeconds> closed_at;
  std::int64_t members = 0, members_open = 0;
  std::string summary;
};

/// As in v_incident_member.
struct IncidentMemberRow {
  std::string incident, zone;
  Severity severity = Severity::kInfo;
  std::string status_before, status;
  UnixSeconds joined_at = 0;
  std::optional<UnixSeconds> left_at;
  bool own_story = false;
  std::string code, event_id;
};

enum class FindingStates : std::uint8_t { kOpen, kAll };
enum class IncidentStates : std::uint8_t { kOpen, kAll };

/// The outbox of one sink.
struct DeliverySummary {
  std::string sink;
  std::int64_t pending = 0, delivered = 0, dead = 0, dropped = 0;
  std::optional<UnixSeconds> oldest_pending_at;  ///< Detection of the oldest event that waits.
  std::string last_error;                        ///< Of the newest row that has one.
};

class Reader {
 public:
  /// @errors kNotFound: no database at `path`. kUnsupported: another schema version (the message
  /// names
  ///         both). kIo: permissions.
  static Result<Reader> open(const std::string& path);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader();

  /// Worst first: by worst open severity, then by name from the right.
  Result<std::vector<ZoneStatusRow>> zones(const ZoneFilter& filter);
  /// In the order of commits.
  Result<std::vector<EventRow>> events(const EventFilter& filter);
  /// Of one zone (presentation form), worst first; all zones when `zone` is empty.
  Result<std::vector<FindingRow>> findings(const std::string& zone, FindingStates states);
  /// Open ones first, worst first, then the newest. `limit` 0: all.
  Result<std::vector<IncidentRow>> incidents(IncidentStates states, int limit);
  /// Nothing: there is none with this id.
  Result<std::optional<IncidentRow>> incident(const std::string& id);
  /// The open incidents of a zone (presentation form); those that it left are no longer there.
  Result<std::vector<IncidentRow>> incidents_of(const std::string& zone);
  /// By name, from the right. `limit` 0: all.
  Result<std::vector<IncidentMemberRow>> incident_members(const std::string& id, int limit);
  /// By sink.
  Result<std::vector<DeliverySummary>> deliveries();
  /// Planned changes in the order in which they were added; one of them if `id` is not empty, those that cover a zone
  /// (presentation form) if `zone` is not.
  Result<std::vector<ChangeRow>> changes(const std::string& id, const std::string& zone);
  /// The oldest first; those that ended too if `all`.
  Result<std::vector<MuteRow>> mutes(bool all);
  /// In the order of the chain.
  Result<std::vector<AuditRow>> audit(const AuditFilter& filter);
  /// Walks the whole chain, in one reading of the database.
  Result<AuditCheck> check_audit(std::optional<AuditHead> remembered);
  /// What resolvers may still hold of a zone (presentation form); nothing: it was never looked at.
  /// @errors kCorrupt: unreadable.
  Result<std::optional<history::ZoneHistory>> history(const std::string& zone);
  /// The kept looks at a zone (presentation form), oldest first.
  Result<std::vector<KeptLook>> kept_looks(const std::string& zone);
  /// A body of evidence/codec.h, by KeptLook::evidence. @errors kNotFound: it went meanwhile.
  Result<Bytes> evidence(std::int64_t id);
  /// The last kept look at a zone above others that is not later than `at`; nothing: there is none.
  Result<std::optional<KeptAncestor>> kept_ancestor(const dns::Name& zone, UnixSeconds at);
  /// Key-value state of the monitor, as ZoneStore::load_fact; empty when the key was never saved.
  Result<std::string> fact(const std::string& key);

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anchorwatch::store
