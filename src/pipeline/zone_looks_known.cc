// SPDX-License-Identifier: Apache-2.0
// Whether a look shows anything new: digests of what it saw against those of what was judged.
#include <algorithm>

#include "anchorwatch/probe/extra_questions.h"
#include "denial_label.h"
#include "zone_looks_work.h"

namespace anchorwatch::pipeline {

namespace {

using Evidence = evidence::ZoneEvidence;

bool is_complete(const Evidence& evidence) {
  return std::all_of(evidence.servers.begin(), evidence.servers.end(), [](const auto& server) {
    return std::all_of(server.answers.begin(), server.answers.end(), [](const auto& each) { return each.usable(); });
  });
}

/// See change::ZoneSummary.
std::uint64_t short_form(const Digest& digest) {
  const Bytes octets = digest.bytes();
  return std::uint64_t{read_u32(octets, 0)} << 32U | read_u32(octets, 4);
}

/// Whether the last look left nothing open.
bool is_settled(const change::ZoneSummary& summary) {
  return summary.baseline && summary.pending.empty() && summary.observation == judge::Observation::kOk;
}

/// Whether what was judged may still hold, if the evidence is the same.
bool holds(const change::ZoneSummary& summary, UnixSeconds now) {
  return is_settled(summary) && now < summary.valid_until_at;
}

}  // namespace

/// Of the evidence, and of the zones that vouch for a part of it.
Digest ZoneLooks::digest_of(const Work& work) {
  const Digest& digest = work.digests.all.exact;
  if (work.signals.empty()) return digest;
  Hasher hasher;
  hasher.raw(digest.bytes());
  for (const judge::ChainLink& link : work.signals) hasher.raw(link.digest.bytes());
  return hasher.finish();
}

/// Of what the verdict rests on besides the evidence: the zones above, and what the operator wants.
Digest ZoneLooks::digest_of(const Work& work, const Digest& above) const {
  const judge::Expectation& expectation = work.order.zone.settings->expectation;
  Hasher hasher;
  hasher.raw(above.bytes());
  hasher.raw(judge::digest_of(tools_.judge.policy, tools_.judge.anchors, expectation).bytes());
  if (work.plans) hasher.raw(work.plans->digest().bytes());
  return hasher.finish();
}

bool ZoneLooks::unchanged(const Work& work) const {
  const change::ZoneSummary& summary = work.order.summary;
  if (!holds(summary, work.now) || !is_complete(work.evidence)) return false;
  if (summary.ancestors != work.ancestors_digest) return false;
  if (work.order.depth != evidence::Depth::kFull) return summary.core_evidence == work.evidence_digest;
  // The last full look may have been followed by core looks that were judged, and one with the extra questions by
  // others: what stands now must have been judged by the same answers.
  return (work.evidence.ordinary_only || summary.full_evidence == work.evidence_digest) &&
         summary.ordinary_evidence == work.digests.ordinary.exact &&
         summary.core_evidence == work.digests.core.exact;
}

/// Of a look without the extra questions: what they showed stands, and the rest can be judged by itself.
bool ZoneLooks::only_signatures_are_new(const Work& work) const {
  const change::ZoneSummary& summary = work.order.summary;
  return summary.ordinary_evidence != work.digests.ordinary.exact &&
         summary.ordinary_data == short_form(work.digests.ordinary.data) && summary.ancestors == work.ancestors_digest;
}

/// Of a core look, while what the last full look showed still holds.
bool ZoneLooks::only_core_signatures_are_new(const Work& work) const {
  const change::ZoneSummary& summary = work.order.summary;
  return holds(summary, work.now) && is_complete(work.evidence) && summary.ancestors == work.ancestors_digest &&
         summary.core_data == short_form(work.digests.core.data);
}

/// What only findings need is asked when something else is new but signatures, and once in a day of the zone.
bool ZoneLooks::ordinary_part_is_known(Work* work, const Evidence& evidence) const {
  const change::ZoneSummary& summary = work->order.summary;
  const UnixSeconds now = tools_.judge.clock.now();
  if (work->thorough || !is_settled(summary) || !is_complete(evidence)) return false;
  if (!work->order.zone.settings->source.empty()) return false;
  if (zone_day(evidence.zone, summary.last_full_at) != zone_day(evidence.zone, now)) return false;
  if (!probe::signals_to_ask(evidence).empty()) return false;
  work->digests = evidence::digests_of(evidence);
  if (summary.ordinary_evidence == work->digests.ordinary.exact) return holds(summary, now);
  return summary.ordinary_data == short_form(work->digests.ordinary.data);
}

void ZoneLooks::note_evidence(const Work& work, const change::ZoneSummary& before, change::ZoneSummary& after) const {
  const bool full = work.order.depth == evidence::Depth::kFull;
  after.ancestors = work.ancestors_digest;
  // As long as core looks give the same, they need not become full looks.
  after.core_evidence = full ? work.digests.core.exact : work.evidence_digest;
  after.core_data = short_form(work.digests.core.data);
  if (full && work.evidence.ordinary_only) after.ordinary_evidence = work.digests.ordinary.exact;
  if (!full || work.evidence.ordinary_only) {
    // What was not asked now is no more certain than it was.
    if (before.valid_until_at > work.now) after.valid_until_at = std::min(after.valid_until_at, before.valid_until_at);
    return;
  }
  after.full_evidence = work.evidence_digest;
  after.ordinary_evidence = work.digests.ordinary.exact;
  after.ordinary_data = short_form(work.digests.ordinary.data);
}

}  // namespace anchorwatch::pipeline
