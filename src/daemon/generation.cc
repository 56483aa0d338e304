// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/daemon/generation.h"

#include "anchorwatch/config/load.h"
#include "anchorwatch/daemon/setup.h"

namespace anchorwatch::daemon {

Result<config::Config> load_everything(const std::string& path, inventory::Inventory* inventory) {
  config::ConfigLoad load = config::load_config(path);
  if (!load.ok()) return Error(ErrorCode::kInvalidArgument, load.errors.to_text());
  const inventory::ProblemList missing = config::check_files(load.config);
  if (!missing.empty()) return Error(ErrorCode::kInvalidArgument, missing.to_text());
  inventory::InventoryLoad zones = config::load_inventory(load.config);
  if (!zones.ok()) return Error(ErrorCode::kInvalidArgument, zones.problems.to_text());
  *inventory = std::move(zones.inventory);
  return std::move(load.config);
}

Result<Generation> make_generation(const config::Config& config, inventory::Inventory inventory,
                                   const sinks::SinkContext& context) {
  Generation generation;
  Result<pipeline::EngineOptions> engine = engine_options(config);
  if (!engine) return std::move(engine).error();
  generation.engine = *std::move(engine);
  Result<std::vector<std::unique_ptr<outbox::Sink>>> sinks = sinks::make_sinks(config.sinks, context);
  if (!sinks) return std::move(sinks).error();
  generation.sinks = *std::move(sinks);
  generation.schedule.interval = config.scheduler.interval;
  generation.schedule.full_interval = config.scheduler.full_interval;
  generation.schedule.rhythm = {config.scheduler.adaptive, config.scheduler.min_interval, config.scheduler.max_interval};
  generation.change = config.change;
  generation.routes = event_routes(config);
  generation.incidents = {config.incidents.min_zones, config.incidents.window};
  generation.inventory = std::move(inventory);
  return generation;
}

}  // namespace anchorwatch::daemon
