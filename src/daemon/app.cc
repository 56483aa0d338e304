// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/daemon/app.h"

#include <cstdlib>

#include "anchorwatch/pipeline/poll_round.h"
#include "app_watch.h"

namespace anchorwatch::daemon {

namespace {

constexpr Duration kTick = std::chrono::seconds(2);
/// A walk over a large portfolio is not free, and it has no hurry.
constexpr std::size_t kSmallPortfolio = 10000;
constexpr UnixSeconds kAgingPause = 30;
constexpr UnixSeconds kClockJump = 60;
constexpr Duration kReadAgain = std::chrono::minutes(1);

/// Hands over what a task comes to.
Task<void> hand_over(Task<Result<void>> task, std::function<void(Result<void>)> done) {
  Result<void> result = co_await task;
  done(std::move(result));
}

Error stopped() { return {ErrorCode::kBusy, "stopped before anything was watched"}; }

}  // namespace

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
  change_ = generation.change;  // Requests may come before anything is built.
  reloading_ = true;
  spawn(hand_over(begin(std::make_shared<Generation>(std::move(generation))),
                  [this, done = std::move(done)](Result<void> started) { finish_loading(std::move(started), done); }));
}

void App::finish_loading(Result<void> result, const std::function<void(Result<void>)>& done) {
  reloading_ = false;
  done(std::move(result));
  std::unique_ptr<Reload> waiting = std::move(next_reload_);
  if (waiting && watch_) reload(std::move(waiting->generation), std::move(waiting->done));
}

pipeline::Memory App::memory() {
  return {ports_.zones, ports_.admin, portfolio_, outages_, incidents_, silences_, plans_};
}

Task<Result<void>> App::begin(std::shared_ptr<Generation> generation) {
  const pipeline::Memory memory = this->memory();
  Result<pipeline::MonitorState> monitor = co_await pipeline::restore_monitor(memory);
  if (!monitor) co_return std::move(monitor).error();
  if (!monitor->outages_fault.empty()) ports_.logger.warning(monitor->outages_fault + "; they are found anew");
  transition_ = monitor->transition;
  const std::string key = kLagFact;
  Result<std::string> id = co_await pipeline::load_fact(&ports_.zones, key);
  if (!id) co_return std::move(id).error();
  lag_alarm_.set_event_id(*id);
  if (stopping_) co_return stopped();
  end_replay();
  build(std::move(*generation));
  Result<void> watching = co_await watch_zones();
  co_return watching;
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

Task<Result<void>> App::watch_zones() {
  Result<void> engine = watch_->engine.start();
  if (!engine) co_return engine;
  const pipeline::Memory memory = this->memory();
  const UnixSeconds now = ports_.clock.now();
  inventory::Inventory inventory = std::move(watch_->inventory);
  inventory::Inventory* zones_now = &inventory;
  Result<store::InventoryChange> change = co_await pipeline::adopt_inventory(memory, zones_now, now);
  if (!change) co_return std::move(change).error();
  announce_inventory(*change);
  if (!remembered_) {
    Result<void> restored = co_await remember(now);
    if (!restored) co_return restored;
    remembered_ = true;
  }
  Result<void> zones = co_await pipeline::restore_zones(memory);
  if (!zones) co_return zones;
  if (stopping_) co_return stopped();
  if (watching_since_ == 0) watching_since_ = ports_.clock.now();
  watch_->keeper.start();
  dispatcher_.wake();
  if (ticker_ == 0) tick();
  co_return zones;
}

Task<Result<void>> App::remember(UnixSeconds now) {
  const pipeline::Memory memory = this->memory();
  Result<void> incidents = co_await pipeline::restore_incidents(memory);
  if (!incidents) co_return incidents;
  Result<void> plans = co_await pipeline::restore_plans(memory, now);
  if (!plans) co_return plans;
  // Without them more is told than somebody wants, which is no reason to watch nothing.
  co_await load_silences();
  co_return plans;
}

Task<void> App::load_plans() {
  const pipeline::Memory memory = this->memory();
  const UnixSeconds now = ports_.clock.now();
  Result<void> loaded = co_await pipeline::restore_plans(memory, now);
  if (!loaded) ports_.logger.error("planned changes: " + loaded.error().message());
}

Task<void> App::load_silences() {
  const pipeline::Memory memory = this->memory();
  const UnixSeconds now = ports_.clock.now();
  Result<void> loaded = co_await pipeline::restore_silences(memory, now);
  note_silences(loaded);
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
    spawn(hand_over(watch_zones(), [this, done](Result<void> result) { finish_loading(std::move(result), done); }));
  });
}

void App::stop(std::function<void()> done) {
  stopping_ = true;
  next_reload_.reset();
  if (ticker_ != 0) ports_.executor.cancel(ticker_);
  ticker_ = 0;
  if (!watch_) return make_durable(std::move(done));  // The start has not come to anything yet.
  watch_->keeper.stop([this, done = std::move(done)] {
    spawn(flush_incidents(), [this, done] {
      dispatcher_.drain([this, done] { make_durable(done); });
    });
  });
}

void App::make_durable(std::function<void()> done) {
  ports_.zones.flush([this, done = std::move(done)](Result<void> flushed) {
    if (!flushed) ports_.logger.error("at the end: " + flushed.error().message());
    done();
  });
}

void App::tick() {
  ++heartbeat_;
  note_time();
  watch_lag();
  if (const auto end = plans_.next_end(); end && *end < ports_.clock.now() && !loading_plans_) {
    loading_plans_ = true;
    spawn(load_plans(), [this] { loading_plans_ = false; });
  }
  if (silences_tried_at_ && ports_.clock.mono() - *silences_tried_at_ >= kReadAgain) {
    silences_tried_at_ = ports_.clock.mono();  // A store that is slow is not asked twice at once.
    spawn(load_silences());
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
    spawn(plans ? load_plans() : load_silences(), [answer = std::move(answer), done] { done(answer); });
  });
}

std::string App::status_line() const {
  if (!watch_) return "starting";
  const pipeline::WatchkeeperCounters& counters = watch_->keeper.counters();
  std::string line = "watching " + std::to_string(portfolio_.size()) + " zones, " + std::to_string(counters.looks) +
                     " looks, " + lag_text(watch_->keeper.lag());
  if (watch_->sight.blind()) line += "; BLIND: " + watch_->sight.reason();
  if (silences_tried_at_) line += "; mutes cannot be read";
  if (incidents_.open() > 0) line += "; " + std::to_string(incidents_.open()) + " incidents open";
  if (outages_.open() > 0) line += "; " + std::to_string(outages_.open()) + " servers silent";
  return line;
}

}  // namespace anchorwatch::daemon
