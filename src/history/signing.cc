// SPDX-License-Identifier: Apache-2.0
// Which signatures are known, and what each renewal teaches.
#include "anchorwatch/history/signing.h"

#include <algorithm>

namespace anchorwatch::history {

namespace {

using judge::RrsigFact;

/// Signatures that live for less are made for each answer, or nearly so: nobody can wait for the next.
constexpr UnixSeconds kShortestLife = 86400;
/// Lives that differ by less are of one policy: signers spread the ends of their signatures.
constexpr double kLifeSpread = 1.34;
constexpr double kShort = 0.7;

bool names(const SignatureTrack& track, const RrsigFact& fact) {
  return track.tag == fact.key_tag && track.algorithm == fact.algorithm && track.type == fact.type &&
         track.owner == fact.owner;
}

bool is_same_signature_of_other_servers(const RrsigFact& left, const RrsigFact& right) {
  return left.key_tag == right.key_tag && left.algorithm == right.algorithm && left.type == right.type &&
         left.owner == right.owner;
}

/// Signatures of the zone itself, of each key over each RRset the newest: facts are in that order.
std::vector<const RrsigFact*> newest_of(const judge::ZoneFacts& facts) {
  std::vector<const RrsigFact*> newest;
  for (const RrsigFact& fact : facts.rrsigs.values) {
    if (fact.type == dns::RrType::kDs || fact.expiration - fact.inception < kShortestLife) continue;
    if (!newest.empty() && is_same_signature_of_other_servers(*newest.back(), fact)) {
      newest.back() = &fact;
    } else {
      newest.push_back(&fact);
    }
  }
  return newest;
}

SigningRole role_of(dns::RrType type) {
  switch (type) {
    case dns::RrType::kDnskey: return SigningRole::kKeys;
    case dns::RrType::kSoa: return SigningRole::kSoa;
    default: return SigningRole::kData;
  }
}

class Observation {
 public:
  Observation(Signing& signing, const SignatureLooks& last, UnixSeconds at) : signing_(signing), last_(last), at_(at) {}

  void run(const judge::ZoneFacts& facts, bool complete) {
    const std::vector<const RrsigFact*> newest = newest_of(facts);
    // The types of the chain first: they are known whatever else a zone has.
    for (const bool core : {true, false}) {
      for (const RrsigFact* fact : newest) {
        if ((role_of(fact->type) != SigningRole::kData) == core) see(*fact);
      }
    }
    for (const Renewed& renewed : renewed_) learn(renewed);
    if (complete) forget_what_is_gone(newest);
  }

 private:
  /// Signatures that one key made anew in one role.
  struct Renewed {
    std::size_t habit;  ///< Position.
    SigningHabit::Renewal longest;
    std::size_t count = 0;
  };

  void see(const RrsigFact& fact) {
    const auto known = std::find_if(signing_.tracks.begin(), signing_.tracks.end(),
                                    [&](const SignatureTrack& track) { return names(track, fact); });
    SignatureTrack now{fact.owner, fact.type, fact.key_tag, fact.algorithm, fact.inception, fact.expiration, at_};
    const std::optional<std::size_t> habit = habit_of(now);
    if (known == signing_.tracks.end()) {
      if (signing_.tracks.size() < kMostSignatureTracks) signing_.tracks.push_back(std::move(now));
      return;
    }
    // A signer that leaves inceptions as they are moves expirations.
    const UnixSeconds moved = fact.inception != known->inception ? fact.inception - known->inception
                                                                 : fact.expiration - known->expiration;
    if (moved < kRenewalStep) return;
    if (habit) note(*habit, *known, moved);
    *known = std::move(now);
  }

  /// The habit that a signature belongs to; one of another length begins a new one.
  std::optional<std::size_t> habit_of(const SignatureTrack& track) {
    const auto life = static_cast<std::uint32_t>(track.expiration - track.inception);
    const auto known = std::find_if(signing_.habits.begin(), signing_.habits.end(), [&](const SigningHabit& habit) {
      return habit.role == track.role() && habit.tag == track.tag && habit.algorithm == track.algorithm;
    });
    if (known == signing_.habits.end()) {
      if (signing_.habits.size() == kMostHabits) return std::nullopt;
      signing_.habits.push_back({track.role(), track.tag, track.algorithm, at_, life, life, {}});
      return signing_.habits.size() - 1;
    }
    if (life > known->shortest_life * kLifeSpread || life < known->longest_life / kLifeSpread) {
      *known = {track.role(), track.tag, track.algorithm, at_, life, life, {}};
    }
    known->shortest_life = std::min(known->shortest_life, life);
    known->longest_life = std::max(known->longest_life, life);
    return static_cast<std::size_t>(known - signing_.habits.begin());
  }

  void note(std::size_t position, const SignatureTrack& old, UnixSeconds interval) {
    const SigningHabit& habit = signing_.habits[position];
    const UnixSeconds before = last_.of(habit.role);
    const bool resolved = before != 0 && 2 * (at_ - before) <= interval;
    const bool known_since = old.seen_at >= habit.since;
    if (!resolved || !known_since) return;
    const SigningHabit::Renewal renewal{static_cast<std::uint32_t>(interval),
                                        static_cast<std::uint32_t>(std::max<UnixSeconds>(old.expiration - at_, 0)), false};
    for (Renewed& each : renewed_) {
      if (each.habit != position) continue;
      ++each.count;
      if (renewal.interval > each.longest.interval) each.longest = renewal;
      return;
    }
    renewed_.push_back({position, renewal, 1});
  }

  void learn(Renewed renewed) {
    SigningHabit& habit = signing_.habits[renewed.habit];
    const auto all = std::count_if(signing_.tracks.begin(), signing_.tracks.end(), [&](const SignatureTrack& track) {
      return track.role() == habit.role && track.tag == habit.tag && track.algorithm == habit.algorithm;
    });
    SigningHabit::Renewal& renewal = renewed.longest;
    renewal.whole = 2 * renewed.count >= static_cast<std::size_t>(all);
    std::uint32_t longest = renewal.interval;
    for (const SigningHabit::Renewal& each : habit.renewals) longest = std::max(longest, each.interval);
    // One RRset that changes often says nothing about the others, which have a rhythm.
    const auto is_of_one_set = [&](const SigningHabit::Renewal& each) {
      return !each.whole && each.interval < longest * kShort;
    };
    std::erase_if(habit.renewals, is_of_one_set);
    if (is_of_one_set(renewal)) return;
    if (habit.renewals.size() == kMostRenewals) habit.renewals.erase(habit.renewals.begin());
    habit.renewals.push_back(renewal);
  }

  void forget_what_is_gone(const std::vector<const RrsigFact*>& newest) {
    std::erase_if(signing_.tracks, [&](const SignatureTrack& track) {
      return std::none_of(newest.begin(), newest.end(), [&](const RrsigFact* fact) { return names(track, *fact); });
    });
    std::erase_if(signing_.habits, [&](const SigningHabit& habit) {
      return std::none_of(signing_.tracks.begin(), signing_.tracks.end(), [&](const SignatureTrack& track) {
        return track.tag == habit.tag && track.algorithm == habit.algorithm && track.role() == habit.role;
      });
    });
  }

  Signing& signing_;
  const SignatureLooks& last_;
  UnixSeconds at_;
  std::vector<Renewed> renewed_;
};

}  // namespace

SigningRole SignatureTrack::role() const { return role_of(type); }

void observe(Signing& signing, const judge::ZoneFacts& facts, const SignatureLooks& last, bool complete, UnixSeconds at) {
  if (!facts.rrsigs.known) return;
  Observation(signing, last, at).run(facts, complete);
}

}  // namespace anchorwatch::history
