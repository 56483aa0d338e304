// SPDX-License-Identifier: Apache-2.0
// Signers as they are: none is late while it works as it always did, and each that stops is told of in time.
#include <gmock/gmock.h>

#include "unit/change/signer_stage.h"

namespace anchorwatch::change {
namespace {

using ::testing::HasSubstr;
using Made = Signatory::Made;

constexpr UnixSeconds kWeek = 7 * kDay;

UnixSeconds random_in(std::mt19937& random, UnixSeconds from, UnixSeconds to) {
  return std::uniform_int_distribution<UnixSeconds>(from, to)(random);
}

/// A signer by name; its stage is seeded by the name, so that each runs alike.
struct Kind {
  std::string name;
  std::function<Signatory(std::mt19937&)> make;
  UnixSeconds learns_in;  ///< Silent for so long before it stops.
};
std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.name; }

/// Signs an RRset when its signature has less than `refresh` left.
Signatory by_remaining(std::mt19937& random, UnixSeconds life, UnixSeconds jitter, UnixSeconds offset, UnixSeconds refresh) {
  return {[=](std::size_t, const Made& made, UnixSeconds at) { return made.inception + made.life - at < refresh; },
          [=, &random](std::size_t, UnixSeconds at) {
            return Made{at - offset, life + offset - random_in(random, 0, jitter)};
          },
          true};
}

/// Signs all at once, each time that `period` has passed since `phase`.
Signatory by_schedule(UnixSeconds period, UnixSeconds life, UnixSeconds phase = 0) {
  return {[=](std::size_t, const Made& made, UnixSeconds at) { return (at - phase) / period != (made.inception - phase) / period; },
          [=](std::size_t, UnixSeconds at) { return Made{at, life}; }, false};
}

const std::vector<Kind> kKinds{
    {"bind", [](std::mt19937& random) { return by_remaining(random, 14 * kDay, 12 * kHour, kHour, 5 * kDay); }, 120 * kDay},
    {"knot", [](std::mt19937& random) { return by_remaining(random, 14 * kDay, 0, 90 * 60, 36 * kHour); }, 120 * kDay},
    {"opendnssec", [](std::mt19937& random) { return by_remaining(random, 14 * kDay, 12 * kHour, kHour, 3 * kDay); }, 120 * kDay},
    {"cron_weekly", [](std::mt19937&) { return by_schedule(kWeek, 30 * kDay); }, 90 * kDay},
    {"cron_nightly", [](std::mt19937&) { return by_schedule(kDay, 30 * kDay); }, 60 * kDay},
    {"powerdns",
     [](std::mt19937&) {
       return Signatory([](std::size_t, const Made& made, UnixSeconds at) { return at >= made.inception + 2 * kWeek; },
                        [](std::size_t, UnixSeconds at) { return Made{at - at % kWeek - kWeek, 3 * kWeek}; }, false);
     },
     90 * kDay},
    {"live",
     [](std::mt19937&) {
       return Signatory([](std::size_t, const Made&, UnixSeconds) { return true; },
                        [](std::size_t, UnixSeconds at) { return Made{at - kDay, 2 * kDay}; }, false);
     },
     30 * kDay},
    {"root",
     [](std::mt19937& random) {
       return Signatory(
           [](std::size_t set, const Made& made, UnixSeconds at) {
             // Slots of ten days, the last one of each quarter up to twelve; all but the keys twice a day.
             const auto slot = [](UnixSeconds time) { return std::min<UnixSeconds>(time % (92 * kDay) / (10 * kDay), 8); };
             return set == 0 ? slot(at) != slot(made.inception) : at / (12 * kHour) != made.inception / (12 * kHour);
           },
           [&random](std::size_t set, UnixSeconds at) {
             return Made{at, set == 0 ? 21 * kDay : 13 * kDay + random_in(random, 0, 8 * kHour)};
           }, false);
     },
     200 * kDay},
};

class Signers : public SignerStage, public ::testing::WithParamInterface<Kind> {
 protected:
  Signers() : random_(GetParam().name.size() * 7 + static_cast<std::size_t>(GetParam().name[0])) {
    Signatory signatory = GetParam().make(random_);
    // One second after the other, as a signer lives: what it did between two looks counts.
    signer_ = [signatory, before = UnixSeconds{0}](UnixSeconds at) mutable {
      for (UnixSeconds time = before == 0 ? at : before + 300; time < at; time += 300) signatory(time);
      before = at;
      return signatory(at);
    };
  }
  std::mt19937 random_;
  Signer signer_;
};

TEST_P(Signers, WorkInSilence) {
  watch(signer_, 400 * kDay);
  expect_silence();
  EXPECT_LT(written_, 400 * 5) << "what is known of the signer is not written at each look";
}

TEST_P(Signers, ThatStopAreToldOfInTimeAndOnce) {
  watch(signer_, GetParam().learns_in);
  expect_silence();
  const std::vector<judge::RrsigFact> frozen = signer_(at_);
  ASSERT_TRUE(watch_the_stopped([&](UnixSeconds) { return frozen; }, 60 * kDay));
  EXPECT_GT(left(), 6 * kHour) << open()->message;
  const UnixSeconds told = at_;
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(to_string(events_[0].type), std::string("signer.late"));
  EXPECT_EQ(events_[0].severity, Severity::kWarning);
  EXPECT_EQ(events_[0].dedup_key, "example.com.|signer|");
  EXPECT_THAT(events_[0].summary, HasSubstr("late"));
  watch([&](UnixSeconds) { return frozen; }, 6 * kHour);
  EXPECT_EQ(events_.size(), 1U);
  watch(signer_, kDay);
  ASSERT_GE(events_.size(), 2U);
  EXPECT_EQ(to_string(events_[1].type), std::string("signer.recovered"));
  EXPECT_EQ(events_[1].severity, Severity::kWarning);
  EXPECT_EQ(events_[1].dedup_key, "example.com.|signer|");
  EXPECT_THAT(events_[1].summary, HasSubstr("signed again"));
  EXPECT_EQ(open(), nullptr);
  EXPECT_GT(events_[1].time, told);
}

INSTANTIATE_TEST_SUITE_P(All, Signers, ::testing::ValuesIn(kKinds), [](const auto& kind) { return kind.param.name; });

class Signing : public SignerStage {
 protected:
  /// Signs all with each moment of the list, for so long.
  static Signer at_moments(std::vector<UnixSeconds> moments, UnixSeconds life) {
    return [moments = std::move(moments), life](UnixSeconds at) {
      UnixSeconds last = moments.front();
      for (const UnixSeconds moment : moments) last = moment <= at ? std::max(last, moment) : last;
      std::vector<judge::RrsigFact> facts;
      for (const SignedSet& set : kSmallZone) facts.push_back(signature(set.owner, set.type, set.tag, last, life));
      return facts;
    };
  }
};

TEST_F(Signing, ByHandNowAndThenHasNoRhythm) {
  const UnixSeconds zero = at_ - kDay;
  look_every_ = kHour;
  watch(at_moments({zero, zero + 30 * kDay, zero + 115 * kDay, zero + 160 * kDay}, 90 * kDay), 249 * kDay);
  expect_silence();
}

TEST_F(Signing, ByHandEachSecondMonthHasOne) {
  const UnixSeconds zero = at_ - kDay;
  look_every_ = kHour;
  watch(at_moments({zero, zero + 61 * kDay, zero + 119 * kDay, zero + 182 * kDay}, 90 * kDay), 245 * kDay);
  expect_silence();
  watch(at_moments({zero + 182 * kDay}, 90 * kDay), 10 * kDay);
  EXPECT_EQ(events_.size(), 1U);
}

TEST_F(Signing, WithEachEditOnWorkingDaysMayHaveAHoliday) {
  std::vector<UnixSeconds> moments;
  for (int day = 0; day < 40; ++day) {
    if (day % 7 < 5) moments.push_back(at_ + day * kDay);
  }
  watch(at_moments(moments, 30 * kDay), 39 * kDay + 15 * kDay);
  expect_silence();
}

TEST_F(Signing, OfDynamicDataMayPause) {
  // Each update signs the record and the SOA; the signer renews whatever has five days left.
  std::mt19937 random(5);
  Signatory bind = by_remaining(random, 14 * kDay, 12 * kHour, kHour, 5 * kDay);
  std::vector<UnixSeconds> updates;
  for (UnixSeconds time = at_; time < at_ + 60 * kDay; time += random_in(random, kHour, 3 * kDay)) updates.push_back(time);
  const auto signer = [&](UnixSeconds at) {
    std::vector<judge::RrsigFact> facts = bind(at);
    UnixSeconds last = 0;
    for (const UnixSeconds update : updates) last = update <= at ? update : last;
    for (judge::RrsigFact& fact : facts) {
      const bool touched = fact.type == dns::RrType::kSoa || fact.type == dns::RrType::kA;
      if (touched && last > fact.inception) fact = signature(fact.owner.to_text(), fact.type, fact.key_tag, last, 14 * kDay);
    }
    return facts;
  };
  watch(signer, 60 * kDay + 8 * kDay);
  expect_silence();
}

TEST_F(Signing, WithAnotherKeyBeginsAnew) {
  const auto weekly = [&](UnixSeconds at) {
    std::vector<judge::RrsigFact> facts = at_moments({at - at % kWeek}, 30 * kDay)(at);
    return facts;
  };
  watch(weekly, 60 * kDay);
  std::vector<judge::RrsigFact> other = weekly(at_);
  for (judge::RrsigFact& fact : other) fact.key_tag = static_cast<std::uint16_t>(fact.key_tag + 100);
  watch([&](UnixSeconds) { return other; }, 25 * kDay);
  expect_silence();
}

TEST_F(Signing, OfAnotherLengthBeginsAnew) {
  watch([&](UnixSeconds at) { return at_moments({at - at % kWeek}, 30 * kDay)(at); }, 60 * kDay);
  const UnixSeconds changed = at_;
  watch([&](UnixSeconds) { return at_moments({changed}, 90 * kDay)(changed); }, 60 * kDay);
  expect_silence();
}

TEST_F(Signing, LooksTooFarApartSayNothing) {
  look_every_ = full_every_ = 4 * kDay;
  watch([&](UnixSeconds at) { return at_moments({at - at % kWeek}, 30 * kDay)(at); }, 200 * kDay);
  const UnixSeconds stopped = at_;
  watch([&](UnixSeconds) { return at_moments({stopped - stopped % kWeek}, 30 * kDay)(stopped); }, 20 * kDay);
  expect_silence();
}

TEST_F(Signing, ANightOfOursIsNoLatenessOfTheirs) {
  const Signer nightly = [&](UnixSeconds at) { return at_moments({at - at % kDay}, 30 * kDay)(at); };
  watch(nightly, 40 * kDay);
  at_ += 12 * kDay;
  watch(nightly, 3 * kDay);
  expect_silence();
}

TEST_F(Signing, OneServerBehindIsATransferFault) {
  const auto with_one_behind = [&](UnixSeconds at) {
    std::vector<judge::RrsigFact> facts = at_moments({at - at % kWeek}, 30 * kDay)(at);
    for (const SignedSet& set : kSmallZone) {
      facts.push_back(signature(set.owner, set.type, set.tag, kNoon - kWeek, 30 * kDay, {address("192.0.2.9")}));
    }
    return facts;
  };
  watch([&](UnixSeconds at) { return at_moments({at - at % kWeek}, 30 * kDay)(at); }, 60 * kDay);
  watch(with_one_behind, 20 * kDay);
  expect_silence();
}

TEST_F(Signing, ALeftoverBesideANewerSignatureIsNotLate) {
  const Signer weekly = [&](UnixSeconds at) { return at_moments({at - at % kWeek}, 30 * kDay)(at); };
  watch(weekly, 60 * kDay);
  const std::vector<judge::RrsigFact> old = weekly(at_);
  watch([&](UnixSeconds at) {
    std::vector<judge::RrsigFact> facts = weekly(at);
    for (judge::RrsigFact& fact : facts) fact.key_tag = static_cast<std::uint16_t>(fact.key_tag + 100);
    facts.insert(facts.end(), old.begin(), old.end());
    return facts;
  }, 20 * kDay);
  expect_silence();
}

TEST_F(Signing, OneOfTwoProvidersThatStopsIsToldOf) {
  const auto both = [&](UnixSeconds at, UnixSeconds guest) {
    std::vector<judge::RrsigFact> facts;
    for (const SignedSet& set : kSmallZone) {
      facts.push_back(signature(set.owner, set.type, set.tag, at - at % kDay, 30 * kDay, {address("192.0.2.1")}));
      facts.push_back(signature(set.owner, set.type, static_cast<std::uint16_t>(set.tag + 100), guest - guest % kWeek, 30 * kDay,
                                {address("192.0.2.2")}));
    }
    return facts;
  };
  watch([&](UnixSeconds at) { return both(at, at); }, 60 * kDay);
  expect_silence();
  const UnixSeconds stopped = at_;
  watch([&](UnixSeconds at) { return both(at, stopped); }, 12 * kDay);
  ASSERT_NE(open(), nullptr);
  EXPECT_GT(std::get<std::int64_t>(open()->data.at("key_tag")), 100);
}

TEST_F(Signing, AnInsecureZoneHasNoRhythm) {
  watch([&](UnixSeconds at) { return at_moments({at - at % kWeek}, 30 * kDay)(at); }, 60 * kDay);
  const UnixSeconds stopped = at_;
  world_.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  world_.set_ds({});
  events_.clear();
  watch([&](UnixSeconds) { return at_moments({stopped - stopped % kWeek}, 30 * kDay)(stopped); }, 25 * kDay);
  for (const Event& event : events_) EXPECT_NE(to_string(event.type), std::string("signer.late"));
  EXPECT_TRUE(last_.state.history.signing.habits.empty());
}

TEST_F(Signing, WhatRunsOutThenFollowsFromIt) {
  const Signer weekly = [&](UnixSeconds at) { return at_moments({at - at % kWeek}, 14 * kDay)(at); };
  watch(weekly, 60 * kDay);
  const std::vector<judge::RrsigFact> frozen = weekly(at_);
  ASSERT_TRUE(watch_the_stopped([&](UnixSeconds) { return frozen; }, 14 * kDay));
  world_.add_finding(judge::FindingCode::SIG_EXPIRES_SOON, Severity::kWarning);
  last_ = world_.look(last_.state, at_ += 900);
  ASSERT_EQ(last_.events.size(), 1U);
  EXPECT_EQ(last_.events[0].caused_by, events_.back().id);
}

/// Whatever a signer does, it is not late before it took longer than it ever did.
TEST_F(Signing, IsNeverLateWithinTheSpreadThatWasSeen) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    at_ = kNoon;
    last_ = {};
    events_.clear();
    look_every_ = kHour;
    const UnixSeconds shortest = random_in(random, 4 * kHour, 12 * kDay);
    const UnixSeconds longest = shortest + random_in(random, 0, shortest);
    const UnixSeconds life = longest + random_in(random, kHour, 20 * kDay) + kDay;
    std::vector<UnixSeconds> moments{at_};
    while (moments.back() < at_ + 300 * kDay) moments.push_back(moments.back() + random_in(random, shortest, longest));
    UnixSeconds most = 0;
    for (std::size_t i = 1; i < moments.size(); ++i) {
      // Up to the next renewal nothing may be late, unless it took longer than all of the last ones.
      const UnixSeconds took = moments[i] - moments[i - 1];
      const std::size_t told = events_.size();
      watch([&](UnixSeconds at) { return at_moments({moments[i - 1], moments[i]}, life)(at); }, moments[i] - at_);
      const bool is_longer = took > most;
      if (!is_longer) {
        EXPECT_EQ(events_.size(), told) << i << ": " << (events_.empty() ? "" : events_.back().summary);
      }
      most = 0;
      for (std::size_t j = i > 10 ? i - 10 : 1; j <= i; ++j) most = std::max(most, moments[j] - moments[j - 1]);
    }
  }
}

}  // namespace
}  // namespace anchorwatch::change
