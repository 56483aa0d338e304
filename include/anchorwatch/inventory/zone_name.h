// SPDX-License-Identifier: Apache-2.0
// Names as people write them: U-labels become A-labels.
//
// Threading: pure functions, any thread.
// Standards: RFC 5890 to 5892 (IDNA2008); UTS #46 non-transitional mapping (letter case, width).
#pragma once

#include <string_view>

#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/name.h"

namespace anchorwatch::inventory {

/// Reads a name in presentation form or with letters outside ASCII (UTF-8), with or without a final
/// dot.
///
/// Punctuation that belongs to lists, quotes or addresses (`,` `;` `"` `@` `:` …) must be escaped:
/// in an inventory it is a mistake, although the DNS allows it.
/// @errors kParse: not a name, not UTF-8, or letters that IDNA2008 does not allow.
Result<dns::Name> parse_zone_name(std::string_view text);

}  // namespace anchorwatch::inventory
