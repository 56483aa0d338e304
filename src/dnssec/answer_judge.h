// SPDX-License-Identifier: Apache-2.0
// AnswerJudge: follows one answer from the question through its aliases to what it says at the end.
#pragma once

#include <vector>

#include "anchorwatch/dnssec/answer.h"

#include "denial_evidence.h"

namespace anchorwatch::dnssec {

class AnswerJudge {
 public:
  AnswerJudge(const AnswerView& answer, const ZoneView& view)
      : answer_(answer), view_(view), current_(answer.question.name) {}
  ~AnswerJudge() = default;
  AnswerJudge(const AnswerJudge&) = delete;
  AnswerJudge& operator=(const AnswerJudge&) = delete;

  /// Call once.
  void run();
  [[nodiscard]] AnswerVerdict& verdict() { return out_; }
  [[nodiscard]] DenialEvidence& denial() { return denial_; }
  /// Of the SOA in a negative answer; secure when there is none.
  [[nodiscard]] const Verdict& soa() const { return soa_; }
  /// On a set that a referral brings along in the authority section.
  Verdict referred(const dns::RRset& set);

 private:
  enum class Step : std::uint8_t { kDone, kFollow };

  Step step();
  Step positive(const dns::RRset& set);
  Step any();
  Step negative();
  Step leave_zone();
  void find_insecure_delegation();
  void judge_nxdomain();
  Step child_zone();
  Step malformed();
  Step follow_cname(const dns::RRset& cname);
  Step follow_dname(const dns::RRset& dname);
  Step follow(const dns::RRset& alias, const dns::Name& target);

  void judge_soa();
  /// The verdict on a set with its proof that a wildcard was right to answer.
  Verdict use(const dns::RRset& set);
  [[nodiscard]] const dns::RRset* find_dname() const;
  [[nodiscard]] bool lies_in_child_zone() const;
  [[nodiscard]] bool ends_without_claim() const;
  void weaken(const Verdict& verdict) { out_.verdict = weaker(out_.verdict, verdict); }

  const AnswerView& answer_;
  const ZoneView& view_;
  AnswerVerdict out_;
  JudgedSets sets_{view_, out_};
  DenialEvidence denial_{answer_, view_, sets_};
  Verdict soa_ = secure();
  dns::Name current_;  // Where the alias chain has come to.
  int hops_ = 0;
  std::vector<dns::Name> passed_;  // Names whose alias was followed.
};

}  // namespace anchorwatch::dnssec
