// SPDX-License-Identifier: Apache-2.0
// Asker: one question to one server, with everything that a single datagram lacks: retries, time-outs from
// the server's own round trip times, TCP after truncation, a second try without EDNS, rates (RateBook), and
// the refusal of special addresses.
//
// Threading: loop thread only. Blocking: never.
// Standards: RFC 1035 §4.2, RFC 6891 §6.2.2, §7 (EDNS fall-back), RFC 7766 (TCP), RFC 9715 (1232 octets).
// Limits:    LookScope (queries and time of one look), RateBook; 32,768 servers are remembered.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/executor.h"
#include "anchorwatch/core/recent_map.h"
#include "anchorwatch/core/task.h"
#include "anchorwatch/evidence/evidence.h"
#include "anchorwatch/net/transport.h"
#include "anchorwatch/probe/rate_book.h"

namespace anchorwatch::probe {

/// How to reach servers; fixed for the life of an Asker.
struct AskerOptions {
  std::uint16_t port = 53;
  bool allow_special_addresses = false;
  bool ipv4 = true;
  bool ipv6 = true;
  /// Stop using a family that never worked (configuration value "auto").
  bool detect_dead_families = true;
  RateOptions rates;
  int attempts = 3;                    ///< UDP datagrams for one question.
  Duration first_timeout = std::chrono::milliseconds(800);  ///< For a server whose round trip is unknown.
  Duration tcp_timeout = std::chrono::seconds(4);
  /// Resolvers to ask instead of authoritative servers, with RD=1 and CD=1 (reduced mode, where port 53 is
  /// closed). They are configured, so special addresses are fine.
  std::vector<IpAddress> forwarders;
  [[nodiscard]] bool forwarding() const { return !forwarders.empty(); }
};

/// The bounds and counters of one look at one zone. Shared by everything that is asked for it.
struct LookScope {
  int query_limit = 200;
  MonoTime deadline = MonoTime::max();  ///< Moves on while a query waits for its turn.
  MonoTime waited_until{};              ///< Up to here waiting was made up for.
  int queries = 0;   ///< Sent, retries included.
  int answers = 0;   ///< Accepted.
  std::set<evidence::LookLimit> limits;  ///< Why something was not asked.
  /// Nothing more will be asked.
  [[nodiscard]] bool exhausted() const {
    return limits.contains(evidence::LookLimit::kQueries) || limits.contains(evidence::LookLimit::kTime);
  }
  /// What is to be asked in the end. A walk that servers stop by failing on NS goes on with it.
  std::optional<dns::Question> goal;
  /// Servers that answer this zone's questions only without EDNS. Not remembered beyond the look: the same
  /// address may serve other zones well, and without EDNS they would seem to have lost their signatures.
  std::vector<IpAddress> without_edns;
  [[nodiscard]] bool refuses_edns(const IpAddress& address) const {
    return std::find(without_edns.begin(), without_edns.end(), address) != without_edns.end();
  }
};
using LookScopePtr = std::shared_ptr<LookScope>;

/// How a question is put.
struct AskMode {
  bool want_nsid = false;
  bool brief = false;       ///< One attempt: the server did not answer lately.
  bool even_if_dead = false;  ///< Ask although the family is thought to be dead: to find out.
};

/// Sums over the life of an Asker.
struct AskerCounters {
  std::uint64_t queries = 0, answers = 0, timeouts = 0, network_errors = 0, malformed = 0, rejected = 0, tcp = 0;
};

/// An address of documentation, which nobody has (RFC 5737, RFC 3849).
IpAddress nobody(IpFamily family);

class Asker {
 public:
  Asker(net::DnsTransport& transport, Executor& executor, const Clock& clock, AskerOptions options);

  /// Asks and always gives an Answer; failures are in its state. Waiting for the rate of an address does
  /// not count towards time-outs.
  Task<evidence::Answer> ask(IpAddress address, dns::Question question, LookScopePtr scope, AskMode mode);
  /// The same, where the answer is to stand; it must stay there until the task ends.
  Task<void> ask_into(evidence::Answer* slot, IpAddress address, dns::Question question, LookScopePtr scope, AskMode mode);

  /// Sends a query as it is, once: no retry, no second way, and nothing is remembered about EDNS.
  /// @param attempt  0, 1, …: later ones wait longer.
  /// @return empty when a limit, the family or the address forbids to ask.
  Task<std::optional<net::Reply>> put(IpAddress address, dns::Question question, dns::QueryOptions options,
                                      net::Protocol protocol, int attempt, LookScopePtr scope);

  /// Whether something on the path answers over this family for an address that no server has.
  Task<bool> answers_from_nowhere(IpFamily family);
  /// A family whose answers come from nowhere is not used, as if it were dead.
  void distrust(IpFamily family, bool hijacked) { hijacked_[family == IpFamily::kV4 ? 0 : 1] = hijacked; }
  [[nodiscard]] bool distrusted(IpFamily family) const { return hijacked_[family == IpFamily::kV4 ? 0 : 1]; }

  /// Whether this address may and can be asked at all: family on and alive.
  [[nodiscard]] bool family_usable(IpFamily family) const;
  /// On by configuration, but it does not work here.
  [[nodiscard]] bool family_dead(IpFamily family) const {
    return (family == IpFamily::kV4 ? options_.ipv4 : options_.ipv6) && !family_usable(family);
  }
  /// On, and it has not worked so far.
  [[nodiscard]] bool family_untested(IpFamily family) const;
  [[nodiscard]] bool address_allowed(const IpAddress& address) const {
    return options_.allow_special_addresses || !address.is_special() || is_forwarder(address);
  }
  /// Whether the last questions to this address were not answered.
  [[nodiscard]] bool silent(const IpAddress& address) const;
  /// How long a query to this address would wait for its rate now, and the time between two queries.
  [[nodiscard]] Duration backlog(const IpAddress& address) const { return rates_.backlog(address, clock_.mono()); }
  [[nodiscard]] Duration spacing(const IpAddress& address) const { return rates_.spacing(address); }
  [[nodiscard]] const AskerCounters& counters() const { return counters_; }
  [[nodiscard]] const AskerOptions& options() const { return options_; }

 private:
  static constexpr std::size_t kServersInGeneration = 16384;
  struct Server {
    Duration srtt{};            ///< Smoothed round trip; zero: unknown.
    int silent_asks = 0;        ///< Consecutive questions without any answer.
  };
  struct FamilyHealth {
    int worked = 0;
    int failed = 0;
  };

  Task<void> wait(Duration time, LookScopePtr scope);
  Task<net::Reply> attempt(IpAddress address, dns::Question question, dns::QueryOptions options,
                           net::Protocol protocol, Duration timeout, LookScopePtr scope);
  Task<void> retry_over_tcp(IpAddress address, dns::QueryOptions options, LookScopePtr scope,
                            evidence::Answer* answer);
  /// For a question whose answer drowns in forged datagrams. @return whether it was answered.
  Task<bool> ask_over_tcp(IpAddress address, dns::QueryOptions options, LookScopePtr scope, evidence::Answer* answer);
  [[nodiscard]] Duration timeout_for(const Server& server, int attempt) const;
  bool within_limits(LookScope& scope, evidence::Answer& answer);
  [[nodiscard]] bool is_forwarder(const IpAddress& address) const {
    return std::find(options_.forwarders.begin(), options_.forwarders.end(), address) != options_.forwarders.end();
  }
  void note_reply(const IpAddress& address, const net::Reply& reply);

  net::DnsTransport& transport_;
  Executor& executor_;
  const Clock& clock_;
  AskerOptions options_;
  AskerCounters counters_;
  RateBook rates_;
  RecentMap<std::unordered_map<IpAddress, Server>> servers_{kServersInGeneration};
  FamilyHealth families_[2];
  bool hijacked_[2] = {false, false};
};

}  // namespace anchorwatch::probe
