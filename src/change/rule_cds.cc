// SPDX-License-Identifier: Apache-2.0
// CDS_NOT_FOLLOWED: a request that stands longer than parents need that read CDS at all.
#include <array>

#include "anchorwatch/core/time_format.h"

#include "change_findings.h"

namespace anchorwatch::change {
namespace {

using judge::Finding;
using Code = judge::FindingCode;

/// Parents that follow CDS look at least once a day; a week has room for their hold-downs.
constexpr UnixSeconds kPatience = UnixSeconds{7} * 86400;

/// The look's own finding: a valid request that all servers agree on, for other keys than those of
/// the DS set.
const Finding* request_in(const Step& step) {
  const std::vector<Finding>& findings = step.look.judgement.findings;
  const Finding* cds = find_in(findings, Code::CDS_DIFFERS_FROM_DS);
  return cds != nullptr ? cds : find_in(findings, Code::CDNSKEY_DIFFERS_FROM_DS);
}

UnixSeconds first_seen(const Step& step, Code code) {
  for (const OpenFinding& open : step.before.open_findings) {
    if (open.finding.code == code) return open.first_seen_at;
  }
  return step.look.at;
}

/// Since when the request stands and the DS set is as it is; nothing: there is no request.
std::optional<UnixSeconds> standing_since(const Step& step) {
  const Finding* request = request_in(step);
  if (request == nullptr) return std::nullopt;
  UnixSeconds since = first_seen(step, request->code);
  for (const Finding& finding : step.change_findings) {
    if (finding.code != Code::DS_CHANGED && finding.code != Code::DS_UNEXPECTED) continue;
    since = std::max(since, time_of(finding, "changed_at").value_or(since));
  }
  return since;
}

bool is_declared_by_hand(const Step& step) {
  return !step.zone.settings->expectation.expect_ds.empty();
}

}  // namespace

std::optional<Finding> cds_not_followed(const Step& step, const Finding* open) {
  if (is_declared_by_hand(step)) return std::nullopt;
  // Core looks do not ask for CDS.
  if (step.look.depth != evidence::Depth::kFull)
    return open == nullptr ? std::nullopt : std::optional(*open);
  const std::optional<UnixSeconds> since = standing_since(step);
  if (!since || step.look.at < *since + kPatience) return std::nullopt;
  if (open != nullptr) return *open;
  Finding finding;
  finding.code = Code::CDS_NOT_FOLLOWED;
  finding.severity = judge::info(finding.code).severity;
  finding.subject.name = step.zone.name;
  finding.data["requested_since"] = to_rfc3339(*since);
  finding.message = step.maker.zone_text() + " has asked its parent for another DS set since " +
                    to_rfc3339(*since) +
                    " by CDS or CDNSKEY, and the DS set has not changed. Most parents do not read "
                    "CDS: see whether this "
                    "one does, and give it the DS by hand if not.";
  return finding;
}

std::optional<UnixSeconds> end_of_patience(const Step& step) {
  if (is_declared_by_hand(step) || step.look.depth != evidence::Depth::kFull) return std::nullopt;
  const std::optional<UnixSeconds> since = standing_since(step);
  if (!since || *since + kPatience <= step.look.at) return std::nullopt;
  return *since + kPatience;
}

}  // namespace anchorwatch::change
