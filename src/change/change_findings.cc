// SPDX-License-Identifier: Apache-2.0
#include "change_findings.h"

#include <array>

#include "anchorwatch/core/time_format.h"

#include "plan_match.h"
#include "record_text.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

using judge::Finding;
using judge::FindingCode;

struct CodeRule {
  FindingCode code;
  ChangeRule rule;
};

constexpr std::array kRules{
    CodeRule{FindingCode::DS_CHANGED, ds_changed},
    CodeRule{FindingCode::DS_UNEXPECTED, ds_unexpected},
    CodeRule{FindingCode::KEYSET_CHANGED, keyset_changed},
    CodeRule{FindingCode::ALG_CHANGED, algorithms_changed},
    CodeRule{FindingCode::NS_UNEXPECTED, name_servers_unexpected},
    CodeRule{FindingCode::NS_CHANGED, name_servers_changed},
    CodeRule{FindingCode::WENT_INSECURE, went_insecure},
    CodeRule{FindingCode::BECAME_SECURE, became_secure},
    CodeRule{FindingCode::TAKEOVER_SUSPECTED, takeover_suspected},
    CodeRule{FindingCode::CDS_NOT_FOLLOWED, cds_not_followed},
    CodeRule{FindingCode::ROLLOVER_STALLED, rollover_stalled},
    CodeRule{FindingCode::SIGNER_LATE, signer_late},
};

const Finding* open_one(const Step& step, FindingCode code) {
  for (const OpenFinding& open : step.before.open_findings) {
    if (open.finding.code == code) return &open.finding;
  }
  return nullptr;
}

/// A look without a verdict, or a name that is gone, shows neither that a change stands nor that it is
/// undone. Who gets the name next is measured against what was there before.
bool shows_nothing(const Step& step) {
  return step.failed() || step.look.judgement.delegation == judge::DelegationState::kAbsent ||
         step.now.status == dnssec::SecurityStatus::kIndeterminate;
}

/// A finding whose memory of the state before is that of an older one.
void keep_memory(Finding& finding, const Finding& older) {
  for (const char* field : {"keys_before", "ds_before", "ns_before"}) {
    finding.data[field] = texts_of(older, field);
  }
}

/// DELEGATION_ABSENT comes from the look; what stood at the parent before is added to it.
void remember_what_went(Step& step) {
  const Finding* absent = find_in(step.look.judgement.findings, FindingCode::DELEGATION_ABSENT);
  if (absent == nullptr) return;
  Finding finding = *absent;
  const Finding* open = open_one(step, FindingCode::DELEGATION_ABSENT);
  keep_memory(finding, open != nullptr ? *open : begin_change(step, finding.code, finding.severity));
  step.change_findings.push_back(std::move(finding));
}

void keep_all(Step& step) {
  for (const OpenFinding& open : step.before.open_findings) {
    if (is_from_history(open.finding.code)) step.change_findings.push_back(open.finding);
  }
}

}  // namespace

bool is_from_history(FindingCode code) {
  if (code == FindingCode::KEYSET_UNEXPECTED || is_about_caches(code)) return true;
  return std::any_of(kRules.begin(), kRules.end(),
                     [code](const CodeRule& each) { return each.code == code; });
}

bool is_told_by_its_event(FindingCode code) {
  switch (code) {
    case FindingCode::DS_CHANGED:
    case FindingCode::KEYSET_CHANGED:
    case FindingCode::ALG_CHANGED:
    case FindingCode::NS_CHANGED:
    case FindingCode::BECAME_SECURE: return true;
    default: return false;
  }
}

std::optional<std::string> cause_of_change(const Step& step, FindingCode code) {
  switch (code) {
    case FindingCode::NS_CHANGED:
    case FindingCode::NS_UNEXPECTED: return step.ns_root;
    case FindingCode::SIGNER_LATE: return std::nullopt;
    case FindingCode::WENT_INSECURE:
    case FindingCode::BECAME_SECURE:
      return step.status_event ? step.status_event : step.chain_root;
    case FindingCode::TAKEOVER_SUSPECTED:
      if (step.chain_root) return step.chain_root;
      return step.ns_root ? step.ns_root : step.status_event;
    default: return step.chain_root ? step.chain_root : step.status_event;
  }
}

Finding begin_change(const Step& step, FindingCode code, Severity severity) {
  Finding finding;
  finding.code = code;
  finding.severity = severity;
  finding.subject.name = step.zone.name;
  const judge::ZoneFacts& before = step.before.facts;
  finding.data["changed_at"] = to_rfc3339(step.look.at);
  finding.data["open_until"] =
      to_rfc3339(step.look.at + (is_told_by_its_event(code) ? kCalmLife : kLoudLife));
  std::vector<std::string> keys;
  if (step.was_secure()) {
    for (const judge::KeyFact& key : before.dnskeys.values) keys.push_back(key_id(key.rdata));
  }
  const Memory& memory = step.memory;
  const bool gone = before.parent_ns.values.empty() && !memory.gone_ns.empty();
  finding.data["keys_before"] = gone ? memory.gone_keys : keys;
  finding.data["ds_before"] = gone ? memory.gone_ds : record_texts(dns::RrType::kDs, before.ds.values);
  finding.data["ns_before"] = gone ? memory.gone_ns : name_texts(before.parent_ns.values);
  return finding;
}

std::optional<Finding> go_on(const Step& step, const Finding* open) {
  if (open == nullptr) return std::nullopt;
  const auto until = time_of(*open, "open_until");
  if (!until || *until <= step.look.at) return std::nullopt;
  return *open;
}

std::vector<std::string> texts_of(const Finding& finding, const std::string& field) {
  const auto found = finding.data.find(field);
  if (found == finding.data.end()) return {};
  const auto* texts = std::get_if<std::vector<std::string>>(&found->second);
  return texts == nullptr ? std::vector<std::string>() : *texts;
}

std::optional<UnixSeconds> time_of(const Finding& finding, const std::string& field) {
  const auto found = finding.data.find(field);
  if (found == finding.data.end()) return std::nullopt;
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::nullopt : parse_time(*text);
}

std::optional<std::int64_t> number_of(const Finding& finding, const std::string& field) {
  const auto found = finding.data.find(field);
  if (found == finding.data.end()) return std::nullopt;
  const auto* number = std::get_if<std::int64_t>(&found->second);
  if (number == nullptr) return std::nullopt;
  return *number;
}

const Finding* find_in(const std::vector<Finding>& findings, FindingCode code) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [code](const Finding& each) { return each.code == code; });
  return found == findings.end() ? nullptr : &*found;
}

std::string join_texts(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined.append(joined.empty() ? "" : ", ").append(text);
  return joined;
}

void find_changes(Step& step) {
  if (shows_nothing(step)) {
    keep_all(step);
    remember_what_went(step);
  } else {
    step.change_findings = keys_unexpected(step);
    for (const CodeRule& each : kRules) {
      if (auto finding = each.rule(step, open_one(step, each.code))) {
        step.change_findings.push_back(*std::move(finding));
      }
    }
    raise_by_history(step);
    for (Finding& finding : cache_findings(step)) step.change_findings.push_back(std::move(finding));
  }
  for (const auto& end : std::array{end_of_patience(step), end_of_rollovers(step), end_of_rollover_patience(step),
                                    end_of_signing_rhythm(step), end_of_usual_age(step), end_of_plans(step)}) {
    if (end) step.change_end = step.change_end ? std::min(*step.change_end, *end) : *end;
  }
  for (Finding& finding : step.change_findings) {
    apply_severity(step, finding);
    const auto until = time_of(finding, "open_until");
    // The end of one that should be over waits for a look that shows something.
    if (!until || *until <= step.look.at) continue;
    step.change_end = step.change_end ? std::min(*step.change_end, *until) : *until;
  }
}

}  // namespace anchorwatch::change
