// SPDX-License-Identifier: Apache-2.0
#include "schema.h"

#include <array>
#include <string>

namespace anchorwatch::store {

const sqlite::SchemaInfo& schema() {
  static const std::string version_1 = std::string(kTablesV1) + kViewsV1;
  static const std::array migrations{sqlite::Migration{1, version_1}, sqlite::Migration{2, kSchemaV2}};
  static const sqlite::SchemaInfo info{kApplicationId, "anchorwatch", migrations};
  return info;
}

}  // namespace anchorwatch::store
