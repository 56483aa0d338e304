// SPDX-License-Identifier: Apache-2.0
// What stands around the fields of a kept look: a mark, the version of the form and a checksum. Private to this module.
//
// Threading: pure functions, any thread.
#pragma once

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"

namespace anchorwatch::evidence {

/// Of a number: seven bits an octet; this one is set where more follow.
inline constexpr std::uint64_t kMoreOctets = 0x80;
inline constexpr unsigned kBitsInOctet = 7;

/// The parts one after the other, framed.
Bytes frame(BytesView tables, BytesView sets, BytesView body);
/// What is in the frame. @errors as `decode`.
Result<BytesView> open_frame(BytesView octets);

}  // namespace anchorwatch::evidence
