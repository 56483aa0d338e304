// SPDX-License-Identifier: Apache-2.0
// Whether a habit is a rhythm, and what is late by it.
#include <algorithm>

#include "anchorwatch/history/signing.h"

namespace anchorwatch::history {

namespace {

using judge::RrsigFact;

constexpr UnixSeconds kHour = 3600;
/// Weekends and weekly steps are part of a rhythm.
constexpr UnixSeconds kLearningTime = 14 * 24 * kHour;
constexpr std::size_t kFewestRenewals = 3;
/// Intervals from this share of the longest one on are of about the same length.
constexpr double kAlike = 0.7;

/// Whether most intervals are about as long as the longest one.
bool is_regular(const SigningHabit& habit, UnixSeconds longest) {
  const auto alike = static_cast<std::size_t>(
      std::count_if(habit.renewals.begin(), habit.renewals.end(), [&](const SigningHabit::Renewal& each) {
        return each.interval >= static_cast<double>(longest) * kAlike;
      }));
  const std::size_t all = habit.renewals.size();
  return habit.role == SigningRole::kSoa ? 4 * alike >= 3 * all : 2 * alike >= all;
}

/// How much later than usual is late. Never more than a quarter of the life that was always left, so that it is told
/// while there is time. Data that nobody changes for a while leaves the SOA as it is.
UnixSeconds allowance(SigningRole role, UnixSeconds longest, UnixSeconds least_left) {
  const UnixSeconds wanted = role == SigningRole::kSoa ? std::max(longest, 24 * kHour) : std::max(longest / 4, 12 * kHour);
  return std::min(wanted, least_left / 4);
}

const SigningHabit* habit_of(const Signing& signing, const SignatureTrack& track, SigningRole role) {
  const auto known = std::find_if(signing.habits.begin(), signing.habits.end(), [&](const SigningHabit& habit) {
    return habit.role == role && habit.tag == track.tag && habit.algorithm == track.algorithm;
  });
  return known == signing.habits.end() ? nullptr : &*known;
}
const SigningHabit* habit_of(const Signing& signing, const SignatureTrack& track) {
  return habit_of(signing, track, track.role());
}

/// The life that is usually left at a renewal.
std::optional<UnixSeconds> usually_left(const SigningHabit* habit, UnixSeconds now) {
  if (habit == nullptr || now - habit->since < kLearningTime || habit->renewals.size() < kFewestRenewals) return std::nullopt;
  std::vector<UnixSeconds> left;
  for (const SigningHabit::Renewal& renewal : habit->renewals) left.push_back(renewal.left);
  const auto middle = left.begin() + static_cast<std::ptrdiff_t>(left.size() / 2);
  std::nth_element(left.begin(), middle, left.end());
  return *middle;
}

/// Whether a fact is the track's signature, or a newer one that was not worth noting.
bool is_it(const SignatureTrack& track, const RrsigFact& fact) {
  return track.tag == fact.key_tag && track.algorithm == fact.algorithm && track.type == fact.type &&
         track.owner == fact.owner && fact.inception >= track.inception;
}

bool share_a_server(const RrsigFact& left, const RrsigFact& right) {
  return std::any_of(left.servers.begin(), left.servers.end(), [&](const IpAddress& server) {
    return std::binary_search(right.servers.begin(), right.servers.end(), server);
  });
}

/// Another key signed the RRset later at the same server: the old signature is a leftover.
bool is_superseded(const judge::ZoneFacts& facts, const RrsigFact& fact) {
  return std::any_of(facts.rrsigs.values.begin(), facts.rrsigs.values.end(), [&](const RrsigFact& other) {
    if (other.inception <= fact.inception || other.type != fact.type || other.owner != fact.owner) return false;
    const bool same_key = other.key_tag == fact.key_tag && other.algorithm == fact.algorithm;
    return !same_key && share_a_server(fact, other);
  });
}

}  // namespace

std::optional<SigningRhythm> rhythm_of(const Signing& signing, const SignatureTrack& track, UnixSeconds now) {
  const SigningHabit* habit = habit_of(signing, track);
  if (habit == nullptr || now - habit->since < kLearningTime) return std::nullopt;
  const std::size_t needed = habit->role == SigningRole::kSoa ? kMostRenewals : kFewestRenewals;
  if (habit->renewals.size() < needed) return std::nullopt;
  UnixSeconds longest = 0, least_left = habit->longest_life;
  for (const SigningHabit::Renewal& renewal : habit->renewals) {
    longest = std::max(longest, UnixSeconds{renewal.interval});
    least_left = std::min(least_left, UnixSeconds{renewal.left});
  }
  if (!is_regular(*habit, longest)) return std::nullopt;
  // By age for those who sign when a time has passed, by the life that is left for those who sign when little is.
  const UnixSeconds usually_by = std::max(track.seen_at + longest, track.expiration - least_left);
  return SigningRhythm{longest, usually_by + allowance(habit->role, longest, least_left)};
}

std::optional<UnixSeconds> unusual_from(const Signing& signing, const SignatureTrack& track, UnixSeconds now) {
  std::optional<UnixSeconds> left = usually_left(habit_of(signing, track), now);
  if (track.role() == SigningRole::kSoa) {
    const std::optional<UnixSeconds> data = usually_left(habit_of(signing, track, SigningRole::kData), now);
    if (data) left = std::min(left.value_or(*data), *data);
  }
  if (!left) return std::nullopt;
  return track.expiration - std::max(*left * 3 / 4, kHour);
}

std::vector<LateSignature> find_late(const Signing& signing, const judge::ZoneFacts& facts, const SignatureLooks& last,
                                     UnixSeconds at) {
  std::vector<LateSignature> late;
  for (const SignatureTrack& track : signing.tracks) {
    const auto rhythm = rhythm_of(signing, track, at);
    if (!rhythm || at < rhythm->due || 2 * (at - last.of(track.role())) > rhythm->usual) continue;
    const auto fact = std::find_if(facts.rrsigs.values.begin(), facts.rrsigs.values.end(),
                                   [&](const RrsigFact& each) { return is_it(track, each); });
    if (fact != facts.rrsigs.values.end() && !is_superseded(facts, *fact)) late.push_back({track, *rhythm});
  }
  std::stable_sort(late.begin(), late.end(),
                   [](const LateSignature& left, const LateSignature& right) { return left.rhythm.due < right.rhythm.due; });
  return late;
}

std::optional<UnixSeconds> next_due(const Signing& signing, UnixSeconds at) {
  std::optional<UnixSeconds> first;
  for (const SignatureTrack& track : signing.tracks) {
    // A habit that is still too young will be one by the time at which the signature is due.
    const auto rhythm = rhythm_of(signing, track, at + kLearningTime);
    if (!rhythm) continue;
    const SigningHabit* habit = habit_of(signing, track);
    const UnixSeconds due = std::max(rhythm->due, habit->since + kLearningTime);
    if (due > at && (!first || due < *first)) first = due;
  }
  return first;
}

}  // namespace anchorwatch::history
