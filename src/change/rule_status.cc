// SPDX-License-Identifier: Apache-2.0
// WENT_INSECURE and BECAME_SECURE.
#include "anchorwatch/dns/rdata.h"

#include "change_findings.h"
#include "plan_match.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

using dnssec::SecurityStatus;
using judge::Finding;
using Code = judge::FindingCode;

/// A validated delete request (RFC 8078 §4): CDS or CDNSKEY with algorithm 0.
bool had_asked(const Step& step) {
  const judge::ZoneFacts& before = step.before.facts;
  if (!step.was_secure()) return false;
  const auto deletes = [](const judge::RecordFact& cds) {
    const auto fields = dns::decode_ds(cds.rdata);
    return fields && fields->algorithm == 0;
  };
  const auto deletes_key = [](const judge::RecordFact& cdnskey) {
    const auto fields = dns::decode_dnskey(cdnskey.rdata);
    return fields && fields->algorithm == 0;
  };
  return std::any_of(before.cds.values.begin(), before.cds.values.end(), deletes) ||
         std::any_of(before.cdnskey.values.begin(), before.cdnskey.values.end(), deletes_key);
}

std::int64_t ttl_of(const std::vector<judge::RecordFact>& records) {
  std::int64_t ttl = 0;
  for (const judge::RecordFact& record : records) ttl = std::max(ttl, std::int64_t{record.ttl});
  return ttl;
}

/// A plan that was approved after the fact covers what happened in its window.
std::optional<Finding> planned_late(const Step& step, std::optional<Finding> open) {
  if (!open || is_planned(*open)) return open;
  const PlannedChange* plan = plan_for_insecurity(step, time_of(*open, "changed_at"));
  if (plan != nullptr) set_planned(*open, *plan);
  return open;
}

}  // namespace

std::optional<Finding> went_insecure(const Step& step, const Finding* open) {
  const bool wanted = step.zone.settings->expectation.expect == judge::Expect::kUnsigned;
  if (step.now.status == SecurityStatus::kSecure || wanted) return std::nullopt;
  // A fault or a lost delegation in between hides no loss.
  const bool lost = step.was_secure() || step.was.status == SecurityStatus::kBogus ||
                    !step.memory.gone_keys.empty();
  if (step.now.status != SecurityStatus::kInsecure || !lost) return planned_late(step, go_on(step, open));
  const bool asked = had_asked(step);
  Finding finding =
      begin_change(step, Code::WENT_INSECURE, asked ? Severity::kError : step.loss());
  finding.data["ds_ttl"] = ttl_of(step.before.facts.ds.values);
  finding.data["asked_for"] = std::int64_t{asked ? 1 : 0};
  finding.message = step.maker.zone_text() + " was secure and is now proven to be insecure: " +
                    dnssec::describe(step.now.reason) + ". " +
                    (asked ? "The zone had asked for it by a CDS or CDNSKEY delete request."
                           : "If nobody planned it, ask the registrar who removed the DS.");
  if (const PlannedChange* plan = plan_for_insecurity(step, std::nullopt)) {
    set_planned(finding, *plan);
    finding.message = step.maker.zone_text() + " was secure and is now proven to be insecure, as change " + plan->id + " says.";
  }
  return finding;
}

std::optional<Finding> became_secure(const Step& step, const Finding* open) {
  if (step.now.status != SecurityStatus::kSecure) return std::nullopt;
  if (step.was.status != SecurityStatus::kInsecure) return go_on(step, open);
  const bool wanted = step.zone.settings->expectation.expect == judge::Expect::kSigned;
  Finding finding =
      begin_change(step, Code::BECAME_SECURE, wanted ? Severity::kInfo : Severity::kNotice);
  finding.message = step.maker.zone_text() + " was insecure and validates as secure now.";
  return finding;
}

}  // namespace anchorwatch::change
