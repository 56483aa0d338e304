// SPDX-License-Identifier: Apache-2.0
// history::ZoneHistory as octets.
#pragma once

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/history/zone_history.h"

namespace anchorwatch::store {

Bytes encode_history(const history::ZoneHistory& history);
/// @errors kCorrupt: octets that encode_history did not write.
Result<history::ZoneHistory> decode_history(BytesView octets);

}  // namespace anchorwatch::store
