// SPDX-License-Identifier: Apache-2.0
// AlgorithmTable: the DNSSEC algorithms and DS digests as a dated table that an operator can replace.
//
// The table that is compiled in is config/algorithms.txt, which also explains the columns.
//
// Threading: value type, any thread; the built-in table is shared and constant.
// Standards: IANA registries after RFC 8624, 9904, 9905, 9906.
// Limits:    256 algorithms and 256 digests, each once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "anchorwatch/core/digest.h"
#include "anchorwatch/core/result.h"

namespace anchorwatch::dnssec {

/// Registry standing of a number for the *signer* (RFC 9904 "Use for DNSSEC Signing/Delegation").
enum class Standing : std::uint8_t { kRecommended, kMay, kNotRecommended, kMustNot, kUnassigned };

/// One row of the table.
struct AlgorithmRow {
  std::string name;
  Standing standing = Standing::kUnassigned;
  bool verify = false;  ///< Its signatures are verified, its digests computed.
  bool rely = false;    ///< A zone can be secure by it; never without `verify`.
  bool operator==(const AlgorithmRow&) const = default;
};

class AlgorithmTable {
 public:
  /// The table that is compiled in.
  static const std::shared_ptr<const AlgorithmTable>& builtin();
  /// @errors kParse: "LINE:COLUMN: why", also for a row that asks for more than this build can verify.
  static Result<AlgorithmTable> parse(std::string_view text);

  /// Date of the table, "2026-11-24".
  [[nodiscard]] const std::string& version() const { return version_; }
  /// Where it comes from; may be empty.
  [[nodiscard]] const std::string& source() const { return source_; }
  /// The row of a number, or null.
  [[nodiscard]] const AlgorithmRow* algorithm(std::uint8_t number) const { return row(algorithms_, number); }
  [[nodiscard]] const AlgorithmRow* digest(std::uint8_t number) const { return row(digests_, number); }

  [[nodiscard]] Standing algorithm_standing(std::uint8_t number) const;
  [[nodiscard]] Standing digest_standing(std::uint8_t number) const;
  /// Reserved or private numbers that must not stand in a DNSKEY (0, 2, 252 …) count as illegal, unless
  /// the table has another use for them.
  [[nodiscard]] bool algorithm_is_illegal(std::uint8_t number) const;
  [[nodiscard]] bool digest_is_illegal(std::uint8_t number) const;

  /// Of the rows: equal tables judge equally.
  [[nodiscard]] Digest content() const;

 private:
  friend class AlgorithmTableReader;
  using Rows = std::array<std::optional<AlgorithmRow>, 256>;
  static const AlgorithmRow* row(const Rows& rows, std::uint8_t number) {
    return rows[number] ? &*rows[number] : nullptr;
  }

  std::string version_;
  std::string source_;
  Rows algorithms_;
  Rows digests_;
};

}  // namespace anchorwatch::dnssec
