// SPDX-License-Identifier: Apache-2.0
// Which addresses a webhook may connect to: configured URLs are trusted, the names in them may not be
// (server-side request forgery by DNS).
#pragma once

#include "anchorwatch/core/ip_address.h"

namespace anchorwatch::sinks {

enum class SpecialTargets : std::uint8_t { kRefused, kAllowed };

/// Addresses of cloud metadata services: never, whatever is configured.
bool is_metadata_address(const IpAddress& address);

/// Link-local, multicast, unspecified and metadata addresses never; loopback and private ones only when
/// allowed.
bool may_connect(const IpAddress& address, SpecialTargets special);

}  // namespace anchorwatch::sinks
