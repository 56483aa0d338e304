// SPDX-License-Identifier: Apache-2.0
// Judgement: what the evidence of one look at a zone means.
//
// Threading: value types, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/digest.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/dns/message.h"
#include "anchorwatch/dnssec/security_status.h"
#include "anchorwatch/judge/finding.h"
#include "anchorwatch/judge/trust_end.h"

namespace anchorwatch::judge {

/// How complete the look was (contract: observation).
enum class Observation : std::uint8_t { kOk, kPartial, kFailed, kStale };
const char* to_string(Observation observation);
std::optional<Observation> parse_observation(std::string_view text);

/// What the parent says about the name.
enum class DelegationState : std::uint8_t { kUnknown, kPresent, kAbsent };
const char* to_string(DelegationState state);
std::optional<DelegationState> parse_delegation_state(std::string_view text);

/// One zone of the chain of trust with its authentic keys: what its children need from it.
struct ChainLink {
  dns::Name zone;
  dnssec::Verdict verdict;
  std::vector<Bytes> dnskeys;      ///< Authentic DNSKEY RDATAs; empty unless secure.
  std::vector<Bytes> ds;           ///< The DS set (or anchors) that led here.
  UnixSeconds valid_until = 0;     ///< The verdict is certain up to here.
  Digest digest;                   ///< Of verdict, keys and the digest of the link above.
  /// When the chain down to the keys of the zone turns bogus if nobody signs anew, and when some part of it does (0:
  /// never). Not part of the digest.
  TrustEndPtr end{};
  UnixSeconds worst_end = 0;
};

struct ProbeVerdict {
  dns::Question question;
  dnssec::Verdict verdict;         ///< Best case over the servers.
  std::string rcode;               ///< "NOERROR", …, empty when nobody answered.
  std::optional<dns::Name> target; ///< Where an alias leaves the zone.
  /// Of the target: proven insecure by the answer, or found by a look at the target (`check`).
  std::optional<dnssec::SecurityStatus> target_status;
};

struct ServerVerdict {
  dns::Name name;
  IpAddress address;
  bool reachable = false;
  dnssec::Verdict verdict;
  std::optional<std::uint32_t> serial;   ///< SOA serial that it serves.
  std::string nsid{};                    ///< What the instance calls itself: printable; empty: nothing.
  /// Codes that this look could not judge here: findings about them stay as they are.
  std::vector<FindingCode> open_questions{};
};

/// A finding that this look could not have shown: its question had no answer, or was left out.
struct Unseen {
  FindingCode code{};
  dns::Name name;                    ///< Of the finding's subject.
  std::optional<IpAddress> server;   ///< Nothing: at no server.
};

/// What a whole zone (evidence/whole_zone.h) holds, and up to when it does.
struct WholeZoneSummary {
  std::string source;
  std::string failure;               ///< Why the zone was not judged as a whole; empty when it was.
  std::uint32_t serial = 0;
  std::int64_t records = 0;          ///< RRSIGs included.
  std::int64_t rrsets = 0;
  std::int64_t signatures = 0;
  std::int64_t valid_signatures = 0;
  std::int64_t names = 0;            ///< That exist in the zone, delegations and empty ones included.
  std::int64_t delegations = 0;
  std::int64_t secure_delegations = 0;
  std::int64_t opt_out_spans = 0;
  std::optional<UnixSeconds> earliest_expiration;  ///< Over every RRset that must be signed.
  /// Judgement::earliest_expiration without the whole zone: what the verdict rests on.
  std::optional<UnixSeconds> answers_expiration;
  UnixSeconds valid_until = 0;       ///< The same content gives the same findings up to here.
};

/// What a work limit cost.
enum class WorkLimitHit : std::uint8_t { kNone, kDiagnosis, kVerdict };

struct Judgement {
  dns::Name zone;
  dnssec::Verdict verdict;               ///< Best case over the servers.
  dnssec::SecurityStatus status_worst = dnssec::SecurityStatus::kIndeterminate;
  Observation observation = Observation::kFailed;
  DelegationState delegation = DelegationState::kUnknown;
  std::vector<ChainLink> ancestors;      ///< Root first, without the zone itself.
  ChainLink link;                        ///< The zone itself, as its children will see it.
  std::vector<ProbeVerdict> probes;
  std::vector<ServerVerdict> servers;    ///< The zone's own servers, by address.
  std::vector<ServerVerdict> parents;    ///< Parent servers: what their DS answer is worth; no serial.
  std::vector<Unseen> unseen;            ///< Of the extra questions of a full look.
  std::optional<WholeZoneSummary> whole_zone;
  std::vector<Finding> findings;         ///< Ordered by severity (worst first), code, subject.
  std::optional<UnixSeconds> earliest_expiration;  ///< Over the signatures of the zone that resolvers need.
  TrustEnds ends;  ///< When the zone turns bogus; empty where it is, or where nobody could tell.
  /// The same evidence gives the same judgement up to (not including) this moment: the next time at which
  /// a signature begins, ends or crosses a threshold.
  UnixSeconds valid_until = 0;
  WorkLimitHit work_limit = WorkLimitHit::kNone;  ///< Of the cryptographic work.
  int verifications = 0;
  int verifications_reused = 0;
  std::int64_t verify_cpu_ns = 0;        ///< CPU time of signature checks, if the budget has a clock for it.
};

}  // namespace anchorwatch::judge
