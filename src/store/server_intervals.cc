// SPDX-License-Identifier: Apache-2.0
#include "bindings.h"
#include "interval_queries.h"
#include "try.h"

namespace anchorwatch::store {

struct ServerIntervals::Row {
  std::string name, address;
  bool reachable = false;
  std::optional<std::string> status, reason;
  std::optional<std::int64_t> serial;
  std::optional<std::string> nsid = std::nullopt;  ///< Nothing: not asked or not told in this look.

  std::int64_t id = 0;  ///< Of a stored row.
  bool current = true;
  std::optional<std::int64_t> last_seen = std::nullopt;
  bool listed = false;

  [[nodiscard]] bool same_as(const Row& other) const {
    return name == other.name && reachable == other.reachable && status == other.status &&
           reason == other.reason && serial == other.serial && current == other.current &&
           (!other.nsid || nsid == other.nsid);
  }
};

namespace {

std::optional<std::string> optional_text(const sqlite::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.text(column);
}

}  // namespace

ServerIntervals::ServerIntervals(sqlite::Database& database, std::int64_t vantage)
    : vantage_(vantage),
      current_(database,
               "SELECT id, name, address, reachable, status, reason, serial, current, last_seen_at, nsid "
               "FROM server WHERE zone_id = ?1 AND vantage_id = ?2 AND side = ?3"),
      put_(database,
           "INSERT INTO server (zone_id, vantage_id, side, name, address, reachable, status, "
           "reason, serial, first_seen_at, last_seen_at, current, nsid) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1, ?12) "
           "ON CONFLICT (zone_id, vantage_id, side, address) DO UPDATE SET name = ?4, reachable = "
           "?6, status = ?7, reason = ?8, serial = ?9, last_seen_at = ?11, current = 1, "
           "nsid = coalesce(?12, nsid)"),
      retire_(database, "UPDATE server SET current = 0, last_seen_at = ?2 WHERE id = ?1") {}

Result<void> ServerIntervals::save_side(const LookTimes& look, const std::string& side,
                                        std::vector<Row> rows) {
  if (rows.empty()) return {};
  std::vector<Row> stored;
  const auto take = [&](const sqlite::Row& each) {
    Row row{each.text(1),           each.text(2),           each.integer(3) != 0,
            optional_text(each, 4), optional_text(each, 5), each.optional_integer(6)};
    row.id = each.integer(0);
    row.current = each.integer(7) != 0;
    row.last_seen = each.optional_integer(8);
    row.nsid = optional_text(each, 9);
    // Looks with nothing new moved only the zone's times.
    if (row.last_seen && row.current && row.reachable && side == "child") {
      row.last_seen = std::max(*row.last_seen, look.prior.observed_at);
    }
    stored.push_back(std::move(row));
  };
  if (!look.first) AW_TRY(current_.each(take, look.zone, vantage_, side));
  for (const Row& row : rows) {
    const auto old = std::find_if(stored.begin(), stored.end(),
                                  [&](const Row& each) { return each.address == row.address; });
    std::optional<std::int64_t> last_seen;
    if (old != stored.end()) {
      old->listed = true;
      last_seen = old->last_seen;
      if (old->same_as(row) && (side == "child" || !row.reachable)) continue;
    }
    if (row.reachable) last_seen = look.at;
    AW_TRY(put_.run(look.zone, vantage_, side, row.name, row.address, row.reachable, row.status,
                    row.reason, row.serial, look.at, last_seen, row.nsid));
  }
  // The parent's addresses take turns in core looks.
  if (side == "parent" && !look.full) return {};
  for (const Row& old : stored) {
    if (old.current && !old.listed) AW_TRY(retire_.run(old.id, old.last_seen));
  }
  return {};
}

std::vector<ServerIntervals::Row> ServerIntervals::rows_of(
    const std::vector<judge::ServerVerdict>& servers) {
  std::vector<Row> rows;
  rows.reserve(servers.size());
  for (const judge::ServerVerdict& server : servers) {
    Row row{server.name.to_text(), server.address.to_text(), server.reachable, {}, {}, {}};
    row.status = dnssec::to_string(server.verdict.status);
    row.reason = dnssec::to_string(server.verdict.reason);
    if (server.serial) row.serial = *server.serial;
    if (!server.nsid.empty()) row.nsid = server.nsid;
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<void> ServerIntervals::save(const LookTimes& look, const ZoneCommit& commit) {
  AW_TRY(save_side(look, "child", rows_of(commit.servers)));
  return save_side(look, "parent", rows_of(commit.parent_servers));
}

}  // namespace anchorwatch::store
