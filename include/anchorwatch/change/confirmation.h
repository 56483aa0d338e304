// SPDX-License-Identifier: Apache-2.0
// Confirmation: which findings of a look are told at once, and which must be seen again first.
//
// What all servers that answered show is certain. What only some of them show may rest on one packet: it
// is pending until enough of the next looks have shown it, too.
//
// Threading: pure functions, any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/judge/judgement.h"

namespace anchorwatch::change {

/// How often a finding that only some servers show must be seen: in `needed` of `of` looks.
struct ConfirmationPolicy {
  int needed = 2;                          ///< 1: everything is told at once.
  int of = 3;                              ///< Never below `needed`.
  Severity from = Severity::kWarning;      ///< Findings below this are told at once.
};

/// A finding that was seen, and not often enough yet to be opened.
struct PendingFinding {
  judge::FindingCode code{};
  std::string subject;                     ///< Subject::key().
  int seen = 0;                            ///< Looks that showed it …
  int looks = 0;                           ///< … among those since the first that did.
  UnixSeconds since = 0;                   ///< When it was first seen.
  UnixSeconds last_before = 0;             ///< The last look before that; 0: none.
  bool operator==(const PendingFinding&) const = default;
  [[nodiscard]] bool is(const judge::Finding& finding) const {
    return code == finding.code && subject == finding.subject.key();
  }
};

/// What a look means for the findings that are not open.
struct Review {
  std::vector<PendingFinding> pending;     ///< To be seen again before they are opened.
  std::vector<PendingFinding> confirmed;   ///< Seen often enough by now.

  [[nodiscard]] bool withholds(const judge::Finding& finding) const;
  /// The history of a finding that was pending and may be opened now, or null.
  [[nodiscard]] const PendingFinding* confirmation_of(const judge::Finding& finding) const;
};

/// Findings that are open or were confirmed already: they are not doubted again.
using IsKnown = std::function<bool(const judge::Finding&)>;

/// Counts a look.
///
/// A look that could not see (no answers, no verdict) counts neither for nor against a finding.
/// @param before  what was pending before the look.
Review review(const std::vector<PendingFinding>& before, const IsKnown& known,
              const judge::Judgement& judgement, UnixSeconds at, const ConfirmationPolicy& policy);

/// Whether every server that answered, of those that could show the finding, shows it.
bool all_agree(const judge::Finding& finding, const judge::Judgement& judgement);

}  // namespace anchorwatch::change
