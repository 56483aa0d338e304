// SPDX-License-Identifier: Apache-2.0
// Canonical octets of answers: what two servers must have in common to share one verdict.
// Private to this module.
//
// Threading: pure functions, any thread.
#pragma once

#include <optional>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/evidence/evidence.h"

namespace anchorwatch::evidence {

/// Length-prefixed, so that no two sequences of fields give the same stream.
void append_field(Bytes& out, BytesView bytes);
/// A name, with the random name and what lies below it replaced by a fixed marker.
void append_owner(Bytes& out, const dns::Name& owner, const std::optional<dns::Name>& random);
/// The unusual questions by their meaning, in the order of their kinds, with or without those about the zone.
void append_behaviour(Bytes& out, const std::vector<BehaviourLook>& looks, bool with_zone);

/// Canonical octets in two parts: what a signer makes anew when the data stay stands apart, in the order of its data.
struct Stream {
  Bytes data;
  Bytes signatures;  ///< Expiration, inception and octets of each RRSIG.
};

/// One answer: state, flags and sections in canonical order; without TTLs and measurements.
void append_answer(Stream& out, const Answer& answer, const std::optional<dns::Name>& random);

}  // namespace anchorwatch::evidence
