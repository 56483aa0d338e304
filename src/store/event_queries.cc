// SPDX-License-Identifier: Apache-2.0
#include "event_queries.h"

#include <map>

#include "anchorwatch/change/value_json.h"
#include "anchorwatch/core/digest.h"

#include "bindings.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

/// Events about no zone are delivered in order for each subject. Zones have positive lanes.
std::int64_t lane_of(const change::Event& event) {
  std::uint64_t value = 0;
  const Digest digest = sha256(event.dedup_key);
  for (std::size_t i = 0; i < 8; ++i) value = (value << 8U) | digest.octets.at(i);
  return -1 - static_cast<std::int64_t>(value >> 1U);
}

/// Events about the chain of trust itself have a row in the audit chain.
bool is_audited(change::EventType type) {
  switch (type) {
    case change::EventType::kDsAdded:
    case change::EventType::kDsRemoved:
    case change::EventType::kDnskeyAdded:
    case change::EventType::kDnskeyRemoved:
    case change::EventType::kDnskeyRevoked: return true;
    default: return false;
  }
}

}  // namespace

Result<std::optional<std::int64_t>> EventQueries::zone_of(const change::Event& event) {
  std::optional<std::int64_t> id;
  if (!event.zone) return id;
  AW_TRY(find_zone_.first([&](const sqlite::Row& row) { id = row.integer(0); },
                          event.zone->to_text()));
  return id;
}

Result<void> EventQueries::add_event(const change::Event& event, std::optional<std::int64_t> zone) {
  const std::string payload = change::to_json(event, observer_);
  AW_TRY(add_.run(event.id, zone, vantage_, change::to_string(event.type), event.severity, event.time,
                  event.last_before, event.first_after, event.expected, event.change_id, event.dedup_key,
                  event.caused_by, event.summary, payload, event.incident, event.silent));
  // An event that is there already has its row.
  if (!is_audited(event.type) || database_.changes() == 0) return {};
  if (const auto back = event.before.find("way_back"); back != event.before.end()) {
    if (const auto* ds = std::get_if<std::vector<std::string>>(&back->second)) {
      AW_TRY(way_back_.run(event.id, change::texts_to_json(*ds)));
    }
  }
  return audit_.append({event.time, "monitor " + observer_, change::to_string(event.type),
                        event.zone ? event.zone->to_text() : std::string(), payload});
}

Result<void> EventQueries::add(const std::vector<change::Event>& events,
                               const std::vector<OutboxRow>& outbox,
                               std::optional<std::int64_t> zone) {
  std::map<std::string_view, std::int64_t> lanes;
  for (const change::Event& event : events) {
    std::optional<std::int64_t> row = zone;
    if (!row) {
      Result<std::optional<std::int64_t>> found = zone_of(event);
      if (!found) return std::move(found).error();
      row = *found;
    }
    AW_TRY(add_event(event, row));
    lanes.emplace(event.id, row ? *row : lane_of(event));
  }
  for (const OutboxRow& claim : outbox) {
    const auto lane = lanes.find(claim.event_id);
    AW_TRY(claim_.run(claim.event_id, claim.sink, lane == lanes.end() ? -1 : lane->second));
  }
  return {};
}

Result<void> EventQueries::save_fact(const std::string& key, const std::string& value) {
  return save_fact_.run(key, value);
}

Result<std::string> EventQueries::load_fact(const std::string& key) {
  std::string value;
  AW_TRY(load_fact_.first([&](const sqlite::Row& row) { value = row.text(0); }, key));
  return value;
}

}  // namespace anchorwatch::store
