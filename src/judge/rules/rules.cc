// SPDX-License-Identifier: Apache-2.0
#include "rules.h"

namespace anchorwatch::judge::rules {

void run_all(const Context& context, FindingSink& sink) {
  using Rule = void (*)(const Context&, FindingSink&);
  constexpr Rule kRules[] = {
      delegation_status,
      chain_status,
      ds_records,
      ds_digests,
      parent_answers,
      trust_anchors,
      root_anchors,
      key_facts,
      key_distribution,
      unsigned_servers,
      signature_faults,
      signature_times,
      signature_ttls,
      signature_algorithms,
      denial_proofs,
      denial_records,
      denial_lies,
      negative_answers,
      denial_parameters,
      denial_apex,
      denial_chain,
      denial_differences,
      cds_intent,
      cds_records,
      cds_signatures,
      csync,
      dsync,
      bootstrap,
      name_servers,
      server_addresses,
      glue_records,
      referral_size,
      server_reachability,
      server_answers,
      server_edns,
      server_behaviour,
      edns_behaviour,
      server_paths,
      soa_records,
      aliases,
      zonemd,
      expectations,
      work_limits,
  };
  for (const Rule rule : kRules) rule(context, sink);
}

}  // namespace anchorwatch::judge::rules
