// SPDX-License-Identifier: Apache-2.0
#include "denial_label.h"

#include "anchorwatch/core/random.h"
#include "anchorwatch/schedule/phase.h"

namespace anchorwatch::pipeline {

namespace {

constexpr UnixSeconds kDay = 86400;

/// The rest divided by a day is where in it the zone's day begins.
UnixSeconds hash_of(const dns::Name& zone) {
  constexpr std::chrono::seconds kWide(kDay << 30U);
  return schedule::phase(zone.wire(), kWide).count();
}

}  // namespace

UnixSeconds zone_day(const dns::Name& zone, UnixSeconds at) { return (at + hash_of(zone) % kDay) / kDay; }

std::string denial_label(const dns::Name& zone, UnixSeconds now) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  SeededRandom random(static_cast<std::uint64_t>(hash_of(zone)) * 1'000'003U +
                      static_cast<std::uint64_t>(zone_day(zone, now)));
  std::string label;
  for (int i = 0; i < 16; ++i) label += kAlphabet[random.below(36)];
  return label;
}

}  // namespace anchorwatch::pipeline
