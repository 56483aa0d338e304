// SPDX-License-Identifier: Apache-2.0
// Finding: one rule of the catalogue that does not hold, with its evidence.
//
// The catalogue is one table (judge/finding_codes.inc); each code has a page in docs/findings.
//
// Threading: value types, any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/core/severity.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rr_type.h"

namespace anchorwatch::judge {

enum class FindingCode : std::uint16_t {
#define AW_FINDING(code, area, severity, scope, rfc, meaning) code,
#include "anchorwatch/judge/finding_codes.inc"
#undef AW_FINDING
};

/// One row of the catalogue. All text lives as long as the program.
struct FindingInfo {
  FindingCode code;
  std::string_view name;      ///< "SIG_EXPIRED".
  std::string_view area;      ///< chain, dnskey, signature, denial, cds, delegation, server, transport, change, monitor.
  Severity severity;          ///< Default.
  std::string_view scope;     ///< zone, key, rrset, server, parent, monitor.
  std::string_view rfc;       ///< Clauses separated by "; ", e.g. "4035 5.3.1; 4034 3.1.5".
  std::string_view meaning;   ///< One sentence.
};
const FindingInfo& info(FindingCode code);
const std::vector<FindingInfo>& all_findings();
std::optional<FindingCode> parse_finding_code(std::string_view name);

/// An operator's severities, in place of the catalogue's.
using SeverityMap = std::map<FindingCode, Severity>;

/// What a finding is about. A finding's identity is zone + code + subject.
struct Subject {
  dns::Name name;
  std::optional<dns::RrType> type;
  std::optional<std::uint16_t> key_tag;
  std::optional<std::uint8_t> algorithm;
  std::optional<IpAddress> server;   ///< Only for findings whose scope is server.
  /// Canonical text, the identity's last part: "example.com./SOA", "…#12345/13", "…@192.0.2.1".
  [[nodiscard]] std::string key() const;
  bool operator==(const Subject&) const = default;
};

/// Values that a finding carries for machines: numbers, texts (times as RFC 3339), lists of texts.
using FindingValue = std::variant<std::int64_t, std::string, std::vector<std::string>>;

struct Finding {
  FindingCode code{};
  Severity severity = Severity::kInfo;
  Subject subject;
  std::vector<IpAddress> servers;   ///< Where it was seen, ordered; empty when it is not about servers.
  std::string message;              ///< A sentence for people with the facts, and with the next step.
  std::map<std::string, FindingValue> data;
  /// Set when this finding only follows from another one of the same zone.
  std::optional<FindingCode> caused_by;
};

}  // namespace anchorwatch::judge
