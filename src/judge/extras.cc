// SPDX-License-Identifier: Apache-2.0
// The extra questions of a full look: their answers validated, for rules only.
#include <algorithm>
#include <set>

#include "anchorwatch/evidence/same_content.h"

#include "context.h"

namespace anchorwatch::judge {

namespace {

using dns::RrType;
using dnssec::SecurityStatus;

std::optional<std::size_t> keys_of(const Context& context, std::size_t server) {
  const std::optional<std::size_t> view = context.states[server].key_view;
  return view ? context.key_views[*view].key_set : std::nullopt;
}

std::vector<dns::Question> extra_questions(const Context& context) {
  std::set<dns::Question> questions;
  for (const evidence::ServerLook* server : context.servers) {
    for (const evidence::Answer& answer : server->extra) questions.insert(answer.question);
  }
  return {questions.begin(), questions.end()};
}

void group_extra(Context& context, const dns::Question& question) {
  const std::size_t first = context.extra_views.size();
  for (std::size_t i = 0; i < context.servers.size(); ++i) {
    const evidence::Answer* answer = context.servers[i]->find_extra(question);
    if (answer == nullptr || !context.speaks_for_zone(*answer)) continue;
    const std::optional<std::size_t> keys = keys_of(context, i);
    const auto begin = context.extra_views.begin() + static_cast<std::ptrdiff_t>(first);
    const auto same = std::find_if(begin, context.extra_views.end(), [&](const ProbeView& view) {
      return view.own_keys == keys && evidence::same_content(*view.answer, *answer);
    });
    if (same != context.extra_views.end()) {
      same->servers.push_back(i);
      continue;
    }
    ProbeView view;
    view.answer = answer;
    view.servers.push_back(i);
    view.own_keys = keys;
    context.extra_views.push_back(std::move(view));
  }
}

/// The keys that the servers publish themselves, else any authentic ones.
std::optional<std::size_t> keys_for(const Context& context, const ProbeView& view) {
  if (view.own_keys) return view.own_keys;
  for (std::size_t keys = 0; keys < context.key_sets.size(); ++keys) {
    if (context.key_sets[keys].authentic) return keys;
  }
  return std::nullopt;
}

bool needs_validation(const Context& context, const dns::Question& question) {
  const bool address = question.type == RrType::kA || question.type == RrType::kAaaa;
  return !(address && question.name != evidence::last_name(context.zone));
}

void validate(const Context& context, ProbeView& view, dnssec::CryptoContext& diagnosis) {
  const std::optional<std::size_t> keys = keys_for(context, view);
  if (!keys || !needs_validation(context, view.answer->question)) return;
  view.result = dnssec::validate_answer(view_of(*view.answer), context.key_sets[*keys].keys,
                                        context.now, context.input.policy.validation, diagnosis);
  view.used_keys = keys;
  view.judged = true;
}

const ChainLink* link_of(const Context& context, const dns::Name& zone) {
  if (context.input.signal_links == nullptr) return nullptr;
  for (const ChainLink& link : *context.input.signal_links) {
    if (link.zone == zone) return &link;
  }
  return nullptr;
}

/// The state of a signalling name that has records.
SignalState validate_signal(const Context& context, const evidence::SignalLook& look,
                            dnssec::CryptoContext& diagnosis) {
  const ChainLink* link = link_of(context, look.zone);
  if (link == nullptr || link->verdict.status == SecurityStatus::kIndeterminate) {
    return SignalState::kUnknown;
  }
  // RFC 9615 §4.1: the records belong to the zone that vouches, not to one of their own.
  if (look.zone == look.name || link->verdict.status != SecurityStatus::kSecure) {
    return SignalState::kNotSecure;
  }
  const dnssec::ZoneKeys keys{link->zone, link->dnskeys};
  SignalState state = SignalState::kSecure;
  for (const evidence::Answer& answer : look.answers) {
    const SecurityStatus status =
        dnssec::validate_answer(view_of(answer), keys, context.now, context.input.policy.validation,
                                diagnosis)
            .verdict.status;
    if (status == SecurityStatus::kIndeterminate) return SignalState::kUnknown;
    if (status != SecurityStatus::kSecure) state = SignalState::kNotSecure;
  }
  return state;
}

SignalView signal_view(const Context& context, const evidence::SignalLook& look,
                       dnssec::CryptoContext& diagnosis) {
  SignalView view;
  view.look = &look;
  const bool answered =
      !look.answers.empty() && std::all_of(look.answers.begin(), look.answers.end(),
                                           [](const auto& answer) { return answer.usable(); });
  if (!answered) return view;
  for (const evidence::Answer& answer : look.answers) {
    const dns::RRset* set = dns::find_rrset(answer.answer, look.name, answer.question.type);
    if (set == nullptr) {
      // An alias leads to another name, which nobody asked.
      if (dns::find_rrset(answer.answer, look.name, RrType::kCname) != nullptr) return view;
      continue;
    }
    (answer.question.type == RrType::kCds ? view.cds : view.cdnskey) = set->rdatas;
  }
  const bool absent = view.cds.empty() && view.cdnskey.empty();
  view.state = absent ? SignalState::kAbsent : validate_signal(context, look, diagnosis);
  return view;
}

}  // namespace

void judge_extras(Context& context, dnssec::CryptoContext& diagnosis) {
  for (const dns::Question& question : extra_questions(context)) {
    const std::size_t first = context.extra_views.size();
    group_extra(context, question);
    for (std::size_t i = first; i < context.extra_views.size(); ++i) {
      validate(context, context.extra_views[i], diagnosis);
    }
  }
  for (const evidence::SignalLook& look : context.evidence.signals) {
    context.signal_views.push_back(signal_view(context, look, diagnosis));
  }
}

}  // namespace anchorwatch::judge
