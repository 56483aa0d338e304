// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/algorithm.h"
#include "anchorwatch/dnssec/crypto.h"
#include "anchorwatch/report/check_report.h"
#include "paint.h"

namespace anchorwatch::report {

namespace {

std::string key_words(const Bytes& rdata) {
  const auto key = dns::decode_dnskey(rdata);
  if (!key) return "malformed key";
  std::string words = std::to_string(dns::key_tag(rdata)) + (key->sep() ? " KSK " : " ZSK ") +
                      dnssec::algorithm_name(key->algorithm);
  // The size says something only where it varies.
  if (key->algorithm <= 10) words += "/" + std::to_string(dnssec::key_bits(rdata));
  if (key->revoked()) words += " revoked";
  if (!key->zone_key()) words += " (no Zone Key flag)";
  return words;
}

std::string ds_words(const Bytes& rdata) {
  const auto ds = dns::decode_ds(rdata);
  if (!ds) return "malformed DS";
  return std::to_string(ds->key_tag) + " " + dnssec::algorithm_name(ds->algorithm) + " " +
         dnssec::digest_name(ds->digest_type);
}

template <typename Words>
std::string list(const std::vector<Bytes>& items, Words words) {
  std::string out;
  for (const Bytes& item : items) out += (out.empty() ? "" : ", ") + words(item);
  return out;
}

/// The records of one type that any of `looks` showed for the zone, without duplicates.
std::vector<Bytes> shown(const std::vector<evidence::ServerLook>& looks, const dns::Name& zone, dns::RrType type) {
  std::vector<Bytes> found;
  for (const evidence::ServerLook& look : looks) {
    const evidence::Answer* answer = look.find(zone, type);
    if (answer == nullptr) continue;
    const dns::RRset* set = dns::find_rrset(answer->answer, zone, type);
    if (set != nullptr) found.insert(found.end(), set->rdatas.begin(), set->rdatas.end());
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::string verdict_words(const Paint& paint, const dnssec::Verdict& verdict) {
  std::string words = paint.status(verdict.status);
  if (verdict.reason != dnssec::Reason::kValidated) words += std::string(": ") + dnssec::describe(verdict.reason);
  return words;
}

/// The tree of zones: each level is indented below its parent.
std::string chain_text(const CheckResult& result, const Paint& paint) {
  std::vector<judge::ChainLink> links = result.judgement.ancestors;
  judge::ChainLink own = result.judgement.link;
  own.zone = result.judgement.zone;
  own.verdict = result.judgement.verdict;
  // What was seen is shown also where it could not be trusted.
  if (own.ds.empty()) own.ds = shown(result.evidence.delegation.parents, own.zone, dns::RrType::kDs);
  if (own.dnskeys.empty()) own.dnskeys = shown(result.evidence.servers, own.zone, dns::RrType::kDnskey);
  links.push_back(std::move(own));
  std::string out;
  std::string indent;
  for (std::size_t level = 0; level < links.size(); ++level) {
    const judge::ChainLink& link = links[level];
    const bool last = level + 1 == links.size();
    out += level == 0 ? "" : indent + "└─ ";
    if (level > 0) indent += "   ";
    const std::string bar = indent + (last ? "   " : "│  ");
    out += paint.bold(link.zone.to_text()) + "  " + verdict_words(paint, link.verdict) + "\n";
    if (!link.ds.empty()) out += bar + (level == 0 ? "anchor " : "DS     ") + list(link.ds, ds_words) + "\n";
    if (!link.dnskeys.empty()) out += bar + "keys   " + list(link.dnskeys, key_words) + "\n";
  }
  return out;
}

std::string expiry_text(const CheckResult& result) {
  if (!result.judgement.earliest_expiration) return {};
  const UnixSeconds expiration = *result.judgement.earliest_expiration;
  const std::chrono::seconds left(expiration - result.at);
  return "\nfirst signature " + std::string(left.count() < 0 ? "ended " : "ends ") + to_rfc3339(expiration) + ", " +
         (left.count() < 0 ? humanise(-left) + " ago" : "in " + humanise(left)) + "\n";
}

/// When the zone turns bogus if nobody signs anew.
std::string bogus_text(const CheckResult& result) {
  const judge::TrustEndPtr end = result.judgement.ends.first();
  if (end == nullptr) return {};
  const std::chrono::seconds left(end->at - result.at);
  return "bogus from " + to_rfc3339(end->at) + ", in " + humanise(left) + ", if nothing changes: " + printable(describe(*end)) + "\n";
}

std::string whole_zone_text(const CheckResult& result) {
  if (!result.judgement.whole_zone) return {};
  const judge::WholeZoneSummary& whole = *result.judgement.whole_zone;
  std::string out = "\nwhole zone, from the " + printable(whole.source) + "\n";
  if (!whole.failure.empty()) return out + "  not judged: " + printable(whole.failure) + "\n";
  out += "  serial " + std::to_string(whole.serial) + ", " + std::to_string(whole.names) + " names, " +
         std::to_string(whole.rrsets) + " RRsets, " + std::to_string(whole.valid_signatures) + " of " +
         std::to_string(whole.signatures) + " signatures valid\n";
  if (whole.delegations == 0) return out;
  return out + "  " + std::to_string(whole.delegations) + " delegations, " +
         std::to_string(whole.secure_delegations) + " of them secure\n";
}

std::string servers_text(const CheckResult& result, const Paint& paint) {
  const std::vector<judge::ServerVerdict>& servers = result.judgement.servers;
  if (servers.empty()) return {};
  std::size_t name_width = 0;
  std::size_t address_width = 0;
  for (const judge::ServerVerdict& server : servers) {
    name_width = std::max(name_width, server.name.to_text().size());
    address_width = std::max(address_width, server.address.to_text().size());
  }
  std::string out = "\nservers\n";
  for (const judge::ServerVerdict& server : servers) {
    out += "  " + padded(server.name.to_text(), name_width) + "  " + padded(server.address.to_text(), address_width) + "  ";
    out += server.reachable ? verdict_words(paint, server.verdict) : std::string("does not answer");
    if (server.serial) out += paint.dim("  serial " + std::to_string(*server.serial));
    if (!server.nsid.empty()) out += paint.dim("  nsid " + printable(server.nsid));
    out += "\n";
  }
  return out;
}

std::string probes_text(const CheckResult& result, const Paint& paint) {
  std::string fine;
  std::string odd;
  for (const judge::ProbeVerdict& probe : result.judgement.probes) {
    const bool apex = probe.question.name == result.judgement.zone;
    const std::string what =
        (apex ? std::string() : probe.question.name.to_text() + " ") + dns::to_string(probe.question.type);
    const bool as_zone = probe.verdict.status == result.judgement.verdict.status;
    if (as_zone && !probe.target && apex) {
      fine += (fine.empty() ? "" : ", ") + what;
      continue;
    }
    odd += "  " + what + "  " + verdict_words(paint, probe.verdict) + (probe.rcode.empty() ? "" : "  " + probe.rcode);
    if (probe.target) odd += "  alias to " + probe.target->to_text() + " (outside the zone, not judged)";
    odd += "\n";
  }
  if (fine.empty() && odd.empty()) return {};
  std::string out = "\nprobes\n";
  if (!fine.empty()) out += "  " + paint.status(result.judgement.verdict.status) + "  " + fine + "\n";
  return out + odd;
}

std::string findings_text(const CheckResult& result, const Paint& paint) {
  if (result.judgement.findings.empty()) return "\nno findings\n";
  std::string out = "\nfindings\n";
  for (const judge::Finding& finding : result.judgement.findings) {
    const std::string code(judge::info(finding.code).name);
    out += "  " + paint.severity(finding.severity) + "  " + paint.bold(code) + "  " + finding.subject.key() + "\n";
    out += "      " + printable(finding.message) + "\n";
    if (finding.caused_by) {
      out += paint.dim("      follows from " + std::string(judge::info(*finding.caused_by).name)) + "\n";
    }
  }
  out += paint.dim("  anchorwatch explain CODE tells more about a finding") + "\n";
  return out;
}

}  // namespace

std::string check_text(const CheckResult& result, Colour colour) {
  const Paint paint(colour);
  const judge::Judgement& judgement = result.judgement;
  std::string out = paint.bold(judgement.zone.to_text()) + " is " + verdict_words(paint, judgement.verdict);
  out += paint.dim("   " + to_rfc3339(result.at)) + "\n";
  if (judgement.status_worst != judgement.verdict.status) {
    out += "  but " + paint.status(judgement.status_worst) + " at some server, see below\n";
  }
  if (judgement.delegation == judge::DelegationState::kAbsent) {
    out += "  the parent proves that this name is not delegated\n";
  }
  if (judgement.observation != judge::Observation::kOk) {
    out += std::string("  the look was ") + judge::to_string(judgement.observation) + ": not every question was answered\n";
  }
  if (!result.evidence.delegation.failure.empty()) out += "  " + printable(result.evidence.delegation.failure) + "\n";
  if (result.evidence.forwarded) out += "  reduced mode: answers come from forwarders, not from the zone's servers\n";
  if (!result.note.empty()) out += "  " + printable(result.note) + "\n";
  out += "\n" + chain_text(result, paint) + expiry_text(result) + bogus_text(result) + whole_zone_text(result) + servers_text(result, paint) + probes_text(result, paint) +
         findings_text(result, paint);
  out += paint.dim("\n" + std::to_string(result.queries) + " queries, " + std::to_string(judgement.verifications) +
                   " signatures verified, " + std::to_string(result.elapsed_ms) + " ms") + "\n";
  return out;
}

}  // namespace anchorwatch::report
