// SPDX-License-Identifier: Apache-2.0
// A client that asks a resolver for many zones, with little CPU of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "spec.h"

namespace bench {

struct AskOptions {
  std::string server;
  std::uint16_t port = 53;
  std::uint32_t first = 0, count = 0;
  unsigned window = 32;                 ///< Questions in flight.
  std::vector<std::uint16_t> types;     ///< For each zone, in this order.
};

[[nodiscard]] std::vector<std::uint16_t> types_of(const std::string& text);

/// Asks, and prints one JSON object: how many answers, how many of them validated, RCODEs, seconds.
int ask(const Spec& spec, const AskOptions& options);

}  // namespace bench
