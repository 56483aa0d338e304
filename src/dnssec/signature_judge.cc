// SPDX-License-Identifier: Apache-2.0
#include "signature_judge.h"

#include <algorithm>

#include "anchorwatch/dnssec/rrsig_time.h"

#include "key_facts.h"

namespace anchorwatch::dnssec {
namespace {

// KeyTrap: tag and algorithm can be made to collide, so the keys tried for one signature are
// bounded. More than two genuine collisions have not been seen.
constexpr int kMaxCandidateKeys = 4;
// Signatures of one set that are verified after its verdict is known.
constexpr int kMaxDiagnosed = 32;

// What can be seen without keys and cryptography; nothing when the signature may be usable.
std::optional<SignatureState> obvious_fault(const dns::RRset& set, const dns::Rrsig& rrsig,
                                            const ZoneView& view) {
  const dns::Name& zone = view.keys.zone;
  if (rrsig.type_covered != set.type) return SignatureState::kMalformed;
  if (rrsig.signer != zone || !set.owner.is_at_or_below(zone)) return SignatureState::kWrongSigner;
  if (rrsig.labels > set.owner.rrsig_label_count()) return SignatureState::kTooManyLabels;
  // A wildcard above the apex is not a name of this zone.
  if (rrsig.labels < zone.label_count()) return SignatureState::kMalformed;
  if (!relies_on(rrsig.algorithm, view.policy)) return SignatureState::kUnsupported;
  if (check_rrsig_time(rrsig, view.now) == RrsigTime::kReversed) {
    return SignatureState::kDatesReversed;
  }
  return std::nullopt;
}

struct Candidates {
  std::vector<std::size_t> keys;  // Into ZoneKeys::dnskeys.
  // When there are none:
  SignatureState why_none = SignatureState::kUnknownKey;
  std::optional<std::size_t> unfit_key;
};

// RFC 4035 §5.3.1: signer, algorithm and tag name the key, which must have the Zone Key flag.
Candidates find_candidates(const dns::Rrsig& rrsig, const std::vector<KeyFacts>& keys) {
  Candidates found;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const KeyFacts& key = keys[i];
    if (!key.fits(rrsig.algorithm, rrsig.key_tag)) continue;
    if (key.zone_key() && !key.revoked()) {
      found.keys.push_back(i);
      continue;
    }
    found.unfit_key = i;
    found.why_none = key.revoked() ? SignatureState::kRevokedKey : SignatureState::kNotZoneKey;
  }
  return found;
}

SignatureState state_for_time(const dns::Rrsig& rrsig, UnixSeconds now) {
  switch (check_rrsig_time(rrsig, now)) {
    case RrsigTime::kValid: return SignatureState::kValid;
    case RrsigTime::kExpired: return SignatureState::kExpired;
    case RrsigTime::kNotYetValid: return SignatureState::kNotYetValid;
    case RrsigTime::kReversed: return SignatureState::kDatesReversed;
  }
  return SignatureState::kMalformed;
}

// Tries the candidate keys in order; the first that verifies is the one.
SignatureVerdict try_keys(const dns::RRset& set, const dns::Rrsig& rrsig,
                          const Candidates& candidates, const ZoneView& view) {
  SignatureVerdict verdict;
  verdict.state = SignatureState::kMalformed;
  verdict.key_index = candidates.keys.front();
  int tried = 0;
  for (const std::size_t index : candidates.keys) {
    if (++tried > kMaxCandidateKeys) {
      view.crypto.budget.exhausted = true;
      verdict.state = SignatureState::kNotChecked;
      return verdict;
    }
    switch (verify_signature(set, rrsig, view.keys.dnskeys[index], view.crypto)) {
      case CryptoResult::kValid:
        verdict.state = state_for_time(rrsig, view.now);
        verdict.key_index = index;
        return verdict;
      case CryptoResult::kInvalid: verdict.state = SignatureState::kInvalid; break;
      case CryptoResult::kUnsupported: verdict.state = SignatureState::kUnsupported; break;
      case CryptoResult::kMalformedKey:
      case CryptoResult::kMalformedSignature: break;
      case CryptoResult::kLimit: verdict.state = SignatureState::kNotChecked; return verdict;
    }
  }
  return verdict;
}

class SignatureJudge {
 public:
  SignatureJudge(const dns::RRset& set, const ZoneView& view, const KeyFilter& decides)
      : set_(set),
        view_(view),
        decides_(decides),
        keys_(read_key_facts(view.keys.dnskeys)),
        candidates_(set.rrsigs.size()) {
    result_.verdicts.resize(set.rrsigs.size());
  }

  JudgedSignatures run() {
    for (std::size_t i = 0; i < set_.rrsigs.size(); ++i) sort_out(i);
    for (const std::size_t i : deciding_) {
      if (decided_) {
        diagnosed_.push_back(i);
      } else {
        decide(i);
      }
    }
    diagnose();
    if (decided_) result_.undecided = false;
    return std::move(result_);
  }

 private:
  // Puts the signature among those that can decide, those to diagnose, or those already judged.
  void sort_out(std::size_t i) {
    const dns::Rrsig& rrsig = set_.rrsigs[i];
    SignatureVerdict& verdict = result_.verdicts[i];
    verdict.rrsig_index = i;
    candidates_[i] = find_candidates(rrsig, keys_);
    Candidates& candidates = candidates_[i];
    // Keys that can decide come first: others with the same tag must not use up the tries.
    std::stable_partition(candidates.keys.begin(), candidates.keys.end(), decides_);
    verdict.key_index = candidates.keys.empty() ? candidates.unfit_key : candidates.keys.front();
    if (const auto fault = obvious_fault(set_, rrsig, view_)) {
      verdict.state = *fault;
    } else if (candidates.keys.empty()) {
      verdict.state = candidates.why_none;
    } else if (check_rrsig_time(rrsig, view_.now) == RrsigTime::kValid &&
               std::any_of(candidates.keys.begin(), candidates.keys.end(), decides_)) {
      deciding_.push_back(i);
    } else {
      diagnosed_.push_back(i);
    }
  }

  void judge(std::size_t i, const ZoneView& view) {
    const SignatureVerdict found = try_keys(set_, set_.rrsigs[i], candidates_[i], view);
    result_.verdicts[i].state = found.state;
    result_.verdicts[i].key_index = found.key_index;
  }

  void decide(std::size_t i) {
    judge(i, view_);
    const SignatureVerdict& verdict = result_.verdicts[i];
    if (verdict.state == SignatureState::kNotChecked) result_.undecided = true;
    if (verdict.state == SignatureState::kValid && decides_(*verdict.key_index)) decided_ = true;
  }

  // The verdict is known: what follows spends the other part of the budget.
  void diagnose() {
    WorkBudget& budget = view_.crypto.budget;
    std::swap(budget.failed_verifications, budget.failed_diagnoses);
    int& useful = budget.useful();
    const int kept = useful == WorkBudget::kNoLimit ? 0 : std::min(useful, budget.useful_reserve);
    useful -= kept;
    int left = kMaxDiagnosed;
    for (const std::size_t i : diagnosed_) {
      if (left-- > 0) {
        judge(i, view_);
      } else {
        budget.exhausted = true;
      }
    }
    useful += kept;
    std::swap(budget.failed_verifications, budget.failed_diagnoses);
  }

  const dns::RRset& set_;
  const ZoneView& view_;
  const KeyFilter& decides_;
  std::vector<KeyFacts> keys_;
  std::vector<Candidates> candidates_;
  std::vector<std::size_t> deciding_, diagnosed_;
  bool decided_ = false;
  JudgedSignatures result_;
};

}  // namespace

JudgedSignatures judge_signatures(const dns::RRset& set, const ZoneView& view,
                                  const KeyFilter& decides) {
  return SignatureJudge(set, view, decides).run();
}

Reason reason_of(SignatureState state) {
  switch (state) {
    case SignatureState::kValid: return Reason::kValidated;
    case SignatureState::kExpired: return Reason::kSignatureExpired;
    case SignatureState::kNotYetValid: return Reason::kSignatureNotYetValid;
    case SignatureState::kInvalid: return Reason::kSignatureInvalid;
    case SignatureState::kUnknownKey: return Reason::kSigningKeyMissing;
    case SignatureState::kRevokedKey:
    case SignatureState::kNotZoneKey: return Reason::kKeyNotZoneKey;
    case SignatureState::kUnsupported:
    case SignatureState::kDatesReversed:
    case SignatureState::kWrongSigner:
    case SignatureState::kTooManyLabels:
    case SignatureState::kMalformed: return Reason::kSignatureUnusable;
    case SignatureState::kNotChecked: return Reason::kLimit;
  }
  return Reason::kSignatureUnusable;
}

Reason fault_reason(const std::vector<SignatureVerdict>& verdicts) {
  if (verdicts.empty()) return Reason::kSignatureMissing;
  const auto best = std::min_element(
      verdicts.begin(), verdicts.end(),
      [](const SignatureVerdict& a, const SignatureVerdict& b) { return a.state < b.state; });
  return reason_of(best->state);
}

}  // namespace anchorwatch::dnssec
