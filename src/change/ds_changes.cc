// SPDX-License-Identifier: Apache-2.0
// The DS set at the parent: one event a record.
#include "record_text.h"
#include "spread.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

using judge::RecordFact;

bool same_record(const RecordFact& left, const RecordFact& right) {
  return left.rdata == right.rdata;
}

Severity severity_of_added(const Step& step, bool announced) {
  if (!announced) return step.loss();
  return severity_of_change(step, Severity::kNotice);
}

/// Whether no record of the set before is left and somebody unknown put another set there.
bool was_usurped(const Step& step) {
  const auto& now = step.look.facts.ds.values;
  const auto gone = missing_in(step.before.facts.ds.values, now, same_record);
  return gone.size() == step.before.facts.ds.values.size() &&
         std::none_of(now.begin(), now.end(),
                      [&](const RecordFact& fact) { return is_announced(step, fact.rdata); });
}

Severity severity_of_removed(const Step& step) {
  if (step.look.facts.ds.values.empty() || was_usurped(step)) return step.loss();
  return severity_of_change(step, Severity::kNotice);
}

std::string sentence(const Step& step, const RecordFact& fact, bool added, bool announced) {
  std::string text = "DS " + describe_ds(fact.rdata);
  text += added ? " was added at the parent of " : " was removed at the parent of ";
  text += step.maker.zone_text();
  const std::size_t left = step.look.facts.ds.values.size();
  if (added) {
    text += announced ? "; it fits a key that the zone had announced."
                      : "; no key behind the DS set before had announced it.";
  } else if (left == 0) {
    text += "; no DS is left, so resolvers treat the zone as unsigned.";
  } else {
    text += "; " + std::to_string(left) + " DS " + (left == 1 ? "remains." : "remain.");
  }
  return text;
}

/// The last DS set that validated: what to publish again if the change was wrong.
void add_way_back(const Step& step, Event& event) {
  const auto& before = step.before.facts.ds.values;
  if (!step.was_secure() || before.empty()) return;
  event.before["way_back"] = record_texts(dns::RrType::kDs, before);
  std::string named;
  for (const RecordFact& fact : before) named += (named.empty() ? "" : ", ") + describe_ds(fact.rdata);
  event.summary += " Way back: the DS set before validated (" + named + ").";
}

void tell_ds(Step& step, const RecordFact& fact, EventType type) {
  const bool added = type == EventType::kDsAdded;
  const bool announced = added && is_announced(step, fact.rdata);
  Event event = step.maker.make(type, "ds", ds_subject(fact.rdata));
  event.severity = added ? severity_of_added(step, announced) : severity_of_removed(step);
  event.summary = sentence(step, fact, added, announced);
  event.side = "parent";
  event.before = {{"ds", record_texts(dns::RrType::kDs, step.before.facts.ds.values)}};
  add_way_back(step, event);
  event.after = {{"ds", record_texts(dns::RrType::kDs, step.look.facts.ds.values)}};
  add_ds_fields(added ? event.after : event.before, fact.rdata);
  event.last_before = last_seen(step.before.summary.observation == judge::Observation::kOk
                                    ? step.before.summary.last_observed_at
                                    : step.before.summary.parent_seen_at);
  event.confidence =
      confidence_of(added ? fact.servers.size() : reachable(step.look.judgement.parents));
  if (added) add_spread(event, fact.servers, parents_that_told(step), "parent servers");
  step.tell(std::move(event), step.chain_root);
}

}  // namespace

void compare_ds(Step& step) {
  const auto& before = step.before.facts.ds;
  const auto& now = step.look.facts.ds;
  if (!before.known || !now.known) return;
  for (const RecordFact& fact : missing_in(before.values, now.values, same_record)) {
    tell_ds(step, fact, EventType::kDsRemoved);
  }
  for (const RecordFact& fact : missing_in(now.values, before.values, same_record)) {
    tell_ds(step, fact, EventType::kDsAdded);
  }
}

}  // namespace anchorwatch::change
