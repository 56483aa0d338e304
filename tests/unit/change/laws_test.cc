// SPDX-License-Identifier: Apache-2.0
// Laws of the diff: what is equal gives nothing, there and back gives opposites with ids of their own, the same look gives
// the same ids again.
#include <map>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include "unit/change/history.h"
#include "unit/judge/judge_lab.h"

namespace anchorwatch::change {
namespace {

using ::testing::IsEmpty;

/// A zone's state drawn from few values, so that pairs share some and differ in others.
class Drawing {
 public:
  explicit Drawing(unsigned seed) : random_(seed) {}

  World world() {
    World world;
    world.set_keys(some(std::vector<Bytes>{make_key(257, 'a'), make_key(257, 'b'), make_key(256, 'c'), make_key(256, 'd')}));
    std::vector<Bytes> ds;
    for (const char seed : {'a', 'b', 'x'}) ds.push_back(ds_of(make_key(257, seed)));
    world.set_ds(some(ds));
    std::sort(world.facts.ds.values.begin(), world.facts.ds.values.end(),
              [](const auto& left, const auto& right) { return left.rdata < right.rdata; });
    std::vector<judge::NameServerFact> parents;
    for (const char* host : {"ns1.example.com.", "ns2.example.com.", "ns3.example.net."}) {
      parents.push_back({name(host), draw(0, 1) == 0 ? std::vector<IpAddress>{} : std::vector{address("192.0.2.1")}});
    }
    world.facts.parent_ns.values = some(parents);
    world.facts.child_ns.values = some(std::vector{name("ns1.example.com."), name("ns2.example.com."), name("ns4.example.org.")});
    for (auto* group : {&world.facts.cds, &world.facts.csync}) {
      if (draw(0, 1) == 0) group->values = {{ds_of(make_key(257, 'b')), 60, {address("192.0.2.1")}}};
    }
    world.facts.denial.values = {{draw(0, 1) == 0 ? judge::DenialKind::kNsec : judge::DenialKind::kNsec3, 0, {}, false}};
    const int status = draw(0, 5);
    if (status == 0) world.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
    if (status == 1) world.set_verdict(dnssec::bogus(dnssec::Reason::kSignatureExpired));
    return world;
  }
  int draw(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }

 private:
  /// One of them at least, in their order.
  template <typename T>
  std::vector<T> some(const std::vector<T>& all) {
    std::vector<T> picked;
    while (picked.empty()) {
      for (const T& each : all) {
        if (draw(0, 1) == 0) picked.push_back(each);
      }
    }
    return picked;
  }
  std::mt19937 random_;
};

bool is_of_a_finding(const Event& event) {
  return std::string(to_string(event.type)).starts_with("finding.");
}

/// "ds.added" and "ds.removed" are opposites, and what only changes is its own.
std::string opposite(const Event& event) {
  std::string type = to_string(event.type);
  const auto swap = [&](const std::string& from, const std::string& to) {
    if (!type.ends_with(from)) return false;
    type.replace(type.size() - from.size(), from.size(), to);
    return true;
  };
  if (!swap(".added", ".removed")) swap(".removed", ".added");
  return type + " " + event.dedup_key;
}
std::string name_of_event(const Event& event) { return std::string(to_string(event.type)) + " " + event.dedup_key; }

template <typename Name>
std::multiset<std::string> changes(const ZoneUpdate& update, Name name_it) {
  std::multiset<std::string> names;
  for (const Event& event : update.events) {
    if (!is_of_a_finding(event)) names.insert(name_it(event));
  }
  return names;
}

TEST(DiffLaws, WhatIsEqualGivesNothing) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    Drawing drawing(seed);
    World world = drawing.world();
    ZoneState state = world.look({}, kNoon).state;
    for (int looks = 1; looks <= 3; ++looks) {
      // TTLs that run down, new signatures, a new serial, and servers that were not asked are no change.
      for (judge::RecordFact& fact : world.facts.ds.values) {
        fact.ttl = static_cast<std::uint32_t>(drawing.draw(1, 86400));
        fact.servers = {address(drawing.draw(0, 1) == 0 ? "198.51.100.1" : "198.51.100.2")};
      }
      for (judge::KeyFact& fact : world.facts.dnskeys.values) fact.ttl = static_cast<std::uint32_t>(drawing.draw(1, 3600));
      world.facts.serials = {true, {{address("192.0.2.1"), static_cast<std::uint32_t>(drawing.draw(1, 1000))}}};
      const UnixSeconds inception = kNoon - drawing.draw(1, 86400);
      world.facts.rrsigs = {true, {{name("example.com."), dns::RrType::kSoa, 7, 13, inception, inception + 14 * kDay, {address("192.0.2.1")}}}};
      const ZoneUpdate update = world.look(state, kNoon + looks * kStep);
      EXPECT_THAT(types_of(update), IsEmpty());
      EXPECT_FALSE(update.facts_changed);
      EXPECT_FALSE(update.ends_changed);
      EXPECT_THAT(update.opened, IsEmpty());
      EXPECT_THAT(update.updated, IsEmpty());
      EXPECT_THAT(update.closed, IsEmpty());
      state = update.state;
    }
  }
}

TEST(DiffLaws, ThereAndBackGivesOppositesWithIdsOfTheirOwn) {
  int told = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(seed);
    Drawing drawing(seed);
    const World here = drawing.world(), there = drawing.world();
    const ZoneState start = here.look({}, kNoon).state;
    const ZoneUpdate out = there.look(start, kNoon + kStep);
    const ZoneUpdate back = here.look(out.state, kNoon + 2 * kStep);
    const ZoneUpdate again = there.look(back.state, kNoon + 3 * kStep);
    EXPECT_EQ(changes(out, name_of_event), changes(back, opposite));
    EXPECT_EQ(changes(back, name_of_event), changes(again, opposite));
    EXPECT_EQ(back.state.facts.digest(), start.facts.digest());
    std::set<std::string> ids;
    std::size_t events = 0;
    for (const ZoneUpdate* update : {&out, &back, &again}) {
      for (const Event& event : update->events) ids.insert(event.id);
      events += update->events.size();
    }
    EXPECT_EQ(ids.size(), events);
    told += out.events.empty() ? 0 : 1;
  }
  EXPECT_GT(told, 300);
}

TEST(DiffLaws, ASequenceThatIsPlayedAgainGivesTheSameEvents) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const auto play = [&] {
      Drawing drawing(seed);
      std::string log;
      ZoneState state;
      for (int look = 0; look < 12; ++look) {
        const ZoneUpdate update = drawing.world().look(state, kNoon + look * kStep);
        for (const Event& event : update.events) log += to_json(event, "host-a") + "\n";
        state = update.state;
      }
      return log;
    };
    EXPECT_EQ(play(), play());
  }
}

/// What a cause explains comes after it, and stands in the same look or in one before.
TEST(DiffLaws, CausesComeFirst) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Drawing drawing(seed);
    ZoneState state;
    std::set<std::string> told;
    for (int look = 0; look < 12; ++look) {
      const ZoneUpdate update = drawing.world().look(state, kNoon + look * kStep);
      for (const Event& event : update.events) {
        EXPECT_TRUE(!event.caused_by || told.contains(*event.caused_by)) << event.summary;
        told.insert(event.id);
      }
      state = update.state;
    }
  }
}

/// The same zone as other answers show it: in another order, with other TTLs, letters and signatures.
evidence::ZoneEvidence in_other_words(evidence::ZoneEvidence look, std::mt19937& random) {
  const auto mix = [&](auto& list) { std::shuffle(list.begin(), list.end(), random); };
  for (auto* servers : {&look.servers, &look.delegation.parents}) {
    mix(*servers);
    for (evidence::ServerLook& server : *servers) {
      mix(server.answers);
      for (evidence::Answer& answer : server.answers) {
        for (auto* section : {&answer.answer, &answer.authority}) {
          mix(*section);
          for (dns::RRset& set : *section) mix(set.rrsigs);
        }
      }
    }
  }
  mix(look.delegation.name_servers);
  return look;
}

TEST(DiffLaws, OrderAndNewSignaturesGiveNothing) {
  judge::JudgeLab lab;
  lab.sign();
  inventory::ZoneEntry entry = World().entry;
  std::mt19937 random(3);
  ZoneState state;
  for (int look = 0; look < 12; ++look) {
    lab.now = judge::kNow + look * 3600;
    judge::JudgeLab fresh({.inception = lab.now - 3600, .expiration = lab.now + 14 * 86400});
    // The same keys sign anew; the order is another one.
    fresh.sign();
    fresh.now = lab.now;
    const evidence::ZoneEvidence seen = in_other_words(fresh.look(), random);
    const judge::Judgement judgement = fresh.run(seen);
    const judge::ZoneFacts facts = judge::extract_facts(seen, judgement);
    const history::Sight sight = history::sight_of(seen, judgement);
    const ZoneUpdate update =
        advance(entry, state,
                Look{judgement, facts, evidence::Depth::kFull, seen.digest(), lab.now, std::chrono::seconds(3600), {.needed = 1},
                     nullptr, &sight});
    for (const Event& event : update.events) {
      if (look > 0) ADD_FAILURE() << look << " " << event.summary;
    }
    state = update.state;
  }
}

TEST(Spreading, TellsHowManyServersShowAKey) {
  const World before;
  World after = with_key(before, kNext);
  after.facts.dnskeys.values = before.facts.dnskeys.values;
  after.facts.dnskeys.values.push_back({kNext, 3600, {address("192.0.2.2")}, false, false});
  const ZoneUpdate update = after.look(before.look({}, kNoon).state, kNoon + kStep);
  const auto added = of_type(update, EventType::kDnskeyAdded);
  ASSERT_EQ(added.size(), 1U);
  EXPECT_EQ(added[0].after.at("servers"), judge::FindingValue(std::vector<std::string>{"192.0.2.2"}));
  EXPECT_EQ(added[0].after.at("servers_asked"), judge::FindingValue(std::int64_t{2}));
  EXPECT_EQ(added[0].after.at("spreading"), judge::FindingValue(std::string("1 of 2 servers")));
  EXPECT_THAT(added[0].summary, ::testing::HasSubstr("So far 1 of 2 servers shows it."));
  World all = after;
  all.facts.dnskeys.values.back().servers = {address("192.0.2.1"), address("192.0.2.2")};
  EXPECT_THAT(types_of(all.look(update.state, kNoon + 2 * kStep)), IsEmpty()) << "told once";
}

TEST(Spreading, OfADsIsOverTheParents) {
  const World before;
  World after = before;
  judge::RecordFact fact{ds_of(kNext), 86400, {address("198.51.100.1"), address("198.51.100.2")}};
  after.facts.ds.values.push_back(fact);
  const ZoneUpdate everywhere = after.look(before.look({}, kNoon).state, kNoon + kStep);
  const auto added = of_type(everywhere, EventType::kDsAdded);
  ASSERT_EQ(added.size(), 1U);
  EXPECT_FALSE(added[0].after.contains("spreading"));
  EXPECT_EQ(std::get<std::vector<std::string>>(added[0].after.at("servers")).size(), 2U);
  after.facts.ds.values.back().servers.pop_back();
  const auto spreading = of_type(after.look(before.look({}, kNoon).state, kNoon + kStep), EventType::kDsAdded);
  ASSERT_EQ(spreading.size(), 1U);
  EXPECT_EQ(spreading[0].after.at("spreading"), judge::FindingValue(std::string("1 of 2 parent servers")));
}

}  // namespace
}  // namespace anchorwatch::change
