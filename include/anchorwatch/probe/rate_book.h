// SPDX-License-Identifier: Apache-2.0
// RateBook: when the next query may leave. Each server address has a token bucket, and so has each
// operator: a block of addresses that the configuration names, else the /24 or /48 around the address.
//
// A bucket is a point in time: the moment at which its next token is there. One that was idle may give
// a second's worth of tokens at once.
//
// Threading: loop thread only. Limits: full buckets are forgotten; the others are those of addresses
// that were asked within the last second or have a queue.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/ip_prefix.h"

namespace anchorwatch::probe {

/// What an operator of name servers agreed to.
struct OperatorRate {
  std::string name;
  std::vector<IpPrefix> prefixes;
  int rate = 0;              ///< Queries a second to all its addresses together.
  int rate_per_address = 0;  ///< To each of them; 0: as everywhere.
};

/// Queries a second, which is the burst too; 0: no limit. Special addresses have no limit, unless an
/// operator has them.
struct RateOptions {
  int per_address = 20;
  int per_prefix = 100;
  std::vector<OperatorRate> operators{};  ///< The first that has an address counts.
};

class RateBook {
 public:
  explicit RateBook(RateOptions options) : options_(std::move(options)) {}

  /// Takes a token of the address; how long to wait for it.
  Duration take_from_address(const IpAddress& address, MonoTime now);
  /// Takes a token of the operator. Taken when the one of the address is there: who waits for a slow
  /// address does not block the others of its operator.
  Duration take_from_operator(const IpAddress& address, MonoTime now);
  /// How long a query would wait now.
  [[nodiscard]] Duration backlog(const IpAddress& address, MonoTime now) const;
  /// The time between two queries to this address, if nobody else asked its operator; zero: no limit.
  [[nodiscard]] Duration spacing(const IpAddress& address) const;
  /// Buckets in memory.
  [[nodiscard]] std::size_t size() const { return addresses_.size() + operators_.size(); }

 private:
  /// The operator's place in the options, else its prefix.
  struct OperatorKey {
    std::size_t place;
    IpPrefix prefix;
    auto operator<=>(const OperatorKey&) const = default;
  };
  struct Limits {
    OperatorKey key;
    int address_rate;
    int operator_rate;
  };
  [[nodiscard]] Limits limits_of(const IpAddress& address) const;
  void forget_full(MonoTime now);

  RateOptions options_;
  std::unordered_map<IpAddress, MonoTime> addresses_;
  std::map<OperatorKey, MonoTime> operators_;
  std::size_t forget_at_ = 1024;
};

}  // namespace anchorwatch::probe
