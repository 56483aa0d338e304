// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/store/reader.h"

#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReaderTest : public StoreFixture {
 protected:
  void SetUp() override {
    open();
    World shop;
    shop.add_finding(judge::FindingCode::SIG_EXPIRED, Severity::kCritical);
    World plain;
    plain.entry.name = plain.facts.zone = plain.judgement.zone = change::name("plain.example.org.");
    ASSERT_TRUE(sync({shop.entry, plain.entry}, kNoon));
    look(shop, kNoon);
    look(plain, kNoon);
    plain.set_ds({});
    plain.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
    look(plain, kNoon + kStep);
  }
  std::vector<std::string> zones(const ZoneFilter& filter) {
    std::vector<std::string> names;
    const std::vector<ZoneStatusRow> rows = reader().zones(filter).value();
    for (const ZoneStatusRow& row : rows) names.push_back(row.zone);
    return names;
  }
  Reader reader() { return Reader::open(options_.path).value(); }
};

TEST_F(ReaderTest, ZonesWorstFirstAndFiltered) {
  const auto rows = reader().zones({}).value();
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].zone, "example.com.");
  EXPECT_EQ(rows[0].worst_severity, Severity::kCritical);
  EXPECT_EQ(rows[0].open_findings, 1);
  EXPECT_THAT(rows[0].tags, ElementsAre("shop"));
  EXPECT_EQ(rows[1].status, "insecure");
  EXPECT_EQ(rows[1].reason, "no_ds");
  EXPECT_EQ(rows[1].worst_severity, Severity::kError);
  ZoneFilter filter;
  filter.status = "insecure";
  EXPECT_THAT(zones(filter), ElementsAre("plain.example.org."));
  filter = {};
  filter.below = change::name("org.");
  EXPECT_THAT(zones(filter), ElementsAre("plain.example.org."));
  filter = {};
  filter.min_severity = Severity::kCritical;
  EXPECT_THAT(zones(filter), ElementsAre("example.com."));
  filter = {};
  filter.tag = "nowhere";
  EXPECT_THAT(zones(filter), IsEmpty());
  filter = {};
  filter.owner = "web team";
  filter.zone = "example.com.";
  filter.limit = 1;
  EXPECT_THAT(zones(filter), ElementsAre("example.com."));
}

TEST_F(ReaderTest, EventsInOrderAndFiltered) {
  const auto all = reader().events({}).value();
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_EQ(all[0].type, "finding.opened");
  EXPECT_EQ(all[1].type, "ds.removed");
  EXPECT_EQ(all[2].caused_by, all[1].id);
  EXPECT_EQ(all[3].caused_by, all[2].id);
  EventFilter filter;
  filter.after_sequence = all[0].sequence;
  EXPECT_THAT(reader().events(filter).value(), SizeIs(3));
  filter = {};
  filter.limit = 1;
  EXPECT_EQ(reader().events(filter).value().at(0).id, all[3].id) << "the newest";
  filter = {};
  filter.zone = "example.com.";
  EXPECT_THAT(reader().events(filter).value(), SizeIs(1));
  filter = {};
  filter.since = kNoon + 1;
  filter.type = "ds.removed";
  EXPECT_THAT(reader().events(filter).value(), SizeIs(1));
  filter.until = kNoon + 2;
  EXPECT_THAT(reader().events(filter).value(), IsEmpty());
  filter = {};
  filter.min_severity = Severity::kCritical;
  EXPECT_THAT(reader().events(filter).value(), SizeIs(1));
}

TEST_F(ReaderTest, FindingsAndDeliveries) {
  const auto findings = reader().findings("example.com.", FindingStates::kOpen).value();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].code, "SIG_EXPIRED");
  EXPECT_EQ(findings[0].subject, "example.com.");
  EXPECT_THAT(reader().findings("", FindingStates::kAll).value(), SizeIs(2));
  EXPECT_EQ(reader().findings("plain.example.org.", FindingStates::kOpen).value().at(0).code,
            "WENT_INSECURE");
  const auto sinks = reader().deliveries().value();
  ASSERT_THAT(sinks, SizeIs(2));
  EXPECT_EQ(sinks[0].sink, "a");
  EXPECT_EQ(sinks[0].pending, 4);
  EXPECT_EQ(sinks[0].oldest_pending_at, kNoon);
}

TEST_F(ReaderTest, WorksWithoutTheDaemonAndSaysWhatIsMissing) {
  store_.reset();
  EXPECT_THAT(reader().zones({}).value(), SizeIs(2));
  const Result<Reader> missing = Reader::open(dir_.file("none.db"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace anchorwatch::store
