// SPDX-License-Identifier: Apache-2.0
// judge(): evidence → verdicts and findings. Pure: no socket, clock, log or database.
//
// Threading: any thread; memo and keys are shared and thread-safe, the rest is borrowed for the call.
// Blocking:  CPU (run on the worker pool).
// Standards: RFC 4033 to 4035, 5155, 6840, 6672, 9276, 9824, 9905.
// Limits:    WorkBudget.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "anchorwatch/core/digest.h"
#include "anchorwatch/dnssec/algorithm.h"
#include "anchorwatch/dnssec/crypto.h"
#include "anchorwatch/dnssec/trust_anchor.h"
#include "anchorwatch/evidence/evidence.h"
#include "anchorwatch/judge/expectation.h"
#include "anchorwatch/judge/judgement.h"

namespace anchorwatch::judge {

/// Shares of the observed validity at which an expiry is reported (standards: RFC 6781 §4.4).
struct ExpiryPolicy {
  double warn = 0.20;
  double critical = 0.10;
};

/// Which chain counts for a zone with a trust anchor of its own below another one (RFC 6840 §5.10).
enum class NestedAnchors : std::uint8_t {
  kClosest,  ///< That of its own anchor alone (App. C.1).
  kAny,      ///< Any one that is secure, also that of the DS above (App. C.2).
};

class AsTable;

struct JudgePolicy {
  dnssec::ValidationPolicy validation;
  NestedAnchors nested_anchors = NestedAnchors::kClosest;
  ExpiryPolicy expiry;
  SeverityMap severity;  ///< Operator's overrides; those of a zone (Expectation) win.
  /// Findings about private addresses and single networks stay silent (laboratories).
  bool allow_special_addresses = false;
  std::shared_ptr<const AsTable> as_table;  ///< Null: nobody said which network an address is in.
};

/// What `judge` needs besides the evidence.
struct JudgeInput {
  const evidence::ZoneEvidence& evidence;
  const std::vector<ChainLink>& ancestors;   ///< Root first, down to the parent; empty for the top.
  const dnssec::TrustAnchorSet& anchors;
  const Expectation& expectation;
  const JudgePolicy& policy;
  UnixSeconds now = 0;
  /// The zones that hold the signalling names of the evidence, in any order; null where there are none.
  const std::vector<ChainLink>* signal_links = nullptr;
};

/// Judges one look at one zone.
///
/// Same input, same output: nothing depends on the order of servers or records, nor on the clock.
/// Security loss that only history can show (a DS that was there before) is found by `change`.
Judgement judge(const JudgeInput& input, dnssec::VerifyMemo& memo, dnssec::KeyCache& keys,
                dnssec::WorkBudget& budget);

/// Of all that a judgement depends on besides evidence, ancestors and time: another policy, other
/// anchors or another expectation give another digest, and stored verdicts no longer hold.
Digest digest_of(const JudgePolicy& policy, const dnssec::TrustAnchorSet& anchors,
                 const Expectation& expectation);

/// A budget that grows with the zone: servers and questions asked.
dnssec::WorkBudget budget_for(const evidence::ZoneEvidence& evidence);

/// Whether a judgement misses the expectation: with kSigned anything but delegated and secure, with
/// kUnsigned anything but delegated and securely insecure, with kAny a name that is not delegated.
/// An indeterminate zone misses nothing: that is reported as "could not look".
bool misses_expectation(const Judgement& judgement, const Expectation& expectation);

}  // namespace anchorwatch::judge
