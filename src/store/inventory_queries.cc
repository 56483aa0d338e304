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

Result<std::optional<InventoryQueries::Stored>> InventoryQueries::find(const std::string& name,
                                                                       const Bytes& settings) {
  std::optional<Stored> stored;
  AW_TRY(find_.first(
      [&](const sqlite::Row& row) {
        stored = Stored{row.integer(0), row.integer(1) != 0, row.integer(2) != 0};
      },
      name, sqlite::Blob{settings}));
  return stored;
}

void InventoryQueries::want(std::int64_t id) {
  const auto row = static_cast<std::size_t>(id);
  if (row >= wanted_.size()) wanted_.resize(row + 1);
  wanted_[row] = true;
}

Result<void> InventoryQueries::put(const inventory::ZoneEntry& zone, UnixSeconds at,
                                   InventoryChange& change) {
  const std::string name = zone.name.to_text();
  const inventory::ZoneSettings& settings = *zone.settings;
  const Settings& shared = settings_of(zone.settings);
  const char* expect = judge::to_string(settings.expectation.expect);
  Result<std::optional<Stored>> found = find(name, shared.digest);
  if (!found) return std::move(found).error();
  const std::optional<Stored>& stored = *found;
  if (!stored) {
    change.added.push_back(name);
    AW_TRY(add_.run(name, sort_key(zone.name), expect, settings.owner, settings.contact,
                    settings.registrar, settings.criticality, shared.tags,
                    sqlite::Blob{shared.digest}, at));
    want(database_.last_insert_rowid());
    return {};
  }
  want(stored->id);
  if (!stored->retired && stored->same) return {};
  (stored->retired ? change.added : change.changed).push_back(name);
  return change_.run(stored->id, expect, settings.owner, settings.contact, settings.registrar,
                     settings.criticality, shared.tags, sqlite::Blob{shared.digest});
}

Result<void> InventoryQueries::retire_others(UnixSeconds at, InventoryChange& change) {
  std::vector<std::int64_t> gone;
  AW_TRY(active_.each([&](const sqlite::Row& row) {
    const auto id = static_cast<std::size_t>(row.integer(0));
    if (id < wanted_.size() && wanted_[id]) return;
    gone.push_back(row.integer(0));
    change.retired.push_back(row.text(1));
  }));
  for (const std::int64_t id : gone) {
    AW_TRY(retire_.run(id, at));
    AW_TRY(resolve_.run(id, at));
  }
  std::sort(change.retired.begin(), change.retired.end());
  return {};
}

Result<InventoryChange> InventoryQueries::sync(const std::vector<inventory::ZoneEntry>& zones,
                                               UnixSeconds at) {
  wanted_.clear();
  settings_.clear();
  InventoryChange change;
  for (const inventory::ZoneEntry& zone : zones) AW_TRY(put(zone, at, change));
  AW_TRY(retire_others(at, change));
  wanted_ = {};
  settings_.clear();
  return change;
}

}  // namespace anchorwatch::store
