// SPDX-License-Identifier: Apache-2.0
// Findings of a look that weigh more because of what was there before: what is calm in a zone that
// was never secure, or for a DS that was announced, is not calm after a loss.
#include "anchorwatch/dns/rdata.h"

#include "change_findings.h"
#include "plan_match.h"

namespace anchorwatch::change {
namespace {

using judge::Finding;
using Code = judge::FindingCode;

/// Longer than any rollover takes, hold-downs included. A standby DS is declared in `expect_ds`.
constexpr UnixSeconds kLongestRollover = UnixSeconds{90} * 86400;

const OpenFinding* open_before(const Step& step, const Finding& finding) {
  for (const OpenFinding& open : step.before.open_findings) {
    if (open.finding.code == finding.code && open.finding.subject.key() == finding.subject.key())
      return &open;
  }
  return nullptr;
}

Finding raised(const Finding& finding, Severity least, std::optional<Code> cause) {
  Finding more = finding;
  more.severity = std::max(more.severity, least);
  if (cause) more.caused_by = cause;
  return more;
}

/// The zone was secure, and did not ask for the removal of its DS.
std::optional<Finding> after_a_loss(const Step& step, const Finding& finding) {
  const Finding* loss = find_in(step.change_findings, Code::WENT_INSECURE);
  if (loss == nullptr || is_planned(*loss) || number_of(*loss, "asked_for").value_or(0) != 0) return std::nullopt;
  return raised(finding, Severity::kError, Code::WENT_INSECURE);
}

bool names(const std::string& ds_text, const Finding& orphan) {
  const std::optional<std::int64_t> digest_type = number_of(orphan, "digest_type");
  if (!orphan.subject.key_tag || !orphan.subject.algorithm || !digest_type) return false;
  const std::string begin = std::to_string(*orphan.subject.key_tag) + " " +
                            std::to_string(*orphan.subject.algorithm) + " " +
                            std::to_string(*digest_type) + " ";
  return ds_text.starts_with(begin);
}

bool is_declared(const Step& step, const Finding& orphan) {
  const auto& declared = step.zone.settings->expectation.expect_ds;
  return std::any_of(declared.begin(), declared.end(), [&](const Bytes& ds) {
    return names(dns::rdata_to_text(dns::RrType::kDs, ds), orphan);
  });
}

std::optional<Finding> orphan(const Step& step, const Finding& finding) {
  if (const Finding* unexpected = find_in(step.change_findings, Code::DS_UNEXPECTED)) {
    for (const std::string& ds : texts_of(*unexpected, "ds")) {
      if (names(ds, finding)) return raised(finding, Severity::kError, Code::DS_UNEXPECTED);
    }
  }
  const OpenFinding* open = open_before(step, finding);
  if (open == nullptr || step.look.at - open->first_seen_at < kLongestRollover ||
      is_declared(step, finding)) {
    return std::nullopt;
  }
  return raised(finding, Severity::kWarning, std::nullopt);
}

/// A step of an algorithm rollover after which a DS names an algorithm that no longer, or not yet, signs the zone.
/// Validators need not insist on it (RFC 6840 §5.11), and some do. One RRset that lacks it is no step: the SOA counts.
std::optional<Finding> unsigned_algorithm(const Step& step, const Finding& finding) {
  const bool named_by_ds = finding.severity >= Severity::kWarning;
  const bool whole = finding.subject.name == step.zone.name && finding.subject.type == dns::RrType::kSoa;
  if (!named_by_ds || !whole || !step.was_secure()) return std::nullopt;
  const OpenFinding* open = open_before(step, finding);
  // As it was when somebody began to look, it is no step.
  const bool is_step = open == nullptr || open->finding.severity != Severity::kWarning;
  return is_step ? std::optional(raised(finding, Severity::kError, std::nullopt)) : std::nullopt;
}

std::optional<Finding> raised_by_history(const Step& step, const Finding& finding) {
  switch (finding.code) {
    case Code::ZONE_UNSIGNED:
    case Code::DS_MISSING_FOR_SIGNED: return after_a_loss(step, finding);
    case Code::DS_ORPHAN: return orphan(step, finding);
    case Code::SIG_MISSING_FOR_ALG: return unsigned_algorithm(step, finding);
    default: return std::nullopt;
  }
}

}  // namespace

void raise_by_history(Step& step) {
  for (const Finding& finding : step.look.judgement.findings) {
    if (auto more = raised_by_history(step, finding))
      step.change_findings.push_back(*std::move(more));
  }
}

std::optional<UnixSeconds> end_of_rollovers(const Step& step) {
  std::optional<UnixSeconds> first;
  for (const Finding& finding : step.look.judgement.findings) {
    if (finding.code != Code::DS_ORPHAN) continue;
    const OpenFinding* open = open_before(step, finding);
    const UnixSeconds end =
        (open == nullptr ? step.look.at : open->first_seen_at) + kLongestRollover;
    if (end > step.look.at && (!first || end < *first)) first = end;
  }
  return first;
}

}  // namespace anchorwatch::change
