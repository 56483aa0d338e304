// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/evidence/evidence.h"

#include <algorithm>
#include <set>

#include "canonical.h"

namespace anchorwatch::evidence {

namespace {

// Presence markers keep fields of different answers apart in the stream.
constexpr std::uint8_t kAbsent = 0;
constexpr std::uint8_t kPresent = 1;

void append_names(Bytes& out, const std::vector<dns::Name>& names) {
  std::vector<const Bytes*> wires;
  wires.reserve(names.size());
  for (const dns::Name& name : names) wires.push_back(&name.wire());
  std::sort(wires.begin(), wires.end(),
            [](const Bytes* left, const Bytes* right) { return *left < *right; });
  append_u32(out, static_cast<std::uint32_t>(wires.size()));
  for (const Bytes* wire : wires) append_field(out, *wire);
}

void append_addresses(Bytes& out, std::vector<IpAddress> addresses) {
  std::sort(addresses.begin(), addresses.end());
  append_u32(out, static_cast<std::uint32_t>(addresses.size()));
  for (const IpAddress& address : addresses) append_field(out, address.bytes());
}

using Signatures = ZoneEvidence::Signatures;

void append_answers(Bytes& out, std::vector<const Answer*> answers, const std::optional<dns::Name>& random,
                    Signatures signatures) {
  std::sort(answers.begin(), answers.end(), [](const Answer* left, const Answer* right) {
    return left->question < right->question;
  });
  append_u32(out, static_cast<std::uint32_t>(answers.size()));
  for (const Answer* answer : answers) append_answer(out, *answer, random, signatures);
}

std::vector<const Answer*> pointers(const std::vector<Answer>& list) {
  std::vector<const Answer*> answers;
  answers.reserve(list.size());
  for (const Answer& answer : list) answers.push_back(&answer);
  return answers;
}

using Part = ZoneEvidence::Part;

/// What of a look counts.
struct Scope {
  Part part;
  const dns::Name& zone;
  std::optional<dns::Name> random;  ///< None in core looks.
  Signatures signatures;
};

std::vector<const Answer*> core_answers(const ServerLook& server, const dns::Name& zone) {
  std::vector<const Answer*> answers;
  for (const dns::RrType type : {dns::RrType::kDnskey, dns::RrType::kSoa}) {
    if (const Answer* answer = server.find(zone, type)) answers.push_back(answer);
  }
  return answers;
}

void append_answers_of(Bytes& out, const ServerLook& server, const std::vector<const Answer*>& answers,
                       const Scope& scope) {
  append_answers(out, answers, scope.random, scope.signatures);
  if (scope.part == Part::kAll) append_answers(out, pointers(server.extra), scope.random, scope.signatures);
  if (scope.part == Part::kCore) {  // There is neither in a core look.
    append_u32(out, 0);
    append_u32(out, 0);
    return;
  }
  append_behaviour(out, server.behaviour, scope.part == Part::kAll);
}

void append_server(Bytes& out, const ServerLook& server, const Scope& scope) {
  append_field(out, server.address.bytes());
  append_field(out, server.name.wire());
  append_names(out, server.other_names);
  const bool core = scope.part == Part::kCore;
  append_answers_of(out, server, core ? core_answers(server, scope.zone) : pointers(server.answers), scope);
}

void append_signals(Bytes& out, const std::vector<SignalLook>& signals, Signatures signatures) {
  std::vector<const SignalLook*> order;
  order.reserve(signals.size());
  for (const SignalLook& signal : signals) order.push_back(&signal);
  std::sort(order.begin(), order.end(), [](const SignalLook* left, const SignalLook* right) {
    return left->server < right->server;
  });
  append_u32(out, static_cast<std::uint32_t>(order.size()));
  for (const SignalLook* signal : order) {
    append_field(out, signal->name.wire());
    append_field(out, signal->zone.wire());
    append_u8(out, signal->failure.empty() ? kAbsent : kPresent);
    append_answers(out, pointers(signal->answers), std::nullopt, signatures);
  }
}

void append_servers(Bytes& out, const std::vector<ServerLook>& servers, const Scope& scope) {
  std::vector<const ServerLook*> order;
  order.reserve(servers.size());
  for (const ServerLook& server : servers) order.push_back(&server);
  std::sort(order.begin(), order.end(), [](const ServerLook* left, const ServerLook* right) {
    if (left->address != right->address) return left->address < right->address;
    return left->name < right->name;
  });
  append_u32(out, static_cast<std::uint32_t>(order.size()));
  for (const ServerLook* server : order) append_server(out, *server, scope);
}

/// Looks ask the parent's servers in turn. Which of them answered makes no difference as long as they say
/// the same; one that gives no usable answer is told by its address.
void append_parents(Bytes& out, const std::vector<ServerLook>& parents, const Scope& scope) {
  std::set<Bytes> contents;
  for (const ServerLook& parent : parents) {
    const bool usable = std::all_of(parent.answers.begin(), parent.answers.end(),
                                    [](const Answer& answer) { return answer.usable(); });
    Bytes content;
    append_field(content, usable ? IpAddress().bytes() : parent.address.bytes());
    append_field(content, usable ? dns::Name().wire() : parent.name.wire());
    append_names(content, usable ? std::vector<dns::Name>() : parent.other_names);
    append_answers_of(content, parent, pointers(parent.answers), {scope.part, scope.zone, std::nullopt, scope.signatures});
    contents.insert(std::move(content));
  }
  append_u32(out, static_cast<std::uint32_t>(contents.size()));
  for (const Bytes& content : contents) append_field(out, content);
}

void append_delegation(Bytes& out, const DelegationLook& delegation, const Scope& scope) {
  append_field(out, delegation.parent.wire());
  append_u8(out, delegation.from_configuration ? kPresent : kAbsent);
  append_u8(out, delegation.shares_servers ? kPresent : kAbsent);
  append_u8(out, delegation.failure.empty() ? kAbsent : kPresent);
  append_parents(out, delegation.parents, scope);
  std::vector<const NameServer*> order;
  order.reserve(delegation.name_servers.size());
  for (const NameServer& server : delegation.name_servers) order.push_back(&server);
  std::sort(order.begin(), order.end(), [](const NameServer* left, const NameServer* right) {
    return left->name < right->name;
  });
  append_u32(out, static_cast<std::uint32_t>(order.size()));
  for (const NameServer* server : order) {
    append_field(out, server->name.wire());
    append_addresses(out, server->glue);
    append_addresses(out, server->addresses);
    append_u8(out, server->looked_up ? kPresent : kAbsent);
    append_u8(out, server->is_alias ? kPresent : kAbsent);
    append_u8(out, server->failure.empty() ? kAbsent : kPresent);
  }
}

}  // namespace

const char* to_string(AnswerState state) {
  switch (state) {
    case AnswerState::kAnswered: return "answered";
    case AnswerState::kTimeout: return "timeout";
    case AnswerState::kNetworkError: return "network_error";
    case AnswerState::kMalformed: return "malformed";
    case AnswerState::kAddressRefused: return "address_refused";
    case AnswerState::kNotAsked: return "not_asked";
  }
  return "unknown";
}

const BehaviourLook* ServerLook::find(BehaviourKind kind) const {
  for (const BehaviourLook& look : behaviour) {
    if (look.kind == kind) return &look;
  }
  return nullptr;
}

const Answer* ServerLook::find(const dns::Question& question) const {
  for (const Answer& answer : answers) {
    if (answer.question == question) return &answer;
  }
  return nullptr;
}

const Answer* ServerLook::find_extra(const dns::Question& question) const {
  for (const Answer& answer : extra) {
    if (answer.question == question) return &answer;
  }
  return nullptr;
}

const char* to_string(LookLimit limit) {
  switch (limit) {
    case LookLimit::kQueries: return "queries";
    case LookLimit::kTime: return "time";
    case LookLimit::kAddresses: return "server addresses";
    case LookLimit::kLabels: return "labels below a zone cut";
    case LookLimit::kDetours: return "name servers named in other zones";
  }
  return "unknown";
}

bool ServerLook::reachable() const {
  return std::any_of(answers.begin(), answers.end(),
                     [](const Answer& answer) { return answer.answered(); });
}

std::optional<dns::Name> last_name(const dns::Name& zone) { return zone.prepend("\377"); }

Digest ZoneEvidence::digest(Part part, Signatures times_and_octets) const {
  const bool core = part == Part::kCore;
  const Depth as = core ? Depth::kCore : depth;
  const Scope scope{part, zone, core ? std::nullopt : denial_name, times_and_octets};
  Bytes stream;
  stream.reserve(16384);
  append_field(stream, "anchorwatch.evidence/3");
  append_field(stream, zone.wire());
  append_u8(stream, static_cast<std::uint8_t>(as));
  append_u8(stream, forwarded ? kPresent : kAbsent);
  append_u8(stream, scope.random ? kPresent : kAbsent);
  std::vector<dns::Question> asked = probes;
  if (core) asked = {{zone, dns::RrType::kSoa}};
  std::sort(asked.begin(), asked.end());
  append_u32(stream, static_cast<std::uint32_t>(asked.size()));
  for (const dns::Question& question : asked) {
    append_owner(stream, question.name, scope.random);
    append_u16(stream, static_cast<std::uint16_t>(question.type));
  }
  append_delegation(stream, delegation, scope);
  append_servers(stream, servers, scope);
  if (part == Part::kAll) append_signals(stream, signals, times_and_octets);
  if (core) append_signals(stream, {}, times_and_octets);
  if (whole_zone && !core) {
    append_field(stream, "whole zone");
    append_field(stream, whole_zone->failure);
    append_field(stream, whole_zone->digest().bytes());
  }
  // A core look asks less than a full one and so runs into fewer bounds; that is no news.
  if (as == Depth::kFull) {
    for (const LookLimit limit : limits) append_u8(stream, static_cast<std::uint8_t>(limit));
  }
  return sha256(stream);
}

}  // namespace anchorwatch::evidence
