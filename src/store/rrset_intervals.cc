// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/change/value_json.h"
#include "anchorwatch/dns/rdata.h"

#include "bindings.h"
#include "interval_queries.h"
#include "try.h"

namespace anchorwatch::store {

struct RrsetIntervals::Row {
  std::int64_t id;
  std::string side, type;
  Bytes digest;  ///< Of the content.
};

namespace {

template <typename Fact>
std::vector<Bytes> rdatas_of(const std::vector<Fact>& facts) {
  std::vector<Bytes> rdatas;
  rdatas.reserve(facts.size());
  for (const Fact& fact : facts) rdatas.push_back(fact.rdata);
  return rdatas;
}

template <typename Fact>
std::optional<std::uint32_t> ttl_of(const std::vector<Fact>& facts) {
  std::optional<std::uint32_t> lowest;
  for (const Fact& fact : facts) lowest = std::min(fact.ttl, lowest.value_or(fact.ttl));
  return lowest;
}

std::vector<std::string> texts_of(dns::RrType type, const std::vector<Bytes>& rdatas) {
  std::vector<std::string> texts;
  texts.reserve(rdatas.size());
  for (const Bytes& rdata : rdatas) texts.push_back(dns::rdata_to_text(type, rdata));
  return texts;
}

Bytes digest_of(const dns::Name& owner, dns::RrType type, const std::vector<Bytes>& rdatas) {
  Hasher hasher;
  hasher.field(owner.wire()).number(static_cast<std::uint64_t>(type));
  for (const Bytes& rdata : rdatas) hasher.field(rdata);
  return hasher.finish().bytes();
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char each) {
    return each >= ' ' && each <= '~' && each != '"' && each != '\\';
  });
}

/// The records as a JSON array. Nearly all are plain, which needs no tree of values first.
std::string records_json(dns::RrType type, const std::vector<Bytes>& rdatas) {
  const std::vector<std::string> texts = texts_of(type, rdatas);
  if (!std::all_of(texts.begin(), texts.end(), is_plain)) return change::texts_to_json(texts);
  std::string json = "[";
  for (const std::string& text : texts) {
    json.append(json.size() == 1 ? "\"" : ",\"").append(text).append("\"");
  }
  return json + "]";
}

}  // namespace

RrsetIntervals::RrsetIntervals(sqlite::Database& database, std::int64_t vantage)
    : database_(database),
      vantage_(vantage),
      end_(database,
           "UPDATE zone_rrset SET current = 0, last_seen_at = max(last_seen_at, ?2) WHERE id = ?1"),
      current_(database,
               "SELECT r.id, r.side, r.type, c.digest FROM zone_rrset r "
               "JOIN rrset c ON c.id = r.rrset_id "
               "WHERE r.zone_id = ?1 AND r.vantage_id = ?2 AND r.current = 1"),
      begin_(
          database,
          "INSERT INTO zone_rrset (zone_id, vantage_id, side, type, rrset_id, ttl, first_seen_at, "
          "last_seen_at, last_absent_at, current) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, 1)"),
      find_(database, "SELECT id FROM rrset WHERE digest = ?1"),
      put_(database,
           "INSERT INTO rrset (digest, owner, type, rdatas, text) VALUES (?1, ?2, ?3, ?4, ?5) "
           "ON CONFLICT (digest) DO NOTHING") {}

std::vector<RrsetIntervals::Set> RrsetIntervals::sets_of(const judge::ZoneFacts& facts) {
  std::vector<Set> sets;
  const auto add = [&](const char* side, dns::RrType type, bool core, const auto& group) {
    if (group.known)
      sets.push_back({side, type, core, rdatas_of(group.values), ttl_of(group.values)});
  };
  add("parent", dns::RrType::kDs, true, facts.ds);
  add("child", dns::RrType::kDnskey, true, facts.dnskeys);
  add("child", dns::RrType::kCds, false, facts.cds);
  add("child", dns::RrType::kCdnskey, false, facts.cdnskey);
  add("child", dns::RrType::kCsync, false, facts.csync);
  if (facts.parent_ns.known) {
    Set set{"parent", dns::RrType::kNs, false, {}, {}};
    for (const auto& server : facts.parent_ns.values) set.rdatas.push_back(server.name.wire());
    sets.push_back(std::move(set));
  }
  if (facts.child_ns.known) {
    Set set{"child", dns::RrType::kNs, false, {}, {}};
    for (const dns::Name& name : facts.child_ns.values) set.rdatas.push_back(name.wire());
    sets.push_back(std::move(set));
  }
  return sets;
}

Result<std::int64_t> RrsetIntervals::content(const LookTimes& look, const dns::Name& owner,
                                             const Set& set, const Bytes& digest) {
  std::int64_t id = 0;
  const auto find = [&] {
    return find_.first([&](const sqlite::Row& row) { id = row.integer(0); }, sqlite::Blob{digest});
  };
  // A zone that was never seen brings contents that were never seen, nearly always.
  if (!look.first) {
    Result<bool> found = find();
    if (!found) return std::move(found).error();
    if (*found) return id;
  }
  Bytes body;
  for (const Bytes& rdata : set.rdatas) {
    append_u16(body, static_cast<std::uint16_t>(rdata.size()));
    body += rdata;
  }
  AW_TRY(put_.run(sqlite::Blob{digest}, owner.to_text(), dns::to_string(set.type),
                  sqlite::Blob{body}, records_json(set.type, set.rdatas)));
  if (database_.changes() == 1) return database_.last_insert_rowid();
  AW_TRY(find());
  return id;
}

Result<std::vector<RrsetIntervals::Row>> RrsetIntervals::current(const LookTimes& look) {
  std::vector<Row> rows;
  if (look.first) return rows;
  AW_TRY(current_.each(
      [&](const sqlite::Row& row) {
        rows.push_back({row.integer(0), row.text(1), row.text(2), row.blob(3)});
      },
      look.zone, vantage_));
  return rows;
}

Result<void> RrsetIntervals::save_set(const LookTimes& look, const dns::Name& owner, const Set& set,
                                      const std::vector<Row>& rows) {
  const std::string type = dns::to_string(set.type);
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& each) {
    return each.side == set.side && each.type == type;
  });
  const Bytes digest = set.rdatas.empty() ? Bytes() : digest_of(owner, set.type, set.rdatas);
  if (row != rows.end() && row->digest == digest) return {};
  const UnixSeconds prior = set.core ? look.prior.observed_at : look.prior.full_at;
  if (row != rows.end()) AW_TRY(end_.run(row->id, prior));
  if (digest.empty()) return {};
  Result<std::int64_t> wanted = content(look, owner, set, digest);
  if (!wanted) return std::move(wanted).error();
  return begin_.run(look.zone, vantage_, set.side, type, *wanted, set.ttl, look.at,
                    time_or_null(prior));
}

Result<void> RrsetIntervals::save(const LookTimes& look, const judge::ZoneFacts& facts) {
  Result<std::vector<Row>> rows = current(look);
  if (!rows) return std::move(rows).error();
  for (const Set& set : sets_of(facts)) AW_TRY(save_set(look, facts.zone, set, *rows));
  return {};
}

}  // namespace anchorwatch::store
