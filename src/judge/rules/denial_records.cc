// SPDX-License-Identifier: Apache-2.0
// The NSEC and NSEC3 records themselves: parameters, form, mixtures.
#include <algorithm>
#include <set>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

constexpr std::size_t kSha1Octets = 20;
constexpr std::uint16_t kResolversGiveUp = 150;

struct Parameters {
  std::uint16_t iterations = 0;
  Bytes salt;
  auto operator<=>(const Parameters&) const = default;
};

struct Seen {
  std::map<Parameters, ServerSet> parameters;
  ServerSet nsec, nsec3, opt_out, compact, salted, iterated;
  ServerSet unknown_hash, malformed, flags, mixed_answer, several_sets;
  std::uint16_t iterations = 0;
};

bool has(const std::vector<dns::RRset>& section, RrType type) {
  return std::any_of(section.begin(), section.end(), [&](const dns::RRset& set) {
    return set.type == type && !set.rdatas.empty();
  });
}

void look_at_nsec3(const dns::RRset& set, const ServerSet& servers, Seen& seen,
                   std::set<Parameters>& in_answer) {
  const auto label = from_base32hex(set.owner.first_label());
  for (const Bytes& rdata : set.rdatas) {
    const auto nsec3 = dns::decode_nsec3(rdata);
    if (!nsec3) {
      merge(seen.malformed, servers);
      continue;
    }
    if (nsec3->hash_algorithm != 1) {
      merge(seen.unknown_hash, servers);
      continue;
    }
    if ((nsec3->flags & ~dns::Nsec3::kOptOutFlag) != 0) {
      merge(seen.flags, servers);
      continue;
    }
    if (!label || label->size() != kSha1Octets || nsec3->next_hash.size() != kSha1Octets) {
      merge(seen.malformed, servers);
      continue;
    }
    const Parameters parameters{nsec3->iterations, nsec3->salt};
    in_answer.insert(parameters);
    merge(seen.parameters[parameters], servers);
    merge(seen.nsec3, servers);
    if (nsec3->opt_out()) merge(seen.opt_out, servers);
    if (!nsec3->salt.empty()) merge(seen.salted, servers);
    if (nsec3->iterations > 0) merge(seen.iterated, servers);
    seen.iterations = std::max(seen.iterations, nsec3->iterations);
  }
}

Seen collect(const Context& context) {
  Seen seen;
  for (const ProbeView& view : context.probe_views) {
    std::set<Parameters> in_answer;
    for (const dns::RRset& set : view.answer->authority) {
      if (!set.owner.is_at_or_below(context.zone)) continue;
      if (set.type == RrType::kNsec3) look_at_nsec3(set, view.servers, seen, in_answer);
      if (set.type == RrType::kNsec && !set.rdatas.empty()) merge(seen.nsec, view.servers);
    }
    if (in_answer.size() > 1) merge(seen.several_sets, view.servers);
    const bool mixed = has(view.answer->authority, RrType::kNsec) && !in_answer.empty();
    if (mixed) merge(seen.mixed_answer, view.servers);
    if (view.judged && view.result.denial && view.result.denial->compact) {
      merge(seen.compact, view.servers);
    }
  }
  return seen;
}

class RecordRules {
 public:
  RecordRules(const Context& context, FindingSink& sink)
      : context_(context), sink_(sink), zone_(context.zone.to_text()), seen_(collect(context)) {}

  void run() {
    iterations();
    zone_fact(seen_.salted, FindingCode::NSEC3_SALT,
              " uses a salt with NSEC3, which protects nothing. Remove it (RFC 9276 3.1).");
    zone_fact(seen_.opt_out, FindingCode::NSEC3_OPTOUT,
              " uses NSEC3 opt-out: names in an opt-out span are proved insecure, not absent.");
    zone_fact(seen_.compact, FindingCode::DENIAL_COMPACT,
              " uses compact denial: a missing name is answered as NODATA with NXNAME (RFC 9824).");
    broken(seen_.unknown_hash, FindingCode::NSEC3_HASH_UNKNOWN,
           " with a hash algorithm other than SHA-1, so validators ignore the record");
    broken(seen_.malformed, FindingCode::NSEC3_MALFORMED,
           " whose owner label or hash is no proper hash value");
    broken(seen_.flags, FindingCode::NSEC3_FLAGS, " with a flag that is not assigned");
    broken(seen_.several_sets, FindingCode::DENIAL_MULTIPLE,
           " with several parameter sets in one answer");
    mixed();
    parameters_differ();
  }

 private:
  [[nodiscard]] bool same_serial() const {
    std::set<std::uint32_t> serials;
    for (const ServerState& state : context_.states) {
      if (state.soa) serials.insert(state.soa->serial);
    }
    return serials.size() < 2;
  }

  void zone_fact(const ServerSet& servers, FindingCode code, const char* text) {
    if (servers.empty()) return;
    Finding finding = FindingSink::start(code, zone_subject(context_));
    note_servers(finding, context_, servers);
    finding.message = zone_ + text;
    sink_.add(std::move(finding));
  }

  void iterations() {
    if (seen_.iterations == 0) return;
    Finding finding = FindingSink::start(FindingCode::NSEC3_ITERATIONS, zone_subject(context_));
    const bool over = seen_.iterations > context_.input.policy.validation.max_nsec3_iterations;
    if (context_.ds_stands() && over) {
      const bool critical =
          context_.expect() == Expect::kSigned || seen_.iterations > kResolversGiveUp;
      finding.severity = critical ? Severity::kCritical : Severity::kError;
    }
    note_servers(finding, context_, seen_.iterated);
    finding.data["iterations"] = std::int64_t{seen_.iterations};
    finding.message = zone_ + " uses " + std::to_string(seen_.iterations) +
                      " extra NSEC3 iterations" +
                      (over ? "; resolvers treat its denials as insecure or fail" : "") +
                      ". Set the number to 0 (RFC 9276 3.1).";
    sink_.add(std::move(finding));
  }

  void broken(const ServerSet& servers, FindingCode code, const char* text) {
    const ServerSet working = context_.working_servers();
    for (const std::size_t server : servers) {
      Finding finding = FindingSink::start(code, server_subject(context_, server));
      if (!context_.ds_stands()) {
        finding.severity = Severity::kWarning;
      } else if (code == FindingCode::DENIAL_MULTIPLE) {
        finding.severity = Severity::kError;
      } else if (servers == working) {
        finding.severity = Severity::kCritical;
      }
      note_servers(finding, context_, {server});
      finding.message = server_name(context_, server) + " serves an NSEC3 of " + zone_ + text +
                        ". Let the signer build the chain again.";
      sink_.add(std::move(finding));
    }
  }

  void mixed() {
    if (seen_.nsec.empty() || seen_.nsec3.empty()) return;
    ServerSet both;
    std::set_intersection(seen_.nsec.begin(), seen_.nsec.end(), seen_.nsec3.begin(),
                          seen_.nsec3.end(), std::back_inserter(both));
    // Signers of a multi-signer zone may differ (RFC 8901 §5).
    if (both.empty() && context_.several_signers) return;
    const ServerSet servers = both.empty() ? seen_.nsec : both;
    for (const std::size_t server : servers) {
      Finding finding =
          FindingSink::start(FindingCode::DENIAL_MIXED, server_subject(context_, server));
      if (fails_in_mixture(server)) finding.severity = Severity::kError;
      note_servers(finding, context_, {server});
      finding.message = zone_ + " uses both NSEC and NSEC3, seen at " +
                        server_name(context_, server) +
                        ". During a change of the kind this passes; otherwise keep one.";
      sink_.add(std::move(finding));
    }
  }

  [[nodiscard]] bool fails_in_mixture(std::size_t server) const {
    if (!std::binary_search(seen_.mixed_answer.begin(), seen_.mixed_answer.end(), server)) {
      return false;
    }
    return std::any_of(
        context_.probe_views.begin(), context_.probe_views.end(), [&](const ProbeView& view) {
          return std::binary_search(view.servers.begin(), view.servers.end(), server) &&
                 view.judged && view.result.denial &&
                 view.result.verdict.status == dnssec::SecurityStatus::kBogus;
        });
  }

  void parameters_differ() {
    if (seen_.parameters.size() < 2 || context_.several_signers || !same_serial() ||
        !seen_.several_sets.empty()) {
      return;
    }
    ServerSet all;
    for (const auto& [parameters, servers] : seen_.parameters) merge(all, servers);
    const ServerSet& usual = std::max_element(seen_.parameters.begin(), seen_.parameters.end(),
                                              [](const auto& left, const auto& right) {
                                                return left.second.size() < right.second.size();
                                              })
                                 ->second;
    for (const std::size_t server : all) {
      if (std::binary_search(usual.begin(), usual.end(), server)) continue;
      Finding finding =
          FindingSink::start(FindingCode::NSEC3_PARAMS_DIFFER, server_subject(context_, server));
      finding.severity = Severity::kWarning;
      note_servers(finding, context_, {server});
      finding.message =
          server_name(context_, server) + " uses other NSEC3 parameters for " + zone_ +
          " than the other servers, with the same serial. Check its copy of the zone.";
      sink_.add(std::move(finding));
    }
  }

  const Context& context_;
  FindingSink& sink_;
  std::string zone_;
  Seen seen_;
};

}  // namespace

void denial_records(const Context& context, FindingSink& sink) {
  if (context.signed_anywhere()) RecordRules(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
