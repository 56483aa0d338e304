// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/daemon/app.h"

#include <charconv>
#include <cstdlib>

#include "anchorwatch/pipeline/poll_round.h"

namespace anchorwatch::daemon {

namespace {

constexpr Duration kTick = std::chrono::seconds(2);
/// A walk over a large portfolio is not free, and it has no hurry.
constexpr std::size_t kSmallPortfolio = 10000;
constexpr UnixSeconds kAgingPause = 30;
constexpr UnixSeconds kClockJump = 60;
constexpr Duration kTellLag = std::chrono::minutes(1);
constexpr const char* kSightFact = "monitor_transition";
constexpr std::size_t kNamesInEvent = 20;

std::vector<std::string> first(const std::vector<std::string>& names) {
  return {names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kNamesInEvent))};
}

}  // namespace

struct App::Watch {
  Watch(App& app, Generation generation)
      : engine({app.ports_.executor, app.ports_.clock, app.ports_.random, app.ports_.transport},
               std::move(generation.engine)),
        sight(engine.locator(), engine.ancestors(), engine.judge(),
              [&app](change::Event event) { app.announce(std::move(event)); }),
        inventory(std::move(generation.inventory)),
        tools{engine.collector(), engine.ancestors(), engine.whole_zones(), engine.judge(), app.ports_.zones,
              sight,              app.outages_, app.incidents_, app.silences_, app.router_, engine.confirmation(), &app.plans_},
        keeper(engine, app.portfolio_, tools, generation.schedule,
               {[&app] { app.dispatcher_.wake(); },
                [&app](const std::string& text) { app.ports_.logger.error("not stored: " + text); }},
               app.ports_.logger) {}

  pipeline::Engine engine;
  pipeline::Sight sight;
  inventory::Inventory inventory;
  pipeline::LookTools tools;
  pipeline::Watchkeeper keeper;
};

App::App(AppPorts ports)
    : ports_(std::move(ports)), dispatcher_(ports_.outbox, ports_.executor, ports_.clock, ports_.random) {}

App::~App() {
  if (ticker_ != 0) ports_.executor.cancel(ticker_);
}

void App::build(Generation generation) {
  router_.replace(std::move(generation.routes));
  incidents_.set_options(generation.incidents);
  dispatcher_.replace_sinks(std::move(generation.sinks));
  const bool was_blind = watch_ && watch_->sight.blind();
  const std::string reason = watch_ ? watch_->sight.reason() : std::string();
  if (watch_) transition_ = watch_->sight.transition();
  interval_ = generation.schedule.interval;
  change_ = generation.change;
  plans_.set_required(change_.required);
  watch_ = std::make_unique<Watch>(*this, std::move(generation));
  watch_->sight.restore(transition_, was_blind, reason);
}

void App::start(Generation generation, std::function<void(Result<void>)> done) {
  restore_facts([this, next = std::make_shared<Generation>(std::move(generation)),
                 done = std::move(done)](Result<void> restored) {
    if (!restored) return done(std::move(restored));
    build(std::move(*next));
    load_plans([this, done](Result<void> loaded) {
      if (!loaded) return done(std::move(loaded));
      sync_and_watch(done);
    });
  });
}

void App::load_plans(std::function<void(Result<void>)> done) {
  if (ports_.admin == nullptr) return done({});
  ports_.admin->load_plans(ports_.clock.now(), [this, done = std::move(done)](Result<std::vector<store::StoredPlan>> plans) {
    if (!plans) return done(std::move(plans).error());
    plans_.replace(*plans);
    done({});
  });
}

void App::restore_facts(std::function<void(Result<void>)> done) {
  ports_.zones.load_fact(pipeline::Outages::kFactKey, [this, done = std::move(done)](Result<std::string> saved) {
    if (!saved) return done(std::move(saved).error());
    if (Result<void> restored = outages_.restore(*saved); !restored) {
      ports_.logger.warning(restored.error().message() + "; they are found anew");
    }
    ports_.zones.load_fact(kSightFact, [this, done](Result<std::string> number) {
      if (!number) return done(std::move(number).error());
      std::from_chars(number->data(), number->data() + number->size(), transition_);
      ports_.zones.load_fact(kLagFact, [this, done](Result<std::string> id) {
        if (!id) return done(std::move(id).error());
        lag_alarm_.set_event_id(*id);
        end_replay();
        done({});
      });
    });
  });
}

void App::end_replay() {
  ports_.zones.load_fact(store::kReplayTimeFact, [this](Result<std::string> replay) {
    if (!replay || replay->empty()) return;
    store::EventCommit commit;
    commit.facts.emplace_back(store::kReplayTimeFact, std::string());
    ports_.zones.commit_events(std::move(commit), [this](Result<void> stored) {
      if (!stored) ports_.logger.error("not stored: " + stored.error().message());
    });
  });
}

void App::sync_and_watch(std::function<void(Result<void>)> done) {
  Result<void> engine = watch_->engine.start();
  if (!engine) return done(std::move(engine));
  const UnixSeconds now = ports_.clock.now();
  ports_.zones.sync_inventory(watch_->inventory.zones(), now, [this, done](Result<store::InventoryChange> change) {
    if (!change) return done(std::move(change).error());
    announce_inventory(*change);
    std::vector<schedule::ZoneIndex> retired;
    portfolio_.adopt(watch_->inventory, &retired);
    watch_->inventory = {};  // The portfolio has the zones now.
    for (const schedule::ZoneIndex index : retired) {
      outages_.forget_zone(portfolio_.slot(index).entry.name);
      incidents_.forget_zone(portfolio_.slot(index).entry.name);
    }
    restore_incidents(done);
  });
}

/// After the inventory: zones that left it meanwhile are members of nothing.
void App::restore_incidents(std::function<void(Result<void>)> done) {
  if (incidents_restored_) return load_zones(std::move(done));
  ports_.zones.load_incidents([this, done = std::move(done)](Result<store::StoredIncidents> stored) {
    if (!stored) return done(std::move(stored).error());
    incidents_.restore(*std::move(stored));
    incidents_restored_ = true;
    load_silences([this, done] { load_zones(done); });
  });
}

void App::load_silences(std::function<void()> then) {
  ports_.zones.load_silences(ports_.clock.now(), [this, then = std::move(then)](Result<store::Silences> stored) {
    if (stored) {
      silences_.restore(*std::move(stored));
    } else {
      ports_.logger.error("mutes: " + stored.error().message());
    }
    then();
  });
}

void App::load_zones(std::function<void(Result<void>)> done) {
  const auto restore = [this](std::vector<store::StoredZone> part) { portfolio_.restore(part); };
  ports_.zones.load_all(restore, [this, done = std::move(done)](Result<void> stored) {
    if (!stored) return done(std::move(stored));
    if (watching_since_ == 0) watching_since_ = ports_.clock.now();
    watch_->keeper.start();
    dispatcher_.wake();
    if (ticker_ == 0) tick();
    done({});
  });
}

void App::reload(Generation generation, std::function<void(Result<void>)> done) {
  if (reloading_) {
    if (next_reload_) next_reload_->done({});
    next_reload_ = std::make_unique<Reload>(Reload{std::move(generation), std::move(done)});
    return;
  }
  reloading_ = true;
  watch_->keeper.stop([this, next = std::make_shared<Generation>(std::move(generation)), done = std::move(done)] {
    if (stopping_) return;
    build(std::move(*next));
    sync_and_watch([this, done](Result<void> result) {
      reloading_ = false;
      done(std::move(result));
      if (std::unique_ptr<Reload> waiting = std::move(next_reload_)) {
        reload(std::move(waiting->generation), std::move(waiting->done));
      }
    });
  });
}

void App::stop(std::function<void()> done) {
  stopping_ = true;
  next_reload_.reset();
  if (ticker_ != 0) ports_.executor.cancel(ticker_);
  ticker_ = 0;
  watch_->keeper.stop([this, done = std::move(done)] {
    spawn(flush_incidents(), [this, done] {
      dispatcher_.drain([this, done] {
        ports_.zones.flush([this, done](Result<void> flushed) {
          if (!flushed) ports_.logger.error("at the end: " + flushed.error().message());
          done();
        });
      });
    });
  });
}

void App::tick() {
  ++heartbeat_;
  note_time();
  watch_lag();
  if (const auto end = plans_.next_end(); end && *end < ports_.clock.now() && !loading_plans_) {
    loading_plans_ = true;
    load_plans([this](const Result<void>& loaded) {
      loading_plans_ = false;
      if (!loaded) ports_.logger.error("planned changes: " + loaded.error().message());
    });
  }
  if (!flushing_) {
    flushing_ = true;
    spawn(flush_incidents(), [this] { flushing_ = false; });
  }
  if (!aging_ && !reloading_ && ports_.clock.now() >= next_aging_) {
    aging_ = true;
    spawn(age_zones(), [this] { aging_ = false; });
  }
  ticker_ = ports_.executor.call_after(kTick, [this] { tick(); });
}

Task<void> App::flush_incidents() {
  const int made = co_await pipeline::commit_incidents(watch_->tools, ports_.clock.now());
  const int ended = co_await pipeline::end_mutes(watch_->tools, ports_.clock.now());
  if (made + ended > 0) dispatcher_.wake();
}

/// After a jump of the clock every zone seems late; each is looked at as after a start.
void App::note_time() {
  const UnixSeconds now = ports_.clock.now();
  const MonoTime mono = ports_.clock.mono();
  const auto last = std::exchange(last_tick_, std::pair(now, mono));
  if (!last) return;
  const UnixSeconds passed = std::chrono::duration_cast<std::chrono::seconds>(mono - last->second).count();
  if (std::abs(now - last->first - passed) >= kClockJump) watching_since_ = now;
}

Task<void> App::age_zones() {
  pipeline::AgingOrder order;
  order.now = ports_.clock.now();
  order.watching_since = watching_since_;
  order.interval = interval_;
  const schedule::Rhythm& rhythm = watch_->keeper.options().rhythm;
  if (rhythm.adaptive) order.slowest = rhythm.slowest;
  order.blind = watch_->sight.blind();
  next_aging_ = portfolio_.size() < kSmallPortfolio ? order.now : order.now + kAgingPause;
  pipeline::Portfolio* portfolio = &portfolio_;
  store::ZoneStore* store = &ports_.zones;
  pipeline::AgedZones aged = co_await pipeline::age_zones(portfolio, store, order);
  if (aged.not_stored > 0) ports_.logger.error("not stored: " + aged.error);
  if (aged.count == 0 || order.blind) co_return;
  // Once a story: who was told that looks are late hears no more of it for three intervals.
  const bool told = !lag_alarm_.event_id().empty() ||
                    (stale_told_at_ != 0 && order.now < stale_told_at_ + 3 * interval_.count() + kAgingPause);
  stale_told_at_ = order.now;
  if (!told) announce_lag(watch_->keeper.lag(), true, aged);
}

void App::announce(change::Event event, Facts facts) {
  ports_.logger.write(event.severity >= Severity::kWarning ? log::Level::kWarning : log::Level::kInfo, event.summary);
  store::EventCommit commit;
  commit.events.push_back(std::move(event));
  commit.outbox = router_.rows_for(commit.events);
  if (watch_) transition_ = std::max(transition_, watch_->sight.transition());
  commit.facts = std::move(facts);
  commit.facts.emplace_back(kSightFact, std::to_string(transition_));
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

void App::report_bad_reload(const std::string& why) {
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

void App::administer(store::AdminRequest request, std::function<void(Result<store::AdminValues>)> done) {
  if (ports_.admin == nullptr || stopping_) {
    return done(Error(ErrorCode::kBusy, "the daemon takes no requests now"));
  }
  request.at = ports_.clock.now();
  request.four_eyes = change_.four_eyes;
  const bool plans = request.kind.starts_with("change.");
  const std::string what = request.kind + " by " + request.actor;
  ports_.admin->administer(std::move(request), [this, what, plans, done = std::move(done)](Result<store::AdminValues> answer) {
    ports_.logger.info(answer ? what : what + ": refused: " + answer.error().message());
    if (!answer) return done(std::move(answer));
    // The next look knows of it when whoever asked gets the answer.
    if (!plans) return load_silences([answer = std::move(answer), done] { done(answer); });
    load_plans([this, answer = std::move(answer), done](const Result<void>& loaded) {
      if (!loaded) ports_.logger.error("planned changes: " + loaded.error().message());
      done(answer);
    });
  });
}

std::string App::status_line() const {
  if (!watch_) return "starting";
  const pipeline::WatchkeeperCounters& counters = watch_->keeper.counters();
  std::string line = "watching " + std::to_string(portfolio_.size()) + " zones, " + std::to_string(counters.looks) +
                     " looks, " + lag_text(watch_->keeper.lag());
  if (watch_->sight.blind()) line += "; BLIND: " + watch_->sight.reason();
  if (incidents_.open() > 0) line += "; " + std::to_string(incidents_.open()) + " incidents open";
  if (outages_.open() > 0) line += "; " + std::to_string(outages_.open()) + " servers silent";
  return line;
}

}  // namespace anchorwatch::daemon
