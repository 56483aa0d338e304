// SPDX-License-Identifier: Apache-2.0
// Splits zone-file text into entries (RFC 1035 §5.1): comments are gone, parentheses are resolved.
//
// Threading: one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "anchorwatch/core/result.h"

namespace anchorwatch::dns {

/// One record or directive on one line.
struct ZoneEntry {
  std::string text;  ///< Starts with white space when the owner is left out.
  int line = 0;      ///< Where the entry starts, from 1.
};

class ZoneLines {
 public:
  /// Text that comes in pieces: `feed` what there is, take entries until there is none, feed again.
  ZoneLines() = default;
  /// The whole text at once; it must outlive this.
  explicit ZoneLines(std::string_view text) : text_(text), finished_(true) {}
  void feed(std::string_view piece);
  /// No more text comes: what is left is the last entry.
  void finish() { finished_ = true; }

  /// The next entry that is not blank; empty when the text is used up (before `finish`: so far).
  /// @errors kParse: with the line; open parenthesis or quote, stray control character, an entry of
  ///         more than 1 MiB.
  Result<std::optional<ZoneEntry>> next();

 private:
  enum class Step { kMore, kEnd };
  Result<Step> take_character();
  Result<Step> take_structure(char c);
  [[nodiscard]] bool can_take() const;
  ZoneEntry take_entry();

  std::string buffer_;  ///< What `text_` lies in, when the text comes in pieces.
  std::string_view text_;
  std::size_t at_ = 0;
  bool finished_ = false;
  ZoneEntry entry_{{}, 1};  ///< As far as it was read.
  int line_ = 1;
  int open_parentheses_ = 0;
  bool quoted_ = false;
  bool comment_ = false;
};

}  // namespace anchorwatch::dns
