// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/denial.h"

#include <algorithm>
#include <functional>
#include <list>

#include "nsec3_proof.h"
#include "nsec_proof.h"

namespace anchorwatch::dnssec {
namespace {

constexpr std::size_t kHashOctets = 20;       // SHA-1, the only hash there is (RFC 5155 §11).
constexpr std::size_t kHashLabelOctets = 32;  // The same in base32hex.

// A set may carry signatures that nobody checked; the fewest labels are the safe reading.
int signature_labels(const dns::RRset& set) {
  int labels = set.owner.rrsig_label_count();
  for (const dns::Rrsig& rrsig : set.rrsigs) labels = std::min<int>(labels, rrsig.labels);
  return labels;
}

void collect_nsec(const dns::RRset& set, DenialRecords& out) {
  for (const Bytes& rdata : set.rdatas) {
    auto data = dns::decode_nsec(rdata);
    if (!data || !data->next.is_at_or_below(out.zone) || !set.owner.is_at_or_below(out.zone)) {
      out.malformed = true;
      continue;
    }
    out.nsec.push_back({set.owner, *std::move(data), signature_labels(set)});
  }
}

void collect_nsec3(const dns::RRset& set, DenialRecords& out) {
  const BytesView label = set.owner.first_label();
  const auto hash = label.size() == kHashLabelOctets ? from_base32hex(label) : std::nullopt;
  for (const Bytes& rdata : set.rdatas) {
    auto data = dns::decode_nsec3(rdata);
    if (data && (data->hash_algorithm != 1 || (data->flags & ~dns::Nsec3::kOptOutFlag) != 0)) {
      out.unknown_hash = true;
      continue;
    }
    if (!data || data->next_hash.size() != kHashOctets || !hash || hash->size() != kHashOctets ||
        set.owner.is_root() || set.owner.parent() != out.zone) {
      out.malformed = true;
      continue;
    }
    out.nsec3.push_back({*hash, *std::move(data)});
  }
}

// How good an outcome is: proven, securely insecure, over a limit, failed.
int rank(DenialResult result) {
  switch (result) {
    case DenialResult::kProven: return 0;
    case DenialResult::kOptOut: return 1;
    case DenialResult::kIterations: return 2;
    case DenialResult::kLimit: return 3;
    case DenialResult::kMissing: return 5;
    default: return 4;
  }
}

void keep_better(DenialProof& best, DenialProof other) {
  if (rank(other.result) < rank(best.result)) best = std::move(other);
}

// The records by their parameters (RFC 5155 §8.2: those of one proof must agree). A list, because
// chains hold references.
std::list<Nsec3Chain> chains_of(const DenialRecords& records, WorkBudget& budget) {
  std::list<Nsec3Chain> chains;
  for (const DenialRecords::Nsec3Record& record : records.nsec3) {
    auto chain = std::find_if(chains.begin(), chains.end(), [&](const Nsec3Chain& candidate) {
      return candidate.has_parameters(record.data);
    });
    if (chain == chains.end()) {
      chains.emplace_back(records.zone, record.data.iterations, record.data.salt, budget);
      chain = std::prev(chains.end());
    }
    chain->add(record);
  }
  return chains;
}

using ChainQuestion = std::function<DenialProof(Nsec3Chain&)>;

DenialProof ask_nsec3(const DenialRecords& records, const ValidationPolicy& policy,
                      WorkBudget& budget, const ChainQuestion& ask) {
  DenialProof best;
  for (Nsec3Chain& chain : chains_of(records, budget)) {
    if (chain.iterations() > policy.max_nsec3_iterations) {  // Before any hashing.
      keep_better(best, {DenialResult::kIterations, false, std::nullopt});
    } else {
      keep_better(best, ask(chain));
    }
  }
  return best;
}

DenialProof combine(const DenialRecords& records, const dns::Name& name,
                    const std::function<DenialProof()>& ask_nsec,
                    const std::function<DenialProof()>& ask_chains) {
  DenialProof best;
  if (!name.is_at_or_below(records.zone)) return best;
  if (!records.nsec.empty()) best = ask_nsec();
  if (!records.nsec3.empty() && best.result != DenialResult::kProven) {
    keep_better(best, ask_chains());
  }
  return best;
}

}  // namespace

const char* to_string(DenialResult result) {
  switch (result) {
    case DenialResult::kProven: return "proven";
    case DenialResult::kOptOut: return "opt_out";
    case DenialResult::kIterations: return "iterations";
    case DenialResult::kMissing: return "missing";
    case DenialResult::kNameNotCovered: return "name_not_covered";
    case DenialResult::kNextCloserNotCovered: return "next_closer_not_covered";
    case DenialResult::kWildcardNotCovered: return "wildcard_not_covered";
    case DenialResult::kNoClosestEncloser: return "no_closest_encloser";
    case DenialResult::kTypeInBitmap: return "type_in_bitmap";
    case DenialResult::kNoMatch: return "no_match";
    case DenialResult::kNameCovered: return "name_covered";
    case DenialResult::kHasSoa: return "has_soa";
    case DenialResult::kHasDs: return "has_ds";
    case DenialResult::kLacksNs: return "lacks_ns";
    case DenialResult::kAncestorRecord: return "ancestor_record";
    case DenialResult::kLimit: return "limit";
  }
  return "missing";
}

DenialRecords collect_denial(const dns::Name& zone,
                             const std::vector<const dns::RRset*>& authentic) {
  DenialRecords out;
  out.zone = zone;
  for (const dns::RRset* set : authentic) {
    if (set->type == dns::RrType::kNsec) collect_nsec(*set, out);
    if (set->type == dns::RrType::kNsec3) collect_nsec3(*set, out);
  }
  return out;
}

DenialProof prove_nxdomain(const DenialRecords& records, const dns::Name& name,
                           const ValidationPolicy& policy, WorkBudget& budget) {
  return combine(
      records, name, [&] { return nsec_nxdomain(records, name); },
      [&] {
        return ask_nsec3(records, policy, budget,
                         [&](Nsec3Chain& chain) { return chain.nxdomain(name); });
      });
}

DenialProof prove_nodata(const DenialRecords& records, const dns::Name& name, dns::RrType type,
                         const ValidationPolicy& policy, WorkBudget& budget) {
  return combine(
      records, name, [&] { return nsec_nodata(records, name, type); },
      [&] {
        return ask_nsec3(records, policy, budget,
                         [&](Nsec3Chain& chain) { return chain.nodata(name, type); });
      });
}

DenialProof prove_no_ds(const DenialRecords& records, const dns::Name& name,
                        const ValidationPolicy& policy, WorkBudget& budget) {
  return combine(
      records, name, [&] { return nsec_no_ds(records, name); },
      [&] {
        return ask_nsec3(records, policy, budget,
                         [&](Nsec3Chain& chain) { return chain.no_ds(name); });
      });
}

DenialProof prove_wildcard_expansion(const DenialRecords& records, const dns::Name& name,
                                     const dns::Name& encloser, const ValidationPolicy& policy,
                                     WorkBudget& budget) {
  return combine(
      records, name, [&] { return nsec_wildcard_expansion(records, name, encloser); },
      [&] {
        return ask_nsec3(records, policy, budget, [&](Nsec3Chain& chain) {
          return chain.wildcard_expansion(name, encloser);
        });
      });
}

}  // namespace anchorwatch::dnssec
