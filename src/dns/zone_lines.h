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
  explicit ZoneLines(std::string_view text) : text_(text) {}
  /// The next entry that is not blank; empty at the end.
  /// @errors kParse: with the line; open parenthesis or quote, stray control character.
  Result<std::optional<ZoneEntry>> next();

 private:
  enum class Step { kMore, kEnd };
  Result<Step> take_character(ZoneEntry& entry);
  Result<Step> take_structure(char c, ZoneEntry& entry);

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int open_parentheses_ = 0;
  bool quoted_ = false;
};

}  // namespace anchorwatch::dns
