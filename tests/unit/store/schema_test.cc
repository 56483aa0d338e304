// SPDX-License-Identifier: Apache-2.0
// The views are an interface: their columns are asserted, and so is the upgrade of stored
// databases.
#include <fstream>
#include <sstream>

#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

class SchemaTest : public StoreFixture {
 protected:
  std::vector<std::string> columns(const std::string& view) {
    return query("SELECT name FROM pragma_table_info('" + view + "')", 1);
  }
};

struct View {
  const char* name;
  std::vector<std::string> columns;
};

/// The contract's columns; those that end in _at have a twin that ends in _utc.
const std::vector<View>& contract() {
  static const std::vector<View> views = {
      {"v_zone",
       {"zone", "status", "status_worst", "reason", "observation", "delegation", "status_since_at",
        "last_checked_at", "last_observed_at", "earliest_expiration_at", "open_findings",
        "worst_severity", "expect", "owner", "tags"}},
      {"v_finding",
       {"zone", "code", "severity", "subject_name", "subject_type", "state", "first_seen_at",
        "last_seen_at", "resolved_at", "servers", "data"}},
      {"v_event",
       {"id", "zone", "type", "severity", "detected_at", "last_before_at", "first_after_at",
        "expected", "change_id", "dedup_key", "caused_by", "summary", "payload", "incident", "silent", "mute"}},
      {"v_mute",
       {"id", "zone", "tag", "code", "reason", "actor", "state", "begins_at", "ends_at", "events"}},
      {"v_ds",
       {"zone", "side", "server", "key_tag", "algorithm", "digest_type", "digest", "ttl",
        "first_seen_at", "last_seen_at", "current"}},
      {"v_dnskey",
       {"zone", "key_sha256", "key_tag", "flags", "algorithm", "bits", "ttl", "first_seen_at",
        "last_seen_at", "current"}},
      {"v_rrsig",
       {"zone", "owner", "type_covered", "server", "key_tag", "algorithm", "inception_at",
        "expiration_at", "first_seen_at", "last_seen_at", "current"}},
      {"v_server",
       {"zone", "side", "name", "address", "reachable", "status", "serial", "last_seen_at"}},
      {"v_incident",
       {"id", "cause", "cause_subject", "code", "state", "severity", "confidence", "opened_at", "closed_at",
        "members", "members_open", "summary"}},
      {"v_incident_member",
       {"incident", "zone", "severity", "status_before", "status", "joined_at", "left_at",
        "own_story", "code", "event_id"}},
      {"v_delivery",
       {"event_id", "sink", "state", "attempts", "last_error", "next_attempt_at", "delivered_at"}}};
  return views;
}

TEST_F(SchemaTest, ViewsHaveTheColumnsOfTheContract) {
  open();
  for (const View& view : contract()) {
    const std::vector<std::string> found = columns(view.name);
    for (const std::string& column : view.columns) {
      EXPECT_THAT(found, Contains(column)) << view.name;
    }
  }
}

TEST_F(SchemaTest, EveryTimeHasAReadableTwin) {
  open();
  for (const std::string& view : query("SELECT name FROM sqlite_schema WHERE type = 'view'", 1)) {
    const std::vector<std::string> found = columns(view);
    for (const std::string& column : found) {
      if (column.size() < 3 || column.substr(column.size() - 3) != "_at") continue;
      EXPECT_THAT(found, Contains(column.substr(0, column.size() - 3) + "_utc")) << view;
    }
  }
  look(World(), kNoon);
  EXPECT_THAT(query("SELECT last_checked_utc FROM v_zone", 1),
              ::testing::ElementsAre("2026-01-01T12:00:00Z"));
}

TEST_F(SchemaTest, TablesAreStrict) {
  open();
  EXPECT_EQ(number("SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict = 0 "
                   "AND name NOT LIKE 'sqlite_%'"),
            0);
}

TEST_F(SchemaTest, ANewerDatabaseIsRefused) {
  open();
  store_.reset();
  {
    sqlite::Database database = sqlite::Database::open(options_.path).value();
    ASSERT_TRUE(database.exec("PRAGMA user_version=99"));
  }
  const Result<std::unique_ptr<SqliteStore>> refused = SqliteStore::open(options_, executor_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message(), AllOf(HasSubstr("99"), HasSubstr("up to 12")));
}

TEST_F(SchemaTest, AnOlderDatabaseIsUpgradedAndKeepsItsRows) {
  std::ifstream file(ANCHORWATCH_SOURCE_DIR "/tests/data/database-v1.sql");
  std::stringstream script;
  script << file.rdbuf();
  ASSERT_FALSE(script.str().empty());
  {
    sqlite::Database database = sqlite::Database::open(options_.path).value();
    const Result<void> read_in = database.exec(script.str());
    ASSERT_TRUE(read_in) << read_in.error().message();
  }
  open();
  EXPECT_EQ(number("PRAGMA user_version"), 12);
  EXPECT_THAT(query("SELECT zone, address, serial, ifnull(nsid, '-') FROM v_server", 4),
              ::testing::ElementsAre("harbour.test.|192.0.2.1|7|-"));
  EXPECT_THAT(query("SELECT zone, expect, tags FROM v_zone", 3),
              ::testing::ElementsAre("harbour.test.|signed|[\"shop\"]"));
}

TEST_F(SchemaTest, LookupsUseIndices) {
  open();
  const auto plan = [&](const std::string& sql) {
    std::string text;
    for (const std::string& line : query("EXPLAIN QUERY PLAN " + sql, 4)) text += line + "\n";
    return text;
  };
  EXPECT_THAT(plan("SELECT * FROM v_zone WHERE zone = 'a.'"), ::testing::Not(HasSubstr("SCAN z")));
  for (const char* view : {"v_ds", "v_dnskey", "v_rrsig", "v_server", "v_finding", "v_rrset"}) {
    EXPECT_THAT(plan("SELECT * FROM " + std::string(view) + " WHERE zone = 'a.'"),
                HasSubstr("SEARCH o USING"))
        << view;
  }
  EXPECT_THAT(plan("SELECT * FROM v_event WHERE zone = 'a.'"), HasSubstr("SEARCH e USING"));
}

}  // namespace
}  // namespace anchorwatch::store
