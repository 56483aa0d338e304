// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <variant>

#include "cause_links.h"

namespace anchorwatch::judge {

namespace {

using Code = FindingCode;

/// All questions of a BAD_RCODE are of one type: the finding about that type says it better.
bool only_for(const Finding& finding, std::string_view type) {
  const auto answers = finding.data.find("answers");
  const auto* cases = answers == finding.data.end()
                          ? nullptr
                          : std::get_if<std::vector<std::string>>(&answers->second);
  return cases != nullptr && !cases->empty() &&
         std::all_of(cases->begin(), cases->end(), [&](const std::string& each) {
           return each.size() > type.size() && each.starts_with(type) && each[type.size()] == ' ';
         });
}

void link_rcodes(Findings& findings) {
  for (Finding& finding : findings) {
    if (finding.code != Code::BAD_RCODE) continue;
    if (find(findings, Code::DNSKEY_FETCH_FAILED) != nullptr && only_for(finding, "DNSKEY")) {
      finding.caused_by = Code::DNSKEY_FETCH_FAILED;
    } else if (find(findings, Code::AAAA_BROKEN) != nullptr && only_for(finding, "AAAA")) {
      finding.caused_by = Code::AAAA_BROKEN;
    }
  }
  for (Finding& finding : findings) {
    if (finding.code != Code::DNSKEY_FETCH_FAILED || finding.caused_by) continue;
    const bool more = std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
      return other.code == Code::BAD_RCODE && !other.caused_by && share_a_server(other, finding);
    });
    if (more) finding.caused_by = Code::BAD_RCODE;
  }
}

/// What else is missing at a server that fails at ordinary questions.
void link_failures(Findings& findings) {
  for (const Finding& cause : findings) {
    if (cause.code != Code::BAD_RCODE || cause.caused_by) continue;
    for (Finding& finding : findings) {
      if (!finding.caused_by && share_a_server(finding, cause) &&
          is_one_of(finding.code, {Code::SIGNED_SERVERS_DIFFER, Code::DS_BUT_UNSIGNED,
                                   Code::NEGATIVE_SOA_MISSING, Code::DENIAL_MISSING})) {
        finding.caused_by = Code::BAD_RCODE;
      }
    }
  }
}

/// Without an address there is nobody to ask; else each server has its own reason not to work.
void link_outage(Findings& findings) {
  Finding* outage = find(findings, Code::NO_WORKING_SERVER);
  if (outage == nullptr) return;
  if (outage->servers.empty()) {
    for (const Code code : {Code::GLUE_MISSING, Code::NS_UNRESOLVABLE, Code::NS_IS_ALIAS}) {
      if (!outage->caused_by && find(findings, code) != nullptr) outage->caused_by = code;
    }
    // Where glue is needed and missing, the search for an address leads in a circle.
    link_to(findings, Code::GLUE_MISSING, {Code::WORK_LIMIT});
    return;
  }
  link_to(findings, Code::NO_WORKING_SERVER,
          {Code::SERVER_LAME, Code::BAD_RCODE, Code::RESPONSE_MALFORMED, Code::TRANSPORT_TCP_DEAD,
           Code::NS_UNRESOLVABLE, Code::GLUE_MISSING});
}

/// A server that only the parent names, and that does not serve the zone: the delegation is stale.
void link_stale_delegation(const Context& context, Findings& findings) {
  const Finding* stale = find(findings, Code::NS_ONLY_IN_PARENT);
  if (stale == nullptr || stale->severity < Severity::kError) return;
  const auto data = stale->data.find("names");
  const auto* names =
      data == stale->data.end() ? nullptr : std::get_if<std::vector<std::string>>(&data->second);
  if (names == nullptr) return;
  const auto is_stale = [&](const IpAddress& address) {
    return std::any_of(context.servers.begin(), context.servers.end(), [&](const auto* server) {
      return server->address == address &&
             std::find(names->begin(), names->end(), server->name.to_text()) != names->end();
    });
  };
  for (Finding& finding : findings) {
    if (finding.caused_by || finding.servers.empty() ||
        !is_one_of(finding.code, {Code::SERVER_LAME, Code::BAD_RCODE, Code::TRANSPORT_UDP_DEAD})) {
      continue;
    }
    if (std::all_of(finding.servers.begin(), finding.servers.end(), is_stale)) {
      finding.caused_by = Code::NS_ONLY_IN_PARENT;
    }
  }
}

}  // namespace

void link_servers(const Context& context, Findings& findings) {
  link_outage(findings);
  link_stale_delegation(context, findings);
  link_rcodes(findings);
  link_failures(findings);
}

}  // namespace anchorwatch::judge
