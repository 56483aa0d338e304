// SPDX-License-Identifier: Apache-2.0
// What the zone tells its parent (CDS, CDNSKEY, CSYNC), and how it denies names.
#include "record_text.h"
#include "step.h"

namespace anchorwatch::change {
namespace {

using judge::DenialFact;
using judge::RecordFact;

bool same_data(const std::vector<RecordFact>& left, const std::vector<RecordFact>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const auto& a, const auto& b) { return a.rdata == b.rdata; });
}

bool changed(const judge::FactGroup<RecordFact>& before, const judge::FactGroup<RecordFact>& now) {
  return before.known && now.known && !same_data(before.values, now.values);
}

Event signal_event(const Step& step, EventType type, const char* group, const std::string& what) {
  Event event = step.maker.make(type, group, "");
  event.severity = Severity::kNotice;
  event.summary = what + " of " + step.maker.zone_text() + " changed.";
  event.side = "child";
  event.last_before = last_seen(step.before.summary.last_full_at);
  event.confidence = confidence_of(reachable(step.look.judgement.servers));
  return event;
}

EventData cds_data(const judge::ZoneFacts& facts) {
  return {{"cds", record_texts(dns::RrType::kCds, facts.cds.values)},
          {"cdnskey", record_texts(dns::RrType::kCdnskey, facts.cdnskey.values)}};
}

void compare_cds(Step& step) {
  const judge::ZoneFacts& before = step.before.facts;
  const judge::ZoneFacts& now = step.look.facts;
  if (!changed(before.cds, now.cds) && !changed(before.cdnskey, now.cdnskey)) return;
  Event event =
      signal_event(step, EventType::kCdsChanged, "cds", "The DS set asked for (CDS, CDNSKEY)");
  event.before = cds_data(before);
  event.after = cds_data(step.update.state.facts);
  event.caused_by = step.chain_root;
  step.update.events.push_back(std::move(event));
}

void compare_csync(Step& step) {
  if (!changed(step.before.facts.csync, step.look.facts.csync)) return;
  Event event = signal_event(step, EventType::kCsyncChanged, "csync", "The CSYNC record");
  event.severity = Severity::kInfo;
  event.before = {{"csync", record_texts(dns::RrType::kCsync, step.before.facts.csync.values)}};
  event.after = {{"csync", record_texts(dns::RrType::kCsync, step.look.facts.csync.values)}};
  event.caused_by = step.ns_root;
  step.update.events.push_back(std::move(event));
}

std::vector<std::string> denial_texts(const std::vector<DenialFact>& facts) {
  std::vector<std::string> texts;
  for (const DenialFact& fact : facts) {
    std::string text = judge::to_string(fact.kind);
    if (fact.kind == judge::DenialKind::kNsec3) {
      text += " iterations=" + std::to_string(fact.iterations);
      text += " salt=" + (fact.salt.empty() ? std::string("-") : to_hex(fact.salt));
      text += fact.opt_out ? " opt-out" : "";
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

void compare_denial(Step& step) {
  const auto& before = step.before.facts.denial;
  const auto& now = step.look.facts.denial;
  if (!before.known || !now.known || before.values == now.values) return;
  Event event = signal_event(step, EventType::kDenialChanged, "denial", "The denial of existence");
  event.severity = severity_of_change(step, Severity::kNotice);
  event.before = {{"denial", denial_texts(before.values)}};
  event.after = {{"denial", denial_texts(now.values)}};
  step.tell(std::move(event), step.chain_root);
}

}  // namespace

void compare_signals(Step& step) {
  compare_cds(step);
  compare_csync(step);
  compare_denial(step);
}

}  // namespace anchorwatch::change
