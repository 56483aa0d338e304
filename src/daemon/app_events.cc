// SPDX-License-Identifier: Apache-2.0
// What an App tells of itself: lag, reloads, the inventory.
#include "app_watch.h"

namespace anchorwatch::daemon {

namespace {

constexpr Duration kTellLag = std::chrono::minutes(1);
constexpr std::size_t kNamesInEvent = 20;

std::vector<std::string> first(const std::vector<std::string>& names) {
  return {names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kNamesInEvent))};
}

}  // namespace

void App::announce(change::Event event, Facts facts) {
  ports_.logger.write(event.severity >= Severity::kWarning ? log::Level::kWarning : log::Level::kInfo, event.summary);
  store::EventCommit commit;
  commit.events.push_back(std::move(event));
  commit.outbox = router_.rows_for(commit.events);
  if (watch_) transition_ = std::max(transition_, watch_->sight.transition());
  commit.facts = std::move(facts);
  commit.facts.emplace_back(pipeline::kTransitionFact, std::to_string(transition_));
  ports_.zones.commit_events(std::move(commit), [this](Result<void> stored) {
    if (!stored) ports_.logger.error("not stored: " + stored.error().message());
    dispatcher_.wake();
  });
}

change::Event App::monitor_event(change::EventType type, Severity severity, const std::string& dedup_key) {
  // One numbering for all events of the monitor, Sight's included, keeps ids unique.
  transition_ = std::max(transition_, watch_->sight.transition()) + 1;
  watch_->sight.restore(transition_, watch_->sight.blind(), watch_->sight.reason());
  change::Event event;
  event.type = type;
  event.time = ports_.clock.now();
  event.severity = severity;
  event.dedup_key = dedup_key;
  event.id = change::make_event_id(event.time, "", type, dedup_key, transition_);
  event.first_after = event.time;
  return event;
}

void App::watch_lag() {
  if (!watch_) return;
  const pipeline::WatchkeeperLag lag = watch_->keeper.lag();
  const std::chrono::seconds interval = watch_->keeper.options().interval;
  if (const LagAlarm::News news = lag_alarm_.note(lag.begun, interval); news != LagAlarm::News::kNone) {
    announce_lag(lag, news == LagAlarm::News::kLate);
  }
  if (lag_saved_at_ && ports_.clock.mono() - *lag_saved_at_ < kTellLag) return;
  lag_saved_at_ = ports_.clock.mono();
  store::EventCommit commit;
  commit.facts.emplace_back(kSchedulerFact, scheduler_json(lag, watch_->keeper.counters(), portfolio_.size(),
                                                           ports_.clock.now()));
  ports_.zones.commit_events(std::move(commit), [this](Result<void> stored) {
    if (!stored) ports_.logger.error("not stored: " + stored.error().message());
  });
}

void App::announce_lag(const pipeline::WatchkeeperLag& lag, bool late, const pipeline::AgedZones& stale) {
  change::Event event = monitor_event(late ? change::EventType::kMonitorLag : change::EventType::kMonitorRecovered,
                                      Severity::kWarning, LagAlarm::kDedupKey);
  event.summary = late ? "looks are late: " + lag_text(lag) +
                             "; late zones get core looks, their full looks are put off"
                       : "looks are on time again: " + lag_text(lag);
  event.after = {{"lag_p50_seconds", lag.begun.p50},
                 {"lag_p99_seconds", lag.begun.p99},
                 {"lag_max_seconds", lag.begun.max},
                 {"zones_waiting", static_cast<std::int64_t>(lag.waiting)},
                 {"full_looks_put_off", static_cast<std::int64_t>(watch_->keeper.counters().put_off)}};
  if (stale.count > 0) {
    event.summary += "; not seen for three intervals and no longer known: " + std::to_string(stale.count) +
                     (stale.count == 1 ? " zone" : " zones");
    event.after["zones_stale"] = static_cast<std::int64_t>(stale.count);
    event.after["names"] = stale.names;
  }
  if (!late) event.caused_by = lag_alarm_.event_id();
  lag_alarm_.set_event_id(late ? event.id : std::string());
  announce(std::move(event), {{kLagFact, lag_alarm_.event_id()}});
}

void App::note_silences(const Result<void>& loaded) {
  const bool was_faulty = std::exchange(silences_tried_at_, std::nullopt).has_value();
  if (!loaded) {
    ports_.logger.error("mutes: " + loaded.error().message());
    silences_tried_at_ = ports_.clock.mono();
  }
  // Before anything is watched nothing is told, and it is read once more.
  if (was_faulty != loaded.has_value() || !watch_) return;
  const auto type = loaded ? change::EventType::kMonitorRecovered : change::EventType::kMonitorStore;
  change::Event event = monitor_event(type, Severity::kError, "monitor|mutes");
  event.summary = loaded ? "mutes and acknowledgements can be read again"
                         : "mutes and acknowledgements cannot be read: those that were read before hold, and the others keep "
                           "nothing from the sinks: " + loaded.error().message();
  if (loaded) event.caused_by = silences_event_;
  silences_event_ = event.id;
  event.runbook = "docs/muting.md";
  announce(std::move(event));
}

void App::report_bad_reload(const std::string& why) {
  // Events have no numbers before the start has read where to go on.
  if (!watch_) return ports_.logger.error("reload failed: " + why);
  change::Event event = monitor_event(change::EventType::kMonitorReload, Severity::kError, "monitor|reload");
  event.summary = "reload failed, the old configuration stays: " + why;
  announce(std::move(event));
}

void App::announce_inventory(const store::InventoryChange& change) {
  const std::size_t count = change.added.size() + change.retired.size() + change.changed.size();
  if (count == 0) return;
  change::Event event = monitor_event(change::EventType::kInventoryChanged, Severity::kInfo, "inventory");
  event.summary = "inventory: " + std::to_string(change.added.size()) + " zones added, " +
                  std::to_string(change.retired.size()) + " retired, " + std::to_string(change.changed.size()) +
                  " with other settings";
  event.after = {{"added", static_cast<std::int64_t>(change.added.size())},
                 {"retired", static_cast<std::int64_t>(change.retired.size())},
                 {"changed", static_cast<std::int64_t>(change.changed.size())},
                 {"added_names", first(change.added)},
                 {"retired_names", first(change.retired)},
                 {"changed_names", first(change.changed)}};
  announce(std::move(event));
}

}  // namespace anchorwatch::daemon
