// SPDX-License-Identifier: Apache-2.0
// The NSEC3 chains of a whole zone: one record for the hash of each name, each pointing to the
// next; only insecure delegations may hide in an opt-out span.
#include <algorithm>
#include <set>

#include "whole_zone.h"

namespace anchorwatch::judge::whole_zone {

namespace {

using dns::RrType;

constexpr std::size_t kSha1Octets = 20;

struct Parameters {
  std::uint16_t iterations = 0;
  Bytes salt;
  auto operator<=>(const Parameters&) const = default;
};

struct Link {
  Bytes hash;
  const dns::RRset* set = nullptr;
  dns::Nsec3 data;
  bool used = false;  ///< Some name has this hash.
};

bool covers(const Link& link, BytesView hash) {
  const Bytes& next = link.data.next_hash;
  if (link.hash < next) return link.hash < hash && hash < next;
  return link.hash < hash || hash < next;
}

/// The records of one set of parameters, in order of their hashes.
class Nsec3Chain {
 public:
  Nsec3Chain(Review& review, const Parameters& parameters, std::vector<Link> links)
      : review_(review), parameters_(parameters), links_(std::move(links)) {
    std::sort(links_.begin(), links_.end(),
              [](const Link& left, const Link& right) { return left.hash < right.hash; });
  }

  void run() {
    for (const Node& node : review_.nodes.nodes()) {
      if (!node.exists()) continue;
      const Bytes hash = dnssec::nsec3_hash(*node.name, parameters_.salt, parameters_.iterations,
                                            review_.crypto.budget);
      if (hash.empty()) return;  // The limit is reported.
      name(node, hash);
    }
    for (std::size_t i = 0; i < links_.size(); ++i) joint(i);
  }

 private:
  void name(const Node& node, const Bytes& hash) {
    const auto at =
        std::lower_bound(links_.begin(), links_.end(), hash,
                         [](const Link& link, const Bytes& wanted) { return link.hash < wanted; });
    if (at != links_.end() && at->hash == hash) {
      at->used = true;
      check_bitmap(review_, node, at->data.types, RrType::kNsec3);
      if (at->set->rdatas.size() > 1) multiple(*at);
      return;
    }
    if (links_.empty()) return;
    const Link& before = at == links_.begin() ? links_.back() : *std::prev(at);
    missing(node, hash, covers(before, hash) ? &before : nullptr);
  }

  void missing(const Node& node, const Bytes& hash, const Link* cover) {
    const std::string who = node.name->to_text();
    if (cover != nullptr && cover->data.opt_out() && node.insecure_only) return;
    if (cover != nullptr && !cover->data.opt_out() && node.kind == NodeKind::kDelegation &&
        !node.secure) {
      return review_.note(FindingCode::DENIAL_OPTOUT_NEEDED, *node.name, RrType::kDs,
                          review_.weigh(Severity::kError),
                          "The unsigned delegation of " + who + " has no NSEC3 in the " +
                              review_.source +
                              ", and the one that covers it lacks the opt-out "
                              "flag: resolvers fail the child. Let the signer rebuild the chain.");
    }
    if (cover != nullptr && !cover->data.opt_out()) {
      return review_.note(FindingCode::DENIAL_LIES_NAME, *node.name, type_at(node),
                          review_.weigh(Severity::kCritical),
                          who + " is in the " + review_.source +
                              ", while an NSEC3 of it says that there is no such name. Resolvers "
                              "that reuse proofs make it vanish; let the signer rebuild the "
                              "chain.");
    }
    lost_.insert(hash);
    review_.note(FindingCode::DENIAL_NO_MATCH, *node.name, RrType::kNsec3,
                 review_.weigh(Severity::kError),
                 who + " has no NSEC3 in the " + review_.source +
                     ", so nobody can prove which types it lacks. Let the signer rebuild the "
                     "chain.");
  }

  [[nodiscard]] std::optional<RrType> type_at(const Node& node) const {
    for (std::size_t i = node.first; i < node.last; ++i) {
      const dns::RRset& set = review_.content.sets[i];
      if (!set.rdatas.empty()) return set.type;
    }
    return std::nullopt;
  }

  void multiple(const Link& link) {
    review_.note(FindingCode::DENIAL_MULTIPLE, link.set->owner, RrType::kNsec3, Severity::kWarning,
                 "There is more than one NSEC3 at " + link.set->owner.to_text() + " in the " +
                     review_.source + ". Let the signer build the chain again.");
  }

  void joint(std::size_t i) {
    const Link& link = links_[i];
    const Link& next = links_[(i + 1) % links_.size()];
    const std::string where = link.set->owner.to_text();
    if (link.data.opt_out()) ++review_.summary.opt_out_spans;
    if (!link.used) {
      review_.note(FindingCode::DENIAL_SUPERFLUOUS, link.set->owner, RrType::kNsec3,
                   Severity::kNotice,
                   "The NSEC3 at " + where + " in the " + review_.source +
                       " is the hash of no name of the zone. Let the signer rebuild the chain.");
    }
    if (link.data.next_hash == next.hash) return;
    if (covers(link, next.hash)) {  // It denies the name behind the next record.
      review_.note(FindingCode::DENIAL_LIES_NAME, next.set->owner, RrType::kNsec3,
                   review_.weigh(Severity::kCritical),
                   "The NSEC3 at " + where + " in the " + review_.source +
                       " reaches over that at " + next.set->owner.to_text() +
                       ", so it denies the name that has this hash. Let the signer rebuild the "
                       "chain.");
      return;
    }
    // A lost record leaves the one before it pointing to nobody; its name was told.
    if (lost_.contains(link.data.next_hash)) return;
    review_.note(FindingCode::DENIAL_NEXT_CLOSER_NOT_COVERED, link.set->owner, RrType::kNsec3,
                 review_.weigh(Severity::kError),
                 "The NSEC3 at " + where + " in the " + review_.source + " points to " +
                     to_base32hex(link.data.next_hash) + ", the next one is " +
                     to_base32hex(next.hash) +
                     ": names with hashes between them cannot be "
                     "denied. Let the signer rebuild the chain.");
  }

  Review& review_;
  const Parameters& parameters_;
  std::vector<Link> links_;
  std::set<Bytes> lost_;  ///< Hashes of names without their NSEC3.
};

/// All NSEC3 records, sorted by parameters; those that validators ignore are told.
class Nsec3Records {
 public:
  explicit Nsec3Records(Review& review) : review_(review) {}

  void run() {
    for (const dns::RRset& set : review_.content.sets) {
      if (set.type == RrType::kNsec3) {
        for (const Bytes& rdata : set.rdatas) add(set, rdata);
      }
    }
    read_announced();
    if (announced_.empty()) {
      not_announced();
      for (const auto& [parameters, links] : chains_) announced_.insert(parameters);
    }
    for (const Parameters& parameters : announced_) check(parameters);
    for (const auto& [parameters, links] : chains_) left_over(parameters, links.size());
  }

 private:
  void bad(FindingCode code, const dns::RRset& set, const char* what) {
    review_.note(code, set.owner, set.type, review_.weigh(Severity::kError),
                 set.owner.to_text() + " " + dns::to_string(set.type) + " in the " +
                     review_.source + " " + what + ". Let the signer build the chain again.");
  }

  void add(const dns::RRset& set, const Bytes& rdata) {
    auto data = dns::decode_nsec3(rdata);
    const auto label = from_base32hex(set.owner.first_label());
    if (data && data->hash_algorithm != 1) {
      return bad(FindingCode::NSEC3_HASH_UNKNOWN, set, "has a hash algorithm other than SHA-1");
    }
    if (!data || !label || label->size() != kSha1Octets || data->next_hash.size() != kSha1Octets) {
      return bad(FindingCode::NSEC3_MALFORMED, set,
                 "has an owner label or a next hash that is no proper hash value");
    }
    if ((data->flags & ~dns::Nsec3::kOptOutFlag) != 0) {
      return bad(FindingCode::NSEC3_FLAGS, set, "has a flag that is not assigned");
    }
    const Parameters parameters{data->iterations, data->salt};
    chains_[parameters].push_back({*label, &set, *std::move(data), false});
  }

  void read_announced() {
    const dns::RRset* set =
        dns::find_rrset(review_.content.sets, review_.context.zone, RrType::kNsec3Param);
    if (set == nullptr) return;
    for (const Bytes& rdata : set->rdatas) {
      const auto data = dns::decode_nsec3param(rdata);
      // RFC 5155 §4.1.2: servers ignore those with flags; signers mark chains in work with them.
      if (!data || data->hash_algorithm != 1 || data->flags != 0) continue;
      announced_.insert({data->iterations, data->salt});
    }
    if (announced_.size() < 2) return;
    review_.note(FindingCode::DENIAL_MULTIPLE, review_.context.zone, RrType::kNsec3Param,
                 Severity::kNotice,
                 review_.context.zone.to_text() + " has " + std::to_string(announced_.size()) +
                     " sets of NSEC3 parameters in the " + review_.source +
                     ". During a change of them this passes; otherwise keep one.");
  }

  void not_announced() {
    if (chains_.empty()) return;
    review_.note(FindingCode::DENIAL_MISSING, review_.context.zone, RrType::kNsec3Param,
                 review_.weigh(Severity::kError),
                 review_.context.zone.to_text() + " has NSEC3 records but no NSEC3PARAM in the " +
                     review_.source + ", without which servers do not use them.");
  }

  void check(const Parameters& parameters) {
    auto chain = chains_.extract(parameters);
    const dns::Name& zone = review_.context.zone;
    if (chain.empty()) {
      return review_.note(FindingCode::DENIAL_MISSING, zone, RrType::kNsec3,
                          review_.weigh(Severity::kError),
                          "The NSEC3PARAM of " + zone.to_text() +
                              " announces a chain that is "
                              "not in the " +
                              review_.source + ". Let the signer build it.");
    }
    // Resolvers take such a zone's denials as insecure (RFC 9276 §3.2); the hashes are not
    // computed.
    const auto most = review_.context.input.policy.validation.max_nsec3_iterations;
    if (parameters.iterations > most) {
      return review_.note(FindingCode::NSEC3_ITERATIONS, zone, std::nullopt,
                          review_.weigh(Severity::kError),
                          zone.to_text() + " uses " + std::to_string(parameters.iterations) +
                              " extra NSEC3 iterations, so its chain in the " + review_.source +
                              " was not checked. Set the number to 0 (RFC 9276 3.1).");
    }
    Nsec3Chain(review_, parameters, std::move(chain.mapped())).run();
  }

  void left_over(const Parameters& parameters, std::size_t count) {
    review_.note(FindingCode::DENIAL_MULTIPLE, review_.context.zone, RrType::kNsec3,
                 Severity::kNotice,
                 "The " + review_.source + " has " + std::to_string(count) +
                     " NSEC3 records with " + std::to_string(parameters.iterations) +
                     " iterations and salt \"" + to_hex(parameters.salt) +
                     "\", which no NSEC3PARAM announces. During a change of parameters this "
                     "passes.");
  }

  Review& review_;
  std::map<Parameters, std::vector<Link>> chains_;
  std::set<Parameters> announced_;
};

}  // namespace

void check_nsec3(Review& review) { Nsec3Records(review).run(); }

}  // namespace anchorwatch::judge::whole_zone
