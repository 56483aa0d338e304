// SPDX-License-Identifier: Apache-2.0
// Planned changes: what somebody announced and somebody approved, as advance() sees it (docs/changes.md).
//
// A plan covers what it names and nothing else. It makes no broken chain fine, and never hides what resolvers that hold
// older data meet.
//
// Threading: pure functions and values, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/digest.h"
#include "anchorwatch/core/result.h"

namespace anchorwatch::change {

enum class PlanKind : std::uint8_t {
  kDs,         ///< Other DS records, never none.
  kKeys,       ///< Keys come and go; the DS set stays.
  kRollover,   ///< DS and keys.
  kAlgorithm,  ///< DS, keys and the algorithms that they use.
  kNs,         ///< Other name servers, which the plan names.
  kInsecure,   ///< All DS records go, then keys and signatures.
  kSecure,     ///< A zone becomes signed: DS and keys that the plan names.
  kOperator,   ///< Name servers, DS, keys and algorithms.
};
/// The name in `anchorwatch change --kind`: "ds", "keys", ….
const char* to_string(PlanKind kind);
std::optional<PlanKind> parse_plan_kind(std::string_view text);
/// "ds, keys, …", for messages.
std::string plan_kinds_text();

/// What a kind lets happen.
struct Grants {
  bool ds = false, keys = false, algorithms = false, name_servers = false, insecure = false;
};
Grants grants_of(PlanKind kind);

/// One approved change of one zone.
struct PlannedChange {
  std::string id;
  PlanKind kind{};
  UnixSeconds from = 0, until = 0;  ///< Both included.
  std::vector<std::string> ds;    ///< Key tags, or whole records in presentation form.
  std::vector<std::string> keys;  ///< Key tags, or key ids (v_dnskey.key_sha256).
  std::vector<std::string> ns;    ///< Names in presentation form.

  /// Whether something that happened between two looks may have happened in the window.
  [[nodiscard]] bool covers(std::optional<UnixSeconds> last_before, UnixSeconds first_after) const {
    return from <= first_after && last_before.value_or(first_after) <= until;
  }
  /// Whether the plan names a DS. A plan that names none covers what trusted keys announced.
  [[nodiscard]] bool names_ds(std::uint16_t tag, const std::string& text) const;
  [[nodiscard]] bool names_key(std::uint16_t tag, const std::string& key_sha256) const;
  [[nodiscard]] bool names_server(const std::string& name) const;
};

/// The change management of one zone. None at all: a null pointer.
struct Plans {
  std::vector<PlannedChange> approved;  ///< Approved and not closed; windows may be over or not begun.
  [[nodiscard]] Digest digest() const;
};

/// Puts DS records and names into the form in which they are compared.
/// @errors kInvalidArgument: neither a key tag nor "TAG ALGORITHM TYPE DIGEST" (64 hexadecimal digits for a key id).
Result<std::string> normalise_ds(const std::string& text);
Result<std::string> normalise_key(const std::string& text);

}  // namespace anchorwatch::change
