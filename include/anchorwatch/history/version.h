// SPDX-License-Identifier: Apache-2.0
// Version: one content that was served for a while, and how long resolvers may hold it.
//
// Looks are moments, changes happen between them. All that is known of a change is a Window; what follows from
// it is either *certain* (true wherever in the window the change was) or *possible* (true somewhere in it).
//
// Threading: value types, any thread.
// Standards: RFC 1035 §3.2.1 (TTL), RFC 2308 (absence is cached too), RFC 7583 §2 (the caches' side of a rollover).
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "anchorwatch/core/clock.h"

namespace anchorwatch::history {

inline constexpr UnixSeconds kBegin = std::numeric_limits<UnixSeconds>::min();
inline constexpr UnixSeconds kForever = std::numeric_limits<UnixSeconds>::max();

/// A change happened in (last_before, first_after].
struct Window {
  UnixSeconds last_before = kBegin;  ///< The last look that saw the state before; kBegin: none did.
  UnixSeconds first_after = 0;       ///< The first look that saw the state after.
  bool operator==(const Window&) const = default;
};

/// Moments from `from` up to, not including, `until`.
struct Span {
  UnixSeconds from = kBegin;
  UnixSeconds until = kForever;
  [[nodiscard]] bool empty() const { return from >= until; }
  bool operator==(const Span&) const = default;
};
inline Span intersect(const Span& left, const Span& right) {
  return {std::max(left.from, right.from), std::min(left.until, right.until)};
}

template <typename Content>
struct Version {
  Content content;
  std::uint32_t ttl = 0;        ///< How long resolvers may hold it, in seconds.
  Window from;
  std::optional<Window> until;  ///< Nothing: it is served.
  /// The last look that showed it, where later looks neither showed it nor saw all servers. 0: the last look did.
  UnixSeconds shown_at = 0;
  bool operator==(const Version&) const = default;

  [[nodiscard]] bool served() const { return !until; }
};

/// Resolvers forget after a week, whatever the TTL says (BIND's max-cache-ttl; RFC 8767 §4 advises the same).
inline constexpr std::uint32_t kLongestHold = 7 * 86400;

namespace detail {
inline UnixSeconds plus(UnixSeconds time, std::uint32_t ttl) {
  return time + static_cast<UnixSeconds>(std::min(ttl, kLongestHold));
}
}  // namespace detail

/// When some server may have served it.
template <typename Content>
Span possible_service(const Version<Content>& version) {
  const UnixSeconds from = version.from.last_before == kBegin ? kBegin : version.from.last_before + 1;
  return {from, version.served() ? kForever : version.until->first_after};
}

/// When it certainly was served.
template <typename Content>
Span certain_service(const Version<Content>& version) {
  if (version.served()) return {version.from.first_after, kForever};
  const UnixSeconds last = version.until->last_before == kBegin ? version.from.first_after : version.until->last_before;
  return {version.from.first_after, last + 1};
}

/// When some resolver may hold it.
template <typename Content>
Span possible_hold(const Version<Content>& version) {
  Span span = possible_service(version);
  if (span.until != kForever) span.until = detail::plus(span.until, version.ttl);
  return span;
}

/// When a resolver that asked at the right moment does hold it.
template <typename Content>
Span certain_hold(const Version<Content>& version) {
  Span span = certain_service(version);
  if (span.until != kForever) span.until = detail::plus(span.until, version.ttl);
  return span;
}

/// What one look saw of one kind of content.
template <typename Content>
struct Sighting {
  struct Seen {
    Content content;
    std::uint32_t ttl = 0;
  };
  bool known = false;     ///< Some server told.
  bool complete = false;  ///< Every server told: what is not in `seen` is served by nobody.
  std::vector<Seen> seen;
};

/// Limits: versions of one kind that are kept; of more, those that ended first are forgotten.
inline constexpr std::size_t kMostVersions = 16;

/// Adds what a look saw.
///
/// A content that comes back is a new version, and so is another TTL of the same content.
/// @param last_look  the look before that saw this kind; 0: none.
template <typename Content>
void observe(std::vector<Version<Content>>& versions, const Sighting<Content>& sighting, UnixSeconds last_look,
             UnixSeconds at) {
  if (!sighting.known) return;
  const UnixSeconds before = last_look == 0 ? kBegin : last_look;
  const auto is_seen = [&](const Version<Content>& version) {
    return std::any_of(sighting.seen.begin(), sighting.seen.end(), [&](const auto& seen) {
      return seen.content == version.content && seen.ttl == version.ttl;
    });
  };
  for (Version<Content>& version : versions) {
    if (!version.served()) continue;
    if (is_seen(version)) {
      version.shown_at = 0;
    } else if (sighting.complete) {
      version.until = Window{version.shown_at != 0 ? version.shown_at : before, at};
    } else if (version.shown_at == 0) {
      version.shown_at = last_look;
    }
  }
  for (const auto& seen : sighting.seen) {
    const bool there = std::any_of(versions.begin(), versions.end(), [&](const Version<Content>& version) {
      return version.served() && version.content == seen.content && version.ttl == seen.ttl;
    });
    if (!there) versions.push_back({seen.content, seen.ttl, {before, at}, std::nullopt, 0});
  }
}

/// Forgets what no resolver can hold any more at `now`, and the oldest beyond the limit.
template <typename Content>
void forget(std::vector<Version<Content>>& versions, UnixSeconds now) {
  std::erase_if(versions, [now](const Version<Content>& version) { return possible_hold(version).until <= now; });
  while (versions.size() > kMostVersions) {
    const auto first = std::min_element(versions.begin(), versions.end(), [](const auto& left, const auto& right) {
      return possible_hold(left).until < possible_hold(right).until;
    });
    versions.erase(first);
  }
}

}  // namespace anchorwatch::history
