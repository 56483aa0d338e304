// SPDX-License-Identifier: Apache-2.0
// NS_CHANGED and NS_UNEXPECTED.
#include <set>

#include "anchorwatch/dns/rdata.h"

#include "change_findings.h"
#include "plan_match.h"
#include "record_text.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

using judge::Finding;
using Code = judge::FindingCode;

using Names = std::vector<std::string>;

/// Short TTLs must not make a takeover within hours look like a plan.
constexpr std::int64_t kProperExit = 86400;

struct NsSets {
  Names before, now;
  bool known = false;
  [[nodiscard]] bool changed() const { return known && before != now; }
  /// No name of the set before is left, and there is another set.
  [[nodiscard]] bool replaced() const {
    if (!changed() || before.empty() || now.empty()) return false;
    return missing_in(before, now, std::equal_to<>()).size() == before.size();
  }
};

Names sorted(Names names) {
  std::sort(names.begin(), names.end());
  return names;
}

NsSets at_parent(const Step& step) {
  const auto& before = step.before.facts.parent_ns;
  const auto& now = step.look.facts.parent_ns;
  // A name that comes back is measured against what it was before it went.
  const bool gone = before.values.empty() && !step.memory.gone_ns.empty();
  return {sorted(gone ? step.memory.gone_ns : name_texts(before.values)), sorted(name_texts(now.values)),
          before.known && now.known};
}

NsSets at_child(const Step& step) {
  const auto& before = step.before.facts.child_ns;
  const auto& now = step.look.facts.child_ns;
  return {sorted(name_texts(before.values)), sorted(name_texts(now.values)),
          before.known && now.known};
}

std::set<IpAddress> addresses_of(const judge::ZoneFacts& facts) {
  std::set<IpAddress> addresses;
  for (const judge::KeyFact& key : facts.dnskeys.values) {
    addresses.insert(key.servers.begin(), key.servers.end());
  }
  for (const judge::NameServerFact& server : facts.parent_ns.values) {
    addresses.insert(server.glue.begin(), server.glue.end());
  }
  return addresses;
}

bool only_names_changed(const Step& step) {
  const auto now = addresses_of(step.look.facts);
  return !now.empty() && now == addresses_of(step.before.facts);
}

/// Whether the zone had validly asked for the set that its parent has now (CSYNC, RFC 7477).
bool had_asked(const Step& step, const NsSets& parent) {
  const judge::ZoneFacts& before = step.before.facts;
  if (!step.was_secure() || sorted(name_texts(before.child_ns.values)) != parent.now) return false;
  return std::any_of(before.csync.values.begin(), before.csync.values.end(),
                     [](const judge::RecordFact& record) {
                       const auto csync = dns::decode_csync(record.rdata);
                       return csync && csync->types.contains(dns::RrType::kNs);
                     });
}

/// Going insecure by plan: the DS was gone for its whole TTL, and a day, before the name servers changed.
bool after_proper_exit(const Step& step) {
  for (const OpenFinding& open : step.before.open_findings) {
    if (open.finding.code != Code::WENT_INSECURE) continue;
    const auto changed = time_of(open.finding, "changed_at");
    const auto ttl = number_of(open.finding, "ds_ttl");
    return changed && ttl && *changed + std::max(*ttl, kProperExit) <= step.look.at;
  }
  return false;
}

/// A plan that was approved after the fact covers what happened in its window.
std::optional<Finding> planned_late(const Step& step, const NsSets& parent, std::optional<Finding> open) {
  if (!open || is_planned(*open)) return open;
  const PlannedChange* plan = plan_for_ns(step, parent.now, time_of(*open, "changed_at"));
  if (plan != nullptr) set_planned(*open, *plan);
  return open;
}

}  // namespace

std::optional<Finding> name_servers_changed(const Step& step, const Finding* open) {
  const NsSets parent = at_parent(step);
  const NsSets child = at_child(step);
  // A child that only follows its parent after a replacement is no second story.
  const bool replaced = parent.replaced();
  const bool follows = !parent.changed() && child.changed() &&
                       find_in(step.change_findings, Code::NS_UNEXPECTED) != nullptr;
  if (replaced || follows || (!parent.changed() && !child.changed())) return go_on(step, open);
  Finding finding = begin_change(step, Code::NS_CHANGED, Severity::kNotice);
  if (open != nullptr) finding.data["ns_before"] = texts_of(*open, "ns_before");
  const NsSets& side = parent.changed() ? parent : child;
  const Names added = missing_in(side.now, side.before, std::equal_to<>());
  const Names removed = missing_in(side.before, side.now, std::equal_to<>());
  finding.data["added"] = added;
  finding.data["removed"] = removed;
  finding.data["side"] = std::string(parent.changed() ? "parent" : "child");
  if (parent.changed()) {
    if (const PlannedChange* plan = plan_for_ns(step, parent.now, std::nullopt)) set_planned(finding, *plan);
  }
  finding.message = "The name servers of " + step.maker.zone_text() + " at the " +
                    (parent.changed() ? "parent" : "child") + " changed";
  if (!added.empty()) finding.message += "; added: " + join_texts(added);
  if (!removed.empty()) finding.message += "; removed: " + join_texts(removed);
  finding.message += ".";
  return finding;
}

std::optional<Finding> name_servers_unexpected(const Step& step, const Finding* open) {
  const NsSets parent = at_parent(step);
  if (!parent.known) return go_on(step, open);
  if (open != nullptr && sorted(texts_of(*open, "ns_before")) == parent.now) return std::nullopt;
  if (!parent.replaced()) return planned_late(step, parent, go_on(step, open));
  const bool calm = only_names_changed(step) || had_asked(step, parent);
  Finding finding =
      begin_change(step, Code::NS_UNEXPECTED, calm ? Severity::kError : step.loss());
  if (open != nullptr) {
    for (const char* field : {"keys_before", "ns_before"}) finding.data[field] = texts_of(*open, field);
  }
  finding.data["ns"] = parent.now;
  finding.data["after_ds_ttl"] = std::int64_t{after_proper_exit(step) ? 1 : 0};
  finding.message = "The NS set of " + step.maker.zone_text() +
                    " at the parent was replaced as a whole: " + join_texts(parent.before) +
                    " by " + join_texts(parent.now) +
                    ". If nobody planned it, ask the registrar who did it.";
  if (const PlannedChange* plan = plan_for_ns(step, parent.now, std::nullopt)) {
    set_planned(finding, *plan);
    finding.message = "The NS set of " + step.maker.zone_text() + " at the parent was replaced as a whole, as change " +
                      plan->id + " says: " + join_texts(parent.before) + " by " + join_texts(parent.now) + ".";
  }
  return finding;
}

}  // namespace anchorwatch::change
