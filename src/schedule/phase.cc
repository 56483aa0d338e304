// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/schedule/phase.h"

#include <algorithm>

namespace anchorwatch::schedule {

namespace {

constexpr int kMostDoublings = 3;

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  // FNV's low bits of similar names are close; fold the high ones in.
  return hash ^ (hash >> 32U);
}

}  // namespace

std::chrono::seconds phase(std::string_view zone, std::chrono::seconds interval) {
  return std::chrono::seconds(fnv1a(zone) % static_cast<std::uint64_t>(interval.count()));
}

UnixSeconds next_due(std::string_view zone, UnixSeconds now, std::chrono::seconds interval, Random& random) {
  const UnixSeconds length = interval.count();
  const UnixSeconds offset = phase(zone, interval).count();
  const UnixSeconds since = ((now - offset) % length + length) % length;
  const UnixSeconds jitter_bound = length / 50 + 1;
  const auto jitter = static_cast<UnixSeconds>(random.below(static_cast<std::uint64_t>(jitter_bound)));
  return now + (length - since) + jitter;
}

UnixSeconds next_due_after_failure(std::string_view zone, UnixSeconds now, std::chrono::seconds interval,
                                   int failures, Random& random) {
  const int doublings = std::clamp(failures - 1, 0, kMostDoublings);
  return next_due(zone, now, interval * (1 << doublings), random);
}

}  // namespace anchorwatch::schedule
