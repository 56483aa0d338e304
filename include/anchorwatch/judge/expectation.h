// SPDX-License-Identifier: Apache-2.0
// Expectation: what the owner says the zone should be.
//
// Threading: value types, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/judge/finding.h"

namespace anchorwatch::judge {

/// What the owner says the zone should be (contract: expect).
enum class Expect : std::uint8_t { kAny, kSigned, kUnsigned };
const char* to_string(Expect expect);
std::optional<Expect> parse_expect(std::string_view text);

/// Expectations of one zone.
struct Expectation {
  Expect expect = Expect::kAny;
  std::vector<Bytes> expect_ds;          ///< DS RDATAs; empty: not stated.
  std::vector<std::uint8_t> algorithms;  ///< Allowed algorithms; empty: any.
  SeverityMap severity{};                ///< For this zone; before those of JudgePolicy.
  bool operator==(const Expectation&) const = default;
};

}  // namespace anchorwatch::judge
