// SPDX-License-Identifier: Apache-2.0
// A ZoneEvidence as octets and back: what is kept of a look, so that it can be judged again later.
//
// The form stands alone: names and RRsets that occur several times stand in it once, records are in wire form.
// Everything that `judge` reads comes back as it was. Of a whole zone only its digest is kept, not its content.
//
// Threading: pure functions, any thread.
// Limits:    decoding takes at most 16 MiB and gives at most 100,000 RRsets.
#pragma once

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/evidence/evidence.h"

namespace anchorwatch::evidence {

Bytes encode(const ZoneEvidence& evidence);
/// @errors kCorrupt: octets that `encode` did not write, or that were damaged since. kUnsupported: a newer form.
Result<ZoneEvidence> decode(BytesView octets);

}  // namespace anchorwatch::evidence
