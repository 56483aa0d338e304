// SPDX-License-Identifier: Apache-2.0
// Folds the verdicts: over the questions for a server, over the servers for a question, over both
// for the zone (contract: status is the best case over the servers, status_worst the worst).
#include <algorithm>

#include "context.h"

namespace anchorwatch::judge {

namespace {

using dnssec::Reason;
using dnssec::SecurityStatus;
using dnssec::Verdict;

/// What a probe's verdict says of the zone. A name error under opt-out is insecure by design and
/// leaves the zone as it is (RFC 5155 §9.2, §12.2); a question without an answer says nothing.
Verdict for_zone(Verdict probe) {
  if (probe == dnssec::insecure(Reason::kOptOut)) return dnssec::secure();
  const bool open = probe.status == SecurityStatus::kIndeterminate;
  return open && probe.reason != Reason::kLimit ? dnssec::secure() : probe;
}

void worsen(Verdict& verdict, Verdict more) {
  if (dnssec::weakness(more.status) > dnssec::weakness(verdict.status)) verdict = more;
}

bool better(Verdict left, Verdict right) { return dnssec::weakness(left.status) < dnssec::weakness(right.status); }

void judge_servers(Context& context) {
  for (std::size_t i = 0; i < context.states.size(); ++i) {
    ServerState& state = context.states[i];
    state.verdict = dnssec::indeterminate(Reason::kUnreachable);
    if (!state.working) continue;
    if (!context.ds_stands()) {
      state.verdict = context.entry.verdict;
    } else if (state.key_view) {
      state.verdict = context.key_views[*state.key_view].verdict;
    } else {
      state.verdict = dnssec::secure();  // Until a probe says otherwise.
    }
  }
  for (const ProbeView& view : context.probe_views) {
    for (const std::size_t server : view.servers) {
      ServerState& state = context.states[server];
      if (context.ds_stands()) worsen(state.verdict, for_zone(view.own));
    }
  }
  // A server that gave no DNSKEY RRset cannot be better than the zone as a whole.
  for (ServerState& state : context.states) {
    if (state.working && !state.key_view) worsen(state.verdict, context.chain);
  }
}

Verdict zone_verdict(const Context& context) {
  Verdict verdict = context.chain;
  if (verdict.status != SecurityStatus::kSecure) return verdict;
  for (std::size_t probe = 0, at = 0; probe < context.questions.size(); ++probe) {
    std::optional<Verdict> best;
    for (; at < context.probe_views.size() && context.probe_views[at].probe == probe; ++at) {
      const Verdict candidate = for_zone(context.probe_views[at].best);
      if (!best || better(candidate, *best)) best = candidate;
    }
    if (context.is_unreadable(probe)) best = dnssec::bogus(Reason::kAnswerMalformed);
    if (best) worsen(verdict, *best);
  }
  return verdict;
}

/// Whether every DS set that some parent server shows leads to the keys of some server.
bool all_ds_sets_lead(const Context& context) {
  return std::all_of(
      context.entry.ds_sets.begin(), context.entry.ds_sets.end(),
      [&](const std::vector<Bytes>& set) {
        for (const KeyView& view : context.key_views) {
          for (const dnssec::DsVerdict& ds : view.ds) {
            if (ds.state == dnssec::DsState::kSigns &&
                std::binary_search(set.begin(), set.end(), context.entry.ds[ds.ds_index])) {
              return true;
            }
          }
        }
        return false;
      });
}

SecurityStatus worst_status(const Context& context) {
  Verdict worst = context.verdict;
  for (const ServerState& state : context.states) {
    if (state.working) worsen(worst, state.verdict);
  }
  if (context.entry.bogus_somewhere) worsen(worst, dnssec::bogus(Reason::kDelegationUnproven));
  if (context.ds_stands() && context.entry.no_ds_proven) {
    worsen(worst, dnssec::insecure(Reason::kNoDs));
  }
  if (context.ds_stands() && !context.key_views.empty() && !all_ds_sets_lead(context)) {
    worsen(worst, dnssec::bogus(Reason::kDsMismatch));
  }
  if (context.ds_stands() && !context.missing_keys.empty()) {
    worsen(worst, dnssec::bogus(Reason::kSigningKeyMissing));
  }
  return worst.status;
}

bool parents_complete(const Context& context) {
  if (context.entry.from_anchors || context.parent_link == nullptr) return true;
  return std::all_of(context.parent_views.begin(), context.parent_views.end(),
                     [](const ParentView& view) { return view.usable; });
}

Observation look_quality(const Context& context) {
  // A chain that could not be seen leaves the zone its last status: the look as a whole failed.
  if (context.verdict.status == SecurityStatus::kIndeterminate &&
      context.verdict.reason != Reason::kLimit) {
    return Observation::kFailed;
  }
  if (context.delegation == DelegationState::kAbsent) return Observation::kOk;
  // Above a zone that ends the chain nothing is asked of the zone itself.
  const bool ancestor = context.evidence.depth == evidence::Depth::kAncestor;
  if (ancestor && context.servers.empty() && !context.ds_stands()) return Observation::kOk;
  if (context.working_servers().empty()) return Observation::kFailed;
  const bool complete =
      std::all_of(context.states.begin(), context.states.end(),
                  [](const ServerState& state) { return state.working && state.complete; });
  return complete && parents_complete(context) ? Observation::kOk : Observation::kPartial;
}

}  // namespace

void judge_status(Context& context) {
  judge_servers(context);
  context.verdict = zone_verdict(context);
  context.observation = look_quality(context);
  if (context.observation == Observation::kFailed &&
      context.verdict.status != SecurityStatus::kIndeterminate) {
    // Nothing of the zone was seen; whatever the chain says is no judgement of the zone.
    context.verdict = dnssec::indeterminate(Reason::kUnreachable);
  }
  context.worst = worst_status(context);
}

}  // namespace anchorwatch::judge
