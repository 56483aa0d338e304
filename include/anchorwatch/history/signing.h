// SPDX-License-Identifier: Apache-2.0
// Signing: when signatures of a zone are made anew, and from when on one that is not is late.
//
// A habit belongs to one key in one role, and is learned from the times in the signatures themselves: how far apart two
// inceptions of the same RRset are, and what life the old signature had left. What looks cannot resolve (two looks
// further apart than half the rhythm) teaches nothing. A new key, or signatures of another length, begin anew.
//
// Not every renewal is a rhythm: data that changes is signed with each change. Where most renewals are not of about the
// same distance, nothing is ever late. The SOA, which each change renews, needs more of them and is given more time.
//
// Threading: value types, any thread.
// Standards: RFC 6781 §4.4.2; signers: BIND, Knot, OpenDNSSEC, ldns-signzone, PowerDNS, live ones.
// Limits:    kMostSignatureTracks, kMostHabits, kMostRenewals of each habit; noted no oftener than each kRenewalStep.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rr_type.h"
#include "anchorwatch/judge/facts.h"

namespace anchorwatch::history {

inline constexpr std::size_t kMostSignatureTracks = 16;
inline constexpr std::size_t kMostHabits = 8;
inline constexpr std::size_t kMostRenewals = 12;
/// Renewals that are nearer together count as one: a live signer makes a signature for each look.
inline constexpr UnixSeconds kRenewalStep = 6 * UnixSeconds{3600};

enum class SigningRole : std::uint8_t { kKeys, kSoa, kData };

/// The newest signature of one key over one RRset.
struct SignatureTrack {
  dns::Name owner;
  dns::RrType type{};
  std::uint16_t tag = 0;
  std::uint8_t algorithm = 0;
  UnixSeconds inception = 0;
  UnixSeconds expiration = 0;
  UnixSeconds seen_at = 0;  ///< The first look that showed it.
  bool operator==(const SignatureTrack&) const = default;

  [[nodiscard]] SigningRole role() const;
};

struct SigningHabit {
  struct Renewal {
    std::uint32_t interval = 0;  ///< Between the inceptions, in seconds.
    std::uint32_t left = 0;      ///< Of the old signature's life when the new one was seen.
    bool whole = false;          ///< At least half of what the key signs in this role was signed with it.
    bool operator==(const Renewal&) const = default;
  };
  SigningRole role{};
  std::uint16_t tag = 0;
  std::uint8_t algorithm = 0;
  UnixSeconds since = 0;  ///< Learned from looks since then.
  std::uint32_t shortest_life = 0, longest_life = 0;  ///< Of the signatures, in seconds.
  std::vector<Renewal> renewals;                      ///< The last ones.
  bool operator==(const SigningHabit&) const = default;
};

struct Signing {
  std::vector<SignatureTrack> tracks;
  std::vector<SigningHabit> habits;
  bool operator==(const Signing&) const = default;
};

/// What the rhythm says of one signature.
struct SigningRhythm {
  UnixSeconds usual = 0;  ///< The longest of the intervals, in seconds.
  UnixSeconds due = 0;    ///< From then on it is late.
};

/// The rhythm in which a signature is made anew. Nothing: none is known, or it is not one of that habit.
std::optional<SigningRhythm> rhythm_of(const Signing& signing, const SignatureTrack& track, UnixSeconds now);

/// The first moment at which it is not usual any more that a signature was not replaced: less than three quarters of the
/// life is left that its key usually leaves in this role, or less than an hour. The middle one of the last renewals is the
/// usual one: who was late once, or early because data changed, has no other habit. An SOA, which each change renews, may
/// become as old as other data of its key. Nothing: not known yet.
std::optional<UnixSeconds> unusual_from(const Signing& signing, const SignatureTrack& track, UnixSeconds now);

/// When a look before this one saw the core types (DNSKEY, SOA), and all others; 0: never.
struct SignatureLooks {
  UnixSeconds core = 0, full = 0;
  [[nodiscard]] UnixSeconds of(SigningRole role) const { return role == SigningRole::kData ? full : core; }
};

/// Adds the signatures of a look.
/// @param complete  it asked every server for everything: what it did not show is gone.
void observe(Signing& signing, const judge::ZoneFacts& facts, const SignatureLooks& last, bool complete, UnixSeconds at);

/// A signature of this look that should have been replaced by now.
struct LateSignature {
  SignatureTrack track;
  SigningRhythm rhythm;
};

/// What is late among the signatures of this look, the one first that is so for longest. Nothing is said of a signature
/// beside which the same server shows a newer one over the same RRset, nor after looks too far apart.
std::vector<LateSignature> find_late(const Signing& signing, const judge::ZoneFacts& facts, const SignatureLooks& last,
                                     UnixSeconds at);

/// The first moment after `at` from which on a signature will be late if it is not replaced.
std::optional<UnixSeconds> next_due(const Signing& signing, UnixSeconds at);

}  // namespace anchorwatch::history
