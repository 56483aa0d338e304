// SPDX-License-Identifier: Apache-2.0
// What the cause of a zone's trouble is: what the chain tells exactly, and what zones may have in common.
// Private to this module.
//
// Threading: pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/change/incident.h"
#include "anchorwatch/judge/judgement.h"

namespace anchorwatch::pipeline {

struct Cause {
  change::IncidentCause cause{};
  std::string subject;
  std::string code{};       ///< Of the findings that have this cause in common; empty for exact causes.
  dnssec::Verdict verdict{};  ///< Of what is at fault.
  bool is_loss = true;      ///< False: the zone may have stood like this all the time; only a member stays one.
  bool operator==(const Cause& other) const { return cause == other.cause && subject == other.subject && code == other.code; }
};

/// The topmost zone above that is at fault, where that is why the zone stands as it does after the look: the chain
/// says so, nothing is guessed. Nothing: the zones above are well, or matter no longer (an anchor lies between).
///
/// @param now     the zone's verdict after the look.
/// @param before  its last verdict that was not indeterminate: a zone above that was always unsigned is no loss.
std::optional<Cause> cause_above(const judge::Judgement& judgement, dnssec::Verdict now, dnssec::Verdict before);

/// Whether a finding is nothing but a consequence of a fault above.
bool follows_from_above(const judge::Finding& finding, const Cause& cause);

/// What a finding may have in common with the same finding of other zones, the likeliest first; empty: it is the zone's
/// own matter, however many zones show it. Signals of hijacks and of lost security always are.
std::vector<Cause> shared_causes(const judge::Finding& finding, const judge::Judgement& judgement,
                                 const judge::ZoneFacts& facts);

/// Whether a finding that is open may still be of that cause.
bool may_be_of(const judge::Finding& finding, const change::Incident& incident);

}  // namespace anchorwatch::pipeline
