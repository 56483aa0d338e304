// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/signed_rrset.h"

#include <algorithm>

#include "anchorwatch/dnssec/rrsig_time.h"

#include "signature_judge.h"

namespace anchorwatch::dnssec {
namespace {

void take_valid_signatures(const dns::RRset& set, UnixSeconds now, RRsetVerdict& out) {
  for (const SignatureVerdict& signature : out.signatures) {
    if (signature.state != SignatureState::kValid) continue;
    const dns::Rrsig& rrsig = set.rrsigs[signature.rrsig_index];
    const UnixSeconds until = expand_rrsig_time(rrsig.expiration, now);
    if (out.verdict != secure()) {  // The first valid one decides.
      out.verdict = secure();
      out.valid_until = until;
      // RFC 4035 §5.3.4.
      if (rrsig.labels < set.owner.rrsig_label_count()) {
        out.wildcard_encloser = set.owner.suffix(rrsig.labels);
      }
    }
    out.valid_until = std::max(out.valid_until, until);
  }
}

}  // namespace

const char* to_string(SignatureState state) {
  switch (state) {
    case SignatureState::kValid: return "valid";
    case SignatureState::kExpired: return "expired";
    case SignatureState::kNotYetValid: return "not_yet_valid";
    case SignatureState::kInvalid: return "invalid";
    case SignatureState::kUnknownKey: return "unknown_key";
    case SignatureState::kRevokedKey: return "revoked_key";
    case SignatureState::kNotZoneKey: return "not_zone_key";
    case SignatureState::kUnsupported: return "unsupported";
    case SignatureState::kDatesReversed: return "dates_reversed";
    case SignatureState::kWrongSigner: return "wrong_signer";
    case SignatureState::kTooManyLabels: return "too_many_labels";
    case SignatureState::kMalformed: return "malformed";
    case SignatureState::kNotChecked: return "not_checked";
  }
  return "not_checked";
}

RRsetVerdict validate_rrset(const dns::RRset& set, const ZoneKeys& keys, UnixSeconds now,
                            const ValidationPolicy& policy, CryptoContext& crypto) {
  RRsetVerdict out;
  if (set.rdatas.empty()) return out;  // RRSIGs without their set: there is nothing to judge.
  const ZoneView view{keys, now, policy, crypto};
  JudgedSignatures judged = judge_signatures(set, view, [](std::size_t) { return true; });
  out.signatures = std::move(judged.verdicts);
  take_valid_signatures(set, now, out);
  if (out.verdict == secure()) return out;
  const Reason reason = fault_reason(out.signatures);
  out.verdict =
      judged.undecided || reason == Reason::kLimit ? indeterminate(Reason::kLimit) : bogus(reason);
  return out;
}

}  // namespace anchorwatch::dnssec
