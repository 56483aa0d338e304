// SPDX-License-Identifier: Apache-2.0
// Interval tables: what was seen from when to when. A look that shows what the look before showed
// writes nothing here.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/judge/facts.h"
#include "anchorwatch/judge/judgement.h"
#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/store.h"

#include "zone_queries.h"

namespace anchorwatch::store {

/// The look whose facts are being stored.
struct LookTimes {
  std::int64_t zone = 0;
  UnixSeconds at = 0;
  bool full = false;  ///< Otherwise only DS, DNSKEY and SOA were asked for.
  bool first = false;  ///< There are no rows of this zone to compare with.
  PriorTimes prior;
};

/// DS at the parent, and CDS in the zone.
class DsIntervals {
 public:
  DsIntervals(sqlite::Database& database, std::int64_t vantage);
  Result<void> save(const LookTimes& look, const judge::ZoneFacts& facts);

 private:
  Result<void> save_side(const LookTimes& look, const std::string& side, UnixSeconds prior,
                         const judge::FactGroup<judge::RecordFact>& group);
  std::int64_t vantage_;
  sqlite::Statement end_, renew_, current_, begin_;
};

class KeyIntervals {
 public:
  KeyIntervals(sqlite::Database& database, std::int64_t vantage);
  Result<void> save(const LookTimes& look, const judge::FactGroup<judge::KeyFact>& group);

 private:
  Result<void> begin(const LookTimes& look, const judge::KeyFact& fact, const dns::Dnskey& key,
                     const Bytes& identity);
  std::int64_t vantage_;
  sqlite::Statement end_, renew_, current_, begin_;
};

/// Whole RRsets by content: NS of both sides, DS, DNSKEY, CDS, CDNSKEY, CSYNC.
class RrsetIntervals {
 public:
  RrsetIntervals(sqlite::Database& database, std::int64_t vantage);
  Result<void> save(const LookTimes& look, const judge::ZoneFacts& facts);

 private:
  struct Set {
    const char* side;
    dns::RrType type;
    bool core;
    std::vector<Bytes> rdatas;
    std::optional<std::uint32_t> ttl;
  };
  struct Row;
  static std::vector<Set> sets_of(const judge::ZoneFacts& facts);
  Result<std::vector<Row>> current(const LookTimes& look);
  Result<void> save_set(const LookTimes& look, const dns::Name& owner, const Set& set,
                        const std::vector<Row>& rows);
  /// The row of a content, which is added where there is none.
  Result<std::int64_t> content(const LookTimes& look, const dns::Name& owner, const Set& set,
                               const Bytes& digest);
  sqlite::Database& database_;
  std::int64_t vantage_;
  sqlite::Statement end_, current_, begin_, find_, put_;
};

/// Signatures. A signer that signs each answer anew overwrites a row that was seen only once.
class RrsigIntervals {
 public:
  RrsigIntervals(sqlite::Database& database, std::int64_t vantage);
  /// @param answered  servers that answered in this look; empty: not known, all count.
  Result<void> save(const LookTimes& look, const judge::ZoneFacts& facts,
                    const std::vector<IpAddress>& answered);

 private:
  struct Row;
  Result<std::vector<Row>> current(const LookTimes& look);
  struct Seen;
  Result<void> begin(const LookTimes& look, const Seen& seen);
  std::int64_t vantage_;
  sqlite::Statement end_, renew_, current_, begin_, overwrite_;
};

/// Servers of both sides.
class ServerIntervals {
 public:
  ServerIntervals(sqlite::Database& database, std::int64_t vantage);
  Result<void> save(const LookTimes& look, const ZoneCommit& commit);

 private:
  struct Row;
  static std::vector<Row> rows_of(const std::vector<judge::ServerVerdict>& servers);
  Result<void> save_side(const LookTimes& look, const std::string& side, std::vector<Row> rows);
  std::int64_t vantage_;
  sqlite::Statement current_, put_, retire_;
};

}  // namespace anchorwatch::store
