// SPDX-License-Identifier: Apache-2.0
// Records between wire and presentation form, with ldns, one record at a time.
//
// Threading: pure functions, any thread.
#pragma once

#include <optional>
#include <string>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/ldns.h"
#include "anchorwatch/dns/rr_type.h"

namespace anchorwatch::dns {

/// The RDATA fields of a parsed record in canonical form.
/// @errors kParse: fields are missing, or do not fit the type.
Result<Bytes> canonical_rdata_of(const ldns_rr& record);

/// The RDATA as ldns prints it, or empty when ldns will not take it.
std::optional<std::string> rdata_text_by_ldns(RrType type, BytesView rdata);

}  // namespace anchorwatch::dns
