// SPDX-License-Identifier: Apache-2.0
#include "signature_words.h"

#include "text.h"
#include "thresholds.h"

namespace anchorwatch::judge {

using dnssec::SignatureState;

std::optional<FindingCode> signature_fault_code(SignatureState state, dns::RrType type,
                                                bool covered) {
  switch (state) {
    case SignatureState::kExpired: return FindingCode::SIG_EXPIRED;
    case SignatureState::kNotYetValid: return FindingCode::SIG_NOT_YET_VALID;
    case SignatureState::kInvalid: return FindingCode::SIG_INVALID;
    // Leftovers of a retired or a future key beside a valid signature are legal.
    case SignatureState::kUnknownKey:
    case SignatureState::kNotZoneKey:
      if (covered) return std::nullopt;
      return FindingCode::SIG_UNKNOWN_KEY;
    // RFC 5011 §2.1: a revoked key signs the DNSKEY RRset to say so.
    case SignatureState::kRevokedKey:
      if (type == dns::RrType::kDnskey) return std::nullopt;
      return FindingCode::SIG_BY_REVOKED_KEY;
    case SignatureState::kDatesReversed: return FindingCode::SIG_DATES_REVERSED;
    case SignatureState::kWrongSigner: return FindingCode::SIG_SIGNER_NOT_ZONE;
    case SignatureState::kTooManyLabels: return FindingCode::SIG_LABELS_TOO_MANY;
    case SignatureState::kMalformed: return FindingCode::SIG_BAD_LENGTH;
    case SignatureState::kValid:
    case SignatureState::kUnsupported:
    case SignatureState::kNotChecked: return std::nullopt;
  }
  return std::nullopt;
}

std::string signature_fault_words(FindingCode code, const dns::Rrsig& rrsig, UnixSeconds now) {
  const SignatureTimes times(rrsig, now);
  switch (code) {
    case FindingCode::SIG_EXPIRED: return "expired at " + time_text(times.expiration, now);
    case FindingCode::SIG_NOT_YET_VALID: return "begins only at " + time_text(times.inception, now);
    case FindingCode::SIG_INVALID: return "does not verify with that key";
    case FindingCode::SIG_UNKNOWN_KEY: return "names a key that is not published with it";
    case FindingCode::SIG_BY_REVOKED_KEY: return "was made by a revoked key";
    case FindingCode::SIG_DATES_REVERSED: return "expires before it begins";
    case FindingCode::SIG_SIGNER_NOT_ZONE:
      return "names " + rrsig.signer.to_text() + " as signer instead of the zone";
    case FindingCode::SIG_LABELS_TOO_MANY: return "has more labels than its owner";
    case FindingCode::SIG_BAD_LENGTH: return "has a length that its algorithm does not allow";
    default: return "does not hold";
  }
}

const char* signature_next_step(FindingCode code) {
  switch (code) {
    case FindingCode::SIG_EXPIRED: return "Re-sign the zone, and see why the signer did not run.";
    case FindingCode::SIG_NOT_YET_VALID: return "Check the clock of the signer and sign again.";
    case FindingCode::SIG_UNKNOWN_KEY:
      return "Publish the key that signs, or sign with a published key.";
    default: return "Sign the RRset again, and see whether this copy of the zone is damaged.";
  }
}

}  // namespace anchorwatch::judge
