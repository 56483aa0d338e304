// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/asker.h"

#include <algorithm>

namespace anchorwatch::probe {

namespace {

constexpr Duration kShortestTimeout = std::chrono::milliseconds(250);
constexpr Duration kLongestTimeout = std::chrono::milliseconds(2500);
/// A family counts as dead after so many network errors and no success at all.
constexpr int kFamilyFailures = 3;
/// After so many unanswered questions a server gets one short attempt a question.
constexpr int kSilentAsks = 2;
/// So many datagrams thrown away for one question: somebody guesses, or floods. TCP is not open to that.
constexpr int kManyRejected = 16;

std::size_t index_of(IpFamily family) { return family == IpFamily::kV4 ? 0 : 1; }

/// Servers that do not know EDNS say so in one of these ways (RFC 6891 §7).
bool suggests_no_edns(const dns::Message& message) {
  return !message.edns && (message.rcode == dns::kRcodeFormErr || message.rcode == dns::kRcodeNotImp);
}

void keep_addresses(std::vector<dns::RRset>& additional) {
  std::erase_if(additional, [](const dns::RRset& set) {
    return set.type != dns::RrType::kA && set.type != dns::RrType::kAaaa;
  });
}

void accept(evidence::Answer& answer, net::Reply&& reply, net::Protocol protocol) {
  dns::Message& message = reply.message;
  answer.state = evidence::AnswerState::kAnswered;
  answer.detail.clear();
  answer.rcode = message.rcode;
  answer.aa = message.aa;
  answer.ad = message.ad;
  answer.ra = message.ra;
  answer.foreign_class = message.foreign_class;
  answer.other_source.clear();
  answer.edns = message.edns.has_value();
  answer.do_echoed = message.edns && message.edns->dnssec_ok;
  answer.transport = protocol == net::Protocol::kTcp ? evidence::Transport::kTcp : evidence::Transport::kUdp;
  answer.rtt_us = static_cast<std::uint32_t>(std::clamp<std::int64_t>(reply.rtt.count(), 0, UINT32_MAX));
  answer.size = static_cast<std::uint32_t>(message.wire_size);
  answer.extended_errors = message.extended_errors();
  answer.nsid = message.nsid();
  answer.answer = std::move(message.answer);
  answer.authority = std::move(message.authority);
  answer.additional = std::move(message.additional);
  keep_addresses(answer.additional);
}

void note_failure(evidence::Answer& answer, const net::Reply& reply) {
  switch (reply.state) {
    case net::ReplyState::kMessage:
      return;
    case net::ReplyState::kTimeout:
      answer.state = evidence::AnswerState::kTimeout;
      if (!reply.other_source.empty()) answer.other_source = reply.other_source;
      answer.detail = reply.rejected > 0 ? "no acceptable answer (others were thrown away)" : "no answer";
      return;
    case net::ReplyState::kNetworkError:
      answer.state = evidence::AnswerState::kNetworkError;
      break;
    case net::ReplyState::kMalformed:
      answer.state = evidence::AnswerState::kMalformed;
      break;
  }
  answer.detail = reply.detail;
}

}  // namespace

Asker::Asker(net::DnsTransport& transport, Executor& executor, const Clock& clock, AskerOptions options)
    : transport_(transport), executor_(executor), clock_(clock), options_(options), rates_(options.rates) {}

bool Asker::family_usable(IpFamily family) const {
  if (family == IpFamily::kV4 ? !options_.ipv4 : !options_.ipv6) return false;
  if (distrusted(family)) return false;
  if (!options_.detect_dead_families) return true;
  const FamilyHealth& health = families_[index_of(family)];
  const FamilyHealth& other = families_[1 - index_of(family)];
  // Where nothing works at all the network is down, which says nothing about a family.
  return health.worked > 0 || health.failed < kFamilyFailures || other.worked == 0;
}

bool Asker::family_untested(IpFamily family) const {
  const bool on = family == IpFamily::kV4 ? options_.ipv4 : options_.ipv6;
  return on && options_.detect_dead_families && families_[index_of(family)].worked == 0;
}

bool Asker::silent(const IpAddress& address) const {
  const Server* server = servers_.peek(address);
  return server != nullptr && server->silent_asks >= kSilentAsks;
}

Duration Asker::timeout_for(const Server& server, int attempt) const {
  const Duration base =
      server.srtt.count() == 0 ? options_.first_timeout : std::max(kShortestTimeout, server.srtt * 4);
  return std::min(kLongestTimeout, base * (1 << attempt));
}

bool Asker::within_limits(LookScope& scope, evidence::Answer& answer) {
  if (scope.queries < scope.query_limit && clock_.mono() < scope.deadline) return true;
  const bool queries = scope.queries >= scope.query_limit;
  scope.limits.insert(queries ? evidence::LookLimit::kQueries : evidence::LookLimit::kTime);
  if (answer.attempts == 0) {
    answer.state = evidence::AnswerState::kNotAsked;
    answer.detail = queries ? "the query limit of this look was reached"
                                                       : "the time limit of this look was reached";
  }
  return false;
}

Task<void> Asker::wait(Duration time, LookScopePtr scope) {
  // Waiting for a rate is no time spent (decision 8). What waits at the same time is made up for once.
  const MonoTime now = clock_.mono();
  const MonoTime until = now + time;
  const MonoTime from = std::max(now, scope->waited_until);
  if (until > from && scope->deadline != MonoTime::max()) scope->deadline += until - from;
  scope->waited_until = std::max(scope->waited_until, until);
  co_await sleep_for(executor_, time);
}

void Asker::note_reply(const IpAddress& address, const net::Reply& reply) {
  counters_.rejected += static_cast<std::uint64_t>(reply.rejected);
  FamilyHealth& family = families_[index_of(address.family())];
  Server& server = servers_[address];
  switch (reply.state) {
    case net::ReplyState::kMessage:
      ++counters_.answers;
      ++family.worked;
      server.silent_asks = 0;
      server.srtt = server.srtt.count() == 0 ? std::max(reply.rtt, Duration(1)) : (server.srtt * 7 + reply.rtt) / 8;
      return;
    case net::ReplyState::kTimeout:
      ++counters_.timeouts;
      // Where IPv6 packets vanish there is no error to see. A family that ever worked is not blamed.
      if (family.worked == 0) ++family.failed;
      return;
    case net::ReplyState::kNetworkError:
      ++counters_.network_errors;
      ++family.failed;
      return;
    case net::ReplyState::kMalformed:
      ++counters_.malformed;
      ++family.worked;
      return;
  }
}

Task<net::Reply> Asker::attempt(IpAddress address, dns::Question question, dns::QueryOptions options,
                                net::Protocol protocol, Duration timeout, LookScopePtr scope) {
  // Counted before the wait: others that wait at the same time must see it.
  ++scope->queries;
  // Most need not wait: then there is no coroutine to pay for.
  const Duration for_address = rates_.take_from_address(address, clock_.mono());
  if (for_address.count() > 0) co_await wait(for_address, scope);
  const Duration for_operator = rates_.take_from_operator(address, clock_.mono());
  if (for_operator.count() > 0) co_await wait(for_operator, scope);
  ++counters_.queries;
  if (protocol == net::Protocol::kTcp) ++counters_.tcp;
  net::Request request;
  request.address = address;
  request.port = options_.port;
  request.protocol = protocol;
  request.question = std::move(question);
  request.options = std::move(options);
  request.timeout = timeout;
  Completion<net::Reply> arrived;
  transport_.exchange(request, [arrived](net::Reply&& reply) { arrived.set(std::move(reply)); });
  net::Reply reply = co_await arrived;
  note_reply(address, reply);
  if (reply.state == net::ReplyState::kMessage) ++scope->answers;
  co_return reply;
}

Task<void> Asker::retry_over_tcp(IpAddress address, dns::QueryOptions options, LookScopePtr scope,
                                 evidence::Answer* answer) {
  answer->truncated_udp = true;
  if (!within_limits(*scope, *answer)) {
    answer->tcp_failed = true;
    co_return;
  }
  dns::Question question = answer->question;
  Duration timeout = options_.tcp_timeout;
  net::Reply reply = co_await attempt(address, question, options, net::Protocol::kTcp, timeout, scope);
  ++answer->attempts;
  if (reply.state == net::ReplyState::kMessage && !reply.message.tc) {
    accept(*answer, std::move(reply), net::Protocol::kTcp);
  } else if (reply.state == net::ReplyState::kMalformed || reply.state == net::ReplyState::kMessage) {
    // TCP works; what comes over it is no answer.
    answer->tcp_failed = true;
    answer->state = evidence::AnswerState::kMalformed;
    answer->detail = reply.detail.empty() ? "cut over TCP too" : "over TCP: " + reply.detail;
  } else {
    answer->tcp_failed = true;
    answer->detail = "UDP was truncated and TCP failed: " +
                     (reply.detail.empty() ? std::string("no answer") : reply.detail);
  }
}

Task<bool> Asker::ask_over_tcp(IpAddress address, dns::QueryOptions options, LookScopePtr scope,
                               evidence::Answer* answer) {
  if (!within_limits(*scope, *answer)) co_return false;
  dns::Question question = answer->question;
  Duration timeout = options_.tcp_timeout;
  net::Reply reply = co_await attempt(address, question, options, net::Protocol::kTcp, timeout, scope);
  ++answer->attempts;
  if (reply.state != net::ReplyState::kMessage || reply.message.tc) co_return false;
  accept(*answer, std::move(reply), net::Protocol::kTcp);
  co_return true;
}

Task<std::optional<net::Reply>> Asker::put(IpAddress address, dns::Question question, dns::QueryOptions options,
                                           net::Protocol protocol, int attempt, LookScopePtr scope) {
  evidence::Answer unused;
  std::optional<net::Reply> reply;
  if (!address_allowed(address) || !family_usable(address.family()) || !within_limits(*scope, unused)) {
    co_return reply;
  }
  const Duration timeout =
      protocol == net::Protocol::kTcp ? options_.tcp_timeout : timeout_for(servers_[address], attempt);
  reply = co_await this->attempt(address, question, options, protocol, timeout, scope);
  co_return reply;
}

Task<evidence::Answer> Asker::ask(IpAddress address, dns::Question question, LookScopePtr scope, AskMode mode) {
  evidence::Answer answer;
  evidence::Answer* slot = &answer;
  co_await ask_into(slot, address, question, scope, mode);
  co_return answer;
}

Task<void> Asker::ask_into(evidence::Answer* slot, IpAddress address, dns::Question question, LookScopePtr scope,
                           AskMode mode) {
  evidence::Answer& answer = *slot;
  answer = {};
  answer.question = question;
  if (!address_allowed(address)) {
    answer.state = evidence::AnswerState::kAddressRefused;
    answer.detail = "special address; allow_special_addresses is off";
    co_return;
  }
  if (!family_usable(address.family()) && (!mode.even_if_dead || distrusted(address.family()))) {
    answer.state = evidence::AnswerState::kNotAsked;
    answer.detail = address.family() == IpFamily::kV4 ? "IPv4 is off or dead here" : "IPv6 is off or dead here";
    co_return;
  }
  dns::QueryOptions options;
  options.recursion_desired = options_.forwarding();
  options.checking_disabled = options_.forwarding();
  options.request_nsid = mode.want_nsid;
  options.edns = !scope->refuses_edns(address);
  answer.edns_refused = !options.edns;
  const int attempts = mode.brief || silent(address) ? 1 : options_.attempts;
  for (int tried = 0; tried < attempts; ++tried) {
    if (!within_limits(*scope, answer)) break;
    Duration timeout = timeout_for(servers_[address], tried);
    net::Reply reply = co_await attempt(address, question, options, net::Protocol::kUdp, timeout, scope);
    ++answer.attempts;
    if (reply.state != net::ReplyState::kMessage) {
      note_failure(answer, reply);
      if (reply.state == net::ReplyState::kNetworkError) break;
      if (reply.rejected >= kManyRejected) {
        const bool answered = co_await ask_over_tcp(address, options, scope, slot);
        if (answered) co_return;
        break;
      }
      continue;
    }
    if (options.edns && suggests_no_edns(reply.message)) {
      answer.edns_refused = true;
      if (!scope->refuses_edns(address)) scope->without_edns.push_back(address);
      options.edns = false;
      --tried;  // The refusal was an answer, not a loss; it can happen once.
      continue;
    }
    const bool truncated = reply.message.tc;
    accept(answer, std::move(reply), net::Protocol::kUdp);
    if (truncated) {
      co_await retry_over_tcp(address, options, scope, slot);
    }
    co_return;
  }
  if (answer.state == evidence::AnswerState::kTimeout) ++servers_[address].silent_asks;
  co_return;
}

}  // namespace anchorwatch::probe
