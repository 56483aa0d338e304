// SPDX-License-Identifier: Apache-2.0
#include "history_queries.h"

#include "history_codec.h"
#include "try.h"

namespace anchorwatch::store {

Result<void> HistoryQueries::save(std::int64_t zone, const history::ZoneHistory& history) {
  const Bytes body = encode_history(history);
  return put_.run(zone, vantage_, sqlite::Blob{body});
}

Result<history::ZoneHistory> HistoryQueries::load(std::int64_t zone) {
  Bytes body;
  Result<bool> found = get_.first([&](const sqlite::Row& row) { body = row.blob(0); }, zone, vantage_);
  if (!found) return std::move(found).error();
  if (!*found) return history::ZoneHistory{};
  Result<history::ZoneHistory> history = decode_history(body);
  if (!history) return std::move(history).error().with("database " + database_.path());
  return history;
}

}  // namespace anchorwatch::store
