// SPDX-License-Identifier: Apache-2.0
#include "name_order.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

namespace anchorwatch::inventory {
namespace {

bool stands_before(const ZoneEntry& a, const ZoneEntry& b) {
  if (const auto order = a.name <=> b.name; order != 0) return order < 0;
  return std::tie(a.source.file, a.source.line) < std::tie(b.source.file, b.source.line);
}

/// Appends octets whose plain order is the canonical order of names: the labels from the right,
/// each ended by 0. Octets 0 and 1 of a label are written as 1 1 and 1 2, so that 0 is only an end.
void append_sort_key(const dns::Name& name, std::string& keys) {
  const Bytes& wire = name.wire();
  std::array<std::uint8_t, 128> starts{};
  std::size_t count = 0;
  for (std::size_t at = 0; octet(wire, at) != 0; at += octet(wire, at) + 1U) {
    starts[count++] = static_cast<std::uint8_t>(at);
  }
  while (count > 0) {
    const std::size_t start = starts[--count];
    for (const char c : BytesView(wire).substr(start + 1, octet(wire, start))) {
      if (c == '\0' || c == '\x01') keys += '\x01';
      keys += c == '\0' ? '\x01' : c == '\x01' ? '\x02' : c;
    }
    keys += '\0';
  }
}

/// Moves zones[order[i]] to zones[i] for every i, without a second list of zones.
void apply_order(std::vector<ZoneEntry>& zones, std::vector<std::uint32_t>& order) {
  for (std::uint32_t start = 0; start < order.size(); ++start) {
    if (order[start] == start) continue;
    ZoneEntry held = std::move(zones[start]);
    std::uint32_t at = start;
    while (order[at] != start) {
      zones[at] = std::move(zones[order[at]]);
      at = std::exchange(order[at], at);
    }
    zones[at] = std::move(held);
    order[at] = at;
  }
}

}  // namespace

void sort_canonically(std::vector<ZoneEntry>& zones) {
  if (std::is_sorted(zones.begin(), zones.end(), stands_before)) return;
  std::string keys;
  std::vector<std::size_t> ends;
  ends.reserve(zones.size());
  std::size_t size = 0;
  for (const ZoneEntry& zone : zones) size += zone.name.wire().size();
  keys.reserve(size);
  for (const ZoneEntry& zone : zones) {
    append_sort_key(zone.name, keys);
    ends.push_back(keys.size());
  }
  const auto key = [&](std::uint32_t i) {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(keys).substr(begin, ends[i] - begin);
  };
  std::vector<std::uint32_t> order(zones.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int compared = key(a).compare(key(b));
    if (compared != 0) return compared < 0;
    return stands_before(zones[a], zones[b]);
  });
  apply_order(zones, order);
}

}  // namespace anchorwatch::inventory
