// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/evidence/evidence.h"

#include <algorithm>
#include <functional>
#include <set>

#include "canonical.h"
#include "in_order.h"

namespace anchorwatch::evidence {

namespace {

// Presence markers keep fields of different answers apart in the stream.
constexpr std::uint8_t kAbsent = 0;
constexpr std::uint8_t kPresent = 1;

bool name_before(const dns::Name& left, const dns::Name& right) { return left.wire() < right.wire(); }

void append_names(Bytes& out, const std::vector<dns::Name>& names) {
  append_u32(out, static_cast<std::uint32_t>(names.size()));
  in_order(names, name_before, [&](const dns::Name& name) { append_field(out, name.wire()); });
}

void append_addresses(Bytes& out, const std::vector<IpAddress>& addresses) {
  append_u32(out, static_cast<std::uint32_t>(addresses.size()));
  in_order(addresses, std::less<>(), [&](const IpAddress& address) { append_field(out, address.bytes()); });
}

using Signatures = ZoneEvidence::Signatures;

/// Any order will do as long as it is always the same: the canonical order of names costs more.
bool question_before(const dns::Question& left, const dns::Question& right) {
  if (left.type != right.type) return left.type < right.type;
  return left.name.wire() < right.name.wire();
}

bool answer_before(const Answer& left, const Answer& right) { return question_before(left.question, right.question); }

void append_answers(Bytes& out, const std::vector<Answer>& answers, const std::optional<dns::Name>& random,
                    Signatures signatures) {
  append_u32(out, static_cast<std::uint32_t>(answers.size()));
  in_order(answers, answer_before, [&](const Answer& answer) { append_answer(out, answer, random, signatures); });
}

using Part = ZoneEvidence::Part;

/// What of a look counts.
struct Scope {
  Part part;
  const dns::Name& zone;
  std::optional<dns::Name> random;  ///< None in core looks.
  Signatures signatures;
};

void append_core_answers(Bytes& out, const ServerLook& server, const dns::Name& zone, Signatures signatures) {
  const Answer* const soa = server.find(zone, dns::RrType::kSoa);
  const Answer* const keys = server.find(zone, dns::RrType::kDnskey);
  append_u32(out, (soa != nullptr ? 1U : 0U) + (keys != nullptr ? 1U : 0U));
  if (soa != nullptr) append_answer(out, *soa, std::nullopt, signatures);  // The order of their types.
  if (keys != nullptr) append_answer(out, *keys, std::nullopt, signatures);
}

/// What there is besides the ordinary answers.
void append_others(Bytes& out, const ServerLook& server, const Scope& scope) {
  if (scope.part == Part::kAll) append_answers(out, server.extra, scope.random, scope.signatures);
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
  if (scope.part == Part::kCore) {
    append_core_answers(out, server, scope.zone, scope.signatures);
  } else {
    append_answers(out, server.answers, scope.random, scope.signatures);
  }
  append_others(out, server, scope);
}

void append_signals(Bytes& out, const std::vector<SignalLook>& signals, Signatures signatures) {
  const auto before = [](const SignalLook& left, const SignalLook& right) { return left.server < right.server; };
  append_u32(out, static_cast<std::uint32_t>(signals.size()));
  in_order(signals, before, [&](const SignalLook& signal) {
    append_field(out, signal.name.wire());
    append_field(out, signal.zone.wire());
    append_u8(out, signal.failure.empty() ? kAbsent : kPresent);
    append_answers(out, signal.answers, std::nullopt, signatures);
  });
}

void append_servers(Bytes& out, const std::vector<ServerLook>& servers, const Scope& scope) {
  const auto before = [](const ServerLook& left, const ServerLook& right) {
    if (left.address != right.address) return left.address < right.address;
    return left.name < right.name;
  };
  append_u32(out, static_cast<std::uint32_t>(servers.size()));
  in_order(servers, before, [&](const ServerLook& server) { append_server(out, server, scope); });
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
    append_answers(content, parent.answers, std::nullopt, scope.signatures);
    append_others(content, parent, {scope.part, scope.zone, std::nullopt, scope.signatures});
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
  const auto before = [](const NameServer& left, const NameServer& right) { return left.name < right.name; };
  append_u32(out, static_cast<std::uint32_t>(delegation.name_servers.size()));
  in_order(delegation.name_servers, before, [&](const NameServer& server) {
    append_field(out, server.name.wire());
    append_addresses(out, server.glue);
    append_addresses(out, server.addresses);
    append_u8(out, server.looked_up ? kPresent : kAbsent);
    append_u8(out, server.is_alias ? kPresent : kAbsent);
    append_u8(out, server.failure.empty() ? kAbsent : kPresent);
  });
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
  append_field(stream, "anchorwatch.evidence/4");
  append_field(stream, zone.wire());
  append_u8(stream, static_cast<std::uint8_t>(as));
  append_u8(stream, forwarded ? kPresent : kAbsent);
  append_u8(stream, scope.random ? kPresent : kAbsent);
  const auto append_question = [&](const dns::Question& question) {
    append_owner(stream, question.name, scope.random);
    append_u16(stream, static_cast<std::uint16_t>(question.type));
  };
  append_u32(stream, core ? 1U : static_cast<std::uint32_t>(probes.size()));
  if (core) append_question({zone, dns::RrType::kSoa});
  if (!core) in_order(probes, question_before, append_question);
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
