// SPDX-License-Identifier: Apache-2.0
// The DNSKEY answers: one verdict for each distinct answer, one key set for each distinct set of
// keys.
#include <algorithm>

#include "anchorwatch/evidence/same_content.h"

#include "context.h"

namespace anchorwatch::judge {

namespace {

using dnssec::Reason;
using dnssec::SecurityStatus;

const dns::RRset& no_keys() {
  static const dns::RRset empty;
  return empty;
}

std::size_t key_set_of(Context& context, const dns::RRset& set) {
  for (std::size_t i = 0; i < context.key_sets.size(); ++i) {
    if (context.key_sets[i].keys.dnskeys == set.rdatas) return i;
  }
  KeySet keys;
  keys.keys = dnssec::ZoneKeys{context.zone, set.rdatas};
  for (const Bytes& rdata : set.rdatas) {
    keys.decoded.push_back(dns::decode_dnskey(rdata));
    keys.tags.push_back(dns::key_tag(rdata));
  }
  context.key_sets.push_back(std::move(keys));
  return context.key_sets.size() - 1;
}

void group_keys(Context& context) {
  const dns::Question question{context.zone, dns::RrType::kDnskey};
  for (std::size_t i = 0; i < context.servers.size(); ++i) {
    const evidence::Answer* answer = context.servers[i]->find(question);
    if (answer == nullptr || !context.speaks_for_zone(*answer)) continue;
    const auto same = std::find_if(
        context.key_views.begin(), context.key_views.end(),
        [&](const KeyView& view) { return evidence::same_content(*view.answer, *answer); });
    if (same != context.key_views.end()) {
      same->servers.push_back(i);
      continue;
    }
    KeyView view;
    view.answer = answer;
    view.servers.push_back(i);
    view.set = dns::find_rrset(answer->answer, context.zone, dns::RrType::kDnskey);
    if (view.set != nullptr) view.key_set = key_set_of(context, *view.set);
    context.key_views.push_back(std::move(view));
  }
}

void judge_view(Context& context, KeyView& view, dnssec::CryptoContext& crypto,
                dnssec::CryptoContext& diagnosis) {
  const dnssec::ValidationPolicy& policy = context.input.policy.validation;
  if (!context.entry.ds.empty()) {
    dns::RRset empty = no_keys();
    empty.owner = context.zone;
    empty.type = dns::RrType::kDnskey;
    dnssec::KeysVerdict keys = dnssec::validate_dnskeys(
        context.entry.ds, view.set != nullptr ? *view.set : empty, context.now, policy, crypto);
    view.verdict = keys.verdict;
    view.ds = std::move(keys.ds);
    view.signatures = std::move(keys.signatures);
    return;
  }
  view.verdict = context.entry.verdict;
  if (view.key_set) {
    // An island: no verdict depends on these signatures, yet who signs wants to know whether they
    // are sound before the DS is published.
    view.signatures = dnssec::validate_rrset(*view.set, context.key_sets[*view.key_set].keys,
                                             context.now, policy, diagnosis)
                          .signatures;
  }
}

/// Best case over the DNSKEY answers. A limit at one server leaves open whether it was the good
/// one.
dnssec::Verdict best_chain(const Context& context) {
  if (!context.ds_stands()) return context.entry.verdict;
  dnssec::Verdict best = dnssec::indeterminate(Reason::kUnreachable);
  const auto rank = [](dnssec::Verdict verdict) {
    switch (verdict.status) {
      case SecurityStatus::kSecure: return 0;
      case SecurityStatus::kInsecure: return 1;
      case SecurityStatus::kIndeterminate: return verdict.reason == Reason::kUnreachable ? 4 : 2;
      case SecurityStatus::kBogus: return 3;
    }
    return 4;
  };
  for (const KeyView& view : context.key_views) {
    if (rank(view.verdict) < rank(best)) best = view.verdict;
  }
  return best;
}

}  // namespace

void judge_keys(Context& context, dnssec::CryptoContext& crypto, dnssec::CryptoContext& diagnosis) {
  group_keys(context);
  for (std::size_t i = 0; i < context.key_views.size(); ++i) {
    KeyView& view = context.key_views[i];
    judge_view(context, view, crypto, diagnosis);
    for (const std::size_t server : view.servers) context.states[server].key_view = i;
    if (!view.key_set) continue;
    KeySet& keys = context.key_sets[*view.key_set];
    merge(keys.servers, view.servers);
    keys.authentic = keys.authentic || view.verdict.status == SecurityStatus::kSecure;
  }
  context.chain = best_chain(context);
}

}  // namespace anchorwatch::judge
