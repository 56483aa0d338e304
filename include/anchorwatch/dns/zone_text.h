// SPDX-License-Identifier: Apache-2.0
// ZoneTextReader: a zone in master-file form, read in pieces, so that only one record at a time is
// held as text.
//
// $TTL and $ORIGIN are understood, other directives ($INCLUDE, $GENERATE) are refused: a monitor
// reads the file that it was given and no other.
//
// Threading: one thread. Standards: RFC 1035 §5.1, RFC 2308 §4 ($TTL), RFC 3597 §5.
// Limits:    1 MiB an entry.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::dns {

class ZoneTextReader {
 public:
  /// @param origin  for relative names, until $ORIGIN says otherwise.
  explicit ZoneTextReader(const Name& origin);
  ~ZoneTextReader();
  ZoneTextReader(const ZoneTextReader&) = delete;
  ZoneTextReader& operator=(const ZoneTextReader&) = delete;

  /// Takes the next piece of the text; it may end anywhere.
  /// @errors kParse: with the line number. The reader is of no use after.
  Result<void> feed(std::string_view piece);
  /// The RRsets in order of first appearance. @errors as `feed`.
  Result<std::vector<RRset>> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anchorwatch::dns
