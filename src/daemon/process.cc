// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/daemon/process.h"

#include <csignal>
#include <cstdio>
#include <memory>

#include "anchorwatch/config/options.h"
#include "anchorwatch/control/server.h"
#include "anchorwatch/control/socket_path.h"
#include "anchorwatch/core/random.h"
#include "anchorwatch/daemon/app.h"
#include "anchorwatch/daemon/generation.h"
#include "anchorwatch/daemon/setup.h"
#include "anchorwatch/net/batch_scheduling.h"
#include "anchorwatch/net/uv_executor.h"
#include "anchorwatch/net/uv_transport.h"
#include "anchorwatch/store/sqlite_store.h"
#include "hooked_sink.h"
#include "notify_socket.h"

namespace anchorwatch::daemon {

namespace {

constexpr Duration kStatusPeriod = std::chrono::seconds(10);

void print_error(const std::string& text) {
  static_cast<void>(std::fprintf(stderr, "anchorwatchd: %s%s", text.c_str(), text.ends_with('\n') ? "" : "\n"));
}

/// The parts that live as long as the process, in the order in which they depend on each other.
class Process {
 public:
  Process(const ProcessOptions& options, std::unique_ptr<store::SqliteStore> store, net::UvExecutor& executor)
      : options_(options),
        logger_(options.log),
        executor_(executor),
        transport_(executor_, random_),
        store_(std::move(store)),
        app_({executor_, clock_, random_, transport_, *store_, *store_, logger_, store_.get()}) {}

  /// @param inventory  as loaded with `config`.
  int run(const config::Config& config, inventory::Inventory inventory) {
    Result<Generation> generation = build(config, std::move(inventory));
    if (!generation) {
      print_error(generation.error().message());
      return kExitConfig;
    }
    running_ = config;
    if (!listen()) return kExitConfig;
    executor_.on_signal(SIGHUP, [this] { reload(); });
    executor_.on_signal(SIGTERM, [this] { stop(); });
    executor_.on_signal(SIGINT, [this] { stop(); });
    app_.start(*std::move(generation), [this](Result<void> started) { on_started(std::move(started)); });
    executor_.run();
    // Whoever still waits for an answer is told, so that no coroutine is left behind.
    transport_.shutdown();
    return exit_status_;
  }

 private:
  Result<Generation> build(const config::Config& config, inventory::Inventory inventory) {
    const sinks::SinkContext context{executor_, clock_, observer_name()};
    Result<Generation> generation = make_generation(config, std::move(inventory), context);
    if (generation && options_.crash_hook) hook_sinks(generation->sinks, options_.crash_hook);
    return generation;
  }

  /// A socket that the operator named must work. Without the one that nobody asked for zones are watched all the same.
  bool listen() {
    control::ServerOptions options;
    options.path = control::socket_path(running_.daemon.control_socket, running_.daemon.state_dir);
    options.group = running_.daemon.control_group;
    options.database = running_.daemon.database_path();
    auto server = control::ControlServer::start(
        executor_, std::move(options), [this](control::Call call, std::string actor, const control::Answer& answer) {
          app_.administer({std::move(call.kind), std::move(call.arguments), std::move(actor), 0, false}, answer);
        });
    if (server) {
      control_ = *std::move(server);
      return true;
    }
    const bool wanted = !running_.daemon.control_socket.empty() || !running_.daemon.control_group.empty();
    if (wanted) {
      print_error("daemon.control_socket: " + server.error().message());
    } else {
      logger_.error("no control socket: " + server.error().message());
    }
    return !wanted;
  }

  void on_started(Result<void> started) {
    if (stopping_) return;
    if (!started) {
      logger_.error("cannot start: " + started.error().message());
      exit_status_ = 1;
      executor_.stop();
      return;
    }
    logger_.info(app_.status_line());
    notify_.send("READY=1\nSTATUS=" + app_.status_line());
    report_status();
    if (notify_.watchdog()) feed_watchdog();
  }

  void report_status() {
    notify_.send("STATUS=" + app_.status_line());
    executor_.call_after(kStatusPeriod, [this] { report_status(); });
  }

  void feed_watchdog() {
    // Only a scheduler that made progress since the last time keeps the dog quiet.
    if (app_.heartbeat() != fed_heartbeat_ || fed_heartbeat_ == 0) notify_.send("WATCHDOG=1");
    fed_heartbeat_ = app_.heartbeat();
    executor_.call_after(std::max<Duration>(*notify_.watchdog() / 2, std::chrono::milliseconds(100)), [this] { feed_watchdog(); });
  }

  void reload() {
    notify_.send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(clock_.mono().count()));
    inventory::Inventory inventory;
    Result<config::Config> config = load_everything(options_.config_path, &inventory);
    const std::vector<std::string> fixed = config ? config::restart_needed(running_, *config) : std::vector<std::string>();
    if (!fixed.empty()) {
      config = Error(ErrorCode::kInvalidArgument, fixed.front() + " cannot change in a reload; restart instead");
    }
    Result<Generation> generation =
        config ? build(*config, std::move(inventory)) : Result<Generation>(config.error());
    if (!generation) {
      app_.report_bad_reload(generation.error().message());
      notify_.send("READY=1\nSTATUS=reload failed, the old configuration stays");
      return;
    }
    running_ = *std::move(config);
    app_.reload(*std::move(generation), [this](Result<void> done) {
      if (done) {
        logger_.info("reloaded; " + app_.status_line());
      } else {
        logger_.error("reload: " + done.error().message());
      }
      notify_.send("READY=1\nSTATUS=" + app_.status_line());
    });
  }

  void stop() {
    if (stopping_) return;
    stopping_ = true;
    notify_.send("STOPPING=1\nSTATUS=draining");
    logger_.info("stopping");
    control_.reset();
    app_.stop([this] { executor_.stop(); });
  }

  const ProcessOptions& options_;
  log::Logger logger_;
  SystemClock clock_;
  SystemRandom random_;
  NotifySocket notify_;
  net::UvExecutor& executor_;
  net::UvTransport transport_;
  std::unique_ptr<store::SqliteStore> store_;
  App app_;
  std::unique_ptr<control::ControlServer> control_;  // After what it calls.
  config::Config running_;
  std::uint64_t fed_heartbeat_ = 0;
  bool stopping_ = false;
  int exit_status_ = 0;
};

}  // namespace

int check_config(const std::string& config_path, std::string* summary) {
  inventory::Inventory inventory;
  Result<config::Config> config = load_everything(config_path, &inventory);
  if (!config) {
    print_error(config.error().message());
    return kExitConfig;
  }
  Result<pipeline::EngineOptions> engine = engine_options(*config);
  if (!engine) {
    print_error(engine.error().message());
    return kExitConfig;
  }
  *summary = config_path + ": good, " + std::to_string(inventory.size()) + " zones, " +
             std::to_string(config->sinks.size()) + " sinks";
  return 0;
}

int run_daemon(const ProcessOptions& options) {
  inventory::Inventory inventory;
  Result<config::Config> config = load_everything(options.config_path, &inventory);
  if (!config) {
    print_error(config.error().message());
    return kExitConfig;
  }
  net::prefer_batches();
  net::UvExecutor executor;
  store::SqliteStoreOptions store_options;
  store_options.path = config->daemon.database_path();
  store_options.vantage = observer_name();
  store_options.evidence = evidence_retention(*config);
  store_options.crash_hook = options.crash_hook;
  Result<std::unique_ptr<store::SqliteStore>> store = store::SqliteStore::open(std::move(store_options), executor);
  if (!store) {
    print_error("daemon.state_dir: " + store.error().message());
    return kExitConfig;
  }
  Process process(options, *std::move(store), executor);
  return process.run(*config, std::move(inventory));
}

}  // namespace anchorwatch::daemon
