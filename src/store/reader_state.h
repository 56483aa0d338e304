// SPDX-License-Identifier: Apache-2.0
// What the parts of Reader share. Private to this module.
#pragma once

#include <utility>

#include "anchorwatch/sqlite/database.h"
#include "anchorwatch/store/reader.h"

namespace anchorwatch::store {

struct Reader::State {
  explicit State(sqlite::Database opened) : database(std::move(opened)) {}
  sqlite::Database database;
};

}  // namespace anchorwatch::store
