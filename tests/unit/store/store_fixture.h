// SPDX-License-Identifier: Apache-2.0
// StoreFixture: a store that works inline on a database in a temporary directory, and a second
// connection that looks at what it wrote.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/sqlite_store.h"

#include "support/temp_dir.h"
#include "support/virtual_executor.h"
#include "unit/change/world.h"

namespace anchorwatch::store {

using change::kNoon;
using change::kStep;
using change::World;

class StoreFixture : public ::testing::Test {
 protected:
  StoreFixture() {
    options_.path = dir_.file("anchorwatch.db");
    options_.vantage = "host-a";
    options_.threading = StoreThreading::kInline;
    options_.check_references = true;
  }

  void open() {
    store_.reset();
    store_ = SqliteStore::open(options_, executor_).value();
  }

  /// Runs an asynchronous call to its end.
  template <typename T, typename Call>
  Result<T> wait(Call call) {
    std::optional<Result<T>> out;
    call([&](Result<T> result) { out.emplace(std::move(result)); });
    executor_.run_ready();
    EXPECT_TRUE(out.has_value());
    return std::move(*out);
  }

  Result<void> commit(ZoneCommit commit) {
    return wait<void>([&](auto done) { store_->commit(std::move(commit), done); });
  }
  change::ZoneState load(const dns::Name& zone) {
    return wait<change::ZoneState>([&](auto done) { store_->load(zone, done); }).value();
  }
  Result<InventoryChange> sync(std::vector<inventory::ZoneEntry> zones, UnixSeconds at) {
    return wait<InventoryChange>(
        [&](auto done) { store_->sync_inventory(std::move(zones), at, done); });
  }

  /// A look as the pipeline stores it; events go to the sinks "a" and "b".
  static ZoneCommit commit_of(const World& world, const change::ZoneState& before, UnixSeconds at) {
    ZoneCommit commit;
    commit.update = world.look(before, at);
    commit.facts = world.facts;
    commit.servers = world.judgement.servers;
    commit.parent_servers = world.judgement.parents;
    commit.due = DueTimes{at + 900, at + 21600};
    for (const change::Event& event : commit.update.events) {
      commit.outbox.push_back({event.id, "a"});
      commit.outbox.push_back({event.id, "b"});
    }
    return commit;
  }
  /// Looks and stores; gives the state after the look.
  change::ZoneState look(const World& world, UnixSeconds at) {
    ZoneCommit made = commit_of(world, load(world.entry.name), at);
    change::ZoneState after = made.update.state;
    EXPECT_TRUE(commit(std::move(made)));
    return after;
  }
  /// What a look with nothing new stores.
  void unchanged_look(const World& world, UnixSeconds at) {
    ZoneCommit small;
    small.update.zone = world.entry.name;
    small.update.at = at;
    small.update.state.summary = load(world.entry.name).summary;
    small.update.state.summary.last_checked_at = at;
    small.update.state.summary.last_observed_at = at;
    small.update.state.summary.last_full_at = at;
    small.summary_only = true;
    EXPECT_TRUE(commit(std::move(small)));
  }

  sqlite::Database second_connection() {
    sqlite::OpenOptions options;
    options.mode = sqlite::OpenMode::kReadOnly;
    return sqlite::Database::open(options_.path, options).value();
  }
  /// Rows as texts, columns separated by "|".
  std::vector<std::string> query(const std::string& sql, int columns) {
    sqlite::Database database = second_connection();
    sqlite::Statement statement(database, sql);
    std::vector<std::string> rows;
    const Result<void> done = statement.each([&](const sqlite::Row& row) {
      std::string text;
      for (int i = 0; i < columns; ++i) {
        text += (i == 0 ? "" : "|") + (row.is_null(i) ? std::string("-") : row.text(i));
      }
      rows.push_back(text);
    });
    EXPECT_TRUE(done) << (done ? "" : done.error().message());
    return rows;
  }
  std::int64_t number(const std::string& sql) { return second_connection().scalar(sql).value(); }

  TempDir dir_;
  VirtualExecutor executor_;
  SqliteStoreOptions options_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace anchorwatch::store
