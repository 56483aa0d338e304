// SPDX-License-Identifier: Apache-2.0
// A whole zone as one value: from a zone file or a zone transfer, beside what servers answer.
//
// Threading: value types, any thread; content is immutable once it stands in a look.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "anchorwatch/core/digest.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::evidence {

/// Every record of one zone.
struct ZoneContent {
  dns::Name origin;
  std::vector<dns::RRset> sets;     ///< In canonical order of owner and type, glue included.
  std::vector<dns::RRset> outside;  ///< What does not lie in the zone, in the same order.
  std::uint32_t serial = 0;
  std::size_t records = 0;  ///< RRSIGs included, `outside` not.
  Digest digest;            ///< Of all that is here, TTLs included.
};

/// Puts the records of a zone in order.
/// @errors kParse: no SOA at `origin`, or not exactly one: whatever this is, it is not that zone.
Result<ZoneContent> make_zone_content(const dns::Name& origin, std::vector<dns::RRset> sets);

/// What became of the attempt to get a whole zone.
struct WholeZoneLook {
  std::string source;   ///< For people: "zone file PATH", "transfer from ADDRESS".
  std::string failure;  ///< Why there is no content; empty when there is.
  /// Null when it failed, or when the zone is known not to have changed since it was judged.
  std::shared_ptr<const ZoneContent> content;
  Digest known;  ///< Of the content that is known; empty when `content` is here.

  [[nodiscard]] Digest digest() const { return content ? content->digest : known; }
  /// Neither here nor failed: what was found in it still holds.
  [[nodiscard]] bool is_known() const { return content == nullptr && failure.empty(); }
};

}  // namespace anchorwatch::evidence
