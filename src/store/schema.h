// SPDX-License-Identifier: Apache-2.0
// The schema of the database: migrations that the writer applies and the reader checks.
#pragma once

#include "anchorwatch/sqlite/migrate.h"

namespace anchorwatch::store {

/// "awdb" as a big-endian number, shown by file(1).
inline constexpr std::int32_t kApplicationId = 0x61776462;

extern const char* const kTablesV1;
extern const char* const kViewsV1;
extern const char* const kSchemaV2;
extern const char* const kSchemaAudit;
extern const char* const kSchemaMutes;
extern const char* const kSchemaIncidents;
extern const char* const kSchemaSharedCauses;
extern const char* const kSchemaEvidence;
extern const char* const kSchemaTrust;
extern const char* const kSchemaChanges;

/// Lives as long as the program.
const sqlite::SchemaInfo& schema();

}  // namespace anchorwatch::store
