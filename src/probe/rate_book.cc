// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/rate_book.h"

#include <algorithm>

namespace anchorwatch::probe {

namespace {

constexpr unsigned kPrefixV4 = 24;
constexpr unsigned kPrefixV6 = 48;
constexpr std::size_t kFewBuckets = 1024;
/// An idle bucket is full again after this: the burst is what a second allows.
constexpr Duration kRefill = std::chrono::seconds(1);

Duration spacing_of(int rate) { return std::chrono::microseconds(1'000'000 / rate); }

Duration take(MonoTime& next, int rate, MonoTime now) {
  const Duration spacing = spacing_of(rate);
  next = std::max(next, now - spacing * (rate - 1)) + spacing;
  return std::max(next - spacing - now, Duration::zero());
}

template <typename Map>
Duration wait_in(const Map& buckets, const typename Map::key_type& key, MonoTime now) {
  const auto bucket = buckets.find(key);
  return bucket == buckets.end() ? Duration::zero() : std::max(bucket->second - now, Duration::zero());
}

}  // namespace

RateBook::Limits RateBook::limits_of(const IpAddress& address) const {
  for (std::size_t place = 0; place < options_.operators.size(); ++place) {
    const OperatorRate& each = options_.operators[place];
    const auto prefix = std::find_if(each.prefixes.begin(), each.prefixes.end(),
                                     [&](const IpPrefix& block) { return block.contains(address); });
    if (prefix == each.prefixes.end()) continue;
    const int usual = address.is_special() ? 0 : options_.per_address;
    return {{place, IpPrefix(IpAddress(), 0)},
            each.rate_per_address > 0 ? each.rate_per_address : usual,
            each.rate};
  }
  const unsigned bits = address.family() == IpFamily::kV4 ? kPrefixV4 : kPrefixV6;
  const OperatorKey key{options_.operators.size(), IpPrefix(address, bits)};
  // Special addresses are laboratories and private servers (contract, rate_per_address).
  if (address.is_special()) return {key, 0, 0};
  return {key, options_.per_address, options_.per_prefix};
}

Duration RateBook::take_from_address(const IpAddress& address, MonoTime now) {
  const int rate = limits_of(address).address_rate;
  if (rate <= 0) return Duration::zero();
  forget_full(now);
  const auto bucket = addresses_.try_emplace(address, now - kRefill).first;
  return take(bucket->second, rate, now);
}

Duration RateBook::take_from_operator(const IpAddress& address, MonoTime now) {
  const Limits limits = limits_of(address);
  if (limits.operator_rate <= 0) return Duration::zero();
  const auto bucket = operators_.try_emplace(limits.key, now - kRefill).first;
  return take(bucket->second, limits.operator_rate, now);
}

Duration RateBook::backlog(const IpAddress& address, MonoTime now) const {
  return std::max(wait_in(addresses_, address, now),
                  wait_in(operators_, limits_of(address).key, now));
}

Duration RateBook::spacing(const IpAddress& address) const {
  const Limits limits = limits_of(address);
  Duration longest = Duration::zero();
  if (limits.address_rate > 0) longest = spacing_of(limits.address_rate);
  if (limits.operator_rate > 0) longest = std::max(longest, spacing_of(limits.operator_rate));
  return longest;
}

void RateBook::forget_full(MonoTime now) {
  if (addresses_.size() < forget_at_) return;
  const auto is_full = [now](const auto& bucket) { return bucket.second + kRefill <= now; };
  std::erase_if(addresses_, is_full);
  std::erase_if(operators_, is_full);
  forget_at_ = std::max(kFewBuckets, 2 * addresses_.size());
}

}  // namespace anchorwatch::probe
