// SPDX-License-Identifier: Apache-2.0
// Proofs that deny what the same server answers: resolvers that reuse proofs (RFC 8198) make it
// vanish.
//
// Proof and answer are compared at one server and one serial only: signers of a multi-signer zone
// have chains of their own, and the zone may have just changed.
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

/// A signed proof from a negative answer.
struct Proof {
  const dns::RRset* set = nullptr;
  std::optional<dns::Nsec> nsec;
  std::optional<dns::Nsec3> nsec3;
  Bytes owner_hash;
};

/// Answers that one server, or several with the same answers, gave.
using Bundle = std::vector<std::size_t>;

std::optional<std::uint32_t> serial_in(const evidence::Answer& answer, const dns::Name& zone) {
  const dns::RRset* set = dns::find_rrset(answer.authority, zone, RrType::kSoa);
  if (set == nullptr) return std::nullopt;
  const auto soa = dns::decode_soa(set->rdatas.front());
  if (!soa) return std::nullopt;
  return soa->serial;
}

bool valid(const dnssec::JudgedRRset& judged) {
  return judged.verdict.verdict.status == dnssec::SecurityStatus::kSecure;
}

std::optional<Proof> proof_of(const dnssec::JudgedRRset& judged) {
  if (judged.set == nullptr || judged.in_answer_section || !valid(judged) ||
      judged.set->rdatas.size() != 1) {
    return std::nullopt;
  }
  Proof proof;
  proof.set = judged.set;
  if (judged.set->type == RrType::kNsec) {
    proof.nsec = dns::decode_nsec(judged.set->rdatas.front());
    if (proof.nsec) return proof;
  } else if (judged.set->type == RrType::kNsec3) {
    proof.nsec3 = dns::decode_nsec3(judged.set->rdatas.front());
    const auto hash = from_base32hex(judged.set->owner.first_label());
    if (!proof.nsec3 || !hash || proof.nsec3->hash_algorithm != 1) return std::nullopt;
    proof.owner_hash = *hash;
    return proof;
  }
  return std::nullopt;
}

class LieRules {
 public:
  LieRules(const Context& context, FindingSink& sink) : context_(context), sink_(sink) {}

  void run() {
    std::map<Bundle, ServerSet> bundles;
    std::vector<Bundle> by_server(context_.servers.size());
    for (std::size_t i = 0; i < context_.probe_views.size(); ++i) {
      if (!context_.probe_views[i].judged) continue;
      for (const std::size_t server : context_.probe_views[i].servers) {
        by_server[server].push_back(i);
      }
    }
    for (std::size_t server = 0; server < by_server.size(); ++server) {
      bundles[by_server[server]].push_back(server);
    }
    for (const auto& [bundle, servers] : bundles) compare(bundle, servers);
  }

 private:
  void compare(const Bundle& bundle, const ServerSet& servers) {
    const auto& soa = context_.states[servers.front()].soa;
    std::vector<Proof> proofs;
    for (const std::size_t index : bundle) {
      const ProbeView& view = context_.probe_views[index];
      const auto serial = serial_in(*view.answer, context_.zone);
      if (!soa || !serial || *serial != soa->serial) continue;
      for (const dnssec::JudgedRRset& judged : view.result.sets) {
        if (auto proof = proof_of(judged)) proofs.push_back(std::move(*proof));
      }
    }
    if (proofs.empty()) return;
    for (const std::size_t index : bundle) {
      const ProbeView& view = context_.probe_views[index];
      if (context_.is_random(view.answer->question.name)) continue;
      for (const dnssec::JudgedRRset& judged : view.result.sets) {
        if (judged.set == nullptr || !judged.in_answer_section || !valid(judged) ||
            judged.verdict.wildcard_encloser || judged.set->type == RrType::kDs) {
          continue;
        }
        for (const Proof& proof : proofs) against(*judged.set, proof, servers);
      }
    }
  }

  void against(const dns::RRset& set, const Proof& proof, const ServerSet& servers) {
    bool matches = false;
    bool covers = false;
    if (proof.nsec) {
      matches = proof.set->owner == set.owner;
      covers = dnssec::nsec_covers(proof.set->owner, proof.nsec->next, set.owner);
    } else if (proof.nsec3->iterations <= context_.input.policy.validation.max_nsec3_iterations) {
      const Bytes& hash = hash_of(set.owner, *proof.nsec3);
      const Bytes& next = proof.nsec3->next_hash;
      if (hash.empty()) return;
      matches = hash == proof.owner_hash;
      const bool wraps = next <= proof.owner_hash;
      covers =
          !proof.nsec3->opt_out() && !matches &&
          (wraps ? hash > proof.owner_hash || hash < next : hash > proof.owner_hash && hash < next);
    }
    if (covers) report(FindingCode::DENIAL_LIES_NAME, set, servers);
    if (!matches) return;
    const dns::TypeBitmap& types = proof.nsec ? proof.nsec->types : proof.nsec3->types;
    if (!types.contains(set.type)) report(FindingCode::DENIAL_LIES_TYPE, set, servers);
  }

  const Bytes& hash_of(const dns::Name& name, const dns::Nsec3& nsec3) {
    const auto [at, fresh] = hashes_.try_emplace({name, nsec3.salt, nsec3.iterations});
    if (fresh) at->second = dnssec::nsec3_hash(name, nsec3.salt, nsec3.iterations, budget_);
    return at->second;
  }

  void report(FindingCode code, const dns::RRset& set, const ServerSet& servers) {
    Subject subject;
    subject.name = set.owner;
    subject.type = set.type;
    Finding finding = FindingSink::start(code, subject);
    if (!context_.ds_stands()) {
      finding.severity = Severity::kWarning;
    } else if (servers != context_.working_servers()) {
      finding.severity = Severity::kError;
    }
    note_servers(finding, context_, servers);
    const char* what = code == FindingCode::DENIAL_LIES_NAME
                           ? "denies the name"
                           : "has a bitmap without that type at the name";
    finding.message =
        server_text(context_, servers) + " answers " + rrset_text(subject) +
        ", while a signed proof of the same server " + what +
        ". Resolvers that reuse proofs make it vanish; let the signer rebuild the chain.";
    sink_.add(std::move(finding));
  }

  const Context& context_;
  FindingSink& sink_;
  dnssec::WorkBudget budget_;
  std::map<std::tuple<dns::Name, Bytes, std::uint16_t>, Bytes> hashes_;
};

}  // namespace

void denial_lies(const Context& context, FindingSink& sink) {
  if (context.signed_anywhere()) LieRules(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
