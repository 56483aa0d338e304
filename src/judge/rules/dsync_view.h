// SPDX-License-Identifier: Apache-2.0
// What the parent announces with DSYNC (RFC 9859 §2.1).
#pragma once

#include "rules.h"

namespace anchorwatch::judge::rules {

struct DsyncRecord {
  dns::RrType type{};  ///< What the notification is about: CDS or CSYNC.
  std::uint16_t port = 0;
  dns::Name target;
};

/// Nothing for a record that cannot be used: malformed, or with scheme or port 0.
std::optional<DsyncRecord> decode_dsync(BytesView rdata);
/// The usable records for the zone. `parents`, if not null, gets the servers that gave them.
std::vector<DsyncRecord> dsync_records(const Context& context, ServerSet* parents);

}  // namespace anchorwatch::judge::rules
