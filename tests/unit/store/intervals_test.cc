// SPDX-License-Identifier: Apache-2.0
// Intervals: rows say from when to when, never one row a look.
#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class IntervalsTest : public StoreFixture {
 protected:
  void SetUp() override { open(); }

  static judge::RrsigFact signature(const World& world, dns::RrType type, UnixSeconds inception,
                                    const char* server = "192.0.2.1") {
    return {world.entry.name,         type, 12345, 13, inception, inception + 86400,
            {change::address(server)}};
  }
};

TEST_F(IntervalsTest, ADsHasABeginAndAnEnd) {
  World world;
  look(world, kNoon);
  unchanged_look(world, kNoon + kStep);
  World gone = world;
  gone.set_ds({});
  look(gone, kNoon + 2 * kStep);
  look(world, kNoon + 3 * kStep);
  EXPECT_THAT(
      query("SELECT first_seen_at, last_seen_at, last_absent_at, current, ttl, server FROM v_ds "
            "ORDER BY first_seen_at",
            6),
      ElementsAre("1767268800|1767269700|-|0|86400|198.51.100.1 198.51.100.2",
                  "1767271500|1767271500|1767270600|1|86400|198.51.100.1 198.51.100.2"));
}

TEST_F(IntervalsTest, CdsStandsBesideTheDs) {
  World world;
  const Bytes ds = change::make_ds(world.entry.name, change::make_key(257, 'n'));
  world.facts.cds.values = {{ds, 60, {change::address("192.0.2.1")}}};
  look(world, kNoon);
  EXPECT_THAT(query("SELECT side, server, ttl FROM v_ds", 3),
              UnorderedElementsAre("parent|198.51.100.1 198.51.100.2|86400", "cds|192.0.2.1|60"));
  EXPECT_EQ(number("SELECT length(digest) FROM v_ds WHERE side = 'cds'"), 64);
}

TEST_F(IntervalsTest, AGroupThatWasNotSeenEndsNothing) {
  World world;
  look(world, kNoon);
  World partial = world;
  partial.facts.ds = {};
  partial.facts.dnskeys = {};
  look(partial, kNoon + kStep);
  EXPECT_EQ(number("SELECT count(*) FROM ds WHERE current = 1"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM dnskey WHERE current = 1"), 1);
}

TEST_F(IntervalsTest, ARevokedKeyKeepsItsHash) {
  World world;
  look(world, kNoon);
  World revoked = world;
  revoked.set_keys({change::make_key(257 | dns::Dnskey::kRevokeFlag, 'a')});
  look(revoked, kNoon + kStep);
  EXPECT_THAT(query("SELECT flags, current FROM v_dnskey ORDER BY first_seen_at", 2),
              ElementsAre("257|0", "385|1"));
  EXPECT_EQ(number("SELECT count(DISTINCT key_sha256) FROM v_dnskey"), 1);
}

TEST_F(IntervalsTest, ASignerThatSignsAnewEveryTimeMakesNoNewRows) {
  World world;
  for (int i = 0; i < 50; ++i) {
    world.facts.rrsigs = {true, {signature(world, dns::RrType::kSoa, kNoon + i * kStep)}};
    look(world, kNoon + i * kStep);
  }
  EXPECT_EQ(number("SELECT count(*) FROM rrsig"), 1);
  EXPECT_THAT(query("SELECT inception_at = first_seen_at, current FROM v_rrsig", 2),
              ElementsAre("1|1"));
}

TEST_F(IntervalsTest, ASignatureThatStayedForSomeTimeIsKept) {
  World world;
  world.facts.rrsigs = {true, {signature(world, dns::RrType::kSoa, kNoon)}};
  look(world, kNoon);
  unchanged_look(world, kNoon + kStep);
  world.facts.rrsigs = {true, {signature(world, dns::RrType::kSoa, kNoon + 2 * kStep)}};
  look(world, kNoon + 2 * kStep);
  EXPECT_THAT(query("SELECT first_seen_at, last_seen_at, current FROM v_rrsig ORDER BY 1", 3),
              ElementsAre("1767268800|1767269700|0", "1767270600|1767270600|1"));
}

TEST_F(IntervalsTest, ACoreLookSaysNothingAboutOtherSignatures) {
  World world;
  world.facts.rrsigs = {
      true,
      {signature(world, dns::RrType::kMx, kNoon), signature(world, dns::RrType::kSoa, kNoon)}};
  look(world, kNoon);
  World core = world;
  core.depth = evidence::Depth::kCore;
  core.facts.rrsigs = {true, {signature(world, dns::RrType::kSoa, kNoon)}};
  look(core, kNoon + kStep);
  EXPECT_EQ(number("SELECT count(*) FROM rrsig WHERE current = 1"), 2);
  EXPECT_THAT(query("SELECT type_covered, last_seen_at FROM v_rrsig ORDER BY 1", 2),
              ElementsAre("MX|1767268800", "SOA|1767269700"));
}

TEST_F(IntervalsTest, ASilentServerEndsNoSignature) {
  World world;
  world.facts.rrsigs = {true,
                        {signature(world, dns::RrType::kSoa, kNoon, "192.0.2.1"),
                         signature(world, dns::RrType::kSoa, kNoon + 5, "192.0.2.2")}};
  look(world, kNoon);
  unchanged_look(world, kNoon + kStep);
  World silent = world;
  silent.judgement.servers[0].reachable = false;
  silent.facts.rrsigs.values.erase(silent.facts.rrsigs.values.begin());
  look(silent, kNoon + 2 * kStep);
  EXPECT_EQ(number("SELECT count(*) FROM rrsig WHERE current = 1"), 2);
}

TEST_F(IntervalsTest, ServersOfBothSides) {
  World world;
  look(world, kNoon);
  World silent = world;
  silent.judgement.servers[0].reachable = false;
  silent.judgement.servers[0].verdict = dnssec::indeterminate(dnssec::Reason::kUnreachable);
  silent.judgement.servers[1].serial = 2;
  look(silent, kNoon + kStep);
  EXPECT_THAT(
      query("SELECT side, address, reachable, status, serial, last_seen_at FROM v_server "
            "ORDER BY side, address",
            6),
      ElementsAre("child|192.0.2.1|0|indeterminate|1|1767268800",
                  "child|192.0.2.2|1|secure|2|1767269700", 
                  "parent|198.51.100.1|1|secure|1|1767269700",
                  "parent|198.51.100.2|1|secure|1|1767269700"));
  World moved = world;
  moved.judgement.servers.pop_back();
  look(moved, kNoon + 2 * kStep);
  EXPECT_EQ(number("SELECT current FROM v_server WHERE address = '192.0.2.2'"), 0);
}

TEST_F(IntervalsTest, TheInstanceBehindAnAddressIsKeptUntilItNamesItselfAnew) {
  World world;
  world.judgement.servers[0].nsid = "ams1";
  look(world, kNoon);
  const auto instance = [&] { return query("SELECT nsid FROM v_server WHERE address = '192.0.2.1'", 1); };
  EXPECT_THAT(instance(), ElementsAre("ams1"));
  world.judgement.servers[0].nsid.clear();  // a core look does not ask
  world.judgement.servers[0].serial = 2;
  look(world, kNoon + kStep);
  EXPECT_THAT(instance(), ElementsAre("ams1"));
  world.judgement.servers[0].nsid = "fra2";
  look(world, kNoon + 2 * kStep);
  EXPECT_THAT(instance(), ElementsAre("fra2"));
}

TEST_F(IntervalsTest, RrsetsAreStoredByContent) {
  World world;
  look(world, kNoon);
  World other = world;
  other.facts.parent_ns.values.pop_back();
  look(other, kNoon + kStep);
  look(world, kNoon + 2 * kStep);
  EXPECT_THAT(
      query("SELECT records, current FROM v_rrset WHERE side = 'parent' AND type = 'NS' "
            "ORDER BY first_seen_at",
            2),
      ElementsAre("[\"ns1.example.com.\",\"ns2.example.com.\"]|0", "[\"ns1.example.com.\"]|0",
                  "[\"ns1.example.com.\",\"ns2.example.com.\"]|1"));
  EXPECT_EQ(number("SELECT count(*) FROM rrset WHERE type = 'NS'"), 2);
}

TEST_F(IntervalsTest, RecordsAreJsonWhateverNamesHold) {
  World world;
  world.facts.child_ns.values = {change::name(R"(a\"b\\c.example.com.)"), change::name("ns2.example.com.")};
  look(world, kNoon);
  EXPECT_THAT(query("SELECT json_extract(records, '$[0]'), json_extract(records, '$[1]') FROM v_rrset "
                    "WHERE side = 'child' AND type = 'NS'",
                    2),
              ElementsAre(R"(a\"b\\c.example.com.|ns2.example.com.)"));
}

// What is there of a zone is known by vantage: the first look of one is not the first of the other.
TEST_F(IntervalsTest, TwoVantagesShareContentsAndNothingElse) {
  const World world;
  look(world, kNoon);
  const std::int64_t contents = number("SELECT count(*) FROM rrset");
  options_.vantage = "host-b";
  open();
  look(world, kNoon + kStep);
  look(world, kNoon + 2 * kStep);
  EXPECT_EQ(number("SELECT count(*) FROM rrset"), contents);
  for (const char* view : {"v_ds", "v_dnskey", "v_rrset", "v_server"}) {
    const std::string rows = "SELECT count(*) FROM " + std::string(view) + " WHERE vantage = ";
    EXPECT_EQ(number(rows + "'host-b'"), number(rows + "'host-a'")) << view;
    EXPECT_GT(number(rows + "'host-b'"), 0) << view;
  }
}

TEST_F(IntervalsTest, AZoneThatCouldNotBeSeenAtFirst) {
  World world;
  World silent = world;
  silent.facts = {};
  silent.facts.zone = world.entry.name;
  look(silent, kNoon);
  EXPECT_EQ(number("SELECT count(*) FROM v_rrset"), 0);
  look(world, kNoon + kStep);
  look(world, kNoon + 2 * kStep);
  EXPECT_GT(number("SELECT count(*) FROM v_rrset"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM v_rrset WHERE current = 0"), 0);
}

}  // namespace
}  // namespace anchorwatch::store
