// SPDX-License-Identifier: Apache-2.0
// The probes: one verdict for each distinct answer. Each server's answer is judged with the keys
// that it publishes itself, then with those of the others (RFC 8901: resolvers mix the signers of a
// zone).
#include <algorithm>
#include <set>

#include "anchorwatch/evidence/same_content.h"

#include "context.h"

namespace anchorwatch::judge {

namespace {

using dnssec::Reason;
using dnssec::SecurityStatus;

std::optional<std::size_t> keys_of(const Context& context, std::size_t server) {
  const std::optional<std::size_t> view = context.states[server].key_view;
  return view ? context.key_views[*view].key_set : std::nullopt;
}

void group_probe(Context& context, std::size_t probe) {
  const std::size_t first = context.probe_views.size();
  for (std::size_t i = 0; i < context.servers.size(); ++i) {
    const evidence::Answer* answer = context.servers[i]->find(context.questions[probe]);
    if (answer == nullptr || !context.speaks_for_zone(*answer)) continue;
    const std::optional<std::size_t> keys = keys_of(context, i);
    const auto begin = context.probe_views.begin() + static_cast<std::ptrdiff_t>(first);
    const auto same = std::find_if(begin, context.probe_views.end(), [&](const ProbeView& view) {
      return view.own_keys == keys && evidence::same_content(*view.answer, *answer);
    });
    if (same != context.probe_views.end()) {
      same->servers.push_back(i);
      continue;
    }
    ProbeView view;
    view.probe = probe;
    view.answer = answer;
    view.servers.push_back(i);
    view.own_keys = keys;
    context.probe_views.push_back(std::move(view));
  }
}

void judge_with(const Context& context, ProbeView& view, std::size_t keys,
                dnssec::CryptoContext& crypto) {
  view.result = dnssec::validate_answer(view_of(*view.answer), context.key_sets[keys].keys,
                                        context.now, context.input.policy.validation, crypto);
  view.used_keys = keys;
  view.judged = true;
}

bool good(dnssec::Verdict verdict) {
  return verdict.status == SecurityStatus::kSecure || verdict.status == SecurityStatus::kInsecure;
}

/// Tries the authentic key sets that are left; keeps the first result when none helps.
void judge_with_others(const Context& context, ProbeView& view, dnssec::CryptoContext& crypto) {
  for (std::size_t keys = 0; keys < context.key_sets.size(); ++keys) {
    if (!context.key_sets[keys].authentic || view.used_keys == keys) continue;
    if (!view.judged) {
      judge_with(context, view, keys, crypto);
      view.best = view.result.verdict;
    } else {
      const dnssec::Verdict verdict =
          dnssec::validate_answer(view_of(*view.answer), context.key_sets[keys].keys, context.now,
                                  context.input.policy.validation, crypto)
              .verdict;
      if (good(verdict)) view.best = verdict;
    }
    if (good(view.best)) return;
  }
}

void judge_in_secure_zone(const Context& context, ProbeView& view, dnssec::CryptoContext& crypto) {
  const bool own_authentic = view.own_keys && context.key_sets[*view.own_keys].authentic;
  if (own_authentic) {
    judge_with(context, view, *view.own_keys, crypto);
    view.best = view.result.verdict;
    view.own = view.best;
    if (!good(view.best)) judge_with_others(context, view, crypto);
    return;
  }
  view.best = dnssec::indeterminate(Reason::kUnreachable);
  judge_with_others(context, view, crypto);
  const std::optional<std::size_t> key_view = context.states[view.servers.front()].key_view;
  // Without a DNSKEY answer of its own a server is as good as what it serves.
  view.own = key_view ? context.key_views[*key_view].verdict : view.best;
}

/// The zone has no authentic keys: the verdict is that of the chain; the look at signatures is
/// diagnosis.
void judge_in_other_zone(const Context& context, ProbeView& view,
                         dnssec::CryptoContext& diagnosis) {
  view.best = context.chain;
  view.own = context.chain;
  const bool unsupported = context.chain.reason == Reason::kUnsupportedAlgorithm ||
                           context.chain.reason == Reason::kUnsupportedDigest;
  if (!view.own_keys || unsupported) return;
  judge_with(context, view, *view.own_keys, diagnosis);
  if (context.chain.status == SecurityStatus::kBogus &&
      view.result.verdict.status == SecurityStatus::kBogus) {
    view.best = view.own = view.result.verdict;
  }
}

void add_sets(Context& context, const ProbeView& view) {
  for (const dnssec::JudgedRRset& judged : view.result.sets) {
    if (judged.set == nullptr) continue;
    SetView set;
    set.set = judged.set;
    set.signatures = &judged.verdict.signatures;
    set.servers = &view.servers;
    set.key_set = view.used_keys;
    set.probe = &view;
    set.in_authority = !judged.in_answer_section;
    if (judged.verdict.wildcard_encloser) {
      set.wildcard_encloser = &*judged.verdict.wildcard_encloser;
    }
    context.sets.push_back(set);
  }
}

void add_key_sets(Context& context) {
  for (const KeyView& view : context.key_views) {
    if (view.set == nullptr || view.signatures.size() != view.set->rrsigs.size()) continue;
    SetView set;
    set.set = view.set;
    set.signatures = &view.signatures;
    set.servers = &view.servers;
    set.key_set = view.key_set;
    context.sets.push_back(set);
  }
}

/// Keys that sign data at one server and that another server's DNSKEY RRset lacks. Only RRsets that
/// resolvers fetch count: CDS and CDNSKEY are read by the parent, at each server with its own keys.
void find_missing_keys(Context& context) {
  if (context.key_sets.size() < 2) return;
  for (const SetView& view : context.sets) {
    if (view.probe == nullptr || !view.key_set || view.set->type == dns::RrType::kCds ||
        view.set->type == dns::RrType::kCdnskey) {
      continue;
    }
    const KeySet& used = context.key_sets[*view.key_set];
    for (std::size_t other = 0; other < context.key_sets.size(); ++other) {
      if (other == *view.key_set) continue;
      const Bytes* lacking = nullptr;
      bool found = false;
      for (const dnssec::SignatureVerdict& signature : *view.signatures) {
        if (signature.state != dnssec::SignatureState::kValid || !signature.key_index) continue;
        const Bytes& rdata = used.keys.dnskeys[*signature.key_index];
        found = found || context.key_sets[other].holds(rdata);
        if (lacking == nullptr || rdata < *lacking) lacking = &rdata;
      }
      if (found || lacking == nullptr) continue;
      const auto known = std::find_if(
          context.missing_keys.begin(), context.missing_keys.end(), [&](const MissingKey& missing) {
            return missing.key_set == other && missing.rdata == *lacking;
          });
      if (known != context.missing_keys.end()) {
        merge(known->signed_at, *view.servers);
      } else {
        context.missing_keys.push_back(MissingKey{other, *lacking, *view.servers, view.set});
      }
    }
  }
}

/// Several signers show in different key sets, or in different keys that sign the SOA, or in the
/// SOA.
bool find_several_signers(const Context& context) {
  if (context.key_sets.size() > 1) return true;
  std::set<std::set<std::uint16_t>> signing;
  for (const SetView& view : context.sets) {
    if (view.set->type != dns::RrType::kSoa) continue;
    std::set<std::uint16_t> tags;
    for (const dns::Rrsig& rrsig : view.set->rrsigs) tags.insert(rrsig.key_tag);
    if (!tags.empty()) signing.insert(std::move(tags));
  }
  std::set<dns::Name> primaries;
  for (const ServerState& state : context.states) {
    if (state.soa) primaries.insert(state.soa->mname);
  }
  return signing.size() > 1 || primaries.size() > 1;
}

bool is_unreadable(const Context& context, const dns::Question& question) {
  bool unreadable = false;
  for (std::size_t i = 0; i < context.servers.size(); ++i) {
    const evidence::Answer* answer = context.servers[i]->find(question);
    if (answer == nullptr || !context.states[i].working) continue;
    if (answer->answered()) return false;
    unreadable = unreadable || answer->state == evidence::AnswerState::kMalformed;
  }
  return unreadable;
}

}  // namespace

void judge_probes(Context& context, dnssec::CryptoContext& crypto,
                  dnssec::CryptoContext& diagnosis) {
  const bool secure = context.chain.status == SecurityStatus::kSecure;
  for (std::size_t probe = 0; probe < context.questions.size(); ++probe) {
    const std::size_t first = context.probe_views.size();
    group_probe(context, probe);
    if (first == context.probe_views.size() && is_unreadable(context, context.questions[probe])) {
      context.unreadable.push_back(probe);
    }
    for (std::size_t i = first; i < context.probe_views.size(); ++i) {
      ProbeView& view = context.probe_views[i];
      if (secure) {
        judge_in_secure_zone(context, view, crypto);
      } else {
        judge_in_other_zone(context, view, diagnosis);
      }
    }
  }
  add_key_sets(context);
  for (const ProbeView& view : context.probe_views) add_sets(context, view);
  find_missing_keys(context);
  context.several_signers = find_several_signers(context);
}

}  // namespace anchorwatch::judge
