// SPDX-License-Identifier: Apache-2.0
// How the chain of trust enters the zone: trust anchors, or the DS answers of the parent.
#include <algorithm>

#include "anchorwatch/evidence/same_content.h"

#include "context.h"

namespace anchorwatch::judge {

namespace {

using dnssec::Reason;
using dnssec::SecurityStatus;

bool is_denial(dns::RrType type) {
  return type == dns::RrType::kNsec || type == dns::RrType::kNsec3;
}

/// NS records at the zone without authority: the parent speaks of the child instead of the DS.
bool is_referral(const evidence::Answer& answer, const dns::Name& zone) {
  if (!answer.usable() || answer.rcode != dns::kRcodeNoError || answer.aa) return false;
  if (dns::find_rrset(answer.answer, zone, dns::RrType::kDs) != nullptr) return false;
  return dns::find_rrset(answer.authority, zone, dns::RrType::kNs) != nullptr;
}

/// A DS answer comes from the parent: authoritative, or with data or proof of the zone above.
bool speaks_for_parent(const Context& context, const evidence::Answer& answer) {
  if (!answer.usable()) return false;
  if (is_referral(answer, context.zone)) {
    // A referral with the DS, or with the proof that there is none, answers the question (RFC 4035
    // §3.1.4).
    return shown_ds(answer, context.zone) != nullptr ||
           std::any_of(answer.authority.begin(), answer.authority.end(),
                       [](const dns::RRset& set) { return is_denial(set.type); });
  }
  if (answer.aa || context.evidence.forwarded) return true;
  if (dns::find_rrset(answer.answer, context.zone, dns::RrType::kDs) != nullptr) return true;
  // Some servers leave out AA, or the SOA beside the proof.
  return std::any_of(answer.authority.begin(), answer.authority.end(), [](const dns::RRset& set) {
    return !set.rdatas.empty() && (set.type == dns::RrType::kSoa || is_denial(set.type));
  });
}

void group_parents(Context& context) {
  const dns::Question question{context.zone, dns::RrType::kDs};
  for (std::size_t i = 0; i < context.parents.size(); ++i) {
    const evidence::Answer* answer = context.parents[i]->find(question);
    if (answer == nullptr) continue;
    const auto same = std::find_if(
        context.parent_views.begin(), context.parent_views.end(),
        [&](const ParentView& view) { return evidence::same_content(*view.answer, *answer); });
    if (same != context.parent_views.end()) {
      same->parents.push_back(i);
      continue;
    }
    ParentView view;
    view.answer = answer;
    view.parents.push_back(i);
    view.usable = speaks_for_parent(context, *answer);
    view.referral = is_referral(*answer, context.zone);
    context.parent_views.push_back(std::move(view));
  }
}

void add_ds(std::vector<Bytes>& into, const std::vector<Bytes>& more) {
  for (const Bytes& rdata : more) {
    const auto at = std::lower_bound(into.begin(), into.end(), rdata);
    if (at == into.end() || *at != rdata) into.insert(at, rdata);
  }
}

void judge_parent_answers(Context& context, dnssec::CryptoContext& crypto) {
  const dnssec::ZoneKeys keys{context.parent_link->zone, context.parent_link->dnskeys};
  for (ParentView& view : context.parent_views) {
    if (!view.usable) continue;
    view.verdict = dnssec::validate_ds_answer(view_of(*view.answer), keys, context.now,
                                              context.input.policy.validation, crypto);
    view.judged = true;
  }
}

/// The parent's own record for the name has no NS: no zone cut (a plain name of the parent).
bool proves_no_cut(const Context& context, const ParentView& view) {
  const auto& denial = view.verdict.denial;
  return denial && denial->result == dnssec::DenialResult::kLacksNs &&
         context.evidence.delegation.name_servers.empty();
}

Entry entry_from_parents(Context& context) {
  Entry entry;
  Reason bogus_reason = Reason::kDelegationUnproven;
  Reason insecure_reason = Reason::kNoDs;
  bool limited = false;
  for (const ParentView& view : context.parent_views) {
    if (!view.judged) continue;
    const dnssec::Verdict verdict =
        proves_no_cut(context, view) ? dnssec::insecure(Reason::kNoDs) : view.verdict.verdict;
    switch (verdict.status) {
      case SecurityStatus::kSecure:
        if (view.verdict.ds == nullptr) break;
        add_ds(entry.ds, view.verdict.ds->rdatas);
        if (std::find(entry.ds_sets.begin(), entry.ds_sets.end(), view.verdict.ds->rdatas) ==
            entry.ds_sets.end()) {
          entry.ds_sets.push_back(view.verdict.ds->rdatas);
        }
        break;
      case SecurityStatus::kInsecure:
        if (!entry.no_ds_proven) insecure_reason = verdict.reason;
        entry.no_ds_proven = true;
        break;
      case SecurityStatus::kBogus:
        if (!entry.bogus_somewhere) bogus_reason = verdict.reason;
        entry.bogus_somewhere = true;
        break;
      case SecurityStatus::kIndeterminate:
        limited = limited || verdict.reason == Reason::kLimit;
        break;
    }
  }
  Reason unusable = Reason::kUnsupportedAlgorithm;
  if (!entry.ds.empty() &&
      dnssec::has_usable_ds(entry.ds, context.input.policy.validation, &unusable)) {
    entry.verdict = dnssec::secure();
  } else if (!entry.ds.empty()) {
    entry.verdict = dnssec::insecure(unusable);
  } else if (entry.no_ds_proven) {
    entry.verdict = dnssec::insecure(insecure_reason);
  } else if (limited) {
    entry.verdict = dnssec::indeterminate(Reason::kLimit);
  } else if (entry.bogus_somewhere) {
    entry.verdict = dnssec::bogus(bogus_reason);
  } else {
    entry.verdict = dnssec::indeterminate(Reason::kUnreachable);
  }
  return entry;
}

Entry entry_from_anchors(const Context& context, const std::vector<Bytes>& anchors) {
  Entry entry;
  entry.from_anchors = true;
  add_ds(entry.ds, anchors);
  entry.ds_sets.push_back(entry.ds);
  Reason unusable = Reason::kUnsupportedAlgorithm;
  const bool usable = dnssec::has_usable_ds(entry.ds, context.input.policy.validation, &unusable);
  entry.verdict = usable ? dnssec::secure() : dnssec::insecure(unusable);
  return entry;
}

/// RFC 6840 App. C.2: secure by any one of the two ways in, insecure only if both are.
Entry entry_by_any(Entry own, const Entry& above) {
  if (above.verdict.status == SecurityStatus::kSecure) {
    add_ds(own.ds, above.ds);
    own.ds_sets = {own.ds};  // One set: that a part of it leads nowhere is no fault.
    own.verdict = dnssec::secure();
  } else if (dnssec::weakness(above.verdict.status) > dnssec::weakness(own.verdict.status) &&
             own.verdict.status != SecurityStatus::kSecure) {
    own.verdict = above.verdict;
  }
  return own;
}

Entry ended(dnssec::Verdict verdict) {
  Entry entry;
  entry.verdict = verdict;
  return entry;
}

bool parent_has_keys(const Context& context) {
  return context.parent_link != nullptr &&
         context.parent_link->verdict.status == SecurityStatus::kSecure &&
         !context.parent_link->dnskeys.empty();
}

Entry find_entry(Context& context, dnssec::CryptoContext& crypto) {
  const dnssec::TrustAnchorSet& anchors = context.input.anchors;
  if (anchors.is_negative(context.zone)) {
    return ended(dnssec::insecure(Reason::kNegativeTrustAnchor));
  }
  if (const std::vector<Bytes>& here = anchors.at(context.zone); !here.empty()) {
    const bool any = context.input.policy.nested_anchors == NestedAnchors::kAny;
    Entry own = entry_from_anchors(context, here);
    // With the closest anchor the chain begins here; the DS above matters to a probe of it alone.
    if ((any || context.ds_probe) && parent_has_keys(context)) judge_parent_answers(context, crypto);
    if (!any || context.parent_link == nullptr) return own;
    return entry_by_any(std::move(own), parent_has_keys(context)
                                            ? entry_from_parents(context)
                                            : ended(verdict_below(context.parent_link->verdict)));
  }
  if (context.parent_link == nullptr) {
    return ended(anchors.covers(context.zone) ? dnssec::indeterminate(Reason::kUnreachable)
                                              : dnssec::insecure(Reason::kNoTrustAnchor));
  }
  if (!parent_has_keys(context)) return ended(verdict_below(context.parent_link->verdict));
  judge_parent_answers(context, crypto);
  return entry_from_parents(context);
}

/// What one parent server shows of the delegation in this look.
DelegationState shown_by(const Context& context, std::size_t parent) {
  const evidence::ServerLook& look = *context.parents[parent];
  if (const evidence::Answer* ns = look.find(context.zone, dns::RrType::kNs);
      ns != nullptr && ns->usable()) {
    if (dns::find_rrset(ns->authority, context.zone, dns::RrType::kNs) != nullptr ||
        dns::find_rrset(ns->answer, context.zone, dns::RrType::kNs) != nullptr) {
      return DelegationState::kPresent;
    }
    if (ns->aa || context.evidence.forwarded) return DelegationState::kAbsent;
  }
  for (const ParentView& view : context.parent_views) {
    if (!std::binary_search(view.parents.begin(), view.parents.end(), parent)) continue;
    if (view.referral) return DelegationState::kPresent;
    if (!view.usable) break;
    if (shown_ds(*view.answer, context.zone) != nullptr) {
      return DelegationState::kPresent;
    }
    const bool name_error = view.answer->rcode == dns::kRcodeNxDomain;
    if (!view.judged) return name_error ? DelegationState::kAbsent : DelegationState::kUnknown;
    if (view.verdict.delegation_absent || proves_no_cut(context, view)) {
      return DelegationState::kAbsent;
    }
    if (view.verdict.verdict.status != SecurityStatus::kInsecure) break;
    // An opt-out span says nothing about the name; a name error then still does (decisions,
    // contract).
    if (name_error) return DelegationState::kAbsent;
    const bool spans = view.verdict.verdict.reason != Reason::kNoDs;
    return spans ? DelegationState::kUnknown : DelegationState::kPresent;
  }
  return DelegationState::kUnknown;
}

DelegationState find_delegation(Context& context) {
  const evidence::DelegationLook& delegation = context.evidence.delegation;
  if (delegation.is_top(context.zone)) return DelegationState::kPresent;
  bool present = false;
  for (std::size_t i = 0; i < context.parents.size(); ++i) {
    switch (shown_by(context, i)) {
      case DelegationState::kPresent: present = true; break;
      case DelegationState::kAbsent: context.parents_absent.push_back(i); break;
      case DelegationState::kUnknown: break;
    }
  }
  if (present) return DelegationState::kPresent;
  if (!context.parents_absent.empty()) return DelegationState::kAbsent;
  const bool known = !delegation.name_servers.empty() || delegation.from_configuration;
  return known ? DelegationState::kPresent : DelegationState::kUnknown;
}

}  // namespace

dnssec::Verdict verdict_below(dnssec::Verdict above) {
  switch (above.status) {
    case SecurityStatus::kInsecure:
      return dnssec::insecure(above.reason == Reason::kNoTrustAnchor ? Reason::kNoTrustAnchor
                                                                     : Reason::kAncestorInsecure);
    case SecurityStatus::kBogus: return dnssec::bogus(Reason::kAncestorBogus);
    case SecurityStatus::kIndeterminate: return above;
    case SecurityStatus::kSecure: break;
  }
  return dnssec::indeterminate(Reason::kUnreachable);
}

void judge_entry(Context& context, dnssec::CryptoContext& crypto) {
  group_parents(context);
  context.entry = find_entry(context, crypto);
  for (const ParentView& view : context.parent_views) {
    if (!view.usable) continue;
    const dns::RRset* ds = shown_ds(*view.answer, context.zone);
    if (ds != nullptr) add_ds(context.entry.shown_ds, ds->rdatas);
  }
  context.delegation = find_delegation(context);
}

}  // namespace anchorwatch::judge
