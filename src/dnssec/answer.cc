// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/answer.h"

#include "answer_judge.h"

namespace anchorwatch::dnssec {
namespace {

// The parent's word on a delegation that has no DS, from its denial records.
class DsDenial {
 public:
  DsDenial(const AnswerView& answer, const ZoneView& view, AnswerJudge& judge)
      : answer_(answer), view_(view), judge_(judge) {}

  void run(DsAnswerVerdict& out) {
    const dns::Name& zone = answer_.question.name;
    const DenialRecords& records = judge_.denial().records();
    WorkBudget& budget = view_.crypto.budget;
    if (answer_.rcode == dns::kRcodeNxDomain) {
      out.denial = prove_nxdomain(records, zone, view_.policy, budget);
      out.delegation_absent = out.denial->result == DenialResult::kProven;
    } else {
      out.denial = prove_no_ds(records, zone, view_.policy, budget);
      out.delegation_absent = out.denial->compact;
    }
    const Verdict denied =
        out.delegation_absent ? insecure(Reason::kNoDs) : verdict_of(*out.denial);
    out.verdict = weaker(judge_.soa(), denied);
    if (out.verdict.status != SecurityStatus::kInsecure) out.delegation_absent = false;
  }

 private:
  Verdict verdict_of(const DenialProof& proof) {
    const Verdict verdict = judge_.denial().verdict_of(proof);
    if (verdict.status == SecurityStatus::kSecure) return insecure(Reason::kNoDs);
    const bool unproven =
        verdict.reason == Reason::kDenialMissing || verdict.reason == Reason::kDenialInvalid;
    return unproven ? bogus(Reason::kDelegationUnproven) : verdict;
  }

  const AnswerView& answer_;
  const ZoneView& view_;
  AnswerJudge& judge_;
};

// RFC 4035 §3.1.4: a referral brings the DS RRset along; some servers send one for the DS question itself.
const dns::RRset* ds_in_referral(const AnswerView& view) {
  if (view.rcode != dns::kRcodeNoError || !view.answer.empty()) return nullptr;
  const dns::Name& zone = view.question.name;
  if (dns::find_rrset(view.authority, zone, dns::RrType::kNs) == nullptr) return nullptr;
  const dns::RRset* ds = dns::find_rrset(view.authority, zone, dns::RrType::kDs);
  return ds != nullptr && !ds->rdatas.empty() ? ds : nullptr;
}

}  // namespace

const char* to_string(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kPositive: return "positive";
    case AnswerKind::kAlias: return "alias";
    case AnswerKind::kNodata: return "nodata";
    case AnswerKind::kNxdomain: return "nxdomain";
    case AnswerKind::kReferral: return "referral";
    case AnswerKind::kOther: return "other";
  }
  return "other";
}

AnswerVerdict validate_answer(const AnswerView& view, const ZoneKeys& keys, UnixSeconds now,
                              const ValidationPolicy& policy, CryptoContext& crypto) {
  const ZoneView context{keys, now, policy, crypto};
  AnswerJudge judge(view, context);
  judge.run();
  return std::move(judge.verdict());
}

DsAnswerVerdict validate_ds_answer(const AnswerView& view, const ZoneKeys& parent_keys,
                                   UnixSeconds now, const ValidationPolicy& policy,
                                   CryptoContext& crypto) {
  DsAnswerVerdict out;
  const dns::Name& zone = view.question.name;
  // Only names below the apex have their DS in this zone.
  if (view.question.type != dns::RrType::kDs || !zone.is_below(parent_keys.zone)) return out;
  const ZoneView context{parent_keys, now, policy, crypto};
  AnswerJudge judge(view, context);
  if (const dns::RRset* ds = ds_in_referral(view)) {
    out.ds = ds;
    out.verdict = judge.referred(*ds);
    out.answer = std::move(judge.verdict());
    out.answer.kind = AnswerKind::kReferral;
    out.answer.verdict = out.verdict;
    return out;
  }
  judge.run();
  out.ds = dns::find_rrset(view.answer, zone, dns::RrType::kDs);
  switch (judge.verdict().kind) {
    case AnswerKind::kOther: break;
    case AnswerKind::kPositive: out.verdict = judge.verdict().verdict; break;
    case AnswerKind::kAlias:  // An authentic alias is not a delegation.
      out.verdict = judge.verdict().verdict;
      if (out.verdict.status == SecurityStatus::kSecure ||
          out.verdict.status == SecurityStatus::kInsecure) {
        out.verdict = bogus(Reason::kDelegationUnproven);
      }
      break;
    case AnswerKind::kReferral:
    case AnswerKind::kNodata:
    case AnswerKind::kNxdomain: DsDenial(view, context, judge).run(out); break;
  }
  out.answer = std::move(judge.verdict());
  return out;
}

}  // namespace anchorwatch::dnssec
