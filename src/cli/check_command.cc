// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/daemon/setup.h"
#include "anchorwatch/inventory/inventory_builder.h"
#include "anchorwatch/inventory/zone_name.h"
#include "anchorwatch/net/uv_executor.h"
#include "anchorwatch/net/uv_transport.h"
#include "anchorwatch/pipeline/look_slots.h"
#include "commands.h"
#include "common_options.h"
#include "exit_status.h"
#include "zone_check.h"

namespace anchorwatch::cli {

namespace {

constexpr int kChecksAtOnce = 64;
constexpr int kChecksWaiting = 512;

struct CheckOptions {
  std::vector<std::string> zones;
  std::string zones_file, config, root_hints, at, fail_on = "error";
  std::vector<std::string> trust_anchors, probes;
  std::string zone_file, axfr, tsig_key;
  int port = 0;
  int timeout = 30;
  bool allow_special = false, sha1 = false, json = false, only_v4 = false, only_v6 = false;
};

/// Everything that was asked for, checked.
struct CheckJob {
  config::Config config;
  std::vector<ZoneCheckOrder> orders;
  std::optional<UnixSeconds> at;
  Severity fail_on = Severity::kError;
  bool json = false;
};

void apply(const CheckOptions& options, config::Config& config) {
  if (!options.root_hints.empty()) config.dns.root_hints = options.root_hints;
  if (!options.trust_anchors.empty()) config.dns.trust_anchors = options.trust_anchors;
  if (options.port != 0) config.dns.port = static_cast<std::uint16_t>(options.port);
  if (options.allow_special) config.dns.allow_special_addresses = true;
  if (options.sha1) config.validation.sha1 = config::Sha1Use::kRely;
  if (options.only_v4 != options.only_v6) {
    config.dns.ipv4 = options.only_v4 ? config::FamilyUse::kOn : config::FamilyUse::kOff;
    config.dns.ipv6 = options.only_v6 ? config::FamilyUse::kOn : config::FamilyUse::kOff;
  }
}

/// Where --zone-file or --axfr say that the whole zone is.
std::optional<dns::ZoneSource> whole_zone_source(const CheckOptions& options) {
  dns::ZoneSource source;
  source.file = options.zone_file;
  source.tsig_key_file = options.tsig_key;
  if (!options.axfr.empty()) {
    if (Result<void> read = dns::parse_transfer_server(options.axfr, source); !read) {
      complain("--axfr: " + read.error().message());
      return std::nullopt;
    }
  }
  if (!source.empty() && (options.zones.size() != 1 || !options.zones_file.empty())) {
    complain("check: --zone-file and --axfr are about one zone: name exactly one");
    return std::nullopt;
  }
  return source;
}

/// The names from the command line and --zones, each with what the configuration says about it.
bool collect_orders(const CheckOptions& options, CheckJob& job) {
  inventory::InventoryLoad known = config::load_inventory(job.config);
  if (!known.ok()) {
    static_cast<void>(std::fprintf(stderr, "%s", known.problems.to_text().c_str()));
    return false;
  }
  std::vector<inventory::ProbeSpec> probes;
  for (const std::string& text : options.probes) {
    Result<inventory::ProbeSpec> probe = inventory::ProbeSpec::parse(text);
    if (!probe) {
      complain("--probe " + text + ": " + probe.error().message());
      return false;
    }
    probes.push_back(*probe);
  }
  const std::optional<dns::ZoneSource> source = whole_zone_source(options);
  if (!source) return false;
  const auto add = [&](const dns::Name& name, const inventory::ZoneSettings& settings) {
    ZoneCheckOrder order;
    order.name = name;
    order.expectation = settings.expectation;
    order.default_probes = probes.empty();
    order.probes = probes.empty() ? *settings.probes : probes;
    // Who names the probes wants those, and no random name beside them.
    order.denial_probe = settings.denial_probe && probes.empty();
    order.source = source->empty() ? settings.source : *source;
    order.time_limit = std::chrono::seconds(options.timeout);
    job.orders.push_back(std::move(order));
  };
  for (const std::string& text : options.zones) {
    Result<dns::Name> name = inventory::parse_zone_name(text);
    if (!name) {
      complain(text + ": " + name.error().message());
      return false;
    }
    const inventory::ZoneEntry* entry = known.inventory.find(*name);
    add(*name, entry != nullptr ? *entry->settings : job.config.defaults);
  }
  if (!options.zones_file.empty()) {
    inventory::InventoryBuilder builder(job.config.defaults, job.config.tag_severity);
    builder.add_file(options.zones_file);
    inventory::InventoryLoad load = builder.finish();
    if (!load.ok()) {
      static_cast<void>(std::fprintf(stderr, "%s", load.problems.to_text().c_str()));
      return false;
    }
    for (const inventory::ZoneEntry& entry : load.inventory.zones()) add(entry.name, *entry.settings);
  }
  if (job.orders.empty()) complain("check: name a zone, or a file of zones with --zones");
  return !job.orders.empty();
}

std::optional<CheckJob> make_job(const CheckOptions& options) {
  CheckJob job;
  std::optional<config::Config> config = read_config_or_default(options.config);
  if (!config) return std::nullopt;
  job.config = *std::move(config);
  apply(options, job.config);
  job.json = options.json;
  if (const auto severity = parse_severity(options.fail_on)) {
    job.fail_on = *severity;
  } else {
    complain("--fail-on " + options.fail_on + ": not one of critical, error, warning, notice, info");
    return std::nullopt;
  }
  if (!options.at.empty()) {
    job.at = parse_time(options.at);
    if (!job.at) {
      complain("--at " + options.at + ": not a time (RFC 3339, e.g. 2026-11-24T02:00:00Z, or Unix seconds)");
      return std::nullopt;
    }
  }
  if (!collect_orders(options, job)) return std::nullopt;
  return job;
}

/// What the checks share.
struct Progress {
  const CheckJob* job;
  pipeline::Engine* engine;
  report::Colour colour;
  std::size_t next = 0;
  int exit_status = kFine;
  int shown = 0;
  pipeline::LookSlots* slots = nullptr;
  bool starting = false;
  WaitGroup checking;
};

void show(Progress& progress, const report::CheckResult& result) {
  std::string text;
  if (progress.job->json) {
    text = report::check_json(result) + "\n";
  } else {
    text = (progress.shown++ > 0 ? "\n" : "") + report::check_text(result, progress.colour);
  }
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
  static_cast<void>(std::fflush(stdout));
}

void start_checks(Progress* progress);

Task<void> check_one(Progress* progress, ZoneCheckOrder order) {
  const pipeline::LookSlots::Slot slot = progress->slots->take();
  judge::Expectation expectation = order.expectation;
  report::CheckResult result = co_await check_zone(progress->engine, order);
  const int status = exit_status_of(result.judgement, expectation, progress->job->fail_on);
  progress->exit_status = worse_exit_status(progress->exit_status, status);
  show(*progress, result);
  progress->slots->give_back(slot);
  start_checks(progress);
}

void start_checks(Progress* progress) {
  // A check that ends at once calls back in here.
  if (progress->starting) return;
  progress->starting = true;
  while (progress->next < progress->job->orders.size() && progress->slots->available()) {
    ZoneCheckOrder order = progress->job->orders[progress->next++];
    progress->checking.spawn(check_one(progress, order));
  }
  progress->starting = false;
}

Task<void> run_all(Progress* progress) {
  co_await progress->engine->locator().learn_families();
  pipeline::LookSlotsOptions options;
  options.working = kChecksAtOnce;
  options.waiting = kChecksWaiting;
  pipeline::LookSlots slots(progress->engine->executor(), options, [progress] { start_checks(progress); });
  progress->slots = &slots;
  start_checks(progress);
  WaitGroup checking = progress->checking;
  co_await checking;
}

int run_check(const CheckOptions& options) {
  std::optional<CheckJob> job = make_job(options);
  if (!job) return kUsage;
  Result<pipeline::EngineOptions> engine_options = daemon::engine_options(job->config);
  if (!engine_options) {
    complain(engine_options.error().message());
    return kUsage;
  }
  SystemClock system_clock;
  const FixedClock fixed_clock(job->at.value_or(0), system_clock);
  const Clock& clock = job->at ? static_cast<const Clock&>(fixed_clock) : system_clock;
  SystemRandom random;
  net::UvExecutor executor;
  net::UvTransport transport(executor, random);
  pipeline::Engine engine({executor, clock, random, transport}, *std::move(engine_options));
  Result<void> started = engine.start();
  if (!started) {
    complain(job->config.dns.root_hints + ": " + started.error().message());
    return kUsage;
  }
  const bool colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  Progress progress{&*job, &engine, colour ? report::Colour::kOn : report::Colour::kOff, 0, kFine, 0, nullptr, false, {}};
  spawn(run_all(&progress), [&executor] { executor.stop(); });
  executor.run();
  return progress.exit_status;
}

}  // namespace

Run add_check(CLI::App& app) {
  auto options = std::make_shared<CheckOptions>();
  app.add_option("zone", options->zones, "zones to check; a name that is no apex is probed in its zone");
  app.add_option("--zones", options->zones_file, "file with zones: one name a line, or CSV with header");
  app.add_option("--config", options->config, std::string("configuration file (default: ") + kDefaultConfig + " if it is there)");
  app.add_option("--root-hints", options->root_hints, "zone file with the root servers");
  app.add_option("--trust-anchor", options->trust_anchors, "file with DS or DNSKEY records; repeatable; replaces the default anchors")
      ->expected(1)->take_all()->allow_extra_args(false);
  app.add_option("--port", options->port, "port of authoritative servers")->check(CLI::Range(1, 65535));
  app.add_flag("--allow-special-addresses", options->allow_special, "ask loopback and private servers too");
  app.add_option("--at", options->at, "judge as of this time (RFC 3339 or Unix seconds)");
  app.add_option("--probe", options->probes, "NAME/TYPE to probe; repeatable; replaces the default probes and the random name")
      ->expected(1)->take_all()->allow_extra_args(false);
  CLI::Option* zone_file = app.add_option("--zone-file", options->zone_file, "check the whole zone too, from this signed zone file");
  CLI::Option* axfr = app.add_option("--axfr", options->axfr, "check the whole zone too, transferred from ADDRESS[:PORT]")->excludes(zone_file);
  app.add_option("--tsig-key", options->tsig_key, "file with the TSIG key for --axfr")->needs(axfr);
  app.add_flag("--rely-on-sha1", options->sha1, "judge as a resolver that still relies on algorithms 5 and 7");
  app.add_flag("--json", options->json, "one anchorwatch.check/1 object a line");
  app.add_option("--fail-on", options->fail_on, "exit 1 from this severity on (default: error)");
  app.add_option("--timeout", options->timeout, "seconds for each zone (default: 30)")->check(CLI::Range(1, 3600));
  app.add_flag("--ipv4", options->only_v4, "ask IPv4 servers only");
  app.add_flag("--ipv6", options->only_v6, "ask IPv6 servers only");
  return [options] { return run_check(*options); };
}

}  // namespace anchorwatch::cli
