// SPDX-License-Identifier: Apache-2.0
// What a signature that does not hold is called, and the words for it. The same for what servers
// answer and for whole zones.
//
// Threading: pure, any thread.
#pragma once

#include <optional>
#include <string>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/dnssec/signed_rrset.h"
#include "anchorwatch/judge/finding.h"

namespace anchorwatch::judge {

/// The code for a signature in this state over an RRset of `type`; nothing where it is legal.
/// @param covered  another signature of the RRset is valid.
std::optional<FindingCode> signature_fault_code(dnssec::SignatureState state, dns::RrType type,
                                                bool covered);
/// "expired at …", "does not verify with that key".
std::string signature_fault_words(FindingCode code, const dns::Rrsig& rrsig, UnixSeconds now);
/// What to do about it, a sentence.
const char* signature_next_step(FindingCode code);

}  // namespace anchorwatch::judge
