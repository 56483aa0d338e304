// SPDX-License-Identifier: Apache-2.0
// ZoneFacts as octets: the body of a snapshot. Signatures and serials, which are not part of what a
// snapshot's digest covers, are left out.
#pragma once

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/judge/facts.h"

namespace anchorwatch::store {

Bytes encode_facts(const judge::ZoneFacts& facts);
/// @errors kCorrupt: octets that encode_facts did not write.
Result<judge::ZoneFacts> decode_facts(BytesView octets);

}  // namespace anchorwatch::store
