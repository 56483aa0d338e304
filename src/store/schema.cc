// SPDX-License-Identifier: Apache-2.0
#include "schema.h"

#include <array>
#include <string>

namespace anchorwatch::store {

namespace {

/// Findings that must be seen again before they are opened, as JSON; nearly always null.
constexpr const char* kPendingV3 = "ALTER TABLE zone_state ADD COLUMN pending TEXT";

/// Indices that no query could use or none of ours needs: the views show digests as hexadecimal, and
/// the earliest expiration of a zone is in its state. They were a sixth of what a first look writes.
constexpr const char* kFewerIndicesV4 =
    "DROP INDEX ds_by_digest; DROP INDEX dnskey_by_key; DROP INDEX rrsig_by_expiration;";

/// What resolvers may still hold: the versions of DS set, key set and signatures (store/history_codec.h).
constexpr const char* kHistoryV5 = R"sql(
CREATE TABLE zone_history (
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  body BLOB NOT NULL,
  PRIMARY KEY (zone_id, vantage_id)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

const sqlite::SchemaInfo& schema() {
  static const std::string version_1 = std::string(kTablesV1) + kViewsV1;
  static const std::array migrations{sqlite::Migration{1, version_1}, sqlite::Migration{2, kSchemaV2},
                                     sqlite::Migration{3, kPendingV3}, sqlite::Migration{4, kFewerIndicesV4},
                                     sqlite::Migration{5, kHistoryV5}, sqlite::Migration{6, kSchemaAudit},
                                     sqlite::Migration{7, kSchemaIncidents},
                                     sqlite::Migration{8, kSchemaSharedCauses},
                                     sqlite::Migration{9, kSchemaEvidence},
                                     sqlite::Migration{10, kSchemaTrust},
                                     sqlite::Migration{11, kSchemaChanges},
                                     sqlite::Migration{12, kSchemaMutes}};
  static const sqlite::SchemaInfo info{kApplicationId, "anchorwatch", migrations};
  return info;
}

}  // namespace anchorwatch::store
