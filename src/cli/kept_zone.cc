// SPDX-License-Identifier: Apache-2.0
#include "kept_zone.h"

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/daemon/setup.h"
#include "anchorwatch/inventory/zone_name.h"
#include "common_options.h"
#include "exit_status.h"

namespace anchorwatch::cli {

namespace {

bool is_in_inventory(store::Reader& reader, const std::string& zone) {
  store::ZoneFilter filter;
  filter.zone = zone;
  const Result<std::vector<store::ZoneStatusRow>> rows = reader.zones(filter);
  return rows && !rows->empty();
}

/// What the configuration says about the zone; without a file it says nothing.
inventory::ZoneEntry entry_of(const dns::Name& name, const config::Config& config, bool* configured) {
  const inventory::InventoryLoad known = config::load_inventory(config);
  if (!known.ok()) static_cast<void>(std::fprintf(stderr, "%s", known.problems.to_text().c_str()));
  const inventory::ZoneEntry* found = known.inventory.find(name);
  *configured = found != nullptr;
  if (found != nullptr) return *found;
  return {name, std::make_shared<const inventory::ZoneSettings>(config.defaults), {}};
}

}  // namespace

std::vector<store::KeptLook> KeptZone::looks_up_to_then() const {
  std::vector<store::KeptLook> before;
  for (const store::KeptLook& look : looks) {
    if (look.first_seen_at <= at) before.push_back(look);
  }
  return before;
}

std::optional<KeptZone> open_kept_zone(const LookBackOptions& options, int* status) {
  *status = kUsage;
  std::optional<config::Config> config = read_config_or_default(options.config);
  if (!config) return std::nullopt;
  const Result<dns::Name> name = inventory::parse_zone_name(options.zone);
  if (!name) {
    complain(options.zone + ": " + name.error().message());
    return std::nullopt;
  }
  Result<pipeline::EngineOptions> engine = daemon::engine_options(*config);
  Result<store::Reader> reader = store::Reader::open(config->daemon.database_path());
  if (!engine || !reader) {
    complain(engine ? reader.error().message() : engine.error().message());
    return std::nullopt;
  }
  const std::optional<UnixSeconds> at = moment_of(options.at, *reader);
  if (!at) return std::nullopt;
  bool configured = false;
  inventory::ZoneEntry entry = entry_of(*name, *config, &configured);
  KeptZone zone{*std::move(config), *std::move(engine), *std::move(reader), std::move(entry), configured, *at, {}};
  const std::string text = zone.entry.name.to_text();
  Result<std::vector<store::KeptLook>> looks = zone.reader.kept_looks(text);
  if (!looks) {
    complain(looks.error().message());
    return std::nullopt;
  }
  zone.looks = *std::move(looks);
  if (zone.looks.empty() && !is_in_inventory(zone.reader, text)) {
    complain(text + ": not in the inventory, and nothing is kept of it");
    return std::nullopt;
  }
  *status = kFine;
  return zone;
}

int complain_of_nothing_kept(const KeptZone& zone) {
  const std::string text = zone.entry.name.to_text();
  if (zone.looks.empty()) {
    const bool off = zone.config.history.evidence == config::EvidenceUse::kOff;
    complain(text + ": no evidence is kept" + (off ? " (history.evidence is off)" : "; it is from the next look on that changes something"));
  } else {
    complain(text + ": no evidence is kept of " + to_rfc3339(zone.at) + "; the oldest that is kept is of " +
             to_rfc3339(zone.looks.front().first_seen_at) + " (anchorwatch replay " + text + " --list)");
  }
  return kUndetermined;
}

}  // namespace anchorwatch::cli
