// SPDX-License-Identifier: Apache-2.0
// Steps that are too early for what resolvers hold: told at the first look after them, and only then.
#include <gmock/gmock.h>

#include "anchorwatch/core/time_format.h"

#include "unit/change/history.h"

namespace anchorwatch::change {
namespace {

using Code = judge::FindingCode;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint32_t kDsTtl = 86400;
constexpr std::uint32_t kKeyTtl = 3600;
constexpr std::uint32_t kDataTtl = 7200;

const Bytes kZsk = make_key(256, 'z');
const Bytes kNextZsk = make_key(256, 'y');

history::Signers signers(const std::vector<Bytes>& keys) {
  history::Signers by;
  for (const Bytes& key : keys) by.keys.push_back({dns::key_tag(key), 13});
  std::sort(by.keys.begin(), by.keys.end());
  return by;
}

/// A zone whose DS, keys and signatures change; the rest of the world stays calm.
class Caches : public History {
 protected:
  Caches() { serve({kOwn}, {kOwn, kZsk}, {kOwn}, {kZsk}); }

  void serve(const std::vector<Bytes>& ds, const std::vector<Bytes>& keys, const std::vector<Bytes>& sign_keys,
             const std::vector<Bytes>& sign_data) {
    world_ = with_ds(world_, ds);
    world_.set_keys(keys);
    for (judge::KeyFact& key : world_.facts.dnskeys.values) {
      key.signs_dnskey = std::find(sign_keys.begin(), sign_keys.end(), key.rdata) != sign_keys.end();
      key.signs_zone_data = std::find(sign_data.begin(), sign_data.end(), key.rdata) != sign_data.end();
    }
    history::DsSet set;
    for (const judge::RecordFact& fact : world_.facts.ds.values) set.push_back(fact.rdata);
    history::KeySet key_set;
    for (const judge::KeyFact& fact : world_.facts.dnskeys.values) key_set.keys.push_back({fact.rdata, fact.signs_dnskey});
    world_.sight.ds = {true, true, {{set, kDsTtl}}};
    world_.sight.keys = {true, true, {{key_set, kKeyTtl}}};
    world_.sight.signers = {true, true, {{signers(sign_data), kDataTtl}}};
  }
  void start() {
    begin(world_);
    for (int i = 0; i < 4 * 24 * 2; ++i) step();  // Two days: longer than every TTL.
  }
  const ZoneUpdate& step(UnixSeconds after = kStep) { return see(world_, after); }
  void wait(UnixSeconds time) {
    for (UnixSeconds passed = 0; passed < time; passed += kStep) step();
  }
  [[nodiscard]] std::vector<std::string> cache_codes() const {
    std::vector<std::string> found;
    for (const std::string& code : codes()) {
      if (code.starts_with("ROLLOVER_") || code == "CACHE_SPLIT" || code == "DS_REMOVED_EARLY") found.push_back(code);
    }
    return found;
  }

  World world_;
};

TEST_F(Caches, AZoneThatStaysIsQuiet) {
  start();
  EXPECT_THAT(cache_codes(), IsEmpty());
  EXPECT_EQ(last_.state.history.ds.size(), 1U);
  EXPECT_FALSE(last_.history_changed);
}

TEST_F(Caches, AProperKskRolloverIsQuiet) {
  start();
  const auto quiet = [this](UnixSeconds time) {
    for (UnixSeconds passed = 0; passed < time; passed += kStep) {
      step();
      ASSERT_THAT(cache_codes(), IsEmpty()) << at_;
    }
  };
  serve({kOwn}, {kOwn, kNext, kZsk}, {kOwn, kNext}, {kZsk});
  quiet(kKeyTtl + kStep);
  serve({kNext}, {kOwn, kNext, kZsk}, {kOwn, kNext}, {kZsk});
  quiet(kDsTtl + kStep);
  serve({kNext}, {kNext, kZsk}, {kNext}, {kZsk});
  quiet(2 * kDay);
}

TEST_F(Caches, ADsSwappedTooEarlyIsToldAtOnceWithTheMomentThatIsSafe) {
  start();
  serve({kOwn}, {kOwn, kNext, kZsk}, {kOwn, kNext}, {kZsk});
  step();
  const UnixSeconds published = at_;
  serve({kNext}, {kOwn, kNext, kZsk}, {kOwn, kNext}, {kZsk});
  step();
  EXPECT_THAT(cache_codes(), ElementsAre("CACHE_SPLIT", "DS_REMOVED_EARLY", "ROLLOVER_UNSAFE_STEP"));
  EXPECT_EQ(severity(Code::ROLLOVER_UNSAFE_STEP), Severity::kCritical) << "resolvers fail now";
  const judge::Finding* unsafe = open(Code::ROLLOVER_UNSAFE_STEP);
  ASSERT_NE(unsafe, nullptr);
  EXPECT_THAT(unsafe->message, HasSubstr("safe from " + to_rfc3339(published + kKeyTtl)));
  EXPECT_EQ(open(Code::CACHE_SPLIT)->caused_by, Code::ROLLOVER_UNSAFE_STEP);
  wait(kKeyTtl);
  EXPECT_THAT(cache_codes(), IsEmpty()) << "it ends by itself";
}

TEST_F(Caches, AKeyWithdrawnWhileItsDsIsHeldIsTold) {
  start();
  serve({kOwn}, {kOwn, kNext, kZsk}, {kOwn, kNext}, {kZsk});
  wait(2 * kKeyTtl);
  serve({kNext}, {kOwn, kNext, kZsk}, {kOwn, kNext}, {kZsk});
  step();
  const UnixSeconds swapped = at_;
  serve({kNext}, {kNext, kZsk}, {kNext}, {kZsk});
  step();
  EXPECT_THAT(cache_codes(), ElementsAre("CACHE_SPLIT", "ROLLOVER_TOO_FAST", "ROLLOVER_UNSAFE_STEP"));
  const judge::Finding* early = open(Code::ROLLOVER_TOO_FAST);
  ASSERT_NE(early, nullptr);
  EXPECT_EQ(early->subject.key_tag, dns::key_tag(kOwn));
  EXPECT_THAT(early->message, HasSubstr(to_rfc3339(swapped + kDsTtl)));
}

TEST_F(Caches, AZoneKeyUsedAtOnceIsTold) {
  start();
  serve({kOwn}, {kOwn, kZsk, kNextZsk}, {kOwn}, {kNextZsk});
  step();
  EXPECT_THAT(cache_codes(), ElementsAre("CACHE_SPLIT", "ROLLOVER_TOO_FAST", "ROLLOVER_UNSAFE_STEP"));
  EXPECT_EQ(open(Code::ROLLOVER_TOO_FAST)->subject.key_tag, dns::key_tag(kNextZsk));
}

TEST_F(Caches, AZoneKeyRemovedBeforeItsSignaturesAreForgottenIsTold) {
  start();
  serve({kOwn}, {kOwn, kZsk, kNextZsk}, {kOwn}, {kZsk});
  wait(2 * kKeyTtl);
  serve({kOwn}, {kOwn, kZsk, kNextZsk}, {kOwn}, {kNextZsk});
  wait(2 * kStep);
  EXPECT_THAT(cache_codes(), IsEmpty());
  serve({kOwn}, {kOwn, kNextZsk}, {kOwn}, {kNextZsk});
  step();
  EXPECT_THAT(cache_codes(), Contains("ROLLOVER_TOO_FAST"));
  EXPECT_EQ(open(Code::ROLLOVER_TOO_FAST)->subject.key_tag, dns::key_tag(kZsk));
}

TEST_F(Caches, BetweenLooksADayApartEverythingMayHaveBeenRight) {
  start();
  serve({kOwn}, {kOwn, kZsk, kNextZsk}, {kOwn}, {kNextZsk});
  step(kDsTtl);
  EXPECT_THAT(cache_codes(), IsEmpty());
  serve({kOwn}, {kOwn, kNextZsk}, {kOwn}, {kNextZsk});
  step();
  EXPECT_THAT(cache_codes(), Not(Contains("ROLLOVER_UNSAFE_STEP")));
}

TEST_F(Caches, LooksTooFarApartSayPossibly) {
  start();
  serve({kOwn}, {kOwn, kNext, kZsk}, {kOwn, kNext}, {kZsk});
  step();
  serve({kNext}, {kOwn, kNext, kZsk}, {kOwn, kNext}, {kZsk});
  step(kKeyTtl - 300);
  EXPECT_THAT(cache_codes(), ElementsAre("ROLLOVER_POSSIBLY_UNSAFE"));
  EXPECT_EQ(severity(Code::ROLLOVER_POSSIBLY_UNSAFE), Severity::kWarning);
}

TEST_F(Caches, SignaturesThatGoBeforeTheDsIsForgottenAreTold) {
  start();
  serve({}, {kOwn, kZsk}, {kOwn}, {kZsk});
  world_.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  step();
  EXPECT_THAT(cache_codes(), IsEmpty()) << "the DS went first, as it should";
  serve({}, {}, {}, {});
  step();
  EXPECT_THAT(cache_codes(), Contains("ROLLOVER_UNSAFE_STEP"));
  EXPECT_THAT(open(Code::ROLLOVER_UNSAFE_STEP)->message, HasSubstr("fail until"));
}

TEST_F(Caches, ARepairHasASplitAndNobodyToBlame) {
  start();
  serve({kForeign}, {kOwn, kZsk}, {kOwn}, {kZsk});
  world_.set_verdict(dnssec::bogus(dnssec::Reason::kDsMismatch));
  step();
  EXPECT_THAT(cache_codes(), IsEmpty()) << "the verdict says all";
  serve({kOwn}, {kOwn, kZsk}, {kOwn}, {kZsk});
  world_.set_verdict(dnssec::secure());
  step();
  EXPECT_THAT(cache_codes(), ElementsAre("CACHE_SPLIT"));
  EXPECT_EQ(open(Code::CACHE_SPLIT)->caused_by, std::nullopt);
  EXPECT_THAT(open(Code::CACHE_SPLIT)->message, HasSubstr("the DS set from before"));
}

TEST_F(Caches, OneStoryHasOneRoot) {
  start();
  serve({kOwn}, {kOwn, kNext, kZsk}, {kOwn, kNext}, {kZsk});
  step();
  serve({kNext}, {kOwn, kNext, kZsk}, {kOwn, kNext}, {kZsk});
  step();
  std::string unsafe;
  for (const Event& event : last_.events) {
    if (event.finding && event.finding->code == Code::ROLLOVER_UNSAFE_STEP) unsafe = event.id;
  }
  ASSERT_FALSE(unsafe.empty());
  for (const Event& event : last_.events) {
    if (!event.finding || event.finding->code != Code::CACHE_SPLIT) continue;
    EXPECT_EQ(event.caused_by, unsafe);
  }
}

}  // namespace
}  // namespace anchorwatch::change
