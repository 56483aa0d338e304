// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/sqlite/migrate.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace anchorwatch::sqlite {
namespace {

using ::testing::HasSubstr;

constexpr std::array kSteps{
    Migration{1, "CREATE TABLE a (x INTEGER) STRICT"},
    Migration{2, "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO a VALUES (2)"}};

SchemaInfo up_to(std::size_t count) { return {0x1234, "program", std::span(kSteps).first(count)}; }

TEST(MigrateTest, GoesStepByStepAndOnlyOnce) {
  Database database = Database::open(":memory:").value();
  ASSERT_TRUE(migrate(database, up_to(1)));
  EXPECT_EQ(database.scalar("PRAGMA user_version").value(), 1);
  EXPECT_EQ(database.scalar("PRAGMA application_id").value(), 0x1234);
  ASSERT_TRUE(migrate(database, up_to(2)));
  ASSERT_TRUE(migrate(database, up_to(2)));
  EXPECT_EQ(database.scalar("PRAGMA user_version").value(), 2);
  EXPECT_EQ(database.scalar("SELECT count(*) FROM a").value(), 1);
  EXPECT_TRUE(check_schema(database, up_to(2)));
}

TEST(MigrateTest, ANewerVersionIsRefusedAndBothAreNamed) {
  Database database = Database::open(":memory:").value();
  ASSERT_TRUE(migrate(database, up_to(2)));
  const Result<void> refused = migrate(database, up_to(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message(), HasSubstr("schema version 2"));
  EXPECT_THAT(refused.error().message(), HasSubstr("up to 1"));
  EXPECT_EQ(database.scalar("PRAGMA user_version").value(), 2);
}

TEST(MigrateTest, AnOlderVersionIsNotRead) {
  Database database = Database::open(":memory:").value();
  ASSERT_TRUE(migrate(database, up_to(1)));
  const Result<void> refused = check_schema(database, up_to(2));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("schema version 1"));
}

TEST(MigrateTest, AForeignDatabaseIsLeftAlone) {
  const TempDir dir;
  Database database = Database::open(dir.file("foreign.db")).value();
  ASSERT_TRUE(database.exec("CREATE TABLE theirs (x)"));
  const Result<void> refused = migrate(database, up_to(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnsupported);
  EXPECT_EQ(database.scalar("SELECT journal_mode = 'delete' FROM pragma_journal_mode").value(), 1);
}

TEST(MigrateTest, AStepThatFailsLeavesTheVersionBefore) {
  Database database = Database::open(":memory:").value();
  ASSERT_TRUE(migrate(database, up_to(1)));
  for (const char* point : {"CREATE TABLE b", "PRAGMA application_id=", "COMMIT"}) {
    database.set_fault_hook([point](std::string_view sql) {
      return sql.substr(0, std::string_view(point).size()) == point ? 13 : 0;
    });
    const Result<void> failed = migrate(database, up_to(2));
    ASSERT_FALSE(failed) << point;
    EXPECT_THAT(failed.error().message(), HasSubstr("migration to schema version 2"));
    database.set_fault_hook({});
    EXPECT_EQ(database.scalar("PRAGMA user_version").value(), 1);
    EXPECT_EQ(database.scalar("SELECT count(*) FROM sqlite_schema").value(), 1);
  }
  EXPECT_TRUE(migrate(database, up_to(2)));
}

}  // namespace
}  // namespace anchorwatch::sqlite
