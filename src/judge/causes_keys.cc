// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cause_links.h"

namespace anchorwatch::judge {

namespace {

using Code = FindingCode;

/// A key that cannot be read verifies nothing.
void link_key_lengths(Findings& findings) {
  for (Finding& finding : findings) {
    if (finding.code != Code::SIG_BAD_LENGTH || finding.caused_by) continue;
    const auto tag = finding.data.find("key_tag");
    const bool by_bad_key =
        tag != finding.data.end() &&
        std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
          return other.code == Code::DNSKEY_BAD_LENGTH && other.subject.key_tag &&
                 tag->second == FindingValue(std::int64_t{*other.subject.key_tag});
        });
    if (by_bad_key) finding.caused_by = Code::DNSKEY_BAD_LENGTH;
  }
}

/// Protocol and Zone Key flag of the key that a DS names are one fault.
void link_protocol(Findings& findings) {
  for (Finding& finding : findings) {
    if (finding.code != Code::DS_KEY_NOT_ZONE_KEY) continue;
    const bool same_key = std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
      return other.code == Code::DNSKEY_PROTOCOL_INVALID &&
             other.subject.key_tag == finding.subject.key_tag;
    });
    if (same_key) finding.caused_by = Code::DNSKEY_PROTOCOL_INVALID;
  }
}

/// Nobody mixes in the keys of a server whose DNSKEY RRset does not validate.
void link_multi_signer(Findings& findings) {
  const Finding* entry = find(findings, Code::NO_SECURE_ENTRY);
  bool open = false;
  for (Finding& finding : findings) {
    if (finding.code != Code::MULTISIGNER_KEYS_INCOMPLETE) continue;
    const bool moot =
        entry != nullptr && std::includes(entry->servers.begin(), entry->servers.end(),
                                          finding.servers.begin(), finding.servers.end());
    if (moot) finding.caused_by = Code::NO_SECURE_ENTRY;
    open = open || !moot;
  }
  link_to(findings, Code::MULTISIGNER_KEYS_INCOMPLETE, {Code::DNSKEY_SERVERS_DIFFER});
  if (open) link_to(findings, Code::MULTISIGNER_KEYS_INCOMPLETE, {Code::SIG_UNKNOWN_KEY});
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

}  // namespace

void link_keys(Findings& findings) {
  link_key_lengths(findings);
  link_protocol(findings);
  link_multi_signer(findings);
  link_algorithms(findings);
}

/// What a parent would act on: one story for each set.
void link_signals(Findings& findings) {
  link_to(findings, Code::CDS_WOULD_BREAK, {Code::CDS_NO_KEY});
  link_to(findings, Code::CDS_SERVERS_DIFFER, {Code::CDNSKEY_SERVERS_DIFFER});
  if (find(findings, Code::CSYNC_UNSIGNED) == nullptr) return;
  for (Finding& finding : findings) {
    const bool signature = info(finding.code).area == "signature";
    if (signature && finding.subject.type == dns::RrType::kCsync && !finding.caused_by) {
      finding.caused_by = Code::CSYNC_UNSIGNED;
    }
  }
}

}  // namespace anchorwatch::judge
