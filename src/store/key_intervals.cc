// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/crypto.h"

#include "bindings.h"
#include "interval_queries.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

struct CurrentKey {
  std::int64_t id;
  Bytes sha256;
  std::uint16_t flags;
  std::optional<std::int64_t> ttl;
  bool seen = false;
};

/// The key without its flags, so that a revoked key is still the same one.
Bytes identity_of(const dns::Dnskey& key) {
  Bytes octets(1, static_cast<char>(key.algorithm));
  octets += key.public_key;
  return sha256(octets).bytes();
}

}  // namespace

KeyIntervals::KeyIntervals(sqlite::Database& database, std::int64_t vantage)
    : vantage_(vantage),
      end_(database,
           "UPDATE dnskey SET current = 0, last_seen_at = max(last_seen_at, ?2) WHERE id = ?1"),
      renew_(database, "UPDATE dnskey SET ttl = ?2 WHERE id = ?1"),
      current_(database,
               "SELECT id, key_sha256, flags, ttl FROM dnskey "
               "WHERE zone_id = ?1 AND vantage_id = ?2 AND current = 1"),
      begin_(
          database,
          "INSERT INTO dnskey (zone_id, vantage_id, key_sha256, key_tag, flags, algorithm, bits, "
          "public_key, ttl, first_seen_at, last_seen_at, last_absent_at, current) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, 1)") {}

Result<void> KeyIntervals::begin(const LookTimes& look, const judge::KeyFact& fact,
                                 const dns::Dnskey& key, const Bytes& identity) {
  const int bits = dnssec::key_bits(fact.rdata);
  std::optional<int> known_bits;
  if (bits > 0) known_bits = bits;
  return begin_.run(look.zone, vantage_, sqlite::Blob{identity}, dns::key_tag(fact.rdata),
                    key.flags, key.algorithm, known_bits, sqlite::Blob{key.public_key}, fact.ttl,
                    look.at, time_or_null(look.prior.observed_at));
}

Result<void> KeyIntervals::save(const LookTimes& look,
                                const judge::FactGroup<judge::KeyFact>& group) {
  if (!group.known) return {};
  std::vector<CurrentKey> rows;
  const auto take = [&](const sqlite::Row& row) {
    rows.push_back({row.integer(0), row.blob(1), static_cast<std::uint16_t>(row.integer(2)),
                    row.optional_integer(3)});
  };
  if (!look.first) AW_TRY(current_.each(take, look.zone, vantage_));
  for (const judge::KeyFact& fact : group.values) {
    const std::optional<dns::Dnskey> key = dns::decode_dnskey(fact.rdata);
    if (!key) continue;
    const Bytes identity = identity_of(*key);
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const CurrentKey& other) {
      return other.sha256 == identity && other.flags == key->flags;
    });
    if (row == rows.end()) {
      AW_TRY(begin(look, fact, *key, identity));
      continue;
    }
    row->seen = true;
    if (row->ttl != fact.ttl) AW_TRY(renew_.run(row->id, fact.ttl));
  }
  for (const CurrentKey& row : rows) {
    if (!row.seen) AW_TRY(end_.run(row.id, look.prior.observed_at));
  }
  return {};
}

}  // namespace anchorwatch::store
