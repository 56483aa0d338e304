// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/silences.h"

#include <algorithm>

#include "anchorwatch/core/time_format.h"

namespace anchorwatch::pipeline {
namespace {

using change::Event;
using change::EventType;
using store::Mute;

bool is_signer(const Event& event) {
  return event.type == EventType::kSignerLate || event.type == EventType::kSignerRecovered;
}

/// Events of a signer stand for its finding and do not carry it.
std::string code_of(const Event& event) {
  if (is_signer(event)) return std::string(judge::info(judge::FindingCode::SIGNER_LATE).name);
  return event.finding ? std::string(judge::info(event.finding->code).name) : std::string();
}

bool fits(const Mute& mute, const std::string& zone, const std::vector<std::string>& tags, const Event& event,
          UnixSeconds now) {
  if (now < mute.begins_at || now >= mute.ends_at) return false;
  if (!mute.zone.empty() && mute.zone != zone) return false;
  if (!mute.tag.empty() && std::find(tags.begin(), tags.end(), mute.tag) == tags.end()) return false;
  return mute.code.empty() || mute.code == code_of(event) || mute.code == change::to_string(event.type);
}

/// The end of what sinks were told of before the mute: without it they would show it for ever.
bool ends_what_was_told(const Mute& mute, const Event& event, const change::ZoneUpdate& update) {
  if (event.type != EventType::kFindingResolved && event.type != EventType::kSignerRecovered) return false;
  return std::any_of(update.closed.begin(), update.closed.end(), [&](const change::ClosedFinding& closed) {
    const judge::Finding& finding = closed.open.finding;
    const bool is_it = is_signer(event) ? finding.code == judge::FindingCode::SIGNER_LATE
                                        : event.finding && finding.code == event.finding->code &&
                                              finding.subject == event.finding->subject;
    return is_it && closed.open.first_seen_at < mute.begins_at;
  });
}

std::string subject_of(const Mute& mute) {
  std::string text;
  const auto add = [&text](const char* name, const std::string& value) {
    if (!value.empty()) text += (text.empty() ? "" : ", ") + std::string(name) + " " + value;
  };
  add("zone", mute.zone);
  add("tag", mute.tag);
  add("code", mute.code);
  return text;
}

std::vector<std::string> counts(const std::map<std::string, std::int64_t>& values) {
  std::vector<std::string> list;
  for (const auto& [name, count] : values) list.push_back(name + ": " + std::to_string(count));
  return list;
}

}  // namespace

void Silences::restore(store::Silences stored) {
  mutes_ = std::move(stored.mutes);
  acknowledged_.clear();
  for (store::Acknowledgement& each : stored.acknowledged) {
    acknowledged_[{std::move(each.zone), std::move(each.code), std::move(each.subject)}] = {each.severity, each.ends_at};
  }
}

/// It ends with the finding, when its time is over, and when the finding becomes worse, which is told.
bool Silences::is_acknowledged(const std::string& zone, const Event& event, UnixSeconds now) {
  if (!event.finding) return false;
  const auto found = acknowledged_.find({zone, code_of(event), event.finding->subject.key()});
  if (found == acknowledged_.end()) return false;
  const bool over = found->second.ends_at != 0 && now >= found->second.ends_at;
  const bool goes_on = event.type == EventType::kFindingSeverityChanged && event.finding->severity <= found->second.severity;
  if (over || !goes_on) acknowledged_.erase(found);
  return !over && goes_on;
}

std::vector<store::MutedEvent> Silences::apply(const inventory::ZoneEntry& zone, change::ZoneUpdate* update,
                                               UnixSeconds now) {
  std::vector<store::MutedEvent> muted;
  if (update->events.empty() || empty()) return muted;
  const std::string name = zone.name.to_text();
  for (Event& event : update->events) {
    if (is_acknowledged(name, event, now)) event.silent = true;
    const auto mute = std::find_if(mutes_.begin(), mutes_.end(), [&](const Mute& each) {
      return fits(each, name, zone.settings->tags, event, now) && !ends_what_was_told(each, event, *update);
    });
    if (mute == mutes_.end()) continue;
    event.silent = true;
    muted.push_back({event.id, mute->id});
  }
  return muted;
}

std::vector<Mute> Silences::due(UnixSeconds now) const {
  std::vector<Mute> due;
  std::copy_if(mutes_.begin(), mutes_.end(), std::back_inserter(due), [now](const Mute& each) { return each.ends_at <= now; });
  return due;
}

void Silences::forget(std::int64_t id) {
  std::erase_if(mutes_, [id](const Mute& each) { return each.id == id; });
}

Event Silences::ended(const Mute& mute, const store::MuteSummary& summary, UnixSeconds now) {
  Event event;
  event.type = EventType::kMuteEnded;
  event.time = now;
  event.severity = summary.open_worst.value_or(Severity::kNotice);
  event.dedup_key = "mute|" + std::to_string(mute.id);
  event.id = change::make_event_id(mute.ends_at, "", event.type, event.dedup_key, static_cast<std::uint64_t>(mute.id));
  event.last_before = mute.begins_at;
  event.first_after = mute.ends_at;
  event.summary = "the mute of " + subject_of(mute) + " (" + mute.reason + ") is over after " +
                  humanise(std::chrono::seconds(mute.ends_at - mute.begins_at)) + ": ";
  if (summary.events == 0) {
    event.summary += "nothing happened.";
  } else {
    event.summary += std::to_string(summary.events) + " events of " + std::to_string(summary.zones) +
                     " zones were kept, the worst of them " + to_string(*summary.worst) + "; " +
                     std::to_string(summary.zones_not_well) + " zones are not well still.";
  }
  event.before = {{"begins_at", to_rfc3339(mute.begins_at)}, {"actor", mute.actor}, {"reason", mute.reason}};
  event.after = {{"mute", mute.id},
                 {"zone", mute.zone},
                 {"tag", mute.tag},
                 {"code", mute.code},
                 {"events", summary.events},
                 {"zones", summary.zones},
                 {"by_type", counts(summary.by_type)},
                 {"by_severity", counts(summary.by_severity)},
                 {"worst", std::string(summary.worst ? to_string(*summary.worst) : "")},
                 {"open_findings", summary.open_findings},
                 {"zones_not_well", summary.zones_not_well},
                 {"zone_names", summary.names}};
  event.runbook = "docs/muting.md";
  return event;
}

}  // namespace anchorwatch::pipeline
