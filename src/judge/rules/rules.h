// SPDX-License-Identifier: Apache-2.0
// The rules: each looks at the context and reports what it finds. None depends on another's
// findings, but for the order in which the table in rules.cc calls them.
//
// Threading: pure, any thread.
#pragma once

#include "../context.h"
#include "../sink.h"
#include "../text.h"

namespace anchorwatch::judge::rules {

// chain
void delegation_status(const Context& context, FindingSink& sink);
void chain_status(const Context& context, FindingSink& sink);
void ds_records(const Context& context, FindingSink& sink);
void ds_digests(const Context& context, FindingSink& sink);
void parent_answers(const Context& context, FindingSink& sink);
void trust_anchors(const Context& context, FindingSink& sink);
void root_anchors(const Context& context, FindingSink& sink);
// dnskey
void key_facts(const Context& context, FindingSink& sink);
void key_distribution(const Context& context, FindingSink& sink);
void unsigned_servers(const Context& context, FindingSink& sink);
// signature
void signature_faults(const Context& context, FindingSink& sink);
void signature_times(const Context& context, FindingSink& sink);
void signature_ttls(const Context& context, FindingSink& sink);
void signature_algorithms(const Context& context, FindingSink& sink);
// denial
void denial_proofs(const Context& context, FindingSink& sink);
void denial_records(const Context& context, FindingSink& sink);
void denial_lies(const Context& context, FindingSink& sink);
void negative_answers(const Context& context, FindingSink& sink);
void denial_parameters(const Context& context, FindingSink& sink);
void denial_apex(const Context& context, FindingSink& sink);
void denial_chain(const Context& context, FindingSink& sink);
void denial_differences(const Context& context, FindingSink& sink);
// cds
void cds_intent(const Context& context, FindingSink& sink);
void cds_records(const Context& context, FindingSink& sink);
void cds_signatures(const Context& context, FindingSink& sink);
void csync(const Context& context, FindingSink& sink);
void dsync(const Context& context, FindingSink& sink);
void bootstrap(const Context& context, FindingSink& sink);
// delegation
void name_servers(const Context& context, FindingSink& sink);
void server_addresses(const Context& context, FindingSink& sink);
void glue_records(const Context& context, FindingSink& sink);
void referral_size(const Context& context, FindingSink& sink);
// server, transport
void server_reachability(const Context& context, FindingSink& sink);
void server_answers(const Context& context, FindingSink& sink);
void server_edns(const Context& context, FindingSink& sink);
void server_behaviour(const Context& context, FindingSink& sink);
void edns_behaviour(const Context& context, FindingSink& sink);
void server_paths(const Context& context, FindingSink& sink);
void soa_records(const Context& context, FindingSink& sink);
void aliases(const Context& context, FindingSink& sink);
void zonemd(const Context& context, FindingSink& sink);
// change, monitor
void expectations(const Context& context, FindingSink& sink);
void work_limits(const Context& context, FindingSink& sink);

/// Runs all of them.
void run_all(const Context& context, FindingSink& sink);

}  // namespace anchorwatch::judge::rules
