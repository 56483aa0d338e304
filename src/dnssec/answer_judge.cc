// SPDX-License-Identifier: Apache-2.0
#include "answer_judge.h"

#include <algorithm>

#include "anchorwatch/dns/rdata.h"

#include "zone_cut.h"

namespace anchorwatch::dnssec {
namespace {

using dns::RrType;

// Longer chains inside one zone are loops or mistakes; resolvers give up at about this length.
constexpr int kMaxHops = 16;

// RFC 6672 §2.2: the labels above the DNAME's owner, put before its target. Nothing if too long.
std::optional<dns::Name> substitute(const dns::Name& name, const dns::Name& owner,
                                    const dns::Name& target) {
  const Bytes& wire = name.wire();
  return dns::Name::from_wire(wire.substr(0, wire.size() - owner.wire().size()) + target.wire());
}

bool is_failure(const Verdict& verdict) {
  return verdict.status == SecurityStatus::kBogus ||
         verdict.status == SecurityStatus::kIndeterminate;
}

}  // namespace

void AnswerJudge::run() {
  const bool judged = answer_.rcode == dns::kRcodeNoError || answer_.rcode == dns::kRcodeNxDomain;
  // An answer to RRSIG cannot be validated, and a name outside is another zone's.
  if (!judged || answer_.question.type == RrType::kRrsig ||
      !current_.is_at_or_below(view_.keys.zone)) {
    return;
  }
  out_.verdict = secure();
  while (step() == Step::kFollow) {
    if (++hops_ > kMaxHops) {
      weaken(indeterminate(Reason::kLimit));
      return;
    }
  }
}

AnswerJudge::Step AnswerJudge::step() {
  if (!current_.is_at_or_below(view_.keys.zone)) return leave_zone();
  if (shows_child_zone(answer_, view_.keys.zone, current_)) return child_zone();
  if (answer_.question.type == RrType::kAny) return any();
  if (const auto* set = dns::find_rrset(answer_.answer, current_, answer_.question.type)) {
    return positive(*set);
  }
  if (const auto* dname = find_dname()) return follow_dname(*dname);
  if (const auto* cname = dns::find_rrset(answer_.answer, current_, RrType::kCname)) {
    return follow_cname(*cname);
  }
  return negative();
}

AnswerJudge::Step AnswerJudge::positive(const dns::RRset& set) {
  out_.kind = AnswerKind::kPositive;
  if (answer_.rcode == dns::kRcodeNxDomain) return malformed();
  if (set.type == RrType::kCname && set.rdatas.size() > 1) return malformed();  // RFC 2181 §10.1
  weaken(use(set));
  return Step::kDone;
}

// RFC 6840 §4.2: every set at the name must validate; that none is missing cannot be proven.
AnswerJudge::Step AnswerJudge::any() {
  bool found = false;
  for (const dns::RRset& set : answer_.answer) {
    if (set.owner != current_ || set.rdatas.empty()) continue;
    found = true;
    out_.kind = AnswerKind::kPositive;
    weaken(use(set));
  }
  if (found) return answer_.rcode == dns::kRcodeNxDomain ? malformed() : Step::kDone;
  const auto* dname = find_dname();
  return dname != nullptr ? follow_dname(*dname) : negative();
}

AnswerJudge::Step AnswerJudge::leave_zone() {
  out_.kind = AnswerKind::kAlias;
  out_.target = current_;
  find_insecure_delegation();
  return Step::kDone;
}

// A server may send the proof for a delegation on the way to the target along with the alias.
void AnswerJudge::find_insecure_delegation() {
  const dns::Name& zone = view_.keys.zone;
  if (!current_.is_below(zone) || is_failure(out_.verdict)) return;
  const DenialRecords& records = denial_.records();
  if (records.empty()) return;
  for (int labels = zone.label_count() + 1; labels <= current_.label_count(); ++labels) {
    const dns::Name name = current_.suffix(labels);
    const DenialResult result =
        prove_no_ds(records, name, view_.policy, view_.crypto.budget).result;
    if (result != DenialResult::kProven && result != DenialResult::kOptOut) continue;
    out_.target_insecure_below = name;
    return;
  }
}

AnswerJudge::Step AnswerJudge::child_zone() {
  if (hops_ > 0) return leave_zone();
  out_.kind = AnswerKind::kReferral;
  out_.verdict = indeterminate(Reason::kNotJudged);
  return Step::kDone;
}

AnswerJudge::Step AnswerJudge::malformed() {
  weaken(bogus(Reason::kAnswerMalformed));
  return Step::kDone;
}

Verdict AnswerJudge::use(const dns::RRset& set) {
  const RRsetVerdict judged = sets_.judge(set, true);
  if (judged.verdict.status != SecurityStatus::kSecure || !judged.wildcard_encloser) {
    return judged.verdict;
  }
  out_.denial = prove_wildcard_expansion(denial_.records(), set.owner, *judged.wildcard_encloser,
                                         view_.policy, view_.crypto.budget);
  return denial_.verdict_of(*out_.denial);
}

Verdict AnswerJudge::referred(const dns::RRset& set) {
  const RRsetVerdict judged = sets_.judge(set, false);
  // A wildcard cannot delegate (RFC 4592 §4.2).
  return judged.wildcard_encloser ? bogus(Reason::kDelegationUnproven) : judged.verdict;
}

const dns::RRset* AnswerJudge::find_dname() const {
  const dns::RRset* found = nullptr;
  for (const dns::RRset& set : answer_.answer) {
    if (set.type == RrType::kDname && !set.rdatas.empty() && current_.is_below(set.owner) &&
        set.owner.is_at_or_below(view_.keys.zone) &&
        (found == nullptr || set.owner.is_below(found->owner))) {
      found = &set;
    }
  }
  return found;
}

AnswerJudge::Step AnswerJudge::follow_cname(const dns::RRset& cname) {
  out_.kind = AnswerKind::kAlias;
  if (cname.rdatas.size() != 1) return malformed();  // RFC 2181 §10.1
  const auto target = dns::decode_name(cname.rdatas.front());
  return target ? follow(cname, *target) : malformed();
}

// RFC 6672 §5.3.1: the DNAME is what is signed; the CNAME beside it is computed again.
AnswerJudge::Step AnswerJudge::follow_dname(const dns::RRset& dname) {
  out_.kind = AnswerKind::kAlias;
  if (dname.rdatas.size() != 1) return malformed();  // RFC 6672 §2.4
  const auto dname_target = dns::decode_name(dname.rdatas.front());
  if (!dname_target) return malformed();
  const auto target = substitute(current_, dname.owner, *dname_target);
  if (!target) return malformed();
  const auto* cname = dns::find_rrset(answer_.answer, current_, RrType::kCname);
  if (cname != nullptr &&
      (cname->rdatas.size() != 1 || dns::decode_name(cname->rdatas.front()) != target)) {
    return malformed();
  }
  // RFC 6672 §3.3: not well defined, and validators refuse it.
  if (sets_.judge(dname, true).wildcard_encloser) return malformed();
  return follow(dname, *target);
}

AnswerJudge::Step AnswerJudge::follow(const dns::RRset& alias, const dns::Name& target) {
  weaken(use(alias));
  if (is_failure(out_.verdict)) return Step::kDone;
  // A loop: every alias in it is authentic, and there is nothing at its end to be judged.
  passed_.push_back(current_);
  if (std::find(passed_.begin(), passed_.end(), target) != passed_.end()) return Step::kDone;
  current_ = target;
  return Step::kFollow;
}

// An alias whose end the server left out: the rest is another question, not a denial. What comes without
// SOA is no negative answer (RFC 2308 §2.2), but maybe the proof for a delegation.
bool AnswerJudge::ends_without_claim() const {
  return hops_ > 0 && answer_.rcode == dns::kRcodeNoError &&
         std::none_of(answer_.authority.begin(), answer_.authority.end(),
                      [](const dns::RRset& set) { return set.type == RrType::kSoa; });
}

void AnswerJudge::judge_soa() {
  const auto* soa = dns::find_rrset(answer_.authority, view_.keys.zone, RrType::kSoa);
  if (soa != nullptr) soa_ = sets_.judge(*soa, false).verdict;
}

void AnswerJudge::judge_nxdomain() {
  WorkBudget& budget = view_.crypto.budget;
  out_.kind = AnswerKind::kNxdomain;
  out_.denial = prove_nxdomain(denial_.records(), current_, view_.policy, budget);
  if (denial_.verdict_of(*out_.denial).status != SecurityStatus::kBogus) return;
  const DenialProof nodata =
      prove_nodata(denial_.records(), current_, answer_.question.type, view_.policy, budget);
  if (nodata.result != DenialResult::kProven || nodata.compact) return;
  out_.kind = AnswerKind::kNodata;
  out_.denial = nodata;
  out_.nxdomain_disproved = true;
}

AnswerJudge::Step AnswerJudge::negative() {
  if (ends_without_claim()) return leave_zone();
  judge_soa();
  WorkBudget& budget = view_.crypto.budget;
  if (answer_.rcode == dns::kRcodeNxDomain) {
    judge_nxdomain();
  } else {
    out_.denial =
        prove_nodata(denial_.records(), current_, answer_.question.type, view_.policy, budget);
    // The record of a delegation where an alias has led: the name lies in the child, served here
    // too.
    if (hops_ > 0 && out_.denial->result == DenialResult::kAncestorRecord) {
      out_.denial.reset();
      return leave_zone();
    }
    out_.kind = out_.denial->compact ? AnswerKind::kNxdomain : AnswerKind::kNodata;
  }
  weaken(soa_);
  weaken(denial_.verdict_of(*out_.denial));
  return Step::kDone;
}

}  // namespace anchorwatch::dnssec
