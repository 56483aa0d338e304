// SPDX-License-Identifier: Apache-2.0
// Judges every RRSIG of a set: first those that can decide, then the rest for the diagnosis.
//
// Standards: RFC 4035 §5.3.1, RFC 6840 §5.4.
// Limits:    candidate keys for a signature, signatures that are verified only to name their fault.
#pragma once

#include <functional>
#include <vector>

#include "anchorwatch/dnssec/signed_rrset.h"

namespace anchorwatch::dnssec {

/// Everything that is the same for all sets of one judgement.
struct ZoneView {
  const ZoneKeys& keys;
  UnixSeconds now;
  const ValidationPolicy& policy;
  CryptoContext& crypto;
};

struct JudgedSignatures {
  std::vector<SignatureVerdict> verdicts;  ///< One for each RRSIG, in order.
  /// A signature that could have decided was not checked: nothing can be said if no other is valid.
  bool undecided = false;
};

/// Which keys may decide (by index into ZoneKeys::dnskeys). Signatures by other keys are still
/// judged.
using KeyFilter = std::function<bool(std::size_t key_index)>;

/// @param set  must not be empty.
JudgedSignatures judge_signatures(const dns::RRset& set, const ZoneView& view,
                                  const KeyFilter& decides);

/// The reason of a bogus set for the best of its signatures; kLimit when none was checked.
Reason fault_reason(const std::vector<SignatureVerdict>& verdicts);
/// The reason that one failed signature gives.
Reason reason_of(SignatureState state);

}  // namespace anchorwatch::dnssec
