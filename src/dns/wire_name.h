// SPDX-License-Identifier: Apache-2.0
// Domain names inside messages: measuring, decompressing.
//
// Threading: pure functions, any thread.
// Standards: RFC 1035 §3.1 (limits) and §4.1.4 (compression).
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "anchorwatch/core/bytes.h"

namespace anchorwatch::dns {

inline constexpr std::size_t kMaxNameSize = 255;
inline constexpr std::size_t kMaxLabelSize = 63;
/// 127 one-octet labels and the root fill a name.
inline constexpr std::size_t kMaxLabels = 127;
inline constexpr std::size_t kHeaderSize = 12;

/// ASCII only, whatever the locale says (RFC 4343 §3).
constexpr char to_lower(char c) {
  return (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Size of the uncompressed name at the start of `wire`; empty when it runs out, breaks a limit or
/// has a compression pointer.
std::optional<std::size_t> wire_name_size(BytesView wire);

/// A name taken out of a message, on the stack. Only the first `size` octets are set: zeroing 255
/// for each name would cost more than reading it.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
struct ExpandedName {
  std::array<char, kMaxNameSize> octets;
  std::size_t size = 0;
  [[nodiscard]] BytesView view() const { return {octets.data(), size}; }
};

enum class NameCase : bool { kKeep, kLower };

/// Decompresses the name at `at` and moves `at` past it.
///
/// A pointer must point before the part that it ends, and a name has at most as many pointers as
/// labels: a hostile message cannot make us loop or walk long chains of pointers.
/// @param end  where the enclosing field ends; the name may not reach beyond it.
/// @return false for a malformed name; `at` is then unspecified.
bool expand_name(BytesView message, std::size_t& at, std::size_t end, NameCase letters,
                 ExpandedName& out);

}  // namespace anchorwatch::dns
