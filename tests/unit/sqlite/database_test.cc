// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/sqlite/database.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anchorwatch/sqlite/statement.h"

#include "support/temp_dir.h"

namespace anchorwatch::sqlite {
namespace {

using ::testing::HasSubstr;

Database open_memory() { return Database::open(":memory:").value(); }

TEST(DatabaseTest, IsOpenedCarefully) {
  const TempDir dir;
  Database database = Database::open(dir.file("a.db")).value();
  ASSERT_TRUE(database.use_wal());
  EXPECT_EQ(database.scalar("PRAGMA foreign_keys").value(), 1);
  EXPECT_EQ(database.scalar("PRAGMA trusted_schema").value(), 0);
  EXPECT_EQ(database.scalar("PRAGMA busy_timeout").value(), 5000);
  EXPECT_EQ(database.scalar("SELECT journal_mode = 'wal' FROM pragma_journal_mode").value(), 1);
}

TEST(DatabaseTest, ForeignKeysCanBeLeftToTheProgram) {
  const std::string tables =
      "CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;"
      "CREATE TABLE b (a_id INTEGER NOT NULL REFERENCES a (id)) STRICT;";
  for (const bool held : {true, false}) {
    OpenOptions options;
    options.foreign_keys = held;
    Database database = Database::open(":memory:", options).value();
    ASSERT_TRUE(database.exec(tables));
    EXPECT_EQ(database.exec("INSERT INTO b VALUES (1)").has_value(), !held);
  }
}

TEST(DatabaseTest, TheCacheIsSmallerForAWhile) {
  Database database = open_memory();
  const std::int64_t usual = database.scalar("PRAGMA cache_size").value();
  {
    const CacheLimit limit(database, 2);
    EXPECT_EQ(database.scalar("PRAGMA cache_size").value(), -2048);
  }
  EXPECT_EQ(database.scalar("PRAGMA cache_size").value(), usual);
}

TEST(DatabaseTest, AReaderOpensWhatTheWriterClosed) {
  const TempDir dir;
  const std::string path = dir.file("a.db");
  {
    Database database = Database::open(path).value();
    ASSERT_TRUE(database.use_wal());
    ASSERT_TRUE(database.exec("CREATE TABLE t (x INTEGER) STRICT; INSERT INTO t VALUES (7)"));
  }
  EXPECT_TRUE(std::filesystem::exists(path + "-wal")) << "readers without write permission need it";
  OpenOptions options;
  options.mode = OpenMode::kReadOnly;
  Database reader = Database::open(path, options).value();
  EXPECT_EQ(reader.scalar("SELECT x FROM t").value(), 7);
  EXPECT_FALSE(reader.exec("INSERT INTO t VALUES (8)"));
}

TEST(DatabaseTest, ErrorsNameTheFileAndTheFault) {
  const TempDir dir;
  OpenOptions read_only;
  read_only.mode = OpenMode::kReadOnly;
  const Result<Database> missing = Database::open(dir.file("none.db"), read_only);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message(), HasSubstr("none.db"));

  const Result<Database> nowhere = Database::open(dir.file("no/such/dir.db"));
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code(), ErrorCode::kIo);

  std::ofstream(dir.file("text.db")) << std::string(4096, 'x');
  const Result<Database> text = Database::open(dir.file("text.db"));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code(), ErrorCode::kCorrupt);
  EXPECT_THAT(text.error().message(), HasSubstr("not a database"));
}

TEST(DatabaseTest, AFullDiskIsAnIoError) {
  Database database = open_memory();
  ASSERT_TRUE(database.exec("CREATE TABLE t (x BLOB)"));
  ASSERT_TRUE(database.scalar("PRAGMA max_page_count=4"));
  const Result<void> full = database.exec("INSERT INTO t VALUES (zeroblob(100000))");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code(), ErrorCode::kIo);
  EXPECT_THAT(full.error().message(), HasSubstr("full"));
}

TEST(DatabaseTest, AForeignWriterIsWaitedForAndThenNamed) {
  const TempDir dir;
  OpenOptions impatient;
  impatient.busy_timeout = std::chrono::milliseconds(1);
  Database first = Database::open(dir.file("a.db"), impatient).value();
  ASSERT_TRUE(first.use_wal());
  Database second = Database::open(dir.file("a.db"), impatient).value();
  Result<Transaction> held = Transaction::begin(first);
  ASSERT_TRUE(held);
  const Result<Transaction> refused = Transaction::begin(second);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kBusy);
}

TEST(TransactionTest, GoesBackWithoutCommit) {
  Database database = open_memory();
  ASSERT_TRUE(database.exec("CREATE TABLE t (x INTEGER)"));
  {
    Result<Transaction> transaction = Transaction::begin(database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database.exec("INSERT INTO t VALUES (1)"));
  }
  EXPECT_FALSE(database.in_transaction());
  EXPECT_EQ(database.scalar("SELECT count(*) FROM t").value(), 0);
  Result<Transaction> transaction = Transaction::begin(database);
  ASSERT_TRUE(database.exec("INSERT INTO t VALUES (1)"));
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(database.scalar("SELECT count(*) FROM t").value(), 1);
}

TEST(TransactionTest, ACommitThatFailsLeavesNothing) {
  Database database = open_memory();
  ASSERT_TRUE(database.exec("CREATE TABLE t (x INTEGER)"));
  Result<Transaction> transaction = Transaction::begin(database);
  ASSERT_TRUE(database.exec("INSERT INTO t VALUES (1)"));
  database.set_fault_hook([](std::string_view sql) { return sql == "COMMIT" ? 13 : 0; });
  const Result<void> failed = transaction->commit();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), ErrorCode::kIo);
  database.set_fault_hook({});
  EXPECT_FALSE(database.in_transaction());
  EXPECT_EQ(database.scalar("SELECT count(*) FROM t").value(), 0);
}

TEST(StatementTest, BindsAndReadsEveryKind) {
  Database database = open_memory();
  ASSERT_TRUE(
      database.exec("CREATE TABLE t (a INTEGER, b TEXT, c BLOB, d INTEGER, e TEXT) STRICT"));
  Statement insert(database, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)");
  const Bytes octets("\0x\xff", 3);
  ASSERT_TRUE(
      insert.run(-5, std::string("text"), Blob{octets}, std::optional<int>(), std::string_view()));
  ASSERT_TRUE(insert.run(true, "literal", std::nullopt, std::optional<int>(9),
                         std::optional<std::string>()));
  Statement select(database, "SELECT a, b, c, d, e FROM t WHERE a < ?1 ORDER BY a");
  std::vector<std::string> seen;
  ASSERT_TRUE(select.each(
      [&](const Row& row) {
        seen.push_back(std::to_string(row.integer(0)) + row.text(1) +
                       std::to_string(row.blob(2).size()) + (row.is_null(3) ? "-" : "d") +
                       (row.is_null(4) ? "-" : "e"));
      },
      100));
  EXPECT_THAT(seen, ::testing::ElementsAre("-5text3-e", "1literal0d-"));
  const Result<bool> first = select.first([](const Row&) {}, -100);
  ASSERT_TRUE(first);
  EXPECT_FALSE(*first);
}

TEST(StatementTest, IsUsableAfterAnError) {
  Database database = open_memory();
  ASSERT_TRUE(database.exec("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT"));
  Statement insert(database, "INSERT INTO t VALUES (?1)");
  ASSERT_TRUE(insert.run(1));
  const Result<void> twice = insert.run(1);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code(), ErrorCode::kInternal);
  EXPECT_THAT(twice.error().message(), HasSubstr("UNIQUE"));
  EXPECT_TRUE(insert.run(2));
  Statement nonsense(database, "SELEKT");
  EXPECT_FALSE(nonsense.prepare());
  EXPECT_FALSE(nonsense.run());
}

}  // namespace
}  // namespace anchorwatch::sqlite
