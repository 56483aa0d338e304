// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/judge/judge.h"

#include <algorithm>

#include "anchorwatch/dnssec/expected_signatures.h"

#include "causes.h"
#include "context.h"
#include "expected.h"
#include "rules/behaviour_view.h"
#include "rules/rules.h"
#include "whole_zone/whole_zone.h"

namespace anchorwatch::judge {

namespace {

using dnssec::SecurityStatus;

/// Where an alias leads out of the zone, read from the answer when no validator looked at it.
std::optional<dns::Name> alias_target(const evidence::Answer& answer, const dns::Name& zone) {
  dns::Name at = answer.question.name;
  for (std::size_t step = 0; step <= answer.answer.size(); ++step) {
    const dns::RRset* alias = dns::find_rrset(answer.answer, at, dns::RrType::kCname);
    if (alias == nullptr || answer.question.type == dns::RrType::kCname) return std::nullopt;
    const std::optional<dns::Name> next = dns::decode_name(alias->rdatas.front());
    if (!next) return std::nullopt;
    if (!next->is_at_or_below(zone)) return next;
    at = *next;
  }
  return std::nullopt;
}

/// Secure, insecure, a limit, bogus: in which order a resolver would settle for an answer.
int preference(dnssec::Verdict verdict) {
  switch (verdict.status) {
    case SecurityStatus::kSecure: return 0;
    case SecurityStatus::kInsecure: return 1;
    case SecurityStatus::kIndeterminate: return 2;
    case SecurityStatus::kBogus: return 3;
  }
  return 3;
}

/// The answer proves that the target lies below a delegation without DS, and no anchor stands there.
std::optional<SecurityStatus> proven_target_status(const Context& context,
                                                   const dnssec::AnswerVerdict& answer) {
  if (!answer.target || !answer.target_insecure_below) return std::nullopt;
  for (const auto& [name, records] : context.input.anchors.anchors()) {
    const bool below = name.is_at_or_below(*answer.target_insecure_below);
    if (below && answer.target->is_at_or_below(name)) return std::nullopt;
  }
  return SecurityStatus::kInsecure;
}

ProbeVerdict probe_verdict(const Context& context, std::size_t probe) {
  ProbeVerdict out;
  out.question = context.questions[probe];
  out.verdict = dnssec::indeterminate(dnssec::Reason::kUnreachable);
  const ProbeView* best = nullptr;
  for (const ProbeView& view : context.probe_views) {
    if (view.probe != probe) continue;
    if (best == nullptr || preference(view.best) < preference(best->best)) best = &view;
  }
  if (best != nullptr) {
    out.verdict = best->best;
    out.rcode = dns::rcode_to_string(best->answer->rcode);
    out.target = best->judged && best->result.target ? best->result.target
                                                     : alias_target(*best->answer, context.zone);
    if (best->judged) out.target_status = proven_target_status(context, best->result);
    return out;
  }
  if (context.is_unreadable(probe)) {
    out.verdict = context.chain.status == SecurityStatus::kSecure
                      ? dnssec::bogus(dnssec::Reason::kAnswerMalformed)
                      : context.chain;
  }
  for (const evidence::ServerLook* server : context.servers) {
    const evidence::Answer* answer = server->find(out.question);
    if (answer == nullptr || !answer->answered()) continue;
    out.rcode = dns::rcode_to_string(answer->rcode);
    break;
  }
  return out;
}

/// RFC 5001 §2.4 leaves the octets to the server. Most send text; what is none is shown as hexadecimal.
std::string nsid_text(BytesView nsid) {
  constexpr std::size_t kMost = 128;
  nsid = nsid.substr(0, kMost);
  const bool text = std::all_of(nsid.begin(), nsid.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return text ? std::string(nsid) : to_hex(nsid);
}

std::vector<ServerVerdict> server_verdicts(const Context& context) {
  std::vector<ServerVerdict> out;
  out.reserve(context.servers.size());
  for (std::size_t i = 0; i < context.servers.size(); ++i) {
    const ServerState& state = context.states[i];
    ServerVerdict verdict;
    verdict.name = context.servers[i]->name;
    verdict.address = context.servers[i]->address;
    verdict.reachable = state.reachable;
    verdict.verdict = state.verdict;
    if (state.soa) verdict.serial = state.soa->serial;
    verdict.nsid = nsid_text(context.servers[i]->nsid);
    verdict.open_questions = rules::open_questions(context, i);
    out.push_back(std::move(verdict));
  }
  return out;
}

std::vector<ServerVerdict> parent_verdicts(const Context& context) {
  std::vector<ServerVerdict> out;
  out.reserve(context.parents.size());
  for (const evidence::ServerLook* look : context.parents) {
    ServerVerdict verdict;
    verdict.name = look->name;
    verdict.address = look->address;
    verdict.reachable = look->reachable();
    verdict.verdict = dnssec::indeterminate(dnssec::Reason::kUnreachable);
    out.push_back(std::move(verdict));
  }
  for (const ParentView& view : context.parent_views) {
    if (!view.usable) continue;
    // Below an insecure parent there is nothing to validate; its answer counts as it is.
    dnssec::Verdict verdict = view.verdict.verdict;
    if (!view.judged) {
      verdict = context.parent_link != nullptr ? context.parent_link->verdict
                                               : dnssec::insecure(dnssec::Reason::kNoTrustAnchor);
    }
    for (const std::size_t parent : view.parents) out[parent].verdict = verdict;
  }
  return out;
}

ChainLink make_link(const Context& context) {
  ChainLink link;
  link.zone = context.zone;
  link.verdict = context.chain;
  link.ds = context.entry.ds;
  for (const KeySet& keys : context.key_sets) {
    if (!keys.authentic) continue;
    link.dnskeys.insert(link.dnskeys.end(), keys.keys.dnskeys.begin(), keys.keys.dnskeys.end());
  }
  // Servers of a multi-signer zone may publish different sets; children may meet any of their keys.
  std::sort(link.dnskeys.begin(), link.dnskeys.end());
  link.dnskeys.erase(std::unique(link.dnskeys.begin(), link.dnskeys.end()), link.dnskeys.end());
  Hasher hasher;
  hasher.field(context.zone.wire());
  hasher.number(static_cast<std::uint64_t>(link.verdict.status));
  hasher.number(static_cast<std::uint64_t>(link.verdict.reason));
  hasher.number(link.dnskeys.size());
  for (const Bytes& key : link.dnskeys) hasher.field(key);
  if (context.parent_link != nullptr) hasher.raw(context.parent_link->digest.bytes());
  link.digest = hasher.finish();
  return link;
}

int share_of(int amount, double share) { return static_cast<int>(amount * share); }

}  // namespace

Judgement judge(const JudgeInput& input, dnssec::VerifyMemo& memo, dnssec::KeyCache& keys,
                dnssec::WorkBudget& budget) {
  Context context(input);
  const dnssec::ExpectedSignatures expected(signatures_in(input.evidence));
  // Diagnosis spends a budget of its own, so that it cannot cost the verdict (decisions, 8).
  dnssec::WorkBudget spare = budget;
  spare.verifications = spare.reused = 0;
  spare.exhausted = false;
  spare.lender = &budget;
  spare.failed_verifications = share_of(budget.failed_verifications, budget.diagnosis_share);
  spare.ds_digests = share_of(budget.ds_digests, budget.diagnosis_share);
  spare.nsec3_hash_blocks = share_of(budget.nsec3_hash_blocks, budget.diagnosis_share);
  dnssec::CryptoContext crypto{memo, keys, budget};
  dnssec::CryptoContext diagnosis{memo, keys, spare};
  judge_entry(context, crypto);
  judge_keys(context, crypto, diagnosis);
  judge_probes(context, crypto, diagnosis);
  judge_status(context);
  judge_extras(context, diagnosis);
  context.verdict_limited = context.verdict == dnssec::indeterminate(dnssec::Reason::kLimit);
  context.diagnosis_limited = budget.exhausted || spare.exhausted;
  budget.verifications += spare.verifications;
  budget.verify_cpu_ns += spare.verify_cpu_ns;
  budget.reused += spare.reused;

  Judgement judgement;
  judgement.zone = context.zone;
  judgement.verdict = context.verdict;
  judgement.status_worst = context.worst;
  judgement.observation = context.observation;
  judgement.delegation = context.delegation;
  judgement.ancestors = input.ancestors;
  judgement.link = make_link(context);
  for (std::size_t probe = 0; probe < context.questions.size(); ++probe) {
    judgement.probes.push_back(probe_verdict(context, probe));
  }
  if (context.ds_probe) {
    judgement.probes.insert(
        judgement.probes.begin() + static_cast<std::ptrdiff_t>(*context.ds_probe),
        judge_ds_probe(context));
  }
  judgement.servers = server_verdicts(context);
  judgement.parents = parent_verdicts(context);
  judgement.unseen = find_unseen(context);
  set_horizon(context, judgement);
  set_trust_ends(context, judgement);
  FindingSink sink(input.policy, input.expectation);
  rules::run_all(context, sink);
  whole_zone::judge_whole_zone(context, crypto, sink, judgement);
  link_causes(context, sink.findings());
  judgement.findings = sink.finish();
  if (context.diagnosis_limited) judgement.work_limit = WorkLimitHit::kDiagnosis;
  if (context.verdict_limited) judgement.work_limit = WorkLimitHit::kVerdict;
  judgement.verifications = budget.verifications;
  judgement.verifications_reused = budget.reused;
  judgement.verify_cpu_ns = budget.verify_cpu_ns;
  return judgement;
}

dnssec::WorkBudget budget_for(const evidence::ZoneEvidence& evidence) {
  // What the most costly of them take stays well below 200 ms of CPU.
  constexpr int kMostFailures = 320;
  constexpr int kManyFailures = 128;
  const int servers = static_cast<int>(std::min<std::size_t>(evidence.servers.size(), 256));
  const int parents =
      static_cast<int>(std::min<std::size_t>(evidence.delegation.parents.size(), 64));
  const int questions = static_cast<int>(std::min<std::size_t>(evidence.probes.size(), 64)) + 2;
  dnssec::WorkBudget budget;
  budget.failed_verifications =
      std::min(kMostFailures, budget.failed_verifications + 2 * servers * questions + 2 * parents);
  // Faults that many servers repeat need no diagnosis at each.
  if (budget.failed_verifications > kManyFailures) budget.diagnosis_share = 0.5;
  // Twenty-six addresses with P-384 and new signatures in every answer, the most that a sound zone has, need 6,800.
  constexpr int kMostUseful = 9000;
  budget.useful_work = std::min(kMostUseful, 400 + 320 * servers);
  budget.useful_reserve = budget.useful_work / 2;
  budget.ds_digests += 16 * servers;
  budget.nsec3_hash_blocks += 2000 * (servers + parents);
  return budget;
}

bool misses_expectation(const Judgement& judgement, const Expectation& expectation) {
  if (judgement.delegation == DelegationState::kAbsent) return true;
  switch (expectation.expect) {
    case Expect::kAny: return false;
    case Expect::kSigned:
      return judgement.verdict.status != SecurityStatus::kSecure &&
             judgement.verdict.status != SecurityStatus::kIndeterminate;
    case Expect::kUnsigned:
      return judgement.verdict.status != SecurityStatus::kInsecure &&
             judgement.verdict.status != SecurityStatus::kIndeterminate;
  }
  return false;
}

}  // namespace anchorwatch::judge
