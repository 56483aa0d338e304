// SPDX-License-Identifier: Apache-2.0
// TTLs against signatures, at each server by itself: TTLs are no part of an answer's identity.
//
// Only the answer section counts: negative TTLs are cut by RFC 2308 §5 and RFC 9077.
#include <algorithm>

#include "../thresholds.h"
#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

struct TtlFault {
  const dns::RRset* set = nullptr;
  const dns::Rrsig* rrsig = nullptr;
  ServerSet servers;
  Severity severity = Severity::kInfo;
};

class TtlRules {
 public:
  TtlRules(const Context& context, FindingSink& sink) : context_(context), sink_(sink) {}

  void run() {
    for (std::size_t server = 0; server < context_.servers.size(); ++server) {
      for (const evidence::Answer& answer : context_.servers[server]->answers) {
        // Without authority the TTLs are those of a cache.
        if (!answer.usable() || !answer.aa || context_.is_random(answer.question.name)) continue;
        for (const dns::RRset& set : answer.answer) look_at(set, server);
      }
    }
    for (const auto& [key, fault] : faults_) report(std::get<0>(key), fault);
  }

 private:
  void note(FindingCode code, const dns::RRset& set, const dns::Rrsig& rrsig, std::size_t server,
            Severity severity) {
    TtlFault& fault = faults_[{code, set.owner, set.type}];
    if (fault.set == nullptr || rrsig.key_tag < fault.rrsig->key_tag) {
      fault.set = &set;
      fault.rrsig = &rrsig;
    }
    fault.severity = std::max(fault.severity, severity);
    merge(fault.servers, {server});
  }

  void look_at(const dns::RRset& set, std::size_t server) {
    if (set.rdatas.empty() || !set.owner.is_at_or_below(context_.zone)) return;
    UnixSeconds longest = 0;
    const dns::Rrsig* best = nullptr;
    for (const dns::Rrsig& rrsig : set.rrsigs) {
      if (rrsig.signer != context_.zone) continue;
      if (rrsig.ttl != set.ttl) {
        note(FindingCode::SIG_TTL_MISMATCH, set, rrsig, server, Severity::kWarning);
      }
      if (std::max(set.ttl, rrsig.ttl) > rrsig.original_ttl) {
        note(FindingCode::SIG_ORIGINAL_TTL_EXCEEDED, set, rrsig, server, Severity::kWarning);
      }
      const SignatureTimes times(rrsig, context_.now);
      if (best == nullptr || times.expiration > longest) {
        longest = times.expiration;
        best = &rrsig;
      }
    }
    if (best != nullptr) beyond_expiry(set, *best, server);
  }

  void beyond_expiry(const dns::RRset& set, const dns::Rrsig& rrsig, std::size_t server) {
    const SignatureTimes times(rrsig, context_.now);
    const UnixSeconds remaining = times.expiration - context_.now;
    const auto ttl = static_cast<UnixSeconds>(set.ttl);
    const bool told = times.below_share(context_.input.policy.expiry.warn, context_.now);
    if (remaining <= 0 || ttl <= remaining || told) return;
    // A TTL of about half the validity is a choice of live signers: each answer has a fresh
    // signature.
    const bool by_design = 5 * ttl >= 2 * times.validity();
    note(FindingCode::SIG_TTL_BEYOND_EXPIRY, set, rrsig, server,
         by_design ? Severity::kNotice : Severity::kWarning);
  }

  void report(FindingCode code, const TtlFault& fault) {
    Subject subject;
    subject.name = fault.set->owner;
    subject.type = fault.set->type;
    Finding finding = FindingSink::start(code, subject);
    finding.severity = fault.severity;
    note_key(finding, fault.rrsig->key_tag, fault.rrsig->algorithm);
    note_servers(finding, context_, fault.servers);
    finding.data["ttl"] = std::int64_t{fault.set->ttl};
    finding.data["rrsig_ttl"] = std::int64_t{fault.rrsig->ttl};
    finding.data["original_ttl"] = std::int64_t{fault.rrsig->original_ttl};
    const std::string what = rrset_text(subject) + " has TTL " + std::to_string(fault.set->ttl);
    const std::string where = " at " + server_text(context_, fault.servers);
    if (code == FindingCode::SIG_TTL_MISMATCH) {
      finding.message = what + " and its signature TTL " + std::to_string(fault.rrsig->ttl) +
                        where + ". They must be equal; see who rewrites TTLs.";
    } else if (code == FindingCode::SIG_ORIGINAL_TTL_EXCEEDED) {
      finding.message = what + ", more than the signed original TTL " +
                        std::to_string(fault.rrsig->original_ttl) + where +
                        ". Validators cut it; sign the zone again after a change of TTLs.";
    } else {
      const UnixSeconds end = SignatureTimes(*fault.rrsig, context_.now).expiration;
      finding.message = what + ", longer than its signature lives (until " +
                        time_text(end, context_.now) + ")" + where +
                        ". Use shorter TTLs or renew signatures earlier.";
    }
    sink_.add(std::move(finding));
  }

  const Context& context_;
  FindingSink& sink_;
  std::map<std::tuple<FindingCode, dns::Name, dns::RrType>, TtlFault> faults_;
};

}  // namespace

void signature_ttls(const Context& context, FindingSink& sink) {
  if (context.signed_anywhere() && !context.evidence.forwarded) TtlRules(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
