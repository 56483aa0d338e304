// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/security_status.h"

#include <array>
#include <cstddef>

namespace anchorwatch::dnssec {
namespace {

struct ReasonRow {
  Reason reason;
  const char* name;
  const char* sentence;
  int extended_error;  // RFC 8914 §4; -1: a resolver would not send one.
};

constexpr std::array kReasons{
    ReasonRow{Reason::kValidated, "validated", "a chain of signatures leads from a trust anchor",
              -1},
    ReasonRow{Reason::kNoDs, "no_ds", "the parent proves that there is no DS", -1},
    ReasonRow{Reason::kOptOut, "opt_out", "an opt-out NSEC3 spans the name", -1},
    ReasonRow{Reason::kAncestorInsecure, "ancestor_insecure",
              "a zone above is insecure, so the chain of trust ends there", -1},
    ReasonRow{Reason::kNoTrustAnchor, "no_trust_anchor",
              "no trust anchor is configured at or above the name", -1},
    ReasonRow{Reason::kNegativeTrustAnchor, "negative_trust_anchor",
              "a negative trust anchor switches validation off", -1},
    ReasonRow{Reason::kUnsupportedAlgorithm, "unsupported_algorithm",
              "every DS has an algorithm that validators do not know or do not rely on", 1},
    ReasonRow{Reason::kUnsupportedDigest, "unsupported_digest",
              "every DS has a digest type that validators do not know or do not rely on", 2},
    ReasonRow{Reason::kNsec3Iterations, "nsec3_iterations",
              "NSEC3 has more iterations than validators accept", 27},
    ReasonRow{Reason::kSignatureExpired, "signature_expired", "the signature has expired", 7},
    ReasonRow{Reason::kSignatureNotYetValid, "signature_not_yet_valid",
              "the signature is not valid yet", 8},
    ReasonRow{Reason::kSignatureInvalid, "signature_invalid",
              "the signature does not fit the data and the key", 6},
    ReasonRow{Reason::kSignatureMissing, "signature_missing", "a required signature is missing",
              10},
    ReasonRow{Reason::kSignatureUnusable, "signature_unusable",
              "no signature has a form that a validator may use", 6},
    ReasonRow{Reason::kSigningKeyMissing, "signing_key_missing",
              "the zone does not publish the key that made the signature", 9},
    ReasonRow{Reason::kDnskeyMissing, "dnskey_missing",
              "the parent has a DS, but the zone shows no DNSKEY", 9},
    ReasonRow{Reason::kDsMismatch, "ds_mismatch", "no DS fits a key that the zone publishes", 9},
    ReasonRow{Reason::kKeyNotZoneKey, "key_not_zone_key",
              "the key may not sign the zone: no zone flag, revoked or another protocol", 11},
    ReasonRow{Reason::kDenialMissing, "denial_missing",
              "the answer needs NSEC or NSEC3 and has none", 12},
    ReasonRow{Reason::kDenialInvalid, "denial_invalid",
              "NSEC or NSEC3 do not prove what the answer claims", 6},
    ReasonRow{Reason::kDelegationUnproven, "delegation_unproven",
              "the parent shows neither a DS nor a proof of its absence", 12},
    ReasonRow{Reason::kAncestorBogus, "ancestor_bogus", "a zone above is bogus", 6},
    ReasonRow{Reason::kAnswerMalformed, "answer_malformed",
              "the records of the answer contradict "
              "each other",
              6},
    ReasonRow{Reason::kUnreachable, "unreachable", "no server gave an answer", 22},
    ReasonRow{Reason::kStale, "stale", "the last look is too old", 3},
    ReasonRow{Reason::kLimit, "limit", "a limit on the work was reached", 5},
    ReasonRow{Reason::kMonitorBlind, "monitor_blind", "the monitor itself cannot see", -1},
    ReasonRow{Reason::kNotJudged, "not_judged", "not judged", -1},
};

constexpr bool rows_follow_the_enum() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (static_cast<std::size_t>(kReasons[i].reason) != i) return false;
  }
  return kReasons.size() == static_cast<std::size_t>(Reason::kNotJudged) + 1;
}
static_assert(rows_follow_the_enum());

const ReasonRow& row(Reason reason) { return kReasons.at(static_cast<std::size_t>(reason)); }

}  // namespace

int weakness(SecurityStatus status) {
  switch (status) {
    case SecurityStatus::kSecure: return 0;
    case SecurityStatus::kInsecure: return 1;
    case SecurityStatus::kIndeterminate: return 2;
    case SecurityStatus::kBogus: return 3;
  }
  return 3;
}

const char* to_string(SecurityStatus status) {
  switch (status) {
    case SecurityStatus::kIndeterminate: return "indeterminate";
    case SecurityStatus::kSecure: return "secure";
    case SecurityStatus::kInsecure: return "insecure";
    case SecurityStatus::kBogus: return "bogus";
  }
  return "indeterminate";
}

std::optional<SecurityStatus> parse_security_status(std::string_view text) {
  for (const SecurityStatus status : {SecurityStatus::kIndeterminate, SecurityStatus::kSecure,
                                      SecurityStatus::kInsecure, SecurityStatus::kBogus}) {
    if (text == to_string(status)) return status;
  }
  return std::nullopt;
}

const char* to_string(Reason reason) { return row(reason).name; }

std::optional<Reason> parse_reason(std::string_view text) {
  for (const ReasonRow& candidate : kReasons) {
    if (text == candidate.name) return candidate.reason;
  }
  return std::nullopt;
}

const char* describe(Reason reason) { return row(reason).sentence; }

int extended_error_code(Reason reason) { return row(reason).extended_error; }

}  // namespace anchorwatch::dnssec
