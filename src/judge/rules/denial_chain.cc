// SPDX-License-Identifier: Apache-2.0
// The end of the NSEC chain, and proofs that deny the wildcard of the answer that they come with.
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

bool valid(const dnssec::JudgedRRset& judged) {
  return judged.set != nullptr && !judged.set->rdatas.empty() &&
         judged.verdict.verdict.status == dnssec::SecurityStatus::kSecure;
}

/// The last NSEC at or before the name that denies nearly everything. Nothing where a record of the
/// answer is not valid, or could not be checked: that one may be the last.
const dns::RRset* last_nsec(const ProbeView& view) {
  const dns::RRset* last = nullptr;
  for (const dns::RRset& set : view.answer->authority) {
    if (set.type != RrType::kNsec || set.rdatas.empty()) continue;
    const bool good = std::any_of(
        view.result.sets.begin(), view.result.sets.end(),
        [&](const dnssec::JudgedRRset& judged) { return judged.set == &set && valid(judged); });
    if (!good) return nullptr;
    if (last == nullptr || last->owner < set.owner) last = &set;
  }
  return last;
}

class ChainRules {
 public:
  ChainRules(const Context& context, FindingSink& sink) : context_(context), sink_(sink) {}

  void end_of_chain() {
    const auto name = evidence::last_name(context_.zone);
    for (const ProbeView& view : context_.extra_views) {
      if (!name || view.answer->question.name != *name || !view.judged) continue;
      const dns::RRset* set = last_nsec(view);
      const auto nsec = set != nullptr ? dns::decode_nsec(set->rdatas.front()) : std::nullopt;
      if (!nsec) continue;
      // Made for the answer: at the name itself, or up to just after it.
      if (set->owner == *name || *name < nsec->next || nsec->next == context_.zone) continue;
      for (const std::size_t server : view.servers) report_end(server, *set, nsec->next);
    }
  }

  void wildcards() {
    std::map<dns::Name, ServerSet> denied;
    for (const ProbeView& view : context_.probe_views) {
      if (!view.judged) continue;
      for (const dnssec::JudgedRRset& judged : view.result.sets) {
        if (!judged.in_answer_section || !valid(judged) || !judged.verdict.wildcard_encloser) {
          continue;
        }
        const auto wildcard = judged.verdict.wildcard_encloser->prepend("*");
        if (wildcard && denies(view, *wildcard)) merge(denied[*wildcard], view.servers);
      }
    }
    for (const auto& [wildcard, servers] : denied) report_wildcard(servers, wildcard);
  }

 private:
  [[nodiscard]] bool denies(const ProbeView& view, const dns::Name& wildcard) {
    return std::any_of(view.result.sets.begin(), view.result.sets.end(), [&](const auto& judged) {
      if (!valid(judged) || judged.in_answer_section) return false;
      if (judged.set->type == RrType::kNsec) {
        const auto nsec = dns::decode_nsec(judged.set->rdatas.front());
        return nsec && judged.set->owner != wildcard &&
               dnssec::nsec_covers(judged.set->owner, nsec->next, wildcard);
      }
      return judged.set->type == RrType::kNsec3 && nsec3_denies(*judged.set, wildcard);
    });
  }

  [[nodiscard]] bool nsec3_denies(const dns::RRset& set, const dns::Name& wildcard) {
    const auto nsec3 = dns::decode_nsec3(set.rdatas.front());
    const auto owner = from_base32hex(set.owner.first_label());
    // An opt-out span denies nothing.
    if (!nsec3 || !owner || nsec3->hash_algorithm != 1 || nsec3->opt_out() ||
        nsec3->iterations > context_.input.policy.validation.max_nsec3_iterations) {
      return false;
    }
    const Bytes hash = dnssec::nsec3_hash(wildcard, nsec3->salt, nsec3->iterations, budget_);
    if (hash.empty() || hash == *owner) return false;
    const bool wraps = nsec3->next_hash <= *owner;
    return wraps ? hash > *owner || hash < nsec3->next_hash
                 : hash > *owner && hash < nsec3->next_hash;
  }

  void report_end(std::size_t server, const dns::RRset& set, const dns::Name& next) {
    Finding finding =
        FindingSink::start(FindingCode::DENIAL_LAST_NOT_APEX, server_subject(context_, server));
    if (!context_.ds_stands()) finding.severity = Severity::kWarning;
    note_servers(finding, context_, {server});
    finding.data["owner"] = set.owner.to_text();
    finding.data["next"] = next.to_text();
    finding.message = "The last NSEC of " + context_.zone.to_text() + " at " +
                      server_name(context_, server) + " leads from " + set.owner.to_text() +
                      " to " + next.to_text() +
                      " instead of back to the apex, so names after it cannot be denied. Sign the "
                      "zone completely again.";
    sink_.add(std::move(finding));
  }

  void report_wildcard(const ServerSet& servers, const dns::Name& wildcard) {
    for (const std::size_t server : servers) {
      Finding finding = FindingSink::start(FindingCode::DENIAL_WILDCARD_COVERED,
                                           server_subject(context_, server));
      finding.subject.name = wildcard;
      if (!context_.ds_stands()) {
        finding.severity = Severity::kWarning;
      } else if (servers == context_.working_servers()) {
        finding.severity = Severity::kCritical;
      }
      note_servers(finding, context_, {server});
      finding.message = server_name(context_, server) + " answers from " + wildcard.to_text() +
                        ", while the proof in the same answer denies that wildcard. Sign the zone "
                        "completely again.";
      sink_.add(std::move(finding));
    }
  }

  const Context& context_;
  FindingSink& sink_;
  dnssec::WorkBudget budget_;
};

}  // namespace

void denial_chain(const Context& context, FindingSink& sink) {
  if (!context.signed_anywhere()) return;
  ChainRules rules(context, sink);
  rules.end_of_chain();
  rules.wildcards();
}

}  // namespace anchorwatch::judge::rules
