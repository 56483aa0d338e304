// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include <algorithm>

namespace anchorwatch::judge {

namespace {

using Looks = std::vector<const evidence::ServerLook*>;

Looks by_address(const std::vector<evidence::ServerLook>& looks) {
  Looks order;
  order.reserve(looks.size());
  for (const evidence::ServerLook& look : looks) order.push_back(&look);
  std::sort(order.begin(), order.end(),
            [](const evidence::ServerLook* left, const evidence::ServerLook* right) {
              if (left->address != right->address) return left->address < right->address;
              return left->name < right->name;
            });
  return order;
}

std::vector<IpAddress> pick_addresses(const Looks& looks, const ServerSet& set) {
  std::vector<IpAddress> out;
  out.reserve(set.size());
  for (const std::size_t index : set) out.push_back(looks[index]->address);
  return out;
}

bool carries_signature(const std::vector<dns::RRset>& section) {
  return std::any_of(section.begin(), section.end(),
                     [](const dns::RRset& set) { return !set.rrsigs.empty(); });
}

void note_soa(const Context& context, const evidence::Answer& answer, ServerState& state) {
  if (state.soa) return;
  const dns::RRset* soa = dns::find_rrset(answer.answer, context.zone, dns::RrType::kSoa);
  if (soa == nullptr) soa = dns::find_rrset(answer.authority, context.zone, dns::RrType::kSoa);
  if (soa != nullptr) state.soa = dns::decode_soa(soa->rdatas.front());
}

ServerState first_state(const Context& context, const evidence::ServerLook& look) {
  ServerState state;
  state.reachable = look.reachable();
  // The SOA answer itself first; other answers carry a SOA of the same moment at best.
  if (const evidence::Answer* soa = look.find(context.zone, dns::RrType::kSoa)) {
    if (context.speaks_for_zone(*soa)) note_soa(context, *soa, state);
  }
  for (const evidence::Answer& answer : look.answers) {
    if (answer.state != evidence::AnswerState::kNotAsked &&
        answer.state != evidence::AnswerState::kAddressRefused) {
      state.asked = true;
    }
    if (!context.speaks_for_zone(answer)) {
      state.complete = false;
      continue;
    }
    state.working = true;
    note_soa(context, answer, state);
    state.has_keys = state.has_keys ||
                     dns::find_rrset(answer.answer, context.zone, dns::RrType::kDnskey) != nullptr;
    state.has_signatures = state.has_signatures || carries_signature(answer.answer) ||
                           carries_signature(answer.authority);
  }
  return state;
}

}  // namespace

bool KeySet::holds(BytesView rdata) const {
  return std::any_of(keys.dnskeys.begin(), keys.dnskeys.end(),
                     [&](const Bytes& key) { return key == rdata; });
}

Context::Context(const JudgeInput& judge_input)
    : input(judge_input),
      evidence(judge_input.evidence),
      zone(judge_input.evidence.zone),
      now(judge_input.now),
      servers(by_address(judge_input.evidence.servers)),
      parents(by_address(judge_input.evidence.delegation.parents)) {
  if (!input.ancestors.empty()) parent_link = &input.ancestors.back();
  const dns::Question keys{zone, dns::RrType::kDnskey};
  const dns::Question ds{zone, dns::RrType::kDs};
  for (const dns::Question& question : evidence.probes) {
    if (question == ds && !evidence.delegation.is_top(zone)) {
      if (!ds_probe) ds_probe = questions.size();
      continue;
    }
    const bool again = std::find(questions.begin(), questions.end(), question) != questions.end();
    if (question != keys && !again && !is_random(question.name)) questions.push_back(question);
  }
  if (evidence.denial_name) {
    questions.push_back(dns::Question{*evidence.denial_name, dns::RrType::kA});
  }
  states.reserve(servers.size());
  for (const evidence::ServerLook* look : servers) states.push_back(first_state(*this, *look));
}

bool Context::speaks_for_zone(const evidence::Answer& answer) const {
  if (!answer.usable()) return false;
  if (answer.aa || evidence.forwarded) return true;
  const bool data = std::any_of(answer.answer.begin(), answer.answer.end(),
                                [](const dns::RRset& set) { return !set.rdatas.empty(); });
  if (data || dns::find_rrset(answer.authority, zone, dns::RrType::kSoa) != nullptr) return true;
  const auto is_proof = [](const dns::RRset& set) {
    return (set.type == dns::RrType::kNsec || set.type == dns::RrType::kNsec3) && !set.rdatas.empty();
  };
  const bool refers = dns::find_rrset(answer.authority, zone, dns::RrType::kNs) != nullptr;
  if (!refers && std::any_of(answer.authority.begin(), answer.authority.end(), is_proof)) return true;
  // A name below a cut: the referral to the child zone is the right answer.
  return std::any_of(answer.authority.begin(), answer.authority.end(), [&](const dns::RRset& set) {
    return set.type == dns::RrType::kNs && !set.rdatas.empty() && set.owner.is_below(zone) &&
           answer.question.name.is_at_or_below(set.owner);
  });
}

ServerSet Context::answered_by(const dns::Question& question) const {
  ServerSet set;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const evidence::Answer* answer = servers[i]->find(question);
    if (answer != nullptr && speaks_for_zone(*answer)) set.push_back(i);
  }
  return set;
}

ServerSet Context::working_servers() const {
  ServerSet set;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i].working) set.push_back(i);
  }
  return set;
}

std::vector<IpAddress> Context::addresses(const ServerSet& set) const {
  return pick_addresses(servers, set);
}

std::vector<IpAddress> Context::parent_addresses(const ServerSet& set) const {
  return pick_addresses(parents, set);
}

const dns::RRset* shown_ds(const evidence::Answer& answer, const dns::Name& zone) {
  const dns::RRset* ds = dns::find_rrset(answer.answer, zone, dns::RrType::kDs);
  const bool referral = dns::find_rrset(answer.authority, zone, dns::RrType::kNs) != nullptr;
  if (ds == nullptr && referral) ds = dns::find_rrset(answer.authority, zone, dns::RrType::kDs);
  return ds != nullptr && !ds->rdatas.empty() ? ds : nullptr;
}

void merge(ServerSet& into, const ServerSet& more) {
  ServerSet both;
  both.reserve(into.size() + more.size());
  std::set_union(into.begin(), into.end(), more.begin(), more.end(), std::back_inserter(both));
  into = std::move(both);
}

}  // namespace anchorwatch::judge
