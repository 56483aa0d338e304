// SPDX-License-Identifier: Apache-2.0
// Which looks are kept to be judged again (docs/replay.md): those that changed what is told of the zone.
#include "anchorwatch/evidence/codec.h"
#include "zone_looks_work.h"

namespace anchorwatch::pipeline {

namespace {

/// A zone whose looks change nothing but signatures is kept again after this time: those that are kept shall not be
/// much older than those that are served.
constexpr UnixSeconds kRenewal = UnixSeconds{7} * 86400;

bool changes_what_is_told(const change::ZoneUpdate& update, const change::ZoneSummary& before) {
  const change::ZoneSummary& after = update.state.summary;
  return !update.events.empty() || !update.opened.empty() || !update.closed.empty() || update.facts_changed ||
         after.verdict != before.verdict || after.status_worst != before.status_worst ||
         after.observation != before.observation || after.delegation != before.delegation ||
         after.pending != before.pending;
}

/// Findings whose words are new, and not only because they name signatures that are made anew for each look.
bool has_new_words(const change::ZoneUpdate& update, const change::ZoneSummary& before) {
  const change::ZoneSummary& after = update.state.summary;
  return !update.updated.empty() &&
         (after.core_data != before.core_data || after.ordinary_data != before.ordinary_data);
}

}  // namespace

/// A look without what only findings need differs from one in which those questions had no answers.
Digest ZoneLooks::content_address(const Work& work) {
  if (!work.evidence.ordinary_only) return work.evidence_digest;
  Hasher hasher;
  hasher.field("ordinary only").raw(work.digests.all.exact.bytes());
  return hasher.finish();
}

void ZoneLooks::keep_evidence(const Work& work, const change::ZoneSummary& before, store::ZoneCommit& made) const {
  if (!tools_.store.keeps_evidence()) return;
  change::ZoneSummary& after = made.update.state.summary;
  after.evidence_at = before.evidence_at;
  const bool complete = work.order.depth == evidence::Depth::kFull && !work.evidence.ordinary_only;
  const bool old = complete && work.now - before.evidence_at >= kRenewal;
  if (!old && !changes_what_is_told(made.update, before) && !has_new_words(made.update, before)) return;
  after.evidence_at = work.now;
  made.evidence = store::KeptEvidence{evidence::encode(work.evidence), content_address(work), complete};
}

/// They are shared by all zones below, so the next commit of any of them takes them along.
void ZoneLooks::keep_ancestors(store::ZoneCommit& commit) const {
  if (!tools_.store.keeps_evidence()) return;
  for (const probe::AncestorLook& look : tools_.ancestors.take_looks()) {
    commit.ancestors.push_back({look.evidence.zone, look.at, look.link, evidence::encode(look.evidence)});
  }
}

}  // namespace anchorwatch::pipeline
