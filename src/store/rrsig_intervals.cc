// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "bindings.h"
#include "interval_queries.h"
#include "try.h"

namespace anchorwatch::store {

/// A signature of the look that has no row.
struct RrsigIntervals::Seen {
  const judge::RrsigFact* fact;
  std::string owner, type;
};

struct RrsigIntervals::Row {
  std::int64_t id = 0;
  std::string owner, type, servers;
  std::int64_t key_tag = 0, algorithm = 0, inception = 0, expiration = 0;
  bool core = false;
  UnixSeconds first_seen = 0, last_seen = 0;
  bool seen = false;

  /// The same signature, wherever it is served.
  [[nodiscard]] bool is(const judge::RrsigFact& fact, const std::string& name,
                        const std::string& covered) const {
    return inception == fact.inception && expiration == fact.expiration &&
           signs_as(fact, name, covered);
  }
  /// A signature over the same RRset by the same key.
  [[nodiscard]] bool signs_as(const judge::RrsigFact& fact, const std::string& name,
                              const std::string& covered) const {
    return key_tag == fact.key_tag && algorithm == fact.algorithm && type == covered &&
           owner == name;
  }
};

namespace {

bool is_core(dns::RrType type) {
  return type == dns::RrType::kDs || type == dns::RrType::kDnskey || type == dns::RrType::kSoa;
}

/// Whether any of the servers in `list` answered.
bool heard(const std::string& list, const std::vector<IpAddress>& answered) {
  if (answered.empty() || list.empty()) return true;
  const std::string padded = " " + list + " ";
  return std::any_of(answered.begin(), answered.end(), [&](const IpAddress& address) {
    return padded.find(" " + address.to_text() + " ") != std::string::npos;
  });
}

}  // namespace

RrsigIntervals::RrsigIntervals(sqlite::Database& database, std::int64_t vantage)
    : vantage_(vantage),
      end_(database,
           "UPDATE rrsig SET current = 0, last_seen_at = max(last_seen_at, ?2) WHERE id = ?1"),
      renew_(database, "UPDATE rrsig SET servers = ?2 WHERE id = ?1"),
      current_(database,
               "SELECT id, owner, type_covered, servers, key_tag, algorithm, inception_at, "
               "expiration_at, core, first_seen_at, last_seen_at FROM rrsig "
               "WHERE zone_id = ?1 AND vantage_id = ?2 AND current = 1"),
      begin_(database,
             "INSERT INTO rrsig (zone_id, vantage_id, owner, type_covered, servers, key_tag, "
             "algorithm, "
             "inception_at, expiration_at, core, first_seen_at, last_seen_at, last_absent_at, "
             "current) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, 1)"),
      overwrite_(database,
                 "UPDATE rrsig SET servers = ?2, inception_at = ?3, expiration_at = ?4, "
                 "first_seen_at = ?5, last_seen_at = ?5, last_absent_at = ?6 WHERE id = ?1") {}

Result<std::vector<RrsigIntervals::Row>> RrsigIntervals::current(const LookTimes& look) {
  std::vector<Row> rows;
  if (look.first) return rows;
  AW_TRY(current_.each(
      [&](const sqlite::Row& each) {
        Row row;
        row.id = each.integer(0);
        row.owner = each.text(1);
        row.type = each.text(2);
        row.servers = each.text(3);
        row.key_tag = each.integer(4);
        row.algorithm = each.integer(5);
        row.inception = each.integer(6);
        row.expiration = each.integer(7);
        row.core = each.integer(8) != 0;
        row.first_seen = each.integer(9);
        // Looks with nothing new moved only the zone's times.
        row.last_seen =
            std::max(each.integer(10), row.core ? look.prior.observed_at : look.prior.full_at);
        if (row.core || look.full) rows.push_back(std::move(row));
      },
      look.zone, vantage_));
  return rows;
}

Result<void> RrsigIntervals::begin(const LookTimes& look, const Seen& seen) {
  const judge::RrsigFact& fact = *seen.fact;
  const bool core = is_core(fact.type);
  const UnixSeconds prior = core ? look.prior.observed_at : look.prior.full_at;
  return begin_.run(look.zone, vantage_, seen.owner, seen.type,
                    join_addresses(fact.servers), fact.key_tag, fact.algorithm, fact.inception,
                    fact.expiration, core, look.at, time_or_null(prior));
}

Result<void> RrsigIntervals::save(const LookTimes& look, const judge::ZoneFacts& facts,
                                  const std::vector<IpAddress>& answered) {
  if (!facts.rrsigs.known) return {};
  Result<std::vector<Row>> loaded = current(look);
  if (!loaded) return std::move(loaded).error();
  std::vector<Row>& rows = *loaded;
  std::vector<Seen> fresh;
  for (const judge::RrsigFact& fact : facts.rrsigs.values) {
    std::string owner = fact.owner.to_text();
    std::string type = dns::to_string(fact.type);
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& each) { return each.is(fact, owner, type); });
    if (row == rows.end()) {
      fresh.push_back({&fact, std::move(owner), std::move(type)});
      continue;
    }
    row->seen = true;
    const std::string servers = join_addresses(fact.servers);
    if (row->servers != servers) AW_TRY(renew_.run(row->id, servers));
  }
  for (const Seen& seen : fresh) {
    const judge::RrsigFact* fact = seen.fact;
    const auto once = std::find_if(rows.begin(), rows.end(), [&](const Row& each) {
      return !each.seen && each.first_seen == each.last_seen &&
             each.signs_as(*fact, seen.owner, seen.type);
    });
    if (once == rows.end()) {
      AW_TRY(begin(look, seen));
      continue;
    }
    once->seen = true;
    AW_TRY(overwrite_.run(once->id, join_addresses(fact->servers), fact->inception,
                          fact->expiration, look.at, once->last_seen));
  }
  for (const Row& row : rows) {
    // The parent's addresses take turns; at the zone's own, silence ends nothing.
    const bool asked = row.type == "DS" || heard(row.servers, answered);
    if (!row.seen && asked) AW_TRY(end_.run(row.id, row.last_seen));
  }
  return {};
}

}  // namespace anchorwatch::store
