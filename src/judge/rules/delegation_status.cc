// SPDX-License-Identifier: Apache-2.0
// Whether the name is delegated, and whether somebody answers for it.
#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

void absent(const Context& context, FindingSink& sink) {
  if (context.parents_absent.empty()) return;
  Finding finding = FindingSink::start(FindingCode::DELEGATION_ABSENT, zone_subject(context));
  note_parents(finding, context, context.parents_absent);
  const std::string who = parent_text(context, context.parents_absent);
  if (context.delegation == DelegationState::kAbsent) {
    finding.message = context.zone.to_text() + " is not delegated: " + who +
                      " says that the name has no name servers. Ask the registrar whether the "
                      "domain expired or was deleted; if it is retired, take it off the list.";
  } else {
    finding.severity = Severity::kError;
    finding.message = who + " says that " + context.zone.to_text() +
                      " is not delegated, while other parent servers delegate it. Tell the parent "
                      "that its servers differ.";
  }
  sink.add(std::move(finding));
}

void no_working_server(const Context& context, FindingSink& sink) {
  if (context.delegation == DelegationState::kAbsent || !context.working_servers().empty()) return;
  bool asked = false;
  for (const ServerState& state : context.states) asked = asked || state.asked;
  const bool unresolvable =
      context.servers.empty() && !context.evidence.delegation.name_servers.empty();
  if (!asked && !unresolvable) return;
  // An ancestor is asked at as few servers as needed, which says little about all of them.
  if (context.evidence.depth == evidence::Depth::kAncestor) return;
  Finding finding = FindingSink::start(FindingCode::NO_WORKING_SERVER, zone_subject(context));
  ServerSet all;
  for (std::size_t i = 0; i < context.servers.size(); ++i) all.push_back(i);
  note_servers(finding, context, all);
  finding.message =
      unresolvable
          ? "No delegated name server of " + context.zone.to_text() +
                " has an address, so nobody can be asked. Repair the names or the glue."
          : "No server gives a usable answer for " + context.zone.to_text() + ": " +
                server_text(context, all) +
                ". Resolvers cannot resolve the zone; check the name server and the network.";
  sink.add(std::move(finding));
}

void parent_unknown(const Context& context, FindingSink& sink) {
  const evidence::DelegationLook& delegation = context.evidence.delegation;
  const bool island = context.entry.from_anchors;
  if (delegation.is_top(context.zone) || island ||
      context.delegation != DelegationState::kUnknown || delegation.failure.empty() ||
      !context.parents.empty()) {
    return;
  }
  Finding finding = FindingSink::start(FindingCode::PARENT_UNKNOWN, zone_subject(context));
  finding.message = "The zone that delegates " + context.zone.to_text() +
                    " could not be determined: " + delegation.failure +
                    ". Check the name and whether its parents answer.";
  sink.add(std::move(finding));
}

}  // namespace

void delegation_status(const Context& context, FindingSink& sink) {
  absent(context, sink);
  no_working_server(context, sink);
  parent_unknown(context, sink);
}

}  // namespace anchorwatch::judge::rules
