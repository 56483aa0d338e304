// SPDX-License-Identifier: Apache-2.0
#include "whole_zone.h"

#include <algorithm>
#include <limits>

#include "anchorwatch/dnssec/ds_chain.h"

namespace anchorwatch::judge::whole_zone {

namespace {

using dns::RrType;

/// Bounded by the zone: a signature is tried with a few keys at most, a name is hashed once for
/// each chain. The operator gave us this zone to work through.
dnssec::WorkBudget budget_for(const evidence::ZoneContent& content,
                              const dnssec::WorkBudget& like) {
  constexpr std::int64_t kKeysForOneSignature = 4;
  constexpr std::int64_t kBlocksForOneName = 8 * 64;
  constexpr std::int64_t kMost = std::numeric_limits<int>::max();
  std::int64_t signatures = 32;
  for (const dns::RRset& set : content.sets) {
    signatures += static_cast<std::int64_t>(set.rrsigs.size());
  }
  const auto names = static_cast<std::int64_t>(content.sets.size()) * 2 + 64;
  dnssec::WorkBudget budget;
  budget.failed_verifications =
      static_cast<int>(std::min(kMost, signatures * kKeysForOneSignature));
  budget.failed_diagnoses = budget.failed_verifications;
  budget.nsec3_hash_blocks = static_cast<int>(std::min(kMost, names * kBlocksForOneName));
  budget.cpu_clock = like.cpu_clock;
  return budget;
}

/// A source without any key or signature for a zone that has a DS is the wrong file, not a fault of
/// the zone: servers are looked at besides.
bool is_unsigned_source(const Context& context, const evidence::ZoneContent& content) {
  if (!context.ds_stands()) return false;
  return std::none_of(content.sets.begin(), content.sets.end(), [](const dns::RRset& set) {
    return !set.rrsigs.empty() || set.type == RrType::kDnskey;
  });
}

void report_failure(const Context& context, const std::string& source, const std::string& failure,
                    FindingSink& sink) {
  Finding finding = FindingSink::start(FindingCode::ZONE_SOURCE_FAILED, zone_subject(context));
  finding.data["source"] = source;
  finding.data["failure"] = failure;
  finding.message = context.zone.to_text() + " was not judged as a whole: " + source + ": " +
                    failure + ". What its servers answer was judged as usual.";
  sink.add(std::move(finding));
}

void count(Review& review) {
  WholeZoneSummary& summary = review.summary;
  summary.serial = review.content.serial;
  summary.records = static_cast<std::int64_t>(review.content.records);
  for (const dns::RRset& set : review.content.sets) {
    if (!set.rdatas.empty()) ++summary.rrsets;
    summary.signatures += static_cast<std::int64_t>(set.rrsigs.size());
  }
  for (const Node& node : review.nodes.nodes()) {
    if (!node.exists()) continue;
    ++summary.names;
    if (node.kind != NodeKind::kDelegation) continue;
    ++summary.delegations;
    if (node.secure) ++summary.secure_delegations;
  }
}

void merge_into(Review& review, Judgement& judgement) {
  // A large zone has thousands of moments at which some signature crosses a threshold. They are
  // looked at together, not one by one.
  constexpr UnixSeconds kTogether = 3600;
  constexpr UnixSeconds kLongest = 30 * UnixSeconds{86400};
  const UnixSeconds now = review.context.now;
  WholeZoneSummary& summary = review.summary;
  summary.valid_until = now + kLongest;
  if (review.valid_until != 0) {
    summary.valid_until = std::clamp(review.valid_until, now + kTogether, summary.valid_until);
  }
  summary.answers_expiration = judgement.earliest_expiration;
  const auto& earliest = summary.earliest_expiration;
  if (review.context.ds_stands() && earliest &&
      (!judgement.earliest_expiration || *earliest < *judgement.earliest_expiration)) {
    judgement.earliest_expiration = earliest;
  }
  judgement.valid_until = std::min(judgement.valid_until, summary.valid_until);
  judgement.whole_zone = summary;
}

void report_limit(Review& review) {
  if (!review.crypto.budget.exhausted) return;
  review.note(FindingCode::WORK_LIMIT, review.context.zone, std::nullopt, Severity::kWarning,
              "Not everything in the " + review.source + " of " + review.context.zone.to_text() +
                  " was checked: a limit on the work was reached.");
}

}  // namespace

void check_keys(Review& review) {
  const Context& context = review.context;
  const dns::RRset* set = dns::find_rrset(review.content.sets, context.zone, RrType::kDnskey);
  review.keys.zone = context.zone;
  if (set == nullptr) {
    // Keys that are kept apart from the zone: those that the servers show.
    for (const KeySet& keys : context.key_sets) {
      if (keys.authentic) review.keys.dnskeys = keys.keys.dnskeys;
    }
    return;
  }
  review.keys.dnskeys = set->rdatas;
  if (!context.ds_stands()) return;
  const dnssec::KeysVerdict verdict = dnssec::validate_dnskeys(
      context.entry.ds, *set, context.now, context.input.policy.validation, review.crypto);
  if (verdict.verdict.status != dnssec::SecurityStatus::kBogus) return;
  // Times and damage are told with the signature itself.
  const bool signature = std::any_of(
      verdict.ds.begin(), verdict.ds.end(),
      [](const dnssec::DsVerdict& ds) { return ds.state == dnssec::DsState::kKeySignatureBad; });
  if (signature) return;
  review.note(FindingCode::NO_SECURE_ENTRY, context.zone, std::nullopt, Severity::kCritical,
              "No DS for " + context.zone.to_text() +
                  " leads to a key that validly signs the DNSKEY RRset in the " + review.source +
                  " (" + dnssec::describe(verdict.verdict.reason) +
                  "). Publish the key, or correct the DS at the parent.");
}

void judge_whole_zone(const Context& context, dnssec::CryptoContext& crypto, FindingSink& sink,
                      Judgement& judgement) {
  if (!context.evidence.whole_zone || context.evidence.whole_zone->is_known()) return;
  const evidence::WholeZoneLook& look = *context.evidence.whole_zone;
  std::string failure = look.failure;
  if (look.content != nullptr && is_unsigned_source(context, *look.content)) {
    failure = "it is not signed, although a DS stands. Name the signed zone";
  }
  if (look.content == nullptr || !failure.empty()) {
    judgement.whole_zone.emplace();
    judgement.whole_zone->source = look.source;
    judgement.whole_zone->failure = failure;
    judgement.whole_zone->answers_expiration = judgement.earliest_expiration;
    return report_failure(context, look.source, failure, sink);
  }
  dnssec::WorkBudget budget = budget_for(*look.content, crypto.budget);
  dnssec::CryptoContext own{crypto.memo, crypto.keys, budget};
  Review review(context, look, own);
  review.summary.source = look.source;
  count(review);
  check_keys(review);
  check_records(review);
  if (review.is_signed()) {
    check_signatures(review);
    check_denial(review);
  }
  check_zonemd(review);
  report_limit(review);
  review.findings.finish(sink);
  merge_into(review, judgement);
  crypto.budget.verifications += budget.verifications;
  crypto.budget.reused += budget.reused;
  crypto.budget.verify_cpu_ns += budget.verify_cpu_ns;
}

}  // namespace anchorwatch::judge::whole_zone
