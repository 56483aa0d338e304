// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cause_links.h"

namespace anchorwatch::judge {

namespace {

using Code = FindingCode;

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

/// An answer with something else than what was asked for proves nothing about it.
void link_empty_answers(Findings& findings) {
  for (const Finding& cause : findings) {
    if (!is_one_of(cause.code, {Code::RESPONSE_WRONG_OWNER, Code::RESPONSE_MISSING})) continue;
    for (Finding& finding : findings) {
      if (finding.caused_by || !share_a_server(finding, cause)) continue;
      const bool proof = (finding.code == Code::DENIAL_MISSING || is_failed_proof(finding)) &&
                         finding.subject.type == cause.subject.type;
      const bool soa = finding.code == Code::NEGATIVE_SOA_MISSING;
      if (proof || soa) finding.caused_by = cause.code;
    }
  }
}

/// Records that nobody can use are those of the apex, too.
void link_apex_records(Findings& findings) {
  for (const Code code : {Code::NSEC3_MALFORMED, Code::NSEC3_HASH_UNKNOWN, Code::NSEC3_FLAGS}) {
    link_to(findings, code, {Code::DENIAL_APEX_WRONG});
  }
}

/// An alias at the apex that no bitmap can have.
void link_apex_alias(Findings& findings) {
  if (find(findings, Code::CNAME_AT_NODE) == nullptr) return;
  for (Finding& finding : findings) {
    if (finding.code == Code::DENIAL_LIES_TYPE && finding.subject.type == dns::RrType::kCname &&
        find_at(findings, Code::CNAME_AT_NODE, finding.subject.name) != nullptr) {
      finding.caused_by = Code::CNAME_AT_NODE;
    }
  }
}

}  // namespace

void link_denial(Findings& findings) {
  link_name_errors(findings);
  link_proofs(findings);
  link_empty_answers(findings);
  link_apex_records(findings);
  link_apex_alias(findings);
}

}  // namespace anchorwatch::judge
