// SPDX-License-Identifier: Apache-2.0
// The cache view against resolvers that are played out: random histories, every moment of asking.
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "zones.h"

namespace anchorwatch::history {
namespace {

/// What a zone serves from one moment on.
struct State {
  DsSet ds;
  KeySet keys;
  Signers signers;
};

struct Ttls {
  std::uint32_t ds = 0, keys = 0, signers = 0;
};

/// A zone over time: the state at second i.
class Film {
 public:
  static constexpr UnixSeconds kLength = 60;

  /// Changes come at random moments, of one kind or several, at least `pause` seconds apart.
  Film(std::mt19937& random, UnixSeconds pause) : ttls_{draw(random, 0, 12), draw(random, 0, 12), draw(random, 0, 12)} {
    State state = any(random);
    UnixSeconds next = 1 + draw(random, 0, 10) + static_cast<std::uint32_t>(pause);
    for (UnixSeconds at = 0; at < kLength; ++at) {
      if (at == next) {
        const State other = any(random);
        const unsigned parts = draw(random, 1, 7);
        if ((parts & 1U) != 0) state.ds = other.ds;
        if ((parts & 2U) != 0) state.keys = other.keys;
        if ((parts & 4U) != 0) state.signers = other.signers;
        next += pause + draw(random, 1, 15);
      }
      states_.push_back(state);
    }
  }

  [[nodiscard]] const State& at(UnixSeconds time) const { return states_[static_cast<std::size_t>(time)]; }
  [[nodiscard]] const Ttls& ttls() const { return ttls_; }

 private:
  static std::uint32_t draw(std::mt19937& random, std::uint32_t least, std::uint32_t most) {
    return std::uniform_int_distribution<std::uint32_t>(least, most)(random);
  }

  static State any(std::mt19937& random) {
    static const std::vector<Bytes> kKeys{make_key('a'), make_key('b'), make_key('c')};
    const auto some = [&] {
      std::vector<Bytes> subset;
      const unsigned bits = draw(random, 0, 7);
      for (unsigned i = 0; i < 3; ++i) {
        if ((bits >> i & 1U) != 0) subset.push_back(kKeys[i]);
      }
      return subset;
    };
    return {ds_of(some()), key_set(some(), some()), signed_by(some())};
  }

  Ttls ttls_;
  std::vector<State> states_;
};

using Parts = std::tuple<DsSet, std::vector<std::pair<Bytes, bool>>, std::vector<Signers::Key>>;

Parts parts(const DsSet& ds, const KeySet& keys, const Signers& signers) {
  std::vector<std::pair<Bytes, bool>> flat;
  for (const KeySet::Key& key : keys.keys) flat.emplace_back(key.rdata, key.signs_keys);
  return {ds, flat, signers.keys};
}

/// Resolvers of a zone that stays as it is after `now`.
class Resolvers {
 public:
  Resolvers(const Film& film, UnixSeconds now) : film_(film), now_(now) {}

  /// Every combination that fails at `time` for one that asked for the parts at any moments up to then, and kept what it
  /// could validate.
  [[nodiscard]] std::set<Parts> failing(UnixSeconds time) const {
    std::set<Parts> found;
    for (UnixSeconds d = first(time, film_.ttls().ds); d <= time; ++d) {
      for (UnixSeconds k = first(time, film_.ttls().keys); k <= time; ++k) {
        if (!keeps_keys(k)) continue;
        for (UnixSeconds s = first(time, film_.ttls().signers); s <= time; ++s) {
          if (fit(d, k, s) || !keeps_data(s)) continue;
          found.insert(parts(at(d).ds, at(k).keys, at(s).signers));
        }
      }
    }
    return found;
  }

 private:
  [[nodiscard]] const State& at(UnixSeconds when) const { return film_.at(std::min(when, now_)); }
  static UnixSeconds first(UnixSeconds time, std::uint32_t ttl) { return std::max<UnixSeconds>(0, time - ttl); }
  [[nodiscard]] bool fit(UnixSeconds d, UnixSeconds k, UnixSeconds s) const {
    return combine(at(d).ds, at(k).keys, at(s).signers, zone(), policy_) == Fault::kNone;
  }
  /// Whether the key set that is served at `k` fits a DS set that somebody holds then.
  [[nodiscard]] bool keeps_keys(UnixSeconds k) const {
    static const Signers kAll = signed_by({make_key('a'), make_key('b'), make_key('c')});
    for (UnixSeconds d = first(k, film_.ttls().ds); d <= k; ++d) {
      if (combine(at(d).ds, at(k).keys, kAll, zone(), policy_) == Fault::kNone) return true;
    }
    return false;
  }
  [[nodiscard]] bool keeps_data(UnixSeconds s) const {
    for (UnixSeconds k = first(s, film_.ttls().keys); k <= s; ++k) {
      if (!keeps_keys(k)) continue;
      for (UnixSeconds d = first(s, film_.ttls().ds); d <= s; ++d) {
        if (fit(d, k, s)) return true;
      }
    }
    return false;
  }

  const Film& film_;
  UnixSeconds now_;
  dnssec::ValidationPolicy policy_;
};

/// Takes out what the newest state itself does wrong: the verdict tells that.
std::set<Parts> without_newest(std::set<Parts> found, const State& newest) {
  found.erase(parts(newest.ds, newest.keys, newest.signers));
  return found;
}

ZoneHistory watched(const Film& film, const std::vector<UnixSeconds>& looks) {
  ZoneHistory history;
  UnixSeconds last = 0;
  for (const UnixSeconds at : looks) {
    const State& state = film.at(at);
    const Sight sight{all_show(state.ds, film.ttls().ds), all_show(state.keys, film.ttls().keys),
                      all_show(state.signers, film.ttls().signers)};
    observe(history, sight, {last, last, last}, at);
    forget(history, at);
    last = at;
  }
  return history;
}

enum class Certainty { kPossible, kCertain };

std::set<Parts> predicted(const ZoneHistory& history, UnixSeconds now, UnixSeconds time, Certainty certainty) {
  std::set<Parts> found;
  for (const Split& split : find_splits(history, zone(), {}, now)) {
    const Span& span = certainty == Certainty::kPossible ? split.possible : split.certain;
    if (span.from > time || time >= span.until) continue;
    found.insert(parts(history.ds[split.ds].content, history.keys[split.keys].content,
                       history.signers[split.signers].content));
  }
  return found;
}

class RandomFilms : public ::testing::TestWithParam<unsigned> {};

TEST_P(RandomFilms, WatchedAtEveryMomentTheViewIsExact) {
  std::mt19937 random(GetParam());
  const Film film(random, 0);
  std::vector<UnixSeconds> looks;
  for (UnixSeconds now = 1; now < 40; ++now) {
    looks.push_back(now);
    // The second before the first look is not known to anybody.
    if (now < 14) continue;
    const ZoneHistory history = watched(film, looks);
    for (const UnixSeconds ahead : {0, 1, 3, 7, 12}) {
      const auto truth = without_newest(Resolvers(film, now).failing(now + ahead), film.at(now));
      EXPECT_EQ(predicted(history, now, now + ahead, Certainty::kPossible), truth) << now << " + " << ahead;
      EXPECT_EQ(predicted(history, now, now + ahead, Certainty::kCertain), truth) << now << " + " << ahead;
    }
  }
}

TEST_P(RandomFilms, BetweenLooksCertainIsTrueAndTrueIsPossible) {
  std::mt19937 random(GetParam() + 1000);
  constexpr UnixSeconds kPause = 6;
  const Film film(random, kPause);  // Each state lasts longer than the looks are apart: none is missed.
  std::vector<UnixSeconds> looks;
  UnixSeconds now = 1;
  while (now < Film::kLength) {
    looks.push_back(now);
    if (now >= 14) {
      const ZoneHistory history = watched(film, looks);
      const std::set<Parts> truth = without_newest(Resolvers(film, now).failing(now), film.at(now));
      const std::set<Parts> possible = predicted(history, now, now, Certainty::kPossible);
      const std::set<Parts> certain = predicted(history, now, now, Certainty::kCertain);
      EXPECT_THAT(possible, ::testing::IsSupersetOf(truth)) << now;
      EXPECT_THAT(truth, ::testing::IsSupersetOf(certain)) << now;
    }
    now += std::uniform_int_distribution<UnixSeconds>(1, kPause)(random);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomFilms, ::testing::Range(0U, 60U));

}  // namespace
}  // namespace anchorwatch::history
