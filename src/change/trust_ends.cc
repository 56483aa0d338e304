// SPDX-License-Identifier: Apache-2.0
// When the zone turns bogus, as the store keeps it: by part, since a look may see some of them only.
#include "step.h"

namespace anchorwatch::change {

namespace {

/// What a core look did not ask for ends when it was to end.
void keep_rest(KeptEnds& now, const KeptEnds& before, UnixSeconds at) {
  now.rest = before.rest;
  if (before.worst_at > at) now.worst_at = now.worst_at == 0 ? before.worst_at : std::min(now.worst_at, before.worst_at);
}

}  // namespace

KeptEnd keep(const judge::TrustEndPtr& end) {
  if (end == nullptr) return {};
  return {end->at, describe(*end)};
}

const KeptEnd* KeptEnds::first() const {
  const KeptEnd* found = nullptr;
  for (const KeptEnd* end : {&chain, &core, &rest}) {
    if (end->at != 0 && (found == nullptr || end->at < found->at)) found = end;
  }
  return found;
}

void note_ends(Step& step) {
  ZoneState& state = step.update.state;
  state.ends = step.before.ends;
  const bool open = step.now.status == dnssec::SecurityStatus::kIndeterminate;
  if (step.failed() || open) return;
  const judge::TrustEnds& seen = step.look.judgement.ends;
  KeptEnds now{keep(seen.chain), keep(seen.core), keep(seen.rest), seen.worst_at};
  const bool full = step.look.depth == evidence::Depth::kFull;
  if (step.now.status == dnssec::SecurityStatus::kBogus) {
    now = {};
  } else if (!full) {
    keep_rest(now, step.before.ends, step.look.at);
  }
  state.ends = std::move(now);
  state.summary.chain_end_at = state.ends.chain.at;
  step.update.ends_changed = state.ends != step.before.ends;
}

}  // namespace anchorwatch::change
