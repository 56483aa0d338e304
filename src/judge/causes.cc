// SPDX-License-Identifier: Apache-2.0
#include "causes.h"

#include <algorithm>
#include <initializer_list>

namespace anchorwatch::judge {

namespace {

using Code = FindingCode;
using Findings = std::vector<Finding>;

bool is_one_of(Code code, std::initializer_list<Code> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

Finding* find(Findings& findings, Code code) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.code == code; });
  return found == findings.end() ? nullptr : &*found;
}

bool about_keys(const Finding& finding) { return finding.subject.type == dns::RrType::kDnskey; }

/// DNSKEY before SOA before the rest: the order in which resolvers meet them.
int centrality(const Finding& finding) {
  if (finding.subject.type == dns::RrType::kDnskey) return 0;
  if (finding.subject.type == dns::RrType::kSoa) return 1;
  return 2;
}

bool begins_before(const Finding& left, const Finding& right) {
  if (left.severity != right.severity) return left.severity > right.severity;
  if (centrality(left) != centrality(right)) return centrality(left) < centrality(right);
  return left.subject.key() < right.subject.key();
}

/// The same fault at many RRsets or servers is one story.
void link_repeats(Findings& findings) {
  for (Finding& finding : findings) {
    const std::string_view area = info(finding.code).area;
    if (finding.caused_by || (area != "signature" && area != "denial")) continue;
    const bool follows = std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
      return &other != &finding && other.code == finding.code && begins_before(other, finding);
    });
    if (follows) finding.caused_by = finding.code;
  }
}

/// A fault of the DNSKEY RRset's signatures that took the entry away.
const Finding* key_signature_fault(const Findings& findings) {
  const Finding* best = nullptr;
  for (const Finding& finding : findings) {
    if (!about_keys(finding) || finding.caused_by || info(finding.code).area != "signature" ||
        finding.severity < Severity::kError) {
      continue;
    }
    if (best == nullptr || begins_before(finding, *best)) best = &finding;
  }
  return best;
}

void link_entry(Findings& findings) {
  Finding* entry = find(findings, Code::NO_SECURE_ENTRY);
  if (entry == nullptr) return;
  const Finding* fault = key_signature_fault(findings);
  const Code cause = fault != nullptr ? fault->code : Code::NO_SECURE_ENTRY;
  if (fault != nullptr) entry->caused_by = cause;
  for (Finding& finding : findings) {
    if (finding.caused_by || &finding == entry || &finding == fault) continue;
    if (is_one_of(finding.code,
                  {Code::DS_ORPHAN, Code::DS_DIGEST_MISMATCH, Code::DS_KEY_NOT_SIGNING,
                   Code::DS_KEY_BAD_SIGNATURE, Code::DS_KEY_NOT_ZONE_KEY, Code::DS_KEY_REVOKED,
                   Code::DNSKEY_PROTOCOL_INVALID, Code::TRUST_ANCHOR_NOT_SIGNING})) {
      finding.caused_by = cause;
    }
    // The same broken signer, seen at the data.
    const bool same_fault = fault != nullptr && finding.code == cause;
    if (same_fault) finding.caused_by = cause;
  }
}

void link_to(Findings& findings, Code cause, std::initializer_list<Code> consequences) {
  if (find(findings, cause) == nullptr) return;
  for (Finding& finding : findings) {
    if (!finding.caused_by && finding.code != cause && is_one_of(finding.code, consequences)) {
      finding.caused_by = cause;
    }
  }
}

/// A server that publishes no key, or no signature, fails at everything else as well.
void link_unsigned(Findings& findings) {
  link_to(findings, Code::DS_BUT_UNSIGNED, {Code::CDS_NO_KEY, Code::NO_SECURE_ENTRY});
  link_to(findings, Code::MULTISIGNER_KEYS_INCOMPLETE,
          {Code::SIG_UNKNOWN_KEY, Code::DNSKEY_SERVERS_DIFFER});
  link_to(findings, Code::DNSSEC_DATA_UNOBTAINABLE,
          {Code::NO_SECURE_ENTRY, Code::SIG_MISSING, Code::DENIAL_MISSING});
  link_to(findings, Code::EDNS_BROKEN, {Code::DNSSEC_DATA_UNOBTAINABLE});
  link_to(findings, Code::DNSSEC_DOWNGRADED, {Code::DNSSEC_DATA_UNOBTAINABLE});
  link_to(findings, Code::TRANSPORT_TCP_DEAD, {Code::DNSKEY_FETCH_FAILED});
  link_to(findings, Code::BAD_RCODE, {Code::DNSKEY_FETCH_FAILED});
  link_to(findings, Code::NO_WORKING_SERVER,
          {Code::SERVER_LAME, Code::BAD_RCODE, Code::NS_UNRESOLVABLE, Code::GLUE_MISSING});
  link_to(findings, Code::DNSKEY_PROTOCOL_INVALID, {Code::DS_KEY_NOT_ZONE_KEY});
  // A parent server that does not know the delegation has no DS for it.
  link_to(findings, Code::DELEGATION_ABSENT, {Code::DS_INCONSISTENT_PARENT});
}

/// An algorithm of the DS set that signs no DNSKEY signs nothing else either.
void link_algorithms(Findings& findings) {
  for (Finding& finding : findings) {
    if (finding.code != Code::SIG_MISSING_FOR_ALG || finding.caused_by) continue;
    const bool none = std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
      return other.code == Code::SEP_MISSING_FOR_ALG &&
             other.subject.algorithm == finding.subject.algorithm;
    });
    if (none) finding.caused_by = Code::SEP_MISSING_FOR_ALG;
  }
}

bool share_a_server(const Finding& left, const Finding& right) {
  return std::any_of(left.servers.begin(), left.servers.end(), [&](const IpAddress& server) {
    return std::binary_search(right.servers.begin(), right.servers.end(), server);
  });
}

bool is_failed_proof(const Finding& finding) {
  return finding.subject.type != dns::RrType::kDs &&
         is_one_of(finding.code,
                   {Code::DENIAL_NAME_NOT_COVERED, Code::DENIAL_NEXT_CLOSER_NOT_COVERED,
                    Code::DENIAL_WILDCARD_NOT_COVERED, Code::DENIAL_NO_CLOSEST_ENCLOSER,
                    Code::DENIAL_NO_MATCH, Code::DENIAL_NAME_COVERED_NODATA,
                    Code::DENIAL_WILDCARD_BAD_EXPANSION});
}

/// What makes a denial record useless: its own signature, or a bitmap that makes the apex look
/// like a delegation.
bool spoils_records(const Finding& finding) {
  if (finding.severity < Severity::kWarning) return false;
  if (finding.code == Code::DENIAL_LIES_TYPE) return finding.subject.type == dns::RrType::kSoa;
  const bool record =
      finding.subject.type == dns::RrType::kNsec || finding.subject.type == dns::RrType::kNsec3;
  return record && info(finding.code).area == "signature";
}

/// A proof has a gap where a record of it does not count.
void link_proofs(Findings& findings) {
  for (Finding& finding : findings) {
    if (finding.caused_by || !is_failed_proof(finding)) continue;
    const Finding* best = nullptr;
    for (const Finding& other : findings) {
      if (!spoils_records(other) || !share_a_server(finding, other)) continue;
      if (best == nullptr || begins_before(other, *best)) best = &other;
    }
    if (best != nullptr) finding.caused_by = best->code;
  }
}

Finding* find_at(Findings& findings, Code code, const dns::Name& name) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.code == code && finding.subject.name == name;
  });
  return found == findings.end() ? nullptr : &*found;
}

/// A name error for a name that exists cannot be proved; for AAAA alone it is an old kind of fault.
void link_name_errors(Findings& findings) {
  for (Finding& finding : findings) {
    if (finding.code != Code::NXDOMAIN_INCONSISTENT) continue;
    const auto types = finding.data.find("types");
    const bool aaaa = types != finding.data.end() &&
                      types->second == FindingValue(std::vector<std::string>{"AAAA"});
    if (aaaa && find_at(findings, Code::AAAA_BROKEN, finding.subject.name) != nullptr) {
      finding.caused_by = Code::AAAA_BROKEN;
    }
    for (Finding& proof : findings) {
      if (!proof.caused_by && is_failed_proof(proof) &&
          proof.subject.name == finding.subject.name) {
        proof.caused_by = finding.code;
      }
    }
  }
}

/// Why the zone is not what its owner expects.
void link_expectations(const Context& context, Findings& findings) {
  const std::initializer_list<Code> causes = {
      Code::DELEGATION_ABSENT,     Code::ANCESTOR_BOGUS, Code::ALG_UNKNOWN_TREATED_INSECURE,
      Code::DS_MISSING_FOR_SIGNED, Code::ZONE_UNSIGNED,  Code::DS_BUT_UNSIGNED};
  for (const Code cause : causes) {
    link_to(findings, cause, {Code::EXPECT_SIGNED});
    if (cause == Code::DELEGATION_ABSENT || cause == Code::DS_MISSING_FOR_SIGNED) {
      link_to(findings, cause, {Code::EXPECT_DS});
    }
  }
  if (context.verdict == dnssec::insecure(dnssec::Reason::kNsec3Iterations)) {
    link_to(findings, Code::NSEC3_ITERATIONS, {Code::EXPECT_SIGNED});
  }
  Finding* expect = find(findings, Code::EXPECT_SIGNED);
  if (expect == nullptr || expect->caused_by) return;
  const Finding* worst = nullptr;
  for (const Finding& finding : findings) {
    if (finding.caused_by || &finding == expect || finding.severity < Severity::kError) continue;
    if (worst == nullptr || begins_before(finding, *worst)) worst = &finding;
  }
  if (worst != nullptr) expect->caused_by = worst->code;
}

}  // namespace

void link_causes(const Context& context, std::vector<Finding>& findings) {
  if (findings.size() < 2) return;
  link_entry(findings);
  link_unsigned(findings);
  link_algorithms(findings);
  link_name_errors(findings);
  link_proofs(findings);
  link_repeats(findings);
  link_expectations(context, findings);
}

}  // namespace anchorwatch::judge
