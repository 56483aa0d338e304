// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/behaviour.h"

#include <algorithm>

#include "behaviour_questions.h"

namespace anchorwatch::probe {

using evidence::AnswerState;
using evidence::BehaviourKind;
using evidence::BehaviourLook;

struct Behaviour::Visit {
  evidence::ServerLook* server = nullptr;
  BehaviourTarget target;
  LookScopePtr scope;
  BehaviourBook::Looks looks;  ///< What was asked here and now.
};

struct Behaviour::Put {
  BehaviourKind kind{};
  BehaviourTarget target;
  bool confirm_silence = true;
  BehaviourLook look;
  net::Reply reply;
};

namespace {

const evidence::Answer* soa_of(const evidence::ServerLook& server, const dns::Name& zone) {
  return server.find(zone, dns::RrType::kSoa);
}

/// Whether the server serves the zone: only then does an odd answer say something about the
/// question.
bool serves(const evidence::ServerLook& server, const dns::Name& zone) {
  const evidence::Answer* soa = soa_of(server, zone);
  return soa != nullptr && soa->usable() && soa->aa &&
         dns::find_rrset(soa->answer, zone, dns::RrType::kSoa) != nullptr;
}

bool complete(const BehaviourBook::Looks& looks) {
  return std::all_of(looks.begin(), looks.end(),
                     [](const BehaviourLook& look) { return look.conclusive(); });
}

bool failed(const BehaviourBook::Looks& looks, BehaviourKind kind) {
  return std::any_of(looks.begin(), looks.end(), [kind](const BehaviourLook& look) {
    return look.kind == kind && look.conclusive() && !settled(look);
  });
}

void sort_by_kind(BehaviourBook::Looks& looks) {
  std::sort(looks.begin(), looks.end(),
            [](const BehaviourLook& left, const BehaviourLook& right) { return left.kind < right.kind; });
}

void append(BehaviourBook::Looks& to, const BehaviourBook::Looks& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

/// Puts one question once, and reads what comes back.
Task<void> Behaviour::put_once(Visit* visit, Put* put, int attempt) {
  const IpAddress address = visit->server->address;
  LookScopePtr scope = visit->scope;
  const BehaviourQuestion asked = question_for(put->kind, put->target);
  dns::Question question = asked.question;
  dns::QueryOptions options = asked.options;
  const net::Protocol protocol = asked.protocol;
  std::optional<net::Reply> reply = co_await asker_.put(address, question, options, protocol, attempt, scope);
  if (!reply) {  // Not asked, or not asked again: says nothing.
    put->look = {};
    put->look.kind = put->kind;
    co_return;
  }
  put->look = read_reply(put->kind, asked, put->target, *reply);
  put->reply = *std::move(reply);
  // Instances behind one address may have other secrets: the newest cookie is tried (RFC 9018 §3).
  const Bytes fresh = server_cookie_in(put->reply);
  if (put->kind == BehaviourKind::kOwnCookie && !fresh.empty()) put->target.server_cookie = fresh;
}

/// Puts one question, and once more when the reply is not what it should be.
///
/// Silence counts only around an ordinary question that is answered: a server that is busy for a moment, or a
/// lossy path, drops some of anything. The last try waits long.
Task<void> Behaviour::put(Visit* visit, Put* put) {
  constexpr int kTries = 2;
  constexpr int kPatient = 3;
  const auto silent = [put] { return !put->look.answered() && put->look.state != AnswerState::kNotAsked; };
  for (int tried = 0; tried < kTries; ++tried) {
    co_await put_once(visit, put, tried);
    if (settled(put->look)) co_return;
  }
  if (!silent() || !put->confirm_silence) co_return;
  const IpAddress address = visit->server->address;
  LookScopePtr scope = visit->scope;
  dns::Question ordinary{put->target.zone, dns::RrType::kSoa};
  AskMode mode;
  mode.brief = true;
  evidence::Answer answer = co_await asker_.ask(address, ordinary, scope, mode);
  // A server that limits rates drops some answers and truncates others: that is no silence either.
  const bool alive = answer.usable() && !answer.truncated_udp;
  if (!alive) co_return;
  co_await put_once(visit, put, kPatient);
  put->look.alive_after = silent();
}

Task<void> Behaviour::keep(Visit* visit, BehaviourKind kind) {
  Put question;
  question.kind = kind;
  question.target = visit->target;
  Put* shared = &question;
  co_await put(visit, shared);
  visit->looks.push_back(question.look);
}

/// Several oddities in one question; each apart only when that fails.
Task<void> Behaviour::ask_joined(Visit* visit, BehaviourKind joined,
                                 std::vector<BehaviourKind> apart) {
  Put question;
  question.kind = joined;
  question.target = visit->target;
  question.confirm_silence = false;
  Put* shared = &question;
  co_await put(visit, shared);
  if (settled(question.look)) {
    visit->looks.push_back(question.look);
    co_return;
  }
  WaitGroup group;
  for (const BehaviourKind kind : apart) group.spawn(keep(visit, kind));
  co_await group;
}

Task<void> Behaviour::ask_nsid(Visit* visit) {
  Put question;
  question.kind = BehaviourKind::kNsid;
  question.target = visit->target;
  Put* shared = &question;
  co_await put(visit, shared);
  visit->looks.push_back(question.look);
  visit->server->nsid = question.reply.message.nsid();
}

Task<void> Behaviour::ask_cookies(Visit* visit) {
  Put first;
  first.kind = BehaviourKind::kCookie;
  first.target = visit->target;
  Put* shared = &first;
  co_await put(visit, shared);
  visit->looks.push_back(first.look);
  const Bytes server_cookie = server_cookie_in(first.reply);
  if (server_cookie.empty()) co_return;  // No cookies here, which is legal.
  visit->target.server_cookie = server_cookie;
  WaitGroup group;
  group.spawn(keep(visit, BehaviourKind::kOwnCookie));
  group.spawn(keep(visit, BehaviourKind::kForeignCookie));
  group.spawn(keep(visit, BehaviourKind::kMalformedCookie));
  co_await group;
}

Task<void> Behaviour::ask_version(Visit* visit) {
  const BehaviourKind first = BehaviourKind::kVersionBind;
  co_await keep(visit, first);
  const bool told = std::any_of(visit->looks.begin(), visit->looks.end(),
                                [](const BehaviourLook& look) { return !look.text.empty(); });
  if (told) co_return;
  const BehaviourKind second = BehaviourKind::kVersionServer;
  co_await keep(visit, second);
}

/// Everything that holds for every zone on this server.
Task<void> Behaviour::ask_about_server(Visit* visit) {
  const std::vector<BehaviourKind> header{
      BehaviourKind::kMixedCase, BehaviourKind::kRecursionDesired, BehaviourKind::kOtherFlags};
  const std::vector<BehaviourKind> extras{BehaviourKind::kEdnsFlag, BehaviourKind::kEdnsOption};
  WaitGroup group;
  group.spawn(ask_joined(visit, BehaviourKind::kHeader, header));
  group.spawn(keep(visit, BehaviourKind::kRootServers));
  group.spawn(ask_version(visit));
  // The monitor is an allowed client of a server in a private network.
  if (!visit->server->address.is_special()) group.spawn(keep(visit, BehaviourKind::kOutsideName));
  if (visit->target.edns) {
    group.spawn(ask_joined(visit, BehaviourKind::kEdnsExtras, extras));
    group.spawn(keep(visit, BehaviourKind::kEdnsVersion));
    group.spawn(ask_cookies(visit));
  }
  co_await group;
  if (failed(visit->looks, BehaviourKind::kEdnsOption) ||
      failed(visit->looks, BehaviourKind::kCookie)) {
    const BehaviourKind real = BehaviourKind::kClientSubnet;
    co_await keep(visit, real);
  }
}

/// The same, from the book where it is there; of several zones at once one asks.
Task<void> Behaviour::ask_or_recall(Visit* visit) {
  const IpAddress address = visit->server->address;
  if (const BehaviourBook::Looks* known = book_.find(address, clock_.mono())) {
    append(visit->server->behaviour, *known);
    co_return;
  }
  Completion<BehaviourBook::Looks> done;
  if (book_.join(address, done)) {
    const BehaviourBook::Looks looks = co_await done;
    append(visit->server->behaviour, looks);
    co_return;
  }
  book_.lead(address);
  Visit own = *visit;
  own.looks.clear();
  Visit* shared = &own;
  co_await ask_about_server(shared);
  append(visit->server->behaviour, own.looks);
  // What was cut short by a limit or a loss is asked again for the next zone.
  if (complete(own.looks)) book_.put(address, own.looks, clock_.mono() + lifetime_);
  book_.finish(address, own.looks);
}

/// What the zone makes of it: transfers, and how large its answers may be.
Task<void> Behaviour::ask_about_zone(Visit* visit) {
  constexpr std::uint32_t kOrdinarySize = 1232;
  WaitGroup group;
  if (visit->target.edns) group.spawn(ask_nsid(visit));
  group.spawn(keep(visit, BehaviourKind::kTransfer));
  const evidence::Answer* keys = visit->server->find(visit->target.zone, dns::RrType::kDnskey);
  if (keys != nullptr && visit->target.edns) {
    if (keys->usable() && keys->truncated_udp && keys->size > kOrdinarySize) {
      group.spawn(keep(visit, BehaviourKind::kDnskeyLarge));
    } else if (keys->state == AnswerState::kTimeout) {
      group.spawn(keep(visit, BehaviourKind::kDnskeySmall));
      group.spawn(keep(visit, BehaviourKind::kDnskeyTcp));
    }
  }
  co_await group;
}

Behaviour::Visit Behaviour::visit_of(evidence::ServerLook* server, const dns::Name& zone, LookScopePtr scope) {
  Visit visit;
  visit.server = server;
  visit.scope = std::move(scope);
  visit.target.zone = zone;
  append_u64(visit.target.client_cookie, random_.next());
  const evidence::Answer* soa = soa_of(*server, zone);
  visit.target.edns = soa != nullptr && soa->edns && !soa->edns_refused;
  return visit;
}

Task<void> Behaviour::ask(evidence::ServerLook* server, dns::Name zone, LookScopePtr scope) {
  if (!server->reachable()) co_return;
  Visit visit = visit_of(server, zone, scope);
  const evidence::Answer* soa = soa_of(*server, zone);
  Visit* shared = &visit;
  WaitGroup group;
  if (serves(*server, zone)) {
    group.spawn(ask_or_recall(shared));
  } else if (soa != nullptr && soa->answered()) {
    // It may serve the zone to those who ask with a flag.
    group.spawn(keep(shared, BehaviourKind::kRecursionDesired));
    group.spawn(keep(shared, BehaviourKind::kOtherFlags));
  }
  co_await group;
  append(server->behaviour, visit.looks);
  sort_by_kind(server->behaviour);
}

Task<void> Behaviour::ask_for_zone(evidence::ServerLook* server, dns::Name zone, LookScopePtr scope) {
  if (!server->reachable() || !serves(*server, zone)) co_return;
  Visit visit = visit_of(server, zone, scope);
  Visit* shared = &visit;
  co_await ask_about_zone(shared);
  append(server->behaviour, visit.looks);
  sort_by_kind(server->behaviour);
}

}  // namespace anchorwatch::probe
