// SPDX-License-Identifier: Apache-2.0
// What a finding may have in common with the same finding of other zones.
#include <algorithm>
#include <set>

#include "anchorwatch/core/digest.h"
#include "anchorwatch/dns/rdata.h"

#include "incident_cause.h"

namespace anchorwatch::pipeline {
namespace {

using change::IncidentCause;
using judge::Finding;
using judge::FindingCode;
using judge::Judgement;

/// A TLD is nobody's domain for name servers.
constexpr int kLabelsOfProvider = 2;
constexpr std::size_t kDigitsOfKey = 16;

/// Signatures that are out of time: a signer that stands still. Whether a signature is forged is asked for each zone.
bool is_out_of_time(FindingCode code) {
  switch (code) {
    case FindingCode::SIG_EXPIRED:
    case FindingCode::SIG_EXPIRES_SOON:
    case FindingCode::SIG_NEAR_EXPIRY_SKEW:
    case FindingCode::SIG_NOT_YET_VALID:
    case FindingCode::SIGNER_LATE: return true;
    default: return false;
  }
}

bool is_of_parent_signature(const Finding& finding) {
  if (finding.code == FindingCode::PARENT_DS_SIG_BAD || finding.code == FindingCode::PARENT_NODS_SIG_BAD) return true;
  return is_out_of_time(finding.code) && finding.subject.type == dns::RrType::kDs;
}

/// How servers answer, and what they deny.
bool is_of_servers(FindingCode code) {
  const std::string_view area = judge::info(code).area;
  const bool asked = area == "server" || area == "transport" || area == "denial";
  return asked && judge::info(code).scope == "server";
}

std::set<IpAddress> shown_by(const Finding& finding) {
  std::set<IpAddress> servers(finding.servers.begin(), finding.servers.end());
  if (finding.subject.server) servers.insert(*finding.subject.server);
  return servers;
}

/// The one name that all of these servers have; nothing: they have several, or are not the zone's.
std::optional<dns::Name> common_name(const std::set<IpAddress>& addresses, const Judgement& judgement) {
  std::optional<dns::Name> name;
  std::size_t found = 0;
  for (const judge::ServerVerdict& server : judgement.servers) {
    if (!addresses.contains(server.address)) continue;
    if (name && *name != server.name) return std::nullopt;
    name = server.name;
    ++found;
  }
  return found >= addresses.size() ? name : std::nullopt;
}

/// The domain that the names of all servers of the zone lie in.
std::optional<dns::Name> provider_of(const Judgement& judgement) {
  std::optional<dns::Name> domain;
  for (const judge::ServerVerdict& server : judgement.servers) {
    if (server.name.is_root()) return std::nullopt;
    const dns::Name above = server.name.parent();
    if (domain && *domain != above) return std::nullopt;
    domain = above;
  }
  if (!domain || domain->label_count() < kLabelsOfProvider) return std::nullopt;
  // Name servers inside the zone are nobody else's.
  return *domain == judgement.zone || domain->is_below(judgement.zone) ? std::nullopt : domain;
}

bool is_of_all_servers(const std::set<IpAddress>& shown, const Judgement& judgement) {
  return shown.empty() || std::all_of(judgement.servers.begin(), judgement.servers.end(), [&](const auto& server) {
           return !server.reachable || shown.contains(server.address);
         });
}

/// Not by its tag, which many keys have.
std::optional<std::string> key_of(const Finding& finding, const judge::ZoneFacts& facts) {
  const auto value = finding.data.find("key_tag");
  const auto* tag = value == finding.data.end() ? nullptr : std::get_if<std::int64_t>(&value->second);
  if (tag == nullptr) return std::nullopt;
  for (const judge::KeyFact& key : facts.dnskeys.values) {
    if (dns::key_tag(key.rdata) == *tag) {
      return std::to_string(*tag) + "/" + to_hex(sha256(key.rdata).bytes()).substr(0, kDigitsOfKey);
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<Cause> shared_causes(const Finding& finding, const Judgement& judgement, const judge::ZoneFacts& facts) {
  const std::string code(judge::info(finding.code).name);
  std::vector<Cause> causes;
  const auto add = [&](IncidentCause cause, std::string subject) { causes.push_back({cause, std::move(subject), code}); };
  if (is_of_parent_signature(finding)) {
    if (!judgement.ancestors.empty()) {
      add(IncidentCause::kParentDsSignature, judgement.ancestors.back().zone.to_text());
    }
    return causes;
  }
  if (!is_out_of_time(finding.code) && !is_of_servers(finding.code)) return causes;
  const std::set<IpAddress> shown = shown_by(finding);
  if (is_out_of_time(finding.code)) {
    if (const auto key = key_of(finding, facts)) add(IncidentCause::kSharedKey, *key);
  }
  if (shown.size() == 1) add(IncidentCause::kAddress, shown.begin()->to_text());
  if (!shown.empty()) {
    if (const auto name = common_name(shown, judgement)) add(IncidentCause::kNameServer, name->to_text());
  }
  if (is_of_all_servers(shown, judgement)) {
    if (const auto provider = provider_of(judgement)) add(IncidentCause::kProvider, provider->to_text());
  }
  return causes;
}

bool may_be_of(const Finding& finding, const change::Incident& incident) {
  if (judge::info(finding.code).name != incident.code) return false;
  if (incident.cause != IncidentCause::kAddress) return true;
  const auto address = IpAddress::from_text(incident.subject);
  return address && shown_by(finding).contains(*address);
}

}  // namespace anchorwatch::pipeline
