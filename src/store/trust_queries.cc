// SPDX-License-Identifier: Apache-2.0
#include "trust_queries.h"

namespace anchorwatch::store {

namespace {

std::optional<UnixSeconds> at_of(const change::KeptEnd& end) { return end.at == 0 ? std::nullopt : std::optional(end.at); }
std::optional<std::string> because_of(const change::KeptEnd& end) {
  return end.at == 0 ? std::nullopt : std::optional(end.because);
}

change::KeptEnd read_end(const sqlite::Row& row, int column) {
  if (row.is_null(column)) return {};
  return {row.integer(column), row.text(column + 1)};
}

}  // namespace

Result<void> TrustQueries::save(std::int64_t zone, const change::KeptEnds& ends) {
  const std::optional<UnixSeconds> worst = ends.worst_at == 0 ? std::nullopt : std::optional(ends.worst_at);
  return put_.run(zone, vantage_, at_of(ends.chain), because_of(ends.chain), at_of(ends.core), because_of(ends.core),
                  at_of(ends.rest), because_of(ends.rest), worst);
}

Result<void> TrustQueries::save_chain(std::int64_t zone, const change::KeptEnd& chain) {
  return put_chain_.run(zone, vantage_, at_of(chain), because_of(chain));
}

Result<change::KeptEnds> TrustQueries::load(std::int64_t zone) {
  change::KeptEnds ends;
  Result<bool> found = get_.first(
      [&](const sqlite::Row& row) {
        ends = {read_end(row, 0), read_end(row, 2), read_end(row, 4), row.is_null(6) ? 0 : row.integer(6)};
      },
      zone, vantage_);
  if (!found) return std::move(found).error();
  return ends;
}

}  // namespace anchorwatch::store
