// SPDX-License-Identifier: Apache-2.0
// Every RRset that must be signed has a valid signature, and nothing else has any.
#include <algorithm>
#include <optional>
#include <set>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/dnssec/expected_signatures.h"

#include "../signature_words.h"
#include "../thresholds.h"
#include "whole_zone.h"

namespace anchorwatch::judge::whole_zone {

namespace {

using dns::RrType;
using dnssec::SignatureState;

bool is_cds(RrType type) { return type == RrType::kCds || type == RrType::kCdnskey; }

/// Some types have codes of their own for a signature that is missing or bad.
FindingCode code_for_type(FindingCode code, RrType type) {
  if (code == FindingCode::SIG_MISSING) {
    if (is_cds(type)) return FindingCode::CDS_UNSIGNED;
    return type == RrType::kZonemd ? FindingCode::ZONEMD_UNSIGNED : code;
  }
  if (!is_cds(type)) return code;
  return code == FindingCode::SIG_UNKNOWN_KEY ? FindingCode::CDS_UNKNOWN_SIGNER
                                              : FindingCode::CDS_BAD_SIG;
}

class SignatureCheck {
 public:
  explicit SignatureCheck(Review& review) : review_(review), now_(review.context.now) {
    for (const Bytes& rdata : review.keys.dnskeys) {
      const auto key = dns::decode_dnskey(rdata);
      if (key && key->zone_key() && !key->revoked() &&
          dnssec::relies_on(key->algorithm, review.context.input.policy.validation)) {
        algorithms_.insert(key->algorithm);
      }
    }
    for (const Bytes& rdata : review.context.entry.ds) {
      if (const auto ds = dns::decode_ds(rdata)) ds_algorithms_.insert(ds->algorithm);
    }
  }

  void run() {
    for (const Node& node : review_.nodes.nodes()) {
      for (std::size_t i = node.first; i < node.last; ++i) {
        const dns::RRset& set = review_.content.sets[i];
        if (i >= expected_until_) expect_from(i);
        if (set.rdatas.empty()) {
          superfluous(set, "which is not in the zone");
        } else if (must_be_signed(node, set)) {
          look_at(set);
        } else if (node.kind == NodeKind::kDelegation || node.kind == NodeKind::kHidden) {
          superfluous(set, "which belongs to the child zone");
        }
      }
    }
  }

 private:
  /// Sets that are told together.
  static constexpr std::size_t kExpected = 64;

  void expect_from(std::size_t first) {
    const std::vector<dns::RRset>& sets = review_.content.sets;
    expected_until_ = std::min(first + kExpected, sets.size());
    std::vector<const dns::Rrsig*> rrsigs;
    for (std::size_t i = first; i < expected_until_; ++i) {
      for (const dns::Rrsig& rrsig : sets[i].rrsigs) rrsigs.push_back(&rrsig);
    }
    expected_.emplace(rrsigs);
  }

  // RFC 4035 §2.2: at a cut only DS and NSEC are the parent's.
  [[nodiscard]] static bool must_be_signed(const Node& node, const dns::RRset& set) {
    switch (node.kind) {
      case NodeKind::kDelegation: return set.type == RrType::kDs || set.type == RrType::kNsec;
      case NodeKind::kHidden:
      case NodeKind::kRenamed: return false;
      default: return true;
    }
  }

  [[nodiscard]] static Subject subject_of(const dns::RRset& set) {
    Subject subject;
    subject.name = set.owner;
    subject.type = set.type;
    return subject;
  }

  void superfluous(const dns::RRset& set, const char* why) {
    if (set.rrsigs.empty()) return;
    review_.note(FindingCode::SIG_SUPERFLUOUS, set.owner, set.type, Severity::kNotice,
                 "The " + review_.source + " has a signature over " + rrset_text(subject_of(set)) +
                     ", " + why +
                     ". Resolvers ignore it; sign the zone again from its unsigned form.");
  }

  [[nodiscard]] Severity severity_of(FindingCode code, const dns::RRset& set, bool covered) const {
    if (covered) return Severity::kNotice;
    if (!review_.context.ds_stands() && code == FindingCode::SIG_MISSING) return Severity::kNotice;
    const bool central = set.owner == review_.context.zone &&
                         (set.type == RrType::kDnskey || set.type == RrType::kSoa);
    return review_.weigh(central ? Severity::kCritical : Severity::kError);
  }

  void look_at(const dns::RRset& set) {
    if (set.rrsigs.empty()) {
      review_.note(code_for_type(FindingCode::SIG_MISSING, set.type), set.owner, set.type,
                   severity_of(FindingCode::SIG_MISSING, set, false),
                   rrset_text(subject_of(set)) + " has no signature in the " + review_.source +
                       ". Sign the zone completely.");
      return;
    }
    const dnssec::RRsetVerdict verdict = dnssec::validate_rrset(
        set, review_.keys, now_, review_.context.input.policy.validation, review_.crypto);
    const dns::Rrsig* longest = nullptr;
    std::optional<UnixSeconds> end;  // Expired ones count, or an outage would hide its date.
    bool covered = false;
    for (const dnssec::SignatureVerdict& signature : verdict.signatures) {
      const dns::Rrsig& rrsig = set.rrsigs[signature.rrsig_index];
      note_moments(rrsig);
      const bool valid = signature.state == SignatureState::kValid;
      if (!valid && signature.state != SignatureState::kExpired) continue;
      const UnixSeconds expiration = SignatureTimes(rrsig, now_).expiration;
      end = std::max(end.value_or(expiration), expiration);
      if (!valid) continue;
      ++review_.summary.valid_signatures;
      covered = true;
      if (longest == nullptr || expiration > SignatureTimes(*longest, now_).expiration) {
        longest = &rrsig;
      }
    }
    auto& earliest = review_.summary.earliest_expiration;
    if (end && (!earliest || *end < *earliest)) earliest = end;
    for (const dnssec::SignatureVerdict& signature : verdict.signatures) {
      faults(set, signature, covered);
    }
    if (longest != nullptr) {
      expiry(set, *longest);
      ttls(set, *longest);
      completeness(set, verdict);
    }
  }

  void note_moments(const dns::Rrsig& rrsig) {
    const SignatureTimes times(rrsig, now_);
    const ExpiryPolicy& policy = review_.context.input.policy.expiry;
    review_.at(times.inception);
    review_.at(times.expiration + 1);
    review_.at(times.share_left_at(policy.warn));
    review_.at(times.share_left_at(policy.critical));
    review_.at(times.expiration - kSkew + 1);
  }

  void faults(const dns::RRset& set, const dnssec::SignatureVerdict& signature, bool covered) {
    const auto fault = signature_fault_code(signature.state, set.type, covered);
    if (!fault) return;
    const dns::Rrsig& rrsig = set.rrsigs[signature.rrsig_index];
    FindingCode code = code_for_type(*fault, set.type);
    Severity severity = severity_of(*fault, set, covered);
    if (*fault == FindingCode::SIG_NOT_YET_VALID &&
        SignatureTimes(rrsig, now_).inception - now_ <= kSkew) {
      code = FindingCode::SIG_NEAR_INCEPTION_SKEW;  // Most resolvers allow that much.
      severity = std::min(severity, Severity::kWarning);
    }
    review_.findings.note(code, subject_of(set), severity, [&](Finding& finding) {
      describe(finding, rrsig);
      finding.message = "The signature of " + key_text(rrsig.key_tag, rrsig.algorithm) + " over " +
                        rrset_text(finding.subject) + " " +
                        signature_fault_words(*fault, rrsig, now_) + " in the " + review_.source +
                        ". ";
      finding.message += covered ? "Another signature of the RRset is valid, so nothing "
                                   "fails; clean it up."
                                 : signature_next_step(*fault);
    });
  }

  void describe(Finding& finding, const dns::Rrsig& rrsig) const {
    const SignatureTimes times(rrsig, now_);
    note_key(finding, rrsig.key_tag, rrsig.algorithm);
    finding.data["inception"] = to_rfc3339(times.inception);
    finding.data["expiration"] = to_rfc3339(times.expiration);
  }

  void expiry(const dns::RRset& set, const dns::Rrsig& rrsig) {
    const SignatureTimes times(rrsig, now_);
    const ExpiryPolicy& policy = review_.context.input.policy.expiry;
    FindingCode code = FindingCode::SIG_EXPIRES_SOON;
    Severity severity = Severity::kWarning;
    if (times.below_share(policy.warn, now_)) {
      if (times.below_share(policy.critical, now_)) severity = review_.weigh(Severity::kCritical);
    } else if (times.expiration - now_ < kSkew) {
      code = FindingCode::SIG_NEAR_EXPIRY_SKEW;
      severity = review_.weigh(Severity::kCritical);
    } else {
      return;
    }
    review_.findings.note(code, subject_of(set), severity, [&](Finding& finding) {
      describe(finding, rrsig);
      finding.data["remaining_seconds"] = static_cast<std::int64_t>(times.expiration - now_);
      finding.message = "The signature of " + key_text(rrsig.key_tag, rrsig.algorithm) + " over " +
                        rrset_text(finding.subject) + " in the " + review_.source + " expires at " +
                        time_text(times.expiration, now_) + ", of a validity of " +
                        humanise(std::chrono::seconds(times.validity())) +
                        ". See whether the signer still runs and re-sign the zone.";
    });
  }

  void ttls(const dns::RRset& set, const dns::Rrsig& rrsig) {
    const std::uint32_t highest = std::max(set.ttl, rrsig.ttl);
    FindingCode code = FindingCode::SIG_ORIGINAL_TTL_EXCEEDED;
    if (highest <= rrsig.original_ttl) {
      if (rrsig.ttl == set.ttl) return;
      code = FindingCode::SIG_TTL_MISMATCH;
    }
    review_.findings.note(code, subject_of(set), Severity::kWarning, [&](Finding& finding) {
      finding.data["ttl"] = std::int64_t{set.ttl};
      finding.data["rrsig_ttl"] = std::int64_t{rrsig.ttl};
      finding.data["original_ttl"] = std::int64_t{rrsig.original_ttl};
      finding.message = rrset_text(finding.subject) + " has TTL " + std::to_string(set.ttl) +
                        ", its signature TTL " + std::to_string(rrsig.ttl) + ", for TTL " +
                        std::to_string(rrsig.original_ttl) + ", in the " + review_.source +
                        ". Sign the zone again after a change of TTLs.";
    });
  }

  // RFC 4035 §2.2; validators must not insist on it (RFC 6840 §5.11).
  void completeness(const dns::RRset& set, const dnssec::RRsetVerdict& verdict) {
    if (algorithms_.size() < 2) return;
    for (const std::uint8_t algorithm : algorithms_) {
      const bool signs = std::any_of(
          verdict.signatures.begin(), verdict.signatures.end(), [&](const auto& signature) {
            return signature.state == SignatureState::kValid &&
                   set.rrsigs[signature.rrsig_index].algorithm == algorithm;
          });
      const bool in_ds = ds_algorithms_.contains(algorithm);
      // SEP_MISSING_FOR_ALG tells it for the DNSKEY RRset and an algorithm of the DS set.
      if (signs || (in_ds && set.type == RrType::kDnskey)) continue;
      Subject subject = subject_of(set);
      subject.algorithm = algorithm;
      const Severity severity =
          in_ds && !review_.context.several_signers ? Severity::kWarning : Severity::kNotice;
      review_.findings.note(
          FindingCode::SIG_MISSING_FOR_ALG, subject, severity, [&](Finding& finding) {
            finding.data["algorithm"] = std::int64_t{algorithm};
            finding.message = rrset_text(finding.subject) + " has no signature of " +
                              dnssec::algorithm_name(algorithm) + " in the " + review_.source +
                              ", although the zone publishes a key of it. Sign with every "
                              "algorithm, or remove the key.";
          });
    }
  }

  Review& review_;
  UnixSeconds now_;
  std::set<std::uint8_t> algorithms_;  ///< Of the keys that may sign.
  std::set<std::uint8_t> ds_algorithms_;
  std::optional<dnssec::ExpectedSignatures> expected_;
  std::size_t expected_until_ = 0;
};

}  // namespace

void check_signatures(Review& review) { SignatureCheck(review).run(); }

}  // namespace anchorwatch::judge::whole_zone
