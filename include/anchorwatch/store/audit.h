// SPDX-License-Identifier: Apache-2.0
// The audit chain: who did what, each row bound to the one before by a hash, so that a row that was changed, put in
// or taken out shows. docs/database.md has the canonical form for those who recompute it themselves.
//
// Threading: pure functions and values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/result.h"

namespace anchorwatch::store {

/// What is told of one act or event; the chain adds the rest.
struct AuditEntry {
  UnixSeconds at = 0;
  std::string actor;   ///< A user's name, or "monitor NAME" for what was seen.
  std::string action;  ///< "change.approve", "ds.removed".
  std::string zone;    ///< Presentation form; empty: about none.
  std::string detail;  ///< JSON object.
};

struct AuditRow {
  std::int64_t sequence = 0;  ///< From 1, without gaps.
  AuditEntry entry;
  std::string previous_hash, hash;  ///< 64 hexadecimal digits.
};

/// The `previous_hash` of the first row.
std::string audit_genesis();
/// The hash that a row must have, from all its other fields.
std::string audit_hash(const AuditRow& row);

/// The end of a chain, as somebody remembered it outside of the database.
struct AuditHead {
  std::int64_t sequence = 0;  ///< 0: no row.
  std::string hash;
  bool operator==(const AuditHead&) const = default;
  [[nodiscard]] std::string to_text() const { return std::to_string(sequence) + ":" + hash; }
};
/// "SEQUENCE:HASH".
/// @errors kInvalidArgument: another form.
Result<AuditHead> parse_audit_head(std::string_view text);

/// Checks a chain row by row, in their order.
class AuditCheck {
 public:
  /// @param remembered  must be in the chain, as the row that it names.
  explicit AuditCheck(std::optional<AuditHead> remembered) : remembered_(std::move(remembered)) {}
  void add(const AuditRow& row);
  /// @param noted  the head that the database noted beside the table; a shorter chain was cut off.
  void finish(const AuditHead& noted);

  [[nodiscard]] bool intact() const { return why_.empty(); }
  /// The first sequence at which something is wrong, and what.
  [[nodiscard]] std::int64_t broken_at() const { return broken_at_; }
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] const AuditHead& head() const { return head_; }

 private:
  void fail(std::int64_t sequence, std::string why);
  std::optional<AuditHead> remembered_;
  AuditHead head_;
  std::int64_t broken_at_ = 0;
  std::string why_;
};

}  // namespace anchorwatch::store
