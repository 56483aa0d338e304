// SPDX-License-Identifier: Apache-2.0
// NSEC3PARAM, and names with several NSEC records.
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

void report(const Context& context, const ServerSet& servers, FindingCode code, Severity severity,
            const std::string& what, FindingSink& sink) {
  for (const std::size_t server : servers) {
    Finding finding = FindingSink::start(code, server_subject(context, server));
    finding.severity = severity;
    note_servers(finding, context, {server});
    finding.message = server_name(context, server) + " serves " + what;
    sink.add(std::move(finding));
  }
}

void parameters(const Context& context, const ProbeView& view, FindingSink& sink) {
  const dns::RRset* set = dns::find_rrset(view.answer->answer, context.zone, RrType::kNsec3Param);
  if (set == nullptr) return;
  const std::string zone = context.zone.to_text();
  const bool flagged = std::any_of(set->rdatas.begin(), set->rdatas.end(), [](const Bytes& rdata) {
    const auto param = dns::decode_nsec3param(rdata);
    return param && param->flags != 0;
  });
  if (flagged) {
    // Servers ignore the record (RFC 5155 §4.1.2); validators never look at it.
    report(context, view.servers, FindingCode::NSEC3_FLAGS, Severity::kWarning,
           "an NSEC3PARAM of " + zone +
               " with a flag set, which servers ignore. Let the signer write it again.",
           sink);
  }
  if (set->rdatas.size() > 1) {
    report(context, view.servers, FindingCode::DENIAL_MULTIPLE, Severity::kNotice,
           std::to_string(set->rdatas.size()) + " NSEC3PARAM records of " + zone +
               ". While the parameters change this passes; otherwise keep one.",
           sink);
  }
}

void several_nsec(const Context& context, const ProbeView& view,
                  const std::vector<dns::RRset>& section, FindingSink& sink) {
  for (const dns::RRset& set : section) {
    if (set.type != RrType::kNsec || set.rdatas.size() < 2) continue;
    report(context, view.servers, FindingCode::DENIAL_MULTIPLE, Severity::kWarning,
           std::to_string(set.rdatas.size()) + " NSEC records at " +
               (context.is_random(set.owner) ? context.zone : set.owner).to_text() +
               ", where one is possible (RFC 4035 2.3). Sign the zone completely again.",
           sink);
  }
}

}  // namespace

void denial_parameters(const Context& context, FindingSink& sink) {
  if (!context.signed_anywhere()) return;
  for (const ProbeView& view : context.probe_views) {
    several_nsec(context, view, view.answer->authority, sink);
  }
  for (const ProbeView& view : context.extra_views) {
    parameters(context, view, sink);
    several_nsec(context, view, view.answer->answer, sink);
  }
}

}  // namespace anchorwatch::judge::rules
