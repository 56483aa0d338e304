// SPDX-License-Identifier: Apache-2.0
// HMAC (RFC 2104) in one call.
//
// Threading: pure functions, any thread.
#pragma once

#include "anchorwatch/core/bytes.h"

namespace anchorwatch {

enum class HmacHash : std::uint8_t { kSha256, kSha384, kSha512 };

/// Octets of the result: 32, 48, 64.
std::size_t hmac_size(HmacHash hash);
/// Empty when the library cannot.
Bytes hmac(HmacHash hash, BytesView key, BytesView text);
/// Compares secrets in a time that does not depend on where they differ.
bool equal_secrets(BytesView left, BytesView right);

}  // namespace anchorwatch
