// SPDX-License-Identifier: Apache-2.0
#include "causes.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "cause_links.h"

namespace anchorwatch::judge {

namespace {

using Code = FindingCode;

bool about_keys(const Finding& finding) { return finding.subject.type == dns::RrType::kDnskey; }

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

/// A fault of the DS set, or of the key that it names, that took the entry away.
const Finding* ds_fault(Findings& findings) {
  for (const Code code : {Code::DS_DIGEST_MISMATCH, Code::DS_KEY_NOT_ZONE_KEY, Code::DS_KEY_REVOKED,
                          Code::TRUST_ANCHOR_NOT_SIGNING}) {
    const Finding* fault = find(findings, code);
    if (fault != nullptr && fault->severity >= Severity::kError) return fault;
  }
  return nullptr;
}

void link_entry(Findings& findings) {
  Finding* entry = find(findings, Code::NO_SECURE_ENTRY);
  if (entry == nullptr) return;
  const Finding* fault = key_signature_fault(findings);
  if (fault == nullptr) fault = ds_fault(findings);
  const Code cause = fault != nullptr ? fault->code : Code::NO_SECURE_ENTRY;
  if (fault != nullptr) entry->caused_by = cause;
  for (Finding& finding : findings) {
    if (finding.caused_by || &finding == entry || &finding == fault) continue;
    if (is_one_of(finding.code,
                  {Code::DS_ORPHAN, Code::DS_DIGEST_MISMATCH, Code::DS_KEY_NOT_SIGNING,
                   Code::DS_KEY_BAD_SIGNATURE, Code::DS_KEY_NOT_ZONE_KEY, Code::DS_KEY_REVOKED,
                   Code::TRUST_ANCHOR_NOT_SIGNING})) {
      finding.caused_by = cause;
    }
    // The same broken signer, seen at the data.
    const bool same_fault = fault != nullptr && finding.code == cause;
    if (same_fault) finding.caused_by = cause;
  }
}

/// As link_to(), only where both are about the same server.
void link_at_server(Findings& findings, Code cause, std::initializer_list<Code> consequences) {
  for (const Finding& first : findings) {
    if (first.code != cause) continue;
    for (Finding& finding : findings) {
      if (!finding.caused_by && is_one_of(finding.code, consequences) &&
          finding.subject.server == first.subject.server) {
        finding.caused_by = cause;
      }
    }
  }
}

/// Faults of a server that make its ordinary answers fail, too.
void link_behaviour(Findings& findings) {
  link_at_server(findings, Code::SOURCE_ADDRESS, {Code::TRANSPORT_UDP_DEAD});
  link_at_server(findings, Code::REQUEST_FLAG_SENSITIVE, {Code::SERVER_LAME, Code::BAD_RCODE});
  link_to(findings, Code::SOURCE_ADDRESS, {Code::NO_WORKING_SERVER});
  link_at_server(findings, Code::PMTU, {Code::DNSKEY_FETCH_FAILED});
}

/// A server that publishes no key, or no signature, fails at everything else as well.
void link_unsigned(Findings& findings) {
  link_to(findings, Code::DS_BUT_UNSIGNED, {Code::CDS_NO_KEY, Code::NO_SECURE_ENTRY});
  link_to(findings, Code::DNSSEC_DATA_UNOBTAINABLE,
          {Code::NO_SECURE_ENTRY, Code::SIG_MISSING, Code::DENIAL_MISSING});
  link_to(findings, Code::EDNS_BROKEN, {Code::DNSSEC_DATA_UNOBTAINABLE});
  link_to(findings, Code::DNSSEC_DOWNGRADED, {Code::DNSSEC_DATA_UNOBTAINABLE});
  link_to(findings, Code::TRANSPORT_TCP_DEAD, {Code::DNSKEY_FETCH_FAILED});
  link_to(findings, Code::CNAME_LOOP, {Code::WORK_LIMIT});
  // Why the anchor does not sign.
  link_to(findings, Code::TRUST_ANCHOR_NOT_SIGNING, {Code::ANCHOR_NOT_IN_ROOT, Code::ANCHOR_REVOKED_SEEN});
  // A parent server that does not know the delegation has no DS for it.
  link_to(findings, Code::DELEGATION_ABSENT, {Code::DS_INCONSISTENT_PARENT});
}

/// Why no DS is relied on: what stands in the DS, or in the keys.
void link_unsupported(const Context& context, Findings& findings) {
  const bool digest = context.entry.verdict.reason == dnssec::Reason::kUnsupportedDigest;
  for (const Code cause : {digest ? Code::DS_DIGEST_ILLEGAL : Code::DNSKEY_ALG_PROHIBITED,
                           digest ? Code::DS_DIGEST_PROHIBITED : Code::DNSKEY_ALG_ILLEGAL}) {
    link_to(findings, cause, {Code::ALG_UNKNOWN_TREATED_INSECURE});
  }
}

/// Servers leave glue out of a referral that is too large. Without any glue there is another cause.
void link_referral(Findings& findings) {
  if (find(findings, Code::REFERRAL_TOO_BIG) == nullptr) return;
  for (Finding& finding : findings) {
    if (finding.code == Code::GLUE_MISSING && finding.severity < Severity::kCritical) {
      finding.caused_by = Code::REFERRAL_TOO_BIG;
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

/// Whether a finding with this code begins a story; else what one of them follows from.
std::optional<Code> cause_behind(const Findings& findings, Code code) {
  std::optional<Code> cause;
  for (const Finding& finding : findings) {
    if (finding.code != code) continue;
    if (!finding.caused_by) return std::nullopt;
    if (*finding.caused_by != code) cause = finding.caused_by;
  }
  return cause;
}

/// People and events are led to the fault itself, over however many consequences.
void point_to_the_beginning(Findings& findings) {
  constexpr int kLongestStory = 8;
  for (Finding& finding : findings) {
    for (int step = 0; finding.caused_by && step < kLongestStory; ++step) {
      const std::optional<Code> behind = cause_behind(findings, *finding.caused_by);
      if (!behind || *behind == finding.code) break;
      finding.caused_by = behind;
    }
  }
}

}  // namespace

void link_causes(const Context& context, std::vector<Finding>& findings) {
  if (findings.size() < 2) return;
  link_entry(findings);
  link_keys(findings);
  link_servers(context, findings);
  link_signals(findings);
  link_behaviour(findings);
  link_unsigned(findings);
  link_denial(findings);
  link_repeats(findings);
  link_unsupported(context, findings);
  link_referral(findings);
  link_expectations(context, findings);
  point_to_the_beginning(findings);
}

}  // namespace anchorwatch::judge
