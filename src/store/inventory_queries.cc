// SPDX-License-Identifier: Apache-2.0
#include "inventory_queries.h"

#include <algorithm>

#include "anchorwatch/change/value_json.h"
#include "anchorwatch/core/digest.h"

#include "try.h"
#include "zone_queries.h"

namespace anchorwatch::store {
namespace {

Bytes digest_of(const inventory::ZoneSettings& settings) {
  Hasher hasher;
  const judge::Expectation& expectation = settings.expectation;
  hasher.field(judge::to_string(expectation.expect)).number(expectation.expect_ds.size());
  for (const Bytes& ds : expectation.expect_ds) hasher.field(ds);
  hasher.number(expectation.algorithms.size());
  for (const std::uint8_t algorithm : expectation.algorithms) hasher.number(algorithm);
  hasher.number(settings.probes->size());
  for (const inventory::ProbeSpec& probe : *settings.probes) hasher.field(probe.to_text());
  hasher.number(settings.denial_probe ? 1 : 0);
  hasher.field(settings.owner).field(settings.contact).field(settings.registrar);
  hasher.field(settings.criticality).number(settings.tags.size());
  for (const std::string& tag : settings.tags) hasher.field(tag);
  const std::int64_t interval = settings.interval ? settings.interval->count() : -1;
  hasher.number(static_cast<std::uint64_t>(interval));
  return hasher.finish().bytes();
}

}  // namespace

const InventoryQueries::Settings& InventoryQueries::settings_of(
    const std::shared_ptr<const inventory::ZoneSettings>& settings) {
  const auto [at, fresh] = settings_.try_emplace(settings.get());
  if (fresh) at->second = {digest_of(*settings), change::texts_to_json(settings->tags)};
  return at->second;
}

Result<void> InventoryQueries::load() {
  return load_.each([&](const sqlite::Row& row) {
    stored_.emplace(row.text(1), Stored{row.integer(0), row.integer(2) != 0, row.blob(3), false});
  });
}

Result<void> InventoryQueries::put(const inventory::ZoneEntry& zone, UnixSeconds at,
                                   InventoryChange& change) {
  const std::string name = zone.name.to_text();
  const inventory::ZoneSettings& settings = *zone.settings;
  const Settings& shared = settings_of(zone.settings);
  const char* expect = judge::to_string(settings.expectation.expect);
  const auto found = stored_.find(name);
  if (found == stored_.end()) {
    change.added.push_back(name);
    return add_.run(name, sort_key(zone.name), expect, settings.owner, settings.contact,
                    settings.registrar, settings.criticality, shared.tags,
                    sqlite::Blob{shared.digest}, at);
  }
  Stored& stored = found->second;
  stored.wanted = true;
  if (!stored.retired && stored.settings == shared.digest) return {};
  (stored.retired ? change.added : change.changed).push_back(name);
  return change_.run(stored.id, expect, settings.owner, settings.contact, settings.registrar,
                     settings.criticality, shared.tags, sqlite::Blob{shared.digest});
}

Result<void> InventoryQueries::retire_others(UnixSeconds at, InventoryChange& change) {
  for (const auto& [name, stored] : stored_) {
    if (stored.wanted || stored.retired) continue;
    AW_TRY(retire_.run(stored.id, at));
    AW_TRY(resolve_.run(stored.id, at));
    change.retired.push_back(name);
  }
  std::sort(change.retired.begin(), change.retired.end());
  return {};
}

Result<InventoryChange> InventoryQueries::sync(const std::vector<inventory::ZoneEntry>& zones,
                                               UnixSeconds at) {
  stored_.clear();
  settings_.clear();
  AW_TRY(load());
  InventoryChange change;
  for (const inventory::ZoneEntry& zone : zones) AW_TRY(put(zone, at, change));
  AW_TRY(retire_others(at, change));
  stored_ = {};
  settings_.clear();
  return change;
}

}  // namespace anchorwatch::store
