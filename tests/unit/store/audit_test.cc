// SPDX-License-Identifier: Apache-2.0
// The audit chain: what is recorded, what cannot be changed, and what shows when somebody changes it all the same.
#include "anchorwatch/store/audit.h"

#include <cstdio>

#include "anchorwatch/store/reader.h"

#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AuditTest : public StoreFixture {
 protected:
  Result<AdminValues> note(const std::string& text, const std::string& actor = "ann") {
    return ask({"audit.note", {{"note", text}, {"zone", std::string("example.com.")}}, actor, kNoon});
  }
  Result<AdminValues> ask(AdminRequest request) {
    return wait<AdminValues>([&](auto done) { store_->administer(std::move(request), done); });
  }
  AuditCheck check(std::optional<AuditHead> remembered = {}) {
    Result<Reader> reader = Reader::open(options_.path);
    EXPECT_TRUE(reader);
    Result<AuditCheck> checked = reader->check_audit(std::move(remembered));
    EXPECT_TRUE(checked);
    return *checked;
  }
  void close() { store_.reset(); }
  void wipe() {
    close();
    for (const char* end : {"", "-wal", "-shm"}) static_cast<void>(std::remove((options_.path + end).c_str()));
  }
  /// As somebody does it who can write to the file.
  Result<void> exec(const std::string& sql) {
    sqlite::Database database = sqlite::Database::open(options_.path).value();
    return database.exec(sql);
  }
  void tamper(const std::string& sql) {
    ASSERT_TRUE(exec("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_shortened; " + sql));
  }
};

TEST_F(AuditTest, AnEmptyChainIsIntact) {
  open();
  EXPECT_TRUE(check().intact());
  EXPECT_EQ(check().head().sequence, 0);
}

TEST_F(AuditTest, AnActIsRecordedWithItsActor) {
  open();
  ASSERT_TRUE(note("moved to another provider"));
  EXPECT_THAT(query("SELECT actor, action, zone, recorded_utc, detail FROM v_audit", 5),
              ElementsAre("ann|audit.note|example.com.|2026-01-01T12:00:00Z|{\"note\":\"moved to another provider\"}"));
  EXPECT_TRUE(check().intact());
}

TEST_F(AuditTest, WhatIsRefusedIsNotRecorded) {
  open();
  EXPECT_EQ(note("").error().message(), "note: empty");
  EXPECT_EQ(note("two\nlines").error().message(), "note: contains control characters");
  EXPECT_EQ(note(std::string(4097, 'x')).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(ask({"audit.note", {{"note", std::string("a")}, {"more", std::int64_t{1}}}, "ann", kNoon}).error().message(),
            "more: no such argument");
  EXPECT_EQ(ask({"audit.note", {{"note", std::int64_t{1}}}, "ann", kNoon}).error().message(),
            "note: not of the type that is wanted");
  EXPECT_EQ(ask({"audit.forget", {}, "ann", kNoon}).error().code(), ErrorCode::kUnsupported);
  EXPECT_THAT(query("SELECT count(*) FROM v_audit", 1), ElementsAre("0"));
}

TEST_F(AuditTest, RowsCannotBeChangedOrRemoved) {
  open();
  ASSERT_TRUE(note("one"));
  for (const char* sql : {"UPDATE audit SET actor = 'bob'", "DELETE FROM audit",
                          "INSERT OR REPLACE INTO audit SELECT sequence, at, 'bob', action, zone, detail, previous_hash, hash FROM audit"}) {
    const Result<void> changed = exec(sql);
    ASSERT_FALSE(changed) << sql;
    EXPECT_THAT(changed.error().message(), HasSubstr("append-only")) << sql;
  }
  EXPECT_TRUE(check().intact());
}

TEST_F(AuditTest, EveryFieldIsUnderTheHash) {
  for (const char* set : {"at = at + 1", "actor = 'bob'", "action = 'x'", "zone = ''", "detail = '{}'", "hash = previous_hash",
                          "previous_hash = hash"}) {
    open();
    for (const char* text : {"one", "two", "three"}) ASSERT_TRUE(note(text));
    close();
    tamper(std::string("UPDATE audit SET ") + set + " WHERE sequence = 2");
    EXPECT_EQ(check().broken_at(), 2) << set;
    wipe();
  }
}

TEST_F(AuditTest, MissingRowsShow) {
  open();
  for (const char* text : {"one", "two", "three"}) ASSERT_TRUE(note(text));
  const AuditHead head = check().head();
  EXPECT_TRUE(check(head).intact());
  close();
  tamper("DELETE FROM audit WHERE sequence = 3");
  EXPECT_EQ(check().broken_at(), 3);
  EXPECT_THAT(check().why(), HasSubstr("missing at the end: there were 3"));
  ASSERT_TRUE(exec("UPDATE fact SET value = (SELECT sequence || ':' || hash FROM audit ORDER BY sequence DESC LIMIT 1) WHERE key = 'audit_head'"));
  EXPECT_TRUE(check().intact()) << "a careful cut shows only to those who remember the head";
  EXPECT_EQ(check(head).broken_at(), 3);
  ASSERT_TRUE(exec("DELETE FROM audit WHERE sequence = 1"));
  EXPECT_EQ(check().broken_at(), 1);
}

TEST_F(AuditTest, AChainThatWasMadeAnewIsNotTheOneRemembered) {
  open();
  ASSERT_TRUE(note("one"));
  const AuditHead head = check().head();
  wipe();
  open();
  ASSERT_TRUE(note("another one"));
  EXPECT_TRUE(check().intact());
  EXPECT_THAT(check(head).why(), HasSubstr("made anew"));
}

TEST_F(AuditTest, HeadsAreRead) {
  const AuditHead head{7, std::string(64, 'a')};
  const Result<AuditHead> read = parse_audit_head(head.to_text());
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, head);
  for (const char* text : {"", "7", "7:", "0:" , "x:abc", "-1:00"}) EXPECT_FALSE(parse_audit_head(text)) << text;
}

TEST_F(AuditTest, EventsAboutDsAndKeysAreRecordedOnceAndLooksAreNot) {
  open();
  World world;
  look(world, kNoon);
  unchanged_look(world, kNoon + kStep);
  EXPECT_THAT(query("SELECT count(*) FROM v_audit", 1), ElementsAre("0")) << "a baseline and an ordinary look";
  change::Event event;
  event.id = "06BR96AK002VJ8Z1T1Q4ESXJ9W";
  event.time = kNoon + 2 * kStep;
  event.zone = world.entry.name;
  EventCommit commit;
  for (const change::EventType type : {change::EventType::kDsRemoved, change::EventType::kZoneStatusChanged}) {
    event.type = type;
    event.id.back() = type == change::EventType::kDsRemoved ? 'A' : 'B';
    commit.events.push_back(event);
  }
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(wait<void>([&](auto done) { store_->commit_events(commit, done); }));
  }
  EXPECT_THAT(query("SELECT actor, action, zone, detail->>'id' FROM v_audit", 4),
              ElementsAre("monitor host-a|ds.removed|example.com.|06BR96AK002VJ8Z1T1Q4ESXJ9A"));
  EXPECT_TRUE(check().intact());
}

}  // namespace
}  // namespace anchorwatch::store
