// SPDX-License-Identifier: Apache-2.0
// The parts of link_causes(), each for one subject, and what they share.
//
// Threading: pure, any thread.
#pragma once

#include <initializer_list>
#include <vector>

#include "context.h"

namespace anchorwatch::judge {

using Findings = std::vector<Finding>;

bool is_one_of(FindingCode code, std::initializer_list<FindingCode> codes);
/// The first finding with a code, or null.
Finding* find(Findings& findings, FindingCode code);
/// Worse before milder, DNSKEY before SOA before the rest.
bool begins_before(const Finding& left, const Finding& right);
bool share_a_server(const Finding& left, const Finding& right);
/// What has no cause yet follows from `cause`, where that is there.
void link_to(Findings& findings, FindingCode cause,
             std::initializer_list<FindingCode> consequences);

/// Keys that cannot be read, that other servers lack, or whose algorithm signs nothing.
void link_keys(Findings& findings);
/// Proofs that fail because of a record, a name error, or an answer that was no answer.
void link_denial(Findings& findings);
/// Servers that fail at a question, at all questions, or that nobody should ask.
void link_servers(const Context& context, Findings& findings);
/// CDS, CDNSKEY and CSYNC: one story for each set.
void link_signals(Findings& findings);

}  // namespace anchorwatch::judge
