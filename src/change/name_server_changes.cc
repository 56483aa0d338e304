// SPDX-License-Identifier: Apache-2.0
// The NS sets of both sides, one event a name, and the glue of names that stay.
#include "record_text.h"
#include "step.h"

namespace anchorwatch::change {
namespace {

using judge::NameServerFact;

struct Side {
  const char* name;
  std::vector<dns::Name> before, now;
  std::vector<std::string> removed, added;
  std::size_t witnesses = 0;

  /// No name of the set before is left, and there is another set.
  [[nodiscard]] bool replaced() const {
    return !before.empty() && !now.empty() && removed.size() == before.size();
  }
};

std::vector<dns::Name> names_of(const std::vector<NameServerFact>& servers) {
  std::vector<dns::Name> names;
  names.reserve(servers.size());
  for (const NameServerFact& server : servers) names.push_back(server.name);
  return names;
}

Side make_side(const char* name, std::vector<dns::Name> before, std::vector<dns::Name> now,
               std::size_t witnesses) {
  Side side{name, std::move(before), std::move(now), {}, {}, witnesses};
  side.removed = name_texts(missing_in(side.before, side.now, std::equal_to<>()));
  side.added = name_texts(missing_in(side.now, side.before, std::equal_to<>()));
  return side;
}

/// Whoever answers at the parent's servers answers for the zone: another set there is a loss unless
/// somebody planned it. At the child it only repeats what the parent decides.
Severity severity_of_side(const Step& step, const Side& side) {
  if (!side.replaced()) return severity_of_change(step, Severity::kNotice);
  if (side.name == std::string_view("parent")) return step.loss();
  return severity_of_change(step, Severity::kWarning);
}

void tell_side(Step& step, const Side& side, EventType type, const std::string& server) {
  Event event = step.maker.make(type, "ns", std::string(side.name) + "/" + server);
  event.severity = severity_of_side(step, side);
  event.summary = server +
                  (type == EventType::kNsAdded ? " was added to the NS set of "
                                               : " was removed from the NS set of ") +
                  step.maker.zone_text() + " at the " + side.name +
                  (side.replaced() ? "; the whole set was replaced." : ".");
  event.side = side.name;
  event.before = {{"ns", name_texts(side.before)}};
  event.after = {{"ns", name_texts(side.now)}};
  (type == EventType::kNsAdded ? event.after : event.before)["name"] = server;
  event.last_before = last_seen(step.before.summary.last_full_at);
  event.confidence = confidence_of(side.witnesses);
  step.tell(std::move(event), step.ns_root);
}

void compare_side(Step& step, const Side& side) {
  for (const std::string& server : side.removed) {
    tell_side(step, side, EventType::kNsRemoved, server);
  }
  for (const std::string& server : side.added) tell_side(step, side, EventType::kNsAdded, server);
}

void compare_glue(Step& step) {
  for (const NameServerFact& now : step.look.facts.parent_ns.values) {
    for (const NameServerFact& before : step.before.facts.parent_ns.values) {
      if (before.name != now.name || before.glue == now.glue) continue;
      const std::string server = now.name.to_text();
      Event event = step.maker.make(EventType::kGlueChanged, "glue", server);
      event.severity = severity_of_change(step, Severity::kNotice);
      event.summary = "The glue of " + server + " for " + step.maker.zone_text() + " changed.";
      event.side = "parent";
      event.before = {{"name", server}, {"glue", address_texts(before.glue)}};
      event.after = {{"name", server}, {"glue", address_texts(now.glue)}};
      event.last_before = last_seen(step.before.summary.last_full_at);
      event.confidence = confidence_of(reachable(step.look.judgement.parents));
      step.tell(std::move(event), step.ns_root);
    }
  }
}

}  // namespace

void compare_name_servers(Step& step) {
  const judge::ZoneFacts& before = step.before.facts;
  const judge::ZoneFacts& now = step.look.facts;
  if (before.parent_ns.known && now.parent_ns.known) {
    compare_side(
        step, make_side("parent", names_of(before.parent_ns.values), names_of(now.parent_ns.values),
                        reachable(step.look.judgement.parents)));
    compare_glue(step);
  }
  if (before.child_ns.known && now.child_ns.known) {
    compare_side(step, make_side("child", before.child_ns.values, now.child_ns.values,
                                 reachable(step.look.judgement.servers)));
  }
}

}  // namespace anchorwatch::change
