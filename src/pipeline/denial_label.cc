// SPDX-License-Identifier: Apache-2.0
#include "denial_label.h"

#include "anchorwatch/core/random.h"
#include "anchorwatch/schedule/phase.h"

namespace anchorwatch::pipeline {

std::string denial_label(const dns::Name& zone, UnixSeconds now) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  static constexpr UnixSeconds kDay = 86400;
  // More than any interval: a hash of the name alone, of which the rest divided by a day is the zone's phase.
  constexpr std::chrono::seconds kWide(kDay << 30U);
  const auto hash = UnixSeconds{schedule::phase(zone.wire(), kWide).count()};
  const UnixSeconds day = (now + hash % kDay) / kDay;
  SeededRandom random(static_cast<std::uint64_t>(hash) * 1'000'003U + static_cast<std::uint64_t>(day));
  std::string label;
  for (int i = 0; i < 16; ++i) label += kAlphabet[random.below(36)];
  return label;
}

}  // namespace anchorwatch::pipeline
