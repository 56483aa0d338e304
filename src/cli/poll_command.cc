// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/daemon/generation.h"
#include "anchorwatch/daemon/setup.h"
#include "anchorwatch/net/batch_scheduling.h"
#include "anchorwatch/net/uv_executor.h"
#include "anchorwatch/net/uv_transport.h"
#include "anchorwatch/outbox/dispatcher.h"
#include "anchorwatch/pipeline/poll_round.h"
#include "anchorwatch/pipeline/restore.h"
#include "anchorwatch/store/reader.h"
#include "anchorwatch/store/sqlite_store.h"
#include "commands.h"
#include "common_options.h"
#include "exit_status.h"
#include "poll_report.h"

namespace anchorwatch::cli {

namespace {

struct PollOptions {
  std::string config, at;
  int rounds = 1;
  bool core = false, json = false;
  std::string fail_on = "error";
};

/// Why the last round was blind; empty: it was not.
constexpr const char* kBlindFact = "monitor_blind";

struct PollOrder {
  std::string database;
  std::string replay_time;  ///< RFC 3339; empty: the clock is the real one.
  Severity fail_on = Severity::kError;
  bool json = false;
};

/// Everything of one `poll` that the rounds share.
class Poll {
 public:
  Poll(net::UvExecutor& executor, const Clock& clock, std::unique_ptr<store::SqliteStore> store, daemon::Generation generation,
       PollOrder order)
      : executor_(executor),
        clock_(clock),
        transport_(executor, random_),
        store_(std::move(store)),
        engine_({executor, clock, random_, transport_}, std::move(generation.engine)),
        router_(std::move(generation.routes)),
        incidents_(generation.incidents),
        sight_(engine_.locator(), engine_.ancestors(), engine_.judge(), [this](change::Event event) { announce(std::move(event)); }),
        tools_{engine_.collector(), engine_.ancestors(), engine_.whole_zones(), engine_.judge(), *store_, sight_, outages_, incidents_, silences_, router_,
               engine_.confirmation(), &plans_},
        looks_(tools_),
        dispatcher_(*store_, executor, clock, random_),
        inventory_(std::move(generation.inventory)),
        memory_{*store_, store_.get(), portfolio_, outages_, incidents_, silences_, plans_},
        interval_(generation.schedule.interval),
        path_(std::move(order.database)),
        replay_time_(std::move(order.replay_time)),
        fail_on_(order.fail_on),
        json_(order.json) {
    dispatcher_.replace_sinks(std::move(generation.sinks));
    plans_.set_required(generation.change.required);
  }

  Result<void> start() { return engine_.start(); }

  Task<void> run(PollOptions options) {
    const bool ready = co_await load();
    if (!ready) co_return;
    for (int round = 1; round <= options.rounds; ++round) {
      // Each round sees the world anew; what was verified stays verified.
      engine_.forget();
      co_await run_round(round, options.core);
      if (exit_status_ == kUsage) co_return;
    }
    Completion<bool> delivered;
    dispatcher_.attempt_due_once([delivered] { delivered.set(true); });
    co_await delivered;
    Completion<Result<void>> flushed;
    store_->flush([flushed](Result<void> result) { flushed.set(std::move(result)); });
    Result<void> durable = co_await flushed;
    if (!durable) fail(durable.error().message());
    count_findings();
  }

  [[nodiscard]] int exit_status() const { return exit_status_; }
  void shutdown() { transport_.shutdown(); }

 private:
  void fail(const std::string& text) {
    complain(text);
    exit_status_ = kUsage;
  }

  void announce(change::Event event) {
    complain(event.summary);
    store::EventCommit commit;
    commit.events.push_back(std::move(event));
    commit.outbox = router_.rows_for(commit.events);
    commit.facts.emplace_back(pipeline::kTransitionFact, std::to_string(sight_.transition()));
    commit.facts.emplace_back(kBlindFact, sight_.blind() ? sight_.reason() : std::string());
    ++extra_events_;
    store_->commit_events(std::move(commit), [](Result<void> stored) {
      if (!stored) complain("not stored: " + stored.error().message());
    });
  }

  /// So that `status` does not call stale what was replayed a moment ago.
  Task<void> save_replay_time() {
    const std::string key = store::kReplayTimeFact;
    Result<std::string> before = co_await pipeline::load_fact(store_.get(), key);
    if (before && *before == replay_time_) co_return;
    store::EventCommit commit;
    commit.facts.emplace_back(key, replay_time_);
    Completion<Result<void>> stored;
    store_->commit_events(std::move(commit), [stored](Result<void> result) { stored.set(std::move(result)); });
    Result<void> result = co_await stored;
    if (!result) complain("not stored: " + result.error().message());
  }

  /// @return false: a part could not be read, which is told.
  template <typename T>
  bool ready(const Result<T>& part) {
    if (!part) fail(part.error().message());
    return part.has_value();
  }

  Task<bool> load() {
    const UnixSeconds now = clock_.now();
    Result<pipeline::MonitorState> monitor = co_await pipeline::restore_monitor(memory_);
    if (!ready(monitor)) co_return false;
    if (!monitor->outages_fault.empty()) complain(monitor->outages_fault);
    co_await save_replay_time();
    const std::string key = kBlindFact;
    Result<std::string> blind = co_await pipeline::load_fact(store_.get(), key);
    if (!ready(blind)) co_return false;
    sight_.restore(monitor->transition, !blind->empty(), *blind);
    inventory::Inventory* inventory = &inventory_;
    Result<store::InventoryChange> change = co_await pipeline::adopt_inventory(memory_, inventory, now);
    if (!ready(change)) co_return false;
    Result<void> incidents = co_await pipeline::restore_incidents(memory_);
    if (!ready(incidents)) co_return false;
    Result<void> plans = co_await pipeline::restore_plans(memory_, now);
    if (!ready(plans)) co_return false;
    Result<void> silences = co_await pipeline::restore_silences(memory_, now);
    if (!ready(silences)) co_return false;
    Result<void> zones = co_await pipeline::restore_zones(memory_);
    co_return ready(zones);
  }

  Task<void> run_round(int round, bool core) {
    const MonoTime started = clock_.mono();
    const double cpu_before = cpu_seconds();
    pipeline::RoundOrder order;
    order.depth = core ? evidence::Depth::kCore : evidence::Depth::kFull;
    order.interval = interval_;
    pipeline::Portfolio* portfolio = &portfolio_;
    pipeline::ZoneLooks* looks = &looks_;
    extra_events_ = 0;
    pipeline::PollSums sums = co_await pipeline::poll_round(portfolio, looks, tools_, &clock_, order);
    sums.events += static_cast<std::uint64_t>(extra_events_);
    if (sums.not_stored > 0) fail(std::to_string(sums.not_stored) + " zones could not be stored: " + sums.store_error);
    const Posture posture = take_posture(portfolio_, sums);
    if (exit_status_ != kUsage) exit_status_ = posture.exit_status;
    const double wall = std::chrono::duration<double>(clock_.mono() - started).count();
    show_round({round, wall, cpu_seconds() - cpu_before}, sums, posture, json_);
  }

  /// Findings live in the store; a zone with a bad one is missed (contract: --fail-on, default error).
  void count_findings() {
    Result<store::Reader> reader = store::Reader::open(path_);
    if (!reader) return fail(reader.error().message());
    store::ZoneFilter filter;
    filter.min_severity = fail_on_;
    filter.limit = 1;
    Result<std::vector<store::ZoneStatusRow>> zones = reader->zones(filter);
    if (!zones) return fail(zones.error().message());
    if (!zones->empty()) exit_status_ = worse_exit_status(exit_status_, kMissed);
  }

  net::UvExecutor& executor_;
  const Clock& clock_;
  SystemRandom random_;
  net::UvTransport transport_;
  std::unique_ptr<store::SqliteStore> store_;
  pipeline::Engine engine_;
  pipeline::EventRouter router_;
  pipeline::Incidents incidents_;
  pipeline::Outages outages_;
  pipeline::PlanBook plans_;
  pipeline::Silences silences_;
  pipeline::Sight sight_;
  pipeline::LookTools tools_;
  pipeline::ZoneLooks looks_;
  outbox::Dispatcher dispatcher_;
  inventory::Inventory inventory_;
  pipeline::Portfolio portfolio_;
  pipeline::Memory memory_;
  std::chrono::seconds interval_;
  std::string path_;
  std::string replay_time_;
  Severity fail_on_;
  bool json_;
  int extra_events_ = 0;
  int exit_status_ = kFine;
};

int run_poll(const PollOptions& options) {
  std::optional<UnixSeconds> at;
  if (!options.at.empty()) {
    at = parse_time(options.at);
    if (!at) {
      complain("--at " + options.at + ": not a time (RFC 3339, e.g. 2026-11-24T02:00:00Z, or Unix seconds)");
      return kUsage;
    }
  }
  const std::optional<Severity> fail_on = parse_severity(options.fail_on);
  if (!fail_on) {
    complain("--fail-on " + options.fail_on + ": not one of critical, error, warning, notice, info");
    return kUsage;
  }
  inventory::Inventory inventory;
  Result<config::Config> config = daemon::load_everything(options.config, &inventory);
  if (!config) {
    complain(config.error().message());
    return kUsage;
  }
  if (inventory.empty()) complain(options.config + ": the inventory is empty; [inventory] files or [[zone]] name zones");
  SystemClock system_clock;
  const FixedClock fixed_clock(at.value_or(0), system_clock);
  const Clock& clock = at ? static_cast<const Clock&>(fixed_clock) : system_clock;
  net::prefer_batches();
  net::UvExecutor executor;
  store::SqliteStoreOptions store_options;
  store_options.path = config->daemon.database_path();
  store_options.vantage = daemon::observer_name();
  store_options.evidence = daemon::evidence_retention(*config);
  Result<std::unique_ptr<store::SqliteStore>> store = store::SqliteStore::open(std::move(store_options), executor);
  if (!store) {
    complain(store.error().message());
    return kUsage;
  }
  Result<daemon::Generation> generation =
      daemon::make_generation(*config, std::move(inventory), {executor, clock, daemon::observer_name()});
  if (!generation) {
    complain(generation.error().message());
    return kUsage;
  }
  Poll poll(executor, clock, *std::move(store), *std::move(generation),
            {config->daemon.database_path(), at ? to_rfc3339(*at) : std::string(), *fail_on, options.json});
  Result<void> started = poll.start();
  if (!started) {
    complain("dns.root_hints: " + started.error().message());
    return kUsage;
  }
  spawn(poll.run(options), [&executor] { executor.stop(); });
  executor.run();
  poll.shutdown();
  return poll.exit_status();
}

}  // namespace

Run add_poll(CLI::App& app) {
  auto options = std::make_shared<PollOptions>();
  app.add_option("--config", options->config, "configuration file")->required();
  app.add_option("--at", options->at, "replay history: all times are this one (RFC 3339 or Unix seconds)");
  app.add_option("--rounds", options->rounds, "how many rounds (default: 1)")->check(CLI::Range(1, 1000000));
  app.add_flag("--core", options->core, "ask DS, DNSKEY and SOA only");
  app.add_option("--fail-on", options->fail_on, "exit 1 when a finding of this severity is open (default: error)");
  app.add_flag("--json", options->json, "one anchorwatch.poll/1 object a round");
  return [options] { return run_poll(*options); };
}

}  // namespace anchorwatch::cli
