// SPDX-License-Identifier: Apache-2.0
#include "denial_evidence.h"

#include <algorithm>

#include "zone_cut.h"

namespace anchorwatch::dnssec {
namespace {

// A complete answer with an alias and a wildcard needs fewer than ten.
constexpr int kMaxDenialSets = 32;

// Denial records of a child zone say nothing about this one.
bool is_denial_set(const dns::RRset& set, const dns::Name& zone) {
  return (set.type == dns::RrType::kNsec || set.type == dns::RrType::kNsec3) &&
         !set.rdatas.empty() && set.owner.is_at_or_below(zone) && !signed_by_child(set, zone);
}

}  // namespace

Verdict weaker(const Verdict& a, const Verdict& b) {
  return weakness(b.status) > weakness(a.status) ? b : a;
}

RRsetVerdict JudgedSets::judge(const dns::RRset& set, bool in_answer_section) {
  for (const JudgedRRset& judged : out_.sets) {
    if (judged.set == &set) return judged.verdict;
  }
  RRsetVerdict verdict = validate_rrset(set, view_.keys, view_.now, view_.policy, view_.crypto);
  if (verdict.verdict.status == SecurityStatus::kSecure) {
    out_.valid_until = out_.valid_until == 0 ? verdict.valid_until
                                             : std::min(out_.valid_until, verdict.valid_until);
  }
  out_.sets.push_back({&set, in_answer_section, verdict});
  return verdict;
}

const DenialRecords& DenialEvidence::records() {
  if (!records_) collect();
  return *records_;
}

void DenialEvidence::collect() {
  std::vector<const dns::RRset*> authentic;
  int looked_at = 0;
  for (const dns::RRset& set : answer_.authority) {
    if (!is_denial_set(set, view_.keys.zone)) continue;
    if (++looked_at > kMaxDenialSets) {
      view_.crypto.budget.exhausted = true;
      limit_ = true;
      break;
    }
    const Verdict verdict = sets_.judge(set, false).verdict;
    if (verdict.status == SecurityStatus::kSecure) {
      authentic.push_back(&set);
    } else if (verdict.status == SecurityStatus::kIndeterminate) {
      limit_ = true;
    } else if (!fault_) {
      fault_ = verdict;
    }
  }
  records_ = collect_denial(view_.keys.zone, authentic);
}

Verdict DenialEvidence::verdict_of(const DenialProof& proof) {
  const DenialRecords& used = records();
  switch (proof.result) {
    case DenialResult::kProven: return secure();
    case DenialResult::kOptOut: return insecure(Reason::kOptOut);
    case DenialResult::kIterations: return insecure(Reason::kNsec3Iterations);
    case DenialResult::kLimit: return indeterminate(Reason::kLimit);
    case DenialResult::kMissing:
    case DenialResult::kNameNotCovered:
    case DenialResult::kNextCloserNotCovered:
    case DenialResult::kWildcardNotCovered:
    case DenialResult::kNoClosestEncloser:
    case DenialResult::kTypeInBitmap:
    case DenialResult::kNoMatch:
    case DenialResult::kNameCovered:
    case DenialResult::kHasSoa:
    case DenialResult::kHasDs:
    case DenialResult::kLacksNs:
    case DenialResult::kAncestorRecord: break;
  }
  if (limit_) return indeterminate(Reason::kLimit);
  if (fault_) return *fault_;
  const bool nothing = used.empty() && !used.malformed && !used.unknown_hash;
  return bogus(nothing ? Reason::kDenialMissing : Reason::kDenialInvalid);
}

}  // namespace anchorwatch::dnssec
