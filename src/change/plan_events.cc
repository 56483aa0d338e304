// SPDX-License-Identifier: Apache-2.0
// Events against the approved changes of their zone.
#include "anchorwatch/dns/rdata.h"

#include "change_findings.h"
#include "plan_match.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

using dnssec::SecurityStatus;

/// What a type of event is to change management.
enum class Sort : std::uint8_t {
  kNone,      ///< Nobody plans it: `expected` stays empty.
  kFollows,   ///< It follows from something else, which is what is raised.
  kPlannable,
};

const judge::FindingValue* value_of(const EventData& data, const std::string& field) {
  const auto found = data.find(field);
  return found == data.end() ? nullptr : &found->second;
}
template <typename T>
T get(const EventData& data, const std::string& field) {
  const auto* value = value_of(data, field);
  const T* held = value == nullptr ? nullptr : std::get_if<T>(value);
  return held == nullptr ? T() : *held;
}

class EventJudge {
 public:
  EventJudge(const Step& step, const Event& event) : step_(step), event_(event) {}

  [[nodiscard]] Sort sort() const {
    switch (event_.type) {
      case EventType::kDsAdded:
      case EventType::kDsRemoved:
      case EventType::kDnskeyAdded:
      case EventType::kDnskeyRemoved:
      case EventType::kDnskeyRevoked:
      case EventType::kAlgorithmChanged:
      case EventType::kNsAdded:
      case EventType::kNsRemoved:
      case EventType::kGlueChanged: return Sort::kPlannable;
      case EventType::kCdsChanged:
      case EventType::kRolloverPhaseChanged: return Sort::kFollows;
      case EventType::kZoneStatusChanged: return went_insecure() || became_secure() ? Sort::kPlannable : Sort::kNone;
      case EventType::kFindingOpened:
      case EventType::kFindingSeverityChanged:
      case EventType::kFindingResolved: return of_finding();
      default: return Sort::kNone;
    }
  }

  [[nodiscard]] const PlannedChange* plan() const {
    if (step_.look.plans == nullptr) return nullptr;
    for (const PlannedChange& plan : step_.look.plans->approved) {
      if (plan.covers(event_.last_before, event_.time) && fits(plan, grants_of(plan.kind))) return &plan;
    }
    return nullptr;
  }

 private:
  [[nodiscard]] bool fits(const PlannedChange& plan, const Grants& grants) const {
    switch (event_.type) {
      case EventType::kDsAdded: return grants.ds && ds_fits_plan(plan);
      case EventType::kDsRemoved: return is_left_empty() ? grants.insecure : grants.ds;
      case EventType::kDnskeyAdded: return grants.keys && key_fits_plan(plan);
      case EventType::kDnskeyRemoved: return grants.keys || (grants.insecure && is_insecure());
      case EventType::kDnskeyRevoked: return grants.keys;
      case EventType::kAlgorithmChanged: return grants.algorithms;
      case EventType::kNsAdded: return grants.name_servers && plan.names_server(get<std::string>(event_.after, "name"));
      case EventType::kNsRemoved: return grants.name_servers && !plan.names_server(get<std::string>(event_.before, "name"));
      case EventType::kGlueChanged: return grants.name_servers && plan.names_server(get<std::string>(event_.after, "name"));
      case EventType::kCdsChanged: return grants.ds || grants.insecure;
      case EventType::kRolloverPhaseChanged: return grants.ds || grants.keys || grants.insecure;
      case EventType::kZoneStatusChanged: return went_insecure() ? grants.insecure : grants.ds;
      default: return false;
    }
  }

  /// Named; or, by a plan that names none, announced by keys that were trusted.
  [[nodiscard]] bool ds_fits_plan(const PlannedChange& plan) const {
    const auto tag = static_cast<std::uint16_t>(get<std::int64_t>(event_.after, "key_tag"));
    for (const judge::RecordFact& ds : step_.look.facts.ds.values) {
      const auto fields = dns::decode_ds(ds.rdata);
      if (!fields || fields->key_tag != tag || to_hex(fields->digest) != get<std::string>(event_.after, "digest")) continue;
      if (plan.ds.empty() && plan.keys.empty()) return is_announced(step_, ds.rdata);
      const PlannedChange* named = plan_for_ds(step_, ds.rdata);
      return named != nullptr && named->id == plan.id;
    }
    return false;
  }

  /// A plan that names keys means those that a DS may lead to; zone-signing keys are vouched for by them.
  [[nodiscard]] bool key_fits_plan(const PlannedChange& plan) const {
    const auto tag = static_cast<std::uint16_t>(get<std::int64_t>(event_.after, "key_tag"));
    const bool sep = (get<std::int64_t>(event_.after, "flags") & 1) != 0;
    if (!sep || (plan.ds.empty() && plan.keys.empty())) return true;
    const auto& keys = step_.look.facts.dnskeys.values;
    return std::any_of(keys.begin(), keys.end(), [&](const judge::KeyFact& key) {
      return dns::key_tag(key.rdata) == tag && names_key(step_, plan, key.rdata);
    });
  }

  [[nodiscard]] bool is_left_empty() const { return get<std::vector<std::string>>(event_.after, "ds").empty(); }
  [[nodiscard]] bool is_insecure() const { return step_.now.status == SecurityStatus::kInsecure; }
  [[nodiscard]] bool went_insecure() const {
    const std::string from = get<std::string>(event_.before, "status");
    return get<std::string>(event_.after, "status") == "insecure" && (from == "secure" || from == "indeterminate");
  }
  [[nodiscard]] bool became_secure() const {
    return get<std::string>(event_.after, "status") == "secure" && get<std::string>(event_.before, "status") == "insecure";
  }
  [[nodiscard]] Sort of_finding() const {
    if (!event_.finding) return Sort::kNone;
    switch (event_.finding->code) {
      case judge::FindingCode::DS_UNEXPECTED:
      case judge::FindingCode::NS_UNEXPECTED:
      case judge::FindingCode::KEYSET_UNEXPECTED:
      case judge::FindingCode::WENT_INSECURE:
      case judge::FindingCode::TAKEOVER_SUSPECTED: return Sort::kFollows;
      default: return is_planned(*event_.finding) ? Sort::kFollows : Sort::kNone;
    }
  }

  const Step& step_;
  const Event& event_;
};

Severity one_more(Severity severity) {
  return severity == Severity::kCritical ? severity : static_cast<Severity>(static_cast<int>(severity) + 1);
}

void mark(Event& event, const std::string& id) {
  event.expected = true;
  event.change_id = id;
}

/// The finding carries what was decided when it was made.
void mark_finding_event(Event& event) {
  event.expected = is_planned(*event.finding);
  if (*event.expected) mark(event, std::get<std::string>(event.finding->data.at("change_id")));
}

void mark_planned(Step& step, Event& event, const PlannedChange& plan) {
  mark(event, plan.id);
  // An approved step that broke the chain was not approved to do that.
  const bool sound = step.now.status == SecurityStatus::kSecure || step.now.status == SecurityStatus::kInsecure;
  if (!sound || step.failed()) return;
  event.severity = std::min(event.severity, Severity::kNotice);
  if (event.type == EventType::kZoneStatusChanged && step.now.status == SecurityStatus::kInsecure) {
    step.update.state.summary.status_severity = event.severity;
  }
}

}  // namespace

void apply_plans(Step& step) {
  if (step.look.plans == nullptr) return;
  for (Event& event : step.update.events) {
    const EventJudge judge(step, event);
    const Sort sort = judge.sort();
    if (sort == Sort::kNone) continue;
    if (event.finding) {
      mark_finding_event(event);
    } else if (const PlannedChange* plan = judge.plan()) {
      mark_planned(step, event, *plan);
    } else {
      event.expected = false;
      // What is only told for the record, such as a new zone-signing key, is no deviation.
      if (sort == Sort::kPlannable && event.severity >= Severity::kNotice) event.severity = one_more(event.severity);
    }
  }
}

}  // namespace anchorwatch::change
