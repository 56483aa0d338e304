// SPDX-License-Identifier: Apache-2.0
// Completeness: signers must sign with each algorithm of the DNSKEY RRset (RFC 4035 §2.2).
// Validators must not insist on it (RFC 6840 §5.11), so this is advice. And the SOA expire against
// signatures.
#include <algorithm>
#include <set>

#include "../thresholds.h"
#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dnssec::SignatureState;

/// Algorithms that some usable key of the set has.
std::set<std::uint8_t> algorithms_of(const Context& context, const KeySet& keys) {
  std::set<std::uint8_t> out;
  for (const auto& key : keys.decoded) {
    if (key && key->zone_key() && !key->revoked() &&
        dnssec::relies_on(key->algorithm, context.input.policy.validation)) {
      out.insert(key->algorithm);
    }
  }
  return out;
}

bool in_ds(const Context& context, std::uint8_t algorithm) {
  return std::any_of(context.entry.ds.begin(), context.entry.ds.end(), [&](const Bytes& rdata) {
    const auto ds = dns::decode_ds(rdata);
    return ds && ds->algorithm == algorithm;
  });
}

void missing(const Context& context, const SetView& view, std::uint8_t algorithm,
             FindingSink& sink) {
  Subject subject = rrset_subject(context, view);
  subject.algorithm = algorithm;
  Finding finding = FindingSink::start(FindingCode::SIG_MISSING_FOR_ALG, subject);
  // Signers of a multi-signer zone may use one algorithm each, and a liberal rollover looks like
  // this until the DS follows.
  if (context.several_signers || !in_ds(context, algorithm)) {
    finding.severity = Severity::kNotice;
  }
  note_servers(finding, context, *view.servers);
  finding.data["algorithm"] = std::int64_t{algorithm};
  finding.message =
      rrset_text(subject) + " has no signature of " + dnssec::algorithm_name(algorithm) + " at " +
      server_text(context, *view.servers) +
      ", although the zone publishes a key of it. Sign with every algorithm, or remove "
      "the key.";
  sink.add(std::move(finding));
}

/// The valid signature that lives longest, or null.
const dns::Rrsig* longest_living(const SetView& view, UnixSeconds now) {
  const dns::Rrsig* best = nullptr;
  for (const dnssec::SignatureVerdict& signature : *view.signatures) {
    const dns::Rrsig& rrsig = view.set->rrsigs[signature.rrsig_index];
    if (signature.state != SignatureState::kValid) continue;
    if (best == nullptr ||
        SignatureTimes(rrsig, now).expiration > SignatureTimes(*best, now).expiration) {
      best = &rrsig;
    }
  }
  return best;
}

/// SOA expire beyond the whole validity: a secondary that is cut off serves dead signatures. Common
/// and legal, so a fact only; the learned minimum of remaining life belongs to `change`.
void soa_expire(const Context& context, FindingSink& sink) {
  for (const SetView& view : context.sets) {
    // Servers that share a signature are fed by zone transfer; live signers make their own.
    if (view.set->type != dns::RrType::kSoa || view.in_authority || view.servers->size() < 2) {
      continue;
    }
    const auto soa = dns::decode_soa(view.set->rdatas.front());
    const dns::Rrsig* rrsig = longest_living(view, context.now);
    if (!soa || rrsig == nullptr) continue;
    const SignatureTimes times(*rrsig, context.now);
    if (times.validity() <= kLiveValidity ||
        times.validity() >= static_cast<UnixSeconds>(soa->expire)) {
      continue;
    }
    Finding finding =
        FindingSink::start(FindingCode::SIG_SHORTER_THAN_SOA_EXPIRE, rrset_subject(context, view));
    finding.severity = Severity::kInfo;
    note_servers(finding, context, *view.servers);
    finding.data["soa_expire"] = std::int64_t{soa->expire};
    finding.data["validity_seconds"] = static_cast<std::int64_t>(times.validity());
    finding.message = "Signatures of " + context.zone.to_text() +
                      " live shorter than the SOA expire time, so a secondary that is cut off "
                      "serves dead signatures instead of falling silent. Set expire to a third of "
                      "the validity.";
    sink.add(std::move(finding));
    return;
  }
}

}  // namespace

void signature_algorithms(const Context& context, FindingSink& sink) {
  if (!context.signed_anywhere()) return;
  soa_expire(context, sink);
  std::vector<std::set<std::uint8_t>> algorithms;
  bool several = false;
  for (const KeySet& keys : context.key_sets) {
    algorithms.push_back(algorithms_of(context, keys));
    several = several || algorithms.back().size() > 1;
  }
  if (!several) return;
  for (const SetView& view : context.sets) {
    if (!view.key_set) continue;
    std::set<std::uint8_t> signing;
    for (const dnssec::SignatureVerdict& signature : *view.signatures) {
      if (signature.state == SignatureState::kValid) {
        signing.insert(view.set->rrsigs[signature.rrsig_index].algorithm);
      }
    }
    if (signing.empty()) continue;
    for (const std::uint8_t algorithm : algorithms[*view.key_set]) {
      if (signing.contains(algorithm)) continue;
      // SEP_MISSING_FOR_ALG tells it for the DNSKEY RRset and an algorithm of the DS set.
      if (view.probe == nullptr && in_ds(context, algorithm)) continue;
      missing(context, view, algorithm, sink);
    }
  }
}

}  // namespace anchorwatch::judge::rules
