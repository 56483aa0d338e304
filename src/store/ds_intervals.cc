// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/rdata.h"

#include "bindings.h"
#include "interval_queries.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

struct CurrentDs {
  std::int64_t id;
  dns::Ds ds;
  std::string servers;
  std::optional<std::int64_t> ttl;
  bool seen = false;
};

bool same_ds(const dns::Ds& left, const dns::Ds& right) {
  return left.key_tag == right.key_tag && left.algorithm == right.algorithm &&
         left.digest_type == right.digest_type && left.digest == right.digest;
}

}  // namespace

DsIntervals::DsIntervals(sqlite::Database& database, std::int64_t vantage)
    : vantage_(vantage),
      end_(database,
           "UPDATE ds SET current = 0, last_seen_at = max(last_seen_at, ?2) WHERE id = ?1"),
      renew_(database, "UPDATE ds SET servers = ?2, ttl = ?3 WHERE id = ?1"),
      current_(database,
               "SELECT id, key_tag, algorithm, digest_type, digest, servers, ttl FROM ds "
               "WHERE zone_id = ?1 AND vantage_id = ?2 AND current = 1 AND side = ?3"),
      begin_(database,
             "INSERT INTO ds (zone_id, vantage_id, side, servers, key_tag, algorithm, digest_type, "
             "digest, ttl, first_seen_at, last_seen_at, last_absent_at, current) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, 1)") {}

Result<void> DsIntervals::save(const LookTimes& look, const judge::ZoneFacts& facts) {
  AW_TRY(save_side(look, "parent", look.prior.observed_at, facts.ds));
  return save_side(look, "cds", look.prior.full_at, facts.cds);
}

Result<void> DsIntervals::save_side(const LookTimes& look, const std::string& side,
                                    UnixSeconds prior,
                                    const judge::FactGroup<judge::RecordFact>& group) {
  if (!group.known) return {};
  std::vector<CurrentDs> rows;
  const auto take = [&](const sqlite::Row& row) {
    rows.push_back(
        {row.integer(0),
         {static_cast<std::uint16_t>(row.integer(1)), static_cast<std::uint8_t>(row.integer(2)),
          static_cast<std::uint8_t>(row.integer(3)), row.blob(4)},
         row.text(5),
         row.optional_integer(6)});
  };
  if (!look.first) AW_TRY(current_.each(take, look.zone, vantage_, side));
  for (const judge::RecordFact& fact : group.values) {
    const std::optional<dns::Ds> ds = dns::decode_ds(fact.rdata);
    if (!ds) continue;
    const std::string servers = join_addresses(fact.servers);
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const CurrentDs& other) { return same_ds(other.ds, *ds); });
    if (row == rows.end()) {
      AW_TRY(begin_.run(look.zone, vantage_, side, servers, ds->key_tag, ds->algorithm,
                        ds->digest_type, sqlite::Blob{ds->digest}, fact.ttl, look.at,
                        time_or_null(prior)));
      continue;
    }
    row->seen = true;
    if (row->servers != servers || row->ttl != fact.ttl) {
      AW_TRY(renew_.run(row->id, servers, fact.ttl));
    }
  }
  for (const CurrentDs& row : rows) {
    if (!row.seen) AW_TRY(end_.run(row.id, prior));
  }
  return {};
}

}  // namespace anchorwatch::store
