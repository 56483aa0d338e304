// SPDX-License-Identifier: Apache-2.0
// Validates a whole answer of an authoritative server: positive, wildcard, CNAME, DNAME, NODATA or NXDOMAIN.
//
// Only what lies in the zone is judged; where a CNAME or DNAME leaves the zone, the target is reported.
//
// Standards: RFC 4035 §5, RFC 5155 §8, RFC 6672 §5.3, RFC 6840, RFC 9824.
#pragma once

#include <optional>
#include <vector>

#include "anchorwatch/dns/message.h"
#include "anchorwatch/dnssec/denial.h"
#include "anchorwatch/dnssec/signed_rrset.h"

namespace anchorwatch::dnssec {

/// The sections of one answer, borrowed.
struct AnswerView {
  const dns::Question& question;
  int rcode = 0;
  const std::vector<dns::RRset>& answer;
  const std::vector<dns::RRset>& authority;
};

enum class AnswerKind : std::uint8_t {
  kPositive, kAlias /* CNAME or DNAME, see target */, kNodata, kNxdomain, kReferral, kOther /* SERVFAIL … */,
};
const char* to_string(AnswerKind kind);

/// One RRset of the answer that was judged.
struct JudgedRRset {
  const dns::RRset* set = nullptr;  ///< Into the AnswerView's sections.
  bool in_answer_section = true;
  RRsetVerdict verdict;
};

struct AnswerVerdict {
  Verdict verdict;
  AnswerKind kind = AnswerKind::kOther;
  std::vector<JudgedRRset> sets;         ///< Every signed set that the verdict needed, faults included.
  std::optional<DenialProof> denial;     ///< For negative and wildcard answers.
  std::optional<dns::Name> target;       ///< Where the alias chain leaves the zone or the answer.
  /// The answer itself proves that `target` lies at or below this delegation, which has no DS.
  std::optional<dns::Name> target_insecure_below;
  bool nxdomain_disproved = false;       ///< RCODE NXDOMAIN, and the proof shows that the name exists.
  UnixSeconds valid_until = 0;           ///< The earliest moment at which a signature used here expires.
};

/// Judges `view` as an answer of the zone that has `keys` (authentic).
///
/// Unsigned RRsets that need no signature (delegation NS, glue) are not judged. A referral, or data that
/// shows a child zone (served by the same server), is kReferral and indeterminate, kNotJudged; at the end
/// of an alias it is kAlias with `target`. An alias chain that the server did not follow to its end is
/// kAlias with its last name as `target`, also when that lies in the zone: ask again there. NXDOMAIN with a
/// proof of NODATA counts as NODATA: some servers say so for empty non-terminals, and validators accept it. A chain of more
/// than 16 hops is indeterminate, kLimit.
AnswerVerdict validate_answer(const AnswerView& view, const ZoneKeys& keys, UnixSeconds now,
                              const ValidationPolicy& policy, CryptoContext& crypto);

/// Judges the parent's answer to DS `zone`: kSecure with the DS set, or kInsecure with the reason when its
/// absence is proven. A name that the parent proves to exist without being a delegation is bogus,
/// kDelegationUnproven, with DenialResult::kLacksNs in `denial`.
struct DsAnswerVerdict {
  Verdict verdict;                       ///< kSecure: `ds` is authentic (maybe unusable, ds_chain.h decides).
  const dns::RRset* ds = nullptr;        ///< The DS RRset in the answer or referral, if any (also when bogus).
  bool delegation_absent = false;        ///< The parent proves that the name does not exist at all.
  AnswerVerdict answer;
  std::optional<DenialProof> denial;
};
DsAnswerVerdict validate_ds_answer(const AnswerView& view, const ZoneKeys& parent_keys, UnixSeconds now,
                                   const ValidationPolicy& policy, CryptoContext& crypto);

}  // namespace anchorwatch::dnssec
