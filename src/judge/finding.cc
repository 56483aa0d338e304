// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/judge/finding.h"

#include <unordered_map>

namespace anchorwatch::judge {

namespace {

constexpr Severity kInfo = Severity::kInfo;
constexpr Severity kNotice = Severity::kNotice;
constexpr Severity kWarning = Severity::kWarning;
constexpr Severity kError = Severity::kError;
constexpr Severity kCritical = Severity::kCritical;

}  // namespace

const std::vector<FindingInfo>& all_findings() {
  static const std::vector<FindingInfo> table{
#define AW_FINDING(code, area, severity, scope, rfc, meaning) \
  {FindingCode::code, #code, area, severity, scope, rfc, meaning},
#include "anchorwatch/judge/finding_codes.inc"
#undef AW_FINDING
  };
  return table;
}

const FindingInfo& info(FindingCode code) {
  // The enumerators and the rows come from the same list, in the same order.
  return all_findings()[static_cast<std::size_t>(code)];
}

std::optional<FindingCode> parse_finding_code(std::string_view name) {
  static const std::unordered_map<std::string_view, FindingCode> by_name = [] {
    std::unordered_map<std::string_view, FindingCode> index;
    for (const FindingInfo& row : all_findings()) index.emplace(row.name, row.code);
    return index;
  }();
  const auto found = by_name.find(name);
  if (found == by_name.end()) return std::nullopt;
  return found->second;
}

std::string Subject::key() const {
  std::string text = name.to_text();
  // Appended piece by piece: gcc 12 takes `"/" + std::string` for an overlap (-Wrestrict).
  const auto add = [&text](std::string_view mark, const std::string& value) {
    text.append(mark).append(value);
  };
  if (type) add("/", dns::to_string(*type));
  if (key_tag) add("#", std::to_string(*key_tag));
  if (algorithm) add(key_tag ? "/" : "#alg/", std::to_string(*algorithm));
  if (server) add("@", server->to_text());
  return text;
}

}  // namespace anchorwatch::judge
