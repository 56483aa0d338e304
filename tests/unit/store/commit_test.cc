// SPDX-License-Identifier: Apache-2.0
// What is committed reads back, also by another process.
#include <set>

#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

using judge::FindingCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CommitTest : public StoreFixture {};

bool same_finding(const judge::Finding& left, const judge::Finding& right) {
  return left.code == right.code && left.severity == right.severity &&
         left.subject == right.subject && left.servers == right.servers &&
         left.message == right.message && left.data == right.data &&
         left.caused_by == right.caused_by;
}

World rich_world() {
  World world;
  judge::Finding finding;
  finding.code = FindingCode::SIG_EXPIRED;
  finding.severity = Severity::kCritical;
  finding.subject = {world.entry.name, dns::RrType::kSoa, std::uint16_t{12345}, std::uint8_t{13},
                     change::address("192.0.2.1")};
  finding.servers = {change::address("192.0.2.1"), change::address("2001:db8::1")};
  finding.message = "A sentence with \"quotes\".";
  finding.data = {{"key_tag", std::int64_t{12345}},
                  {"expiration", std::string("2026-11-20T00:00:00Z")},
                  {"names", std::vector<std::string>{"a", "b"}}};
  finding.caused_by = FindingCode::DS_ORPHAN;
  world.judgement.findings = {finding};
  world.judgement.earliest_expiration = kNoon + 86400;
  world.facts.cds.values = {{change::make_ds(world.entry.name, change::make_key(257, 'a')),
                             60,
                             {change::address("192.0.2.1")}}};
  const history::DsSet ds{change::make_ds(world.entry.name, change::make_key(257, 'a'))};
  world.sight.ds = {true, true, {{ds, 86400}}};
  world.sight.keys = {true, true, {{{{{change::make_key(257, 'a'), true}, {change::make_key(256, 'z'), false}}}, 3600}}};
  world.sight.signers = {true, true, {{{{{4711, 13}, {65535, 8}}}, 7200}, {{}, 60}}};
  world.facts.denial.values = {{judge::DenialKind::kNsec3, 5, Bytes("\0\xab", 2), true}};
  return world;
}

TEST_F(CommitTest, AnUnknownZoneHasAnEmptyState) {
  open();
  const change::ZoneState state = load(change::name("nobody.example."));
  EXPECT_FALSE(state.summary.baseline);
  EXPECT_THAT(state.open_findings, IsEmpty());
}

TEST_F(CommitTest, TheStateReadsBackAfterReopening) {
  const World world = rich_world();
  open();
  const change::ZoneState saved = look(world, kNoon);
  open();
  const change::ZoneState loaded = load(world.entry.name);
  const change::ZoneSummary& left = saved.summary;
  const change::ZoneSummary& right = loaded.summary;
  EXPECT_EQ(left.verdict, right.verdict);
  EXPECT_EQ(left.status_worst, right.status_worst);
  EXPECT_EQ(left.last_judged, right.last_judged);
  EXPECT_EQ(left.full_verdict, right.full_verdict);
  EXPECT_EQ(left.full_worst, right.full_worst);
  EXPECT_EQ(left.full_snapshot, right.full_snapshot);
  EXPECT_EQ(left.status_severity, right.status_severity);
  EXPECT_EQ(left.observation, right.observation);
  EXPECT_EQ(left.delegation, right.delegation);
  EXPECT_EQ(left.status_since_at, right.status_since_at);
  EXPECT_EQ(left.last_checked_at, right.last_checked_at);
  EXPECT_EQ(left.last_observed_at, right.last_observed_at);
  EXPECT_EQ(left.last_full_at, right.last_full_at);
  EXPECT_EQ(left.parent_seen_at, right.parent_seen_at);
  EXPECT_EQ(left.child_seen_at, right.child_seen_at);
  EXPECT_EQ(left.certain_until_at, right.certain_until_at);
  EXPECT_EQ(left.earliest_expiration_at, right.earliest_expiration_at);
  EXPECT_EQ(left.valid_until_at, right.valid_until_at);
  EXPECT_EQ(left.snapshot, right.snapshot);
  EXPECT_EQ(left.transition, right.transition);
  EXPECT_EQ(left.baseline, right.baseline);
  EXPECT_EQ(loaded.facts.digest(), left.snapshot);
  EXPECT_EQ(loaded.facts.cds, saved.facts.cds);
  EXPECT_EQ(loaded.history, saved.history);
  EXPECT_EQ(loaded.history.signers.size(), 2U);
  EXPECT_EQ(loaded.facts.denial, saved.facts.denial);
  EXPECT_EQ(loaded.facts.parent_ns, saved.facts.parent_ns);
  ASSERT_EQ(loaded.open_findings.size(), 1U);
  EXPECT_TRUE(same_finding(loaded.open_findings[0].finding, saved.open_findings[0].finding));
  EXPECT_EQ(loaded.open_findings[0].event_id, saved.open_findings[0].event_id);
  EXPECT_EQ(loaded.open_findings[0].highest, Severity::kCritical);
  EXPECT_THAT(change::types_of(world.look(loaded, kNoon + kStep)), IsEmpty());
}

TEST_F(CommitTest, WhatCachesHoldReadsBack) {
  World world = rich_world();
  open();
  look(world, kNoon);
  world.sight.ds = {true, true, {{{}, 900}}};
  world.sight.keys = {true, false, {}};
  const change::ZoneState saved = look(world, kNoon + kStep);
  open();
  const history::ZoneHistory loaded = load(world.entry.name).history;
  EXPECT_EQ(loaded, saved.history);
  ASSERT_EQ(loaded.ds.size(), 2U);
  EXPECT_EQ(loaded.ds[0].from.last_before, history::kBegin);
  EXPECT_EQ(loaded.ds[0].until, (history::Window{kNoon, kNoon + kStep}));
  EXPECT_EQ(loaded.keys[0].shown_at, kNoon);
  EXPECT_EQ(loaded.tracks.size(), 4U) << "two keys, and two that only sign";
  EXPECT_EQ(loaded.tracks[0].ds.until, (history::Window{kNoon, kNoon + kStep}));
}

/// The times of a zone's DNSKEY signature.
World signed_at(UnixSeconds inception) {
  World world;
  world.facts.rrsigs = {true,
                        {{world.entry.name, dns::RrType::kDnskey, 4711, 13, inception, inception + 14 * 86400,
                          {change::address("192.0.2.1")}}}};
  return world;
}

TEST_F(CommitTest, TheRhythmOfASignerReadsBack) {
  open();
  look(signed_at(kNoon), kNoon);
  const change::ZoneState saved = look(signed_at(kNoon + 86400), kNoon + 86400 / 2);
  open();
  const history::Signing loaded = load(saved.facts.zone).history.signing;
  EXPECT_EQ(loaded, saved.history.signing);
  ASSERT_EQ(loaded.tracks.size(), 1U);
  EXPECT_EQ(loaded.tracks[0].inception, kNoon + 86400);
  ASSERT_EQ(loaded.habits.size(), 1U);
  ASSERT_EQ(loaded.habits[0].renewals.size(), 1U);
  EXPECT_EQ(loaded.habits[0].renewals[0].interval, 86400U);
}

TEST_F(CommitTest, AHistoryFromBeforeSignersWereWatchedReadsBack) {
  open();
  const change::ZoneState saved = look(rich_world(), kNoon);
  EXPECT_TRUE(saved.history.signing.tracks.empty());
  {
    sqlite::Database database = sqlite::Database::open(options_.path, {}).value();
    // Two empty lists at the end, and the number of the form at the beginning.
    ASSERT_TRUE(database.exec("UPDATE zone_history SET body = CAST(x'01' || substr(body, 2, length(body) - 9) AS BLOB)"));
  }
  open();
  EXPECT_EQ(load(saved.facts.zone).history, saved.history);
}

judge::TrustEndPtr end_of(UnixSeconds at, dns::RrType type) {
  return std::make_shared<const judge::TrustEnd>(judge::TrustEnd{at, change::name("example.com."), type, 7, {}});
}

TEST_F(CommitTest, WhenAZoneTurnsBogusReadsBack) {
  World world;
  world.judgement.ends = {end_of(kNoon + 300, dns::RrType::kDs), end_of(kNoon + 200, dns::RrType::kSoa), nullptr, kNoon + 100};
  open();
  const change::ZoneState saved = look(world, kNoon);
  open();
  const change::ZoneState loaded = load(world.entry.name);
  EXPECT_EQ(loaded.ends, saved.ends);
  EXPECT_EQ(loaded.summary.chain_end_at, kNoon + 300);
  EXPECT_THAT(query("SELECT bogus_at, bogus_utc, bogus_because, bogus_worst_at FROM v_zone", 4),
              ElementsAre(std::to_string(kNoon + 200) + "|2026-01-01T12:03:20Z|example.com./SOA, signed by key 7|" +
                          std::to_string(kNoon + 100)));
  // The zones above are signed anew, and for less time than the zone itself.
  ZoneCommit small;
  small.update.zone = world.entry.name;
  small.update.at = kNoon + 10;
  small.update.state.summary = loaded.summary;
  small.summary_only = true;
  small.chain_end = change::KeptEnd{kNoon + 150, "com./DNSKEY, signed by key 9"};
  ASSERT_TRUE(commit(std::move(small)));
  EXPECT_THAT(query("SELECT bogus_at, bogus_because FROM v_zone", 2),
              ElementsAre(std::to_string(kNoon + 150) + "|com./DNSKEY, signed by key 9"));
  EXPECT_EQ(load(world.entry.name).summary.chain_end_at, kNoon + 150);
}

TEST_F(CommitTest, DigestsOfEvidenceReadBack) {
  open();
  const World world;
  ZoneCommit made = commit_of(world, {}, kNoon);
  change::ZoneSummary& summary = made.update.state.summary;
  summary.core_evidence = sha256("core");
  summary.full_evidence = sha256("full");
  summary.ordinary_evidence = sha256("ordinary");
  summary.ordinary_data = 0x8000000000000001;
  summary.core_data = 0x0102030405060708;
  summary.ancestors = sha256("ancestors");
  summary.pending = {{judge::FindingCode::SIG_EXPIRED, "example.com./SOA", 1, 2, 1767268800, 7}};
  ASSERT_TRUE(commit(made));
  const change::ZoneSummary loaded = load(world.entry.name).summary;
  EXPECT_EQ(loaded.core_evidence, summary.core_evidence);
  EXPECT_EQ(loaded.pending, summary.pending);
  EXPECT_EQ(loaded.full_evidence, summary.full_evidence);
  EXPECT_EQ(loaded.ordinary_evidence, summary.ordinary_evidence);
  EXPECT_EQ(loaded.ordinary_data, summary.ordinary_data);
  EXPECT_EQ(loaded.core_data, summary.core_data);
  EXPECT_EQ(loaded.ancestors, summary.ancestors);
}

TEST_F(CommitTest, DigestsThatAnOlderVersionWroteReadBack) {
  open();
  const World world;
  ZoneCommit made = commit_of(world, {}, kNoon);
  change::ZoneSummary& summary = made.update.state.summary;
  summary.core_evidence = sha256("core");
  summary.full_evidence = sha256("full");
  ASSERT_TRUE(commit(made));
  EXPECT_EQ(load(world.entry.name).summary.core_evidence, summary.core_evidence);
  EXPECT_EQ(load(world.entry.name).summary.core_data, 0U);
  EXPECT_EQ(load(world.entry.name).summary.full_evidence, summary.full_evidence);
  EXPECT_TRUE(load(world.entry.name).summary.ordinary_evidence.empty());
  summary.ordinary_evidence = sha256("ordinary");
  ASSERT_TRUE(commit(made));
  EXPECT_EQ(load(world.entry.name).summary.ordinary_evidence, summary.ordinary_evidence);
  EXPECT_EQ(load(world.entry.name).summary.ordinary_data, 0U);
}

TEST_F(CommitTest, TheSameCommitTwiceIsTheSameAsOnce) {
  open();
  const World world = rich_world();
  const ZoneCommit made = commit_of(world, {}, kNoon);
  ASSERT_TRUE(commit(made));
  ASSERT_TRUE(commit(made));
  EXPECT_EQ(number("SELECT count(*) FROM event"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM outbox"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM finding"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM ds WHERE side = 'parent'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM zone_snapshot"), 1);
}

TEST_F(CommitTest, RowsReferToRowsAlsoWhereNobodyHoldsThemToIt) {
  options_.check_references = false;
  open();
  World world = rich_world();
  look(world, kNoon);
  world.set_ds({});
  look(world, kNoon + kStep);
  EXPECT_GT(number("SELECT count(*) FROM event"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

TEST_F(CommitTest, ALookWithNothingNewMovesOnlyTheTimes) {
  open();
  const World world = rich_world();
  look(world, kNoon);
  const auto count = [&] {
    return number(
        "SELECT (SELECT count(*) FROM snapshot) + (SELECT count(*) FROM ds) + (SELECT count(*) "
        "FROM dnskey) "
        "+ (SELECT count(*) FROM zone_rrset) + (SELECT count(*) FROM finding) + (SELECT count(*) "
        "FROM event)");
  };
  const std::int64_t before = count();
  unchanged_look(world, kNoon + kStep);
  EXPECT_EQ(count(), before);
  EXPECT_THAT(
      query("SELECT last_checked_at, last_observed_at, status, open_findings FROM v_zone", 4),
      ElementsAre("1767269700|1767269700|secure|1"));
  EXPECT_THAT(query("SELECT last_seen_at FROM v_finding", 1), ElementsAre("1767269700"));
  EXPECT_THAT(query("SELECT last_seen_at, first_seen_at FROM v_ds WHERE side = 'parent'", 2),
              ElementsAre("1767269700|1767268800"));
  EXPECT_EQ(load(world.entry.name).open_findings.size(), 1U);
}

TEST_F(CommitTest, EqualFactsAreStoredOnce) {
  open();
  World good;
  World bad;
  bad.set_ds({});
  for (int i = 0; i < 3; ++i) {
    look(good, kNoon + 2 * i * kStep);
    look(bad, kNoon + (2 * i + 1) * kStep);
  }
  EXPECT_EQ(number("SELECT count(*) FROM snapshot"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM zone_snapshot"), 6);
  EXPECT_EQ(number("SELECT count(*) FROM zone_snapshot WHERE current = 1"), 1);
}

TEST_F(CommitTest, FindingsHaveAHistory) {
  open();
  World clean;
  World wrong;
  wrong.add_finding(FindingCode::DS_ORPHAN, Severity::kNotice);
  look(wrong, kNoon);
  look(clean, kNoon + kStep);
  look(wrong, kNoon + 2 * kStep);
  EXPECT_THAT(
      query("SELECT state, first_seen_at, last_seen_at, resolved_at FROM v_finding ORDER BY 2", 4),
      ElementsAre("resolved|1767268800|1767268800|1767269700", "open|1767270600|1767270600|-"));
  EXPECT_THAT(query("SELECT open_findings, worst_severity FROM v_zone", 2),
              ElementsAre("1|notice"));
}

TEST_F(CommitTest, EventsOfTheMonitorBelongToNoZone) {
  open();
  EventCommit commit;
  change::Event event;
  event.id = "01X";
  event.type = change::EventType::kMonitorBlind;
  event.time = kNoon;
  event.severity = Severity::kError;
  event.dedup_key = "monitor|blind";
  commit.events = {event};
  commit.outbox = {{"01X", "a"}};
  commit.facts = {{"outages", "{}"}, {"outages", "{\"x\":1}"}};
  ASSERT_TRUE(wait<void>([&](auto done) { store_->commit_events(commit, done); }));
  EXPECT_THAT(query("SELECT id, zone, type, severity FROM v_event", 4),
              ElementsAre("01X|-|monitor.blind|error"));
  const auto fact = [&](const char* key) {
    return wait<std::string>([&](auto done) { store_->load_fact(key, done); }).value();
  };
  EXPECT_EQ(fact("outages"), "{\"x\":1}");
  EXPECT_EQ(fact("never"), "");
}

TEST_F(CommitTest, LoadAllGivesSummariesAndDueTimes) {
  open();
  World world = rich_world();
  inventory::ZoneEntry other = world.entry;
  other.name = change::name("other.example.");
  ASSERT_TRUE(sync({world.entry, other}, kNoon));
  look(world, kNoon);
  std::vector<StoredZone> zones;
  const auto keep = [&](const std::vector<StoredZone>& part) { zones.insert(zones.end(), part.begin(), part.end()); };
  ASSERT_TRUE(wait<void>([&](auto done) { store_->load_all(keep, done); }));
  ASSERT_EQ(zones.size(), 2U);
  const StoredZone& looked = zones[0].name == world.entry.name ? zones[0] : zones[1];
  const StoredZone& fresh = zones[0].name == world.entry.name ? zones[1] : zones[0];
  EXPECT_EQ(looked.summary.verdict, dnssec::secure());
  EXPECT_EQ(looked.due.core_at, kNoon + 900);
  EXPECT_EQ(looked.due.full_at, kNoon + 21600);
  EXPECT_FALSE(fresh.summary.baseline);
  EXPECT_EQ(fresh.due.core_at, 0);
}

TEST_F(CommitTest, LoadAllGivesEachZoneOnceInParts) {
  open();
  constexpr std::size_t kZones = 2 * 4096 + 1;
  std::vector<inventory::ZoneEntry> entries(kZones, World().entry);
  for (std::size_t at = 0; at < kZones; ++at) entries[at].name = change::name("z" + std::to_string(at) + ".test.");
  ASSERT_TRUE(sync(entries, kNoon));
  std::set<std::string> names;
  std::vector<std::size_t> parts;
  const auto keep = [&](const std::vector<StoredZone>& part) {
    parts.push_back(part.size());
    for (const StoredZone& zone : part) names.insert(zone.name.to_text());
  };
  ASSERT_TRUE(wait<void>([&](auto done) { store_->load_all(keep, done); }));
  EXPECT_THAT(parts, ElementsAre(4096, 4096, 1));
  EXPECT_EQ(names.size(), kZones);
}

TEST_F(CommitTest, LoadAllSaysSoWhenTheStoreGoesInBetween) {
  open();
  std::vector<inventory::ZoneEntry> entries(4097, World().entry);
  for (std::size_t at = 0; at < entries.size(); ++at) entries[at].name = change::name("z" + std::to_string(at) + ".test.");
  ASSERT_TRUE(sync(entries, kNoon));
  std::optional<Result<void>> outcome;
  int parts = 0;
  store_->load_all([&](const std::vector<StoredZone>&) { ++parts; },
                   [&](Result<void> done) { outcome.emplace(std::move(done)); });
  store_.reset();
  executor_.run_ready();
  EXPECT_EQ(parts, 1);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(*outcome);
}

}  // namespace
}  // namespace anchorwatch::store
