// SPDX-License-Identifier: Apache-2.0
#include "snapshot_queries.h"

#include "facts_codec.h"
#include "try.h"

namespace anchorwatch::store {

Result<void> SnapshotQueries::save(const ZoneRow& zone, const Digest& digest,
                                   const judge::ZoneFacts& facts, UnixSeconds at) {
  const Bytes key = digest.bytes();
  Result<bool> known = false;
  if (!zone.fresh) known = exists_.first([](const sqlite::Row&) {}, sqlite::Blob{key});
  if (!known) return std::move(known).error();
  if (!*known) {
    const Bytes body = encode_facts(facts);
    AW_TRY(put_.run(sqlite::Blob{key}, sqlite::Blob{body}));
  }
  if (!zone.fresh) AW_TRY(end_.run(zone.id, vantage_, zone.prior.observed_at));
  return begin_.run(zone.id, vantage_, at, sqlite::Blob{key});
}

Result<judge::ZoneFacts> SnapshotQueries::load(const Digest& digest) {
  const Bytes key = digest.bytes();
  Bytes body;
  Result<bool> found =
      get_.first([&](const sqlite::Row& row) { body = row.blob(0); }, sqlite::Blob{key});
  if (!found) return std::move(found).error();
  if (!*found) {
    return Error(ErrorCode::kCorrupt,
                 "database " + database_.path() + ": snapshot " + digest.hex() + " is missing");
  }
  Result<judge::ZoneFacts> facts = decode_facts(body);
  if (!facts) return std::move(facts).error().with("database " + database_.path());
  return facts;
}

}  // namespace anchorwatch::store
