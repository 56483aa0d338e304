// SPDX-License-Identifier: Apache-2.0
// Values of this program as SQLite keeps them.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/digest.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/core/severity.h"
#include "anchorwatch/sqlite/statement.h"

namespace anchorwatch::store {

/// 0 means "never" in the program and NULL in the database.
inline std::optional<UnixSeconds> time_or_null(UnixSeconds at) {
  if (at == 0) return std::nullopt;
  return at;
}

inline std::optional<std::string_view> text_or_null(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return text;
}

inline Severity severity_of_rank(std::int64_t rank) {
  const auto highest = static_cast<std::int64_t>(Severity::kCritical);
  return static_cast<Severity>(std::clamp<std::int64_t>(rank, 0, highest));
}

/// A digest's octets for the length of one statement; the empty digest is NULL.
class DigestBinding {
 public:
  explicit DigestBinding(const Digest& digest)
      : octets_(digest.empty() ? Bytes() : digest.bytes()) {}
  [[nodiscard]] std::optional<sqlite::Blob> blob() const {
    if (octets_.empty()) return std::nullopt;
    return sqlite::Blob{octets_};
  }

 private:
  Bytes octets_;
};

/// "192.0.2.1 192.0.2.2".
inline std::string join_addresses(const std::vector<IpAddress>& addresses) {
  std::string text;
  for (const IpAddress& address : addresses) {
    text += (text.empty() ? "" : " ");
    text += address.to_text();
  }
  return text;
}

}  // namespace anchorwatch::store
