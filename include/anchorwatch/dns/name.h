// SPDX-License-Identifier: Apache-2.0
// Name: an absolute domain name in canonical form (RFC 4034 §6.2: uncompressed, lower case).
//
// Threading: value type, any thread.
// Standards: RFC 1034 §3.1, RFC 4034 §6.1 (order), RFC 4343 (case, escapes).
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"

namespace anchorwatch::dns {

class Name {
 public:
  /// The root.
  Name() : wire_(1, '\0') {}

  /// Reads presentation form; a missing final dot is added. Escapes `\.` and `\DDD` are understood.
  /// @errors kParse: empty text or label, label over 63 or name over 255 octets, bad escape, white space
  ///         or an octet outside ASCII that is not escaped.
  static Result<Name> from_text(std::string_view text);
  /// Takes uncompressed wire form of any case; it must end with the root label and fill `wire`.
  static std::optional<Name> from_wire(BytesView wire);

  /// Presentation form with a final dot; unusual octets are escaped (RFC 4343 §2.1).
  [[nodiscard]] std::string to_text() const;
  /// Lower-case, uncompressed; 1 to 255 octets.
  [[nodiscard]] const Bytes& wire() const { return wire_; }

  [[nodiscard]] bool is_root() const { return wire_.size() == 1; }
  /// Whether the first label is `*`.
  [[nodiscard]] bool is_wildcard() const { return wire_.size() > 2 && wire_[0] == 1 && wire_[1] == '*'; }
  /// Labels without the root; the RRSIG Labels field leaves out a leading `*` too: see
  /// `rrsig_label_count`.
  [[nodiscard]] int label_count() const;
  /// RFC 4034 §3.1.3: labels without the root and without a leading `*`.
  [[nodiscard]] int rrsig_label_count() const { return label_count() - (is_wildcard() ? 1 : 0); }
  /// The octets of the first label, empty for the root.
  [[nodiscard]] BytesView first_label() const;
  /// The name without its first label; the root stays the root.
  [[nodiscard]] Name parent() const;
  /// The last `labels` labels. @pre 0 ≤ labels ≤ label_count().
  [[nodiscard]] Name suffix(int labels) const;
  /// `label`.this; empty if it would break a length limit.
  [[nodiscard]] std::optional<Name> prepend(BytesView label) const;
  /// Whether this name is `ancestor` or below it.
  [[nodiscard]] bool is_at_or_below(const Name& ancestor) const;
  /// Whether this name is strictly below `ancestor`.
  [[nodiscard]] bool is_below(const Name& ancestor) const {
    return wire_.size() > ancestor.wire_.size() && is_at_or_below(ancestor);
  }
  /// The longest common ancestor of two names.
  [[nodiscard]] Name common_ancestor(const Name& other) const;

  bool operator==(const Name&) const = default;
  /// Canonical DNS order (RFC 4034 §6.1).
  std::strong_ordering operator<=>(const Name& other) const;

 private:
  explicit Name(Bytes wire) : wire_(std::move(wire)) {}
  Bytes wire_;
};

}  // namespace anchorwatch::dns

template <>
struct std::hash<anchorwatch::dns::Name> {
  std::size_t operator()(const anchorwatch::dns::Name& name) const noexcept {
    return std::hash<std::string>{}(name.wire());
  }
};
