// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/history/rollover.h"

#include <algorithm>

#include "anchorwatch/dns/rdata.h"
#include "rollover_phase.h"

namespace anchorwatch::history {

namespace {

using Kind = RolloverKind;
using Phase = RolloverPhase;

bool is_flagged_entry(const KeyTrack& track) {
  const auto fields = dns::decode_dnskey(track.rdata);
  return fields && fields->sep();
}
/// One key for everything (RFC 6781 §3.1): it has, or had, a DS, and signs data.
bool is_combined(const KeyTrack& track) { return track.ds.from && track.signs_data.from; }

bool starts_at(const Period& period, UnixSeconds at) { return period.from && period.from->first_after == at; }
bool ends_at(const Period& period, UnixSeconds at) { return period.until && period.until->first_after == at; }

/// The latest change among some roles of some keys.
class Latest {
 public:
  void add(const Period& period) {
    for (const auto* window : {&period.from, &period.until}) {
      if (*window && (**window).first_after >= window_.first_after) window_ = **window;
    }
  }
  void add(const KeyTrack& track) {
    for (const Period* period : {&track.published, &track.ds, &track.signs_keys, &track.signs_data}) add(*period);
  }
  [[nodiscard]] Window window() const { return window_; }

 private:
  Window window_{kBegin, kBegin};
};

class Naming {
 public:
  explicit Naming(const ZoneHistory& history) : history_(history), tracks_(history.tracks) {}

  std::vector<Rollover> run() {
    note_signers();
    add_whole_zone();
    add_signers();
    for (std::size_t i = 0; i < tracks_.size(); ++i) add_algorithm(i);
    for (std::size_t i = 0; i < tracks_.size(); ++i) add_pair(i);
    return std::move(found_);
  }

 private:
  using Indexes = std::vector<std::size_t>;

  template <typename Is>
  Indexes those(Is is) const {
    Indexes found;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      if (is(tracks_[i])) found.push_back(i);
    }
    return found;
  }
  template <typename Is>
  bool any(const Indexes& indexes, Is is) const {
    return std::any_of(indexes.begin(), indexes.end(), [&](std::size_t i) { return is(tracks_[i]); });
  }
  [[nodiscard]] std::vector<std::uint16_t> tags(const Indexes& indexes) const {
    std::vector<std::uint16_t> out;
    for (const std::size_t i : indexes) out.push_back(tracks_[i].tag);
    std::sort(out.begin(), out.end());
    return out;
  }
  void add(Kind kind, Phase phase, std::string subject, const Indexes& old_ones, const Indexes& new_ones, Window since) {
    found_.push_back({kind, phase, std::move(subject), tags(old_ones), tags(new_ones), since, old_ones, new_ones});
  }
  [[nodiscard]] Window latest(const Indexes& left, const Indexes& right = {}) const {
    Latest latest;
    for (const Indexes* list : {&left, &right}) {
      for (const std::size_t i : *list) latest.add(tracks_[i]);
    }
    return latest.window();
  }

  /// Who came and who went with the second signer: their keys are no successors and no predecessors.
  void note_signers() {
    const Period& several = history_.several_signers;
    if (!several.from) return;
    const UnixSeconds joined = several.from->first_after;
    guests_ = those([&](const KeyTrack& track) {
      return several.began() && (starts_at(track.signs_keys, joined) || starts_at(track.signs_data, joined));
    });
    if (!several.until) return;
    const UnixSeconds left = several.until->first_after;
    leavers_ = those([&](const KeyTrack& track) { return ends_at(track.signs_keys, left) || ends_at(track.signs_data, left); });
  }
  [[nodiscard]] bool is_stranger(std::size_t i) const {
    return std::find(guests_.begin(), guests_.end(), i) != guests_.end() ||
           std::find(leavers_.begin(), leavers_.end(), i) != leavers_.end();
  }

  void add_signers() {
    const Period& several = history_.several_signers;
    if (several.active() && several.began()) {
      add(Kind::kMultiSignerJoin, Phase::kSecondSignerServes, "signers", {}, guests_, *several.from);
    }
    if (!several.until || leavers_.empty()) return;
    const bool has_ds = any(leavers_, [](const KeyTrack& track) { return track.ds.active(); });
    const bool published = any(leavers_, [](const KeyTrack& track) { return track.published.active(); });
    const Phase phase = has_ds ? Phase::kSignerGone : published ? Phase::kDsRemoved : Phase::kDone;
    add(Kind::kMultiSignerLeave, phase, "signers", leavers_, {}, latest(leavers_));
  }

  /// Becoming secure and going insecure.
  void add_whole_zone() {
    const Indexes signers = those([](const KeyTrack& track) { return track.signs_data.active(); });
    const Indexes anchored = those([](const KeyTrack& track) { return track.ds.active(); });
    const Indexes once = those([](const KeyTrack& track) { return track.ds.until.has_value(); });
    if (anchored.empty() && !once.empty()) {
      going_ = true;
      Latest latest;
      for (const std::size_t i : once) latest.add(tracks_[i].ds);
      for (const std::size_t i : those([](const KeyTrack& track) { return track.signs_data.until.has_value(); })) {
        if (signers.empty()) latest.add(tracks_[i].signs_data);
      }
      const Indexes all = those([](const KeyTrack& track) { return track.gone_since() == std::nullopt; });
      add(Kind::kGoingInsecure, signers.empty() ? Phase::kDone : Phase::kDsRemoved, "chain", all, {}, latest.window());
      return;
    }
    if (!once.empty() || signers.empty()) return;
    const bool always_had_ds = any(anchored, [](const KeyTrack& track) { return !track.ds.began(); });
    if (always_had_ds) return;
    if (!anchored.empty()) {
      // A DS that joins later belongs to a rollover.
      Window first = *tracks_[anchored.front()].ds.from;
      for (const std::size_t i : anchored) {
        if (tracks_[i].ds.from->first_after < first.first_after) first = *tracks_[i].ds.from;
      }
      add(Kind::kBootstrap, Phase::kDone, "chain", {}, anchored, first);
      return;
    }
    const bool always_signed = any(signers, [](const KeyTrack& track) { return !track.signs_data.began(); });
    const bool had_other = !those([](const KeyTrack& track) { return track.signs_data.until.has_value(); }).empty();
    if (always_signed || had_other) return;
    const Indexes keys = those([](const KeyTrack& track) { return track.signs_keys.active(); });
    add(Kind::kBootstrap, Phase::kZoneSigned, "chain", {}, keys, *tracks_[signers.front()].signs_data.from);
  }

  /// The algorithm that signed before the one of a key came, where there was one.
  [[nodiscard]] std::optional<std::uint8_t> algorithm_before(std::uint8_t fresh, UnixSeconds appeared) const {
    for (const KeyTrack& track : tracks_) {
      if (track.algorithm == fresh && track.appeared() < appeared) return std::nullopt;
    }
    for (const KeyTrack& track : tracks_) {
      if (track.algorithm != fresh && track.appeared() < appeared && track.ds.covers(appeared)) return track.algorithm;
    }
    return std::nullopt;
  }

  /// Once for each algorithm: for the first key of it.
  void add_algorithm(std::size_t first) {
    const std::uint8_t fresh = tracks_[first].algorithm;
    const bool is_first = std::none_of(tracks_.begin(), tracks_.begin() + static_cast<std::ptrdiff_t>(first),
                                       [&](const KeyTrack& track) { return track.algorithm == fresh; });
    UnixSeconds appeared = kForever;
    for (const KeyTrack& track : tracks_) {
      if (track.algorithm == fresh) appeared = std::min(appeared, track.appeared());
    }
    const auto old = is_first ? algorithm_before(fresh, appeared) : std::nullopt;
    if (!old) return;
    const Indexes new_ones = those([&](const KeyTrack& track) { return track.algorithm == fresh; });
    const Indexes old_ones = those([&](const KeyTrack& track) { return track.algorithm == *old; });
    const auto published = [](const KeyTrack& track) { return track.published.active(); };
    const auto has_ds = [](const KeyTrack& track) { return track.ds.active(); };
    const auto signs = [](const KeyTrack& track) { return track.signs_data.active(); };
    Phase phase = Phase::kNewKeysPublished;
    if (any(new_ones, has_ds)) {
      phase = any(old_ones, has_ds)       ? Phase::kBothDsPublished
              : any(old_ones, published)  ? Phase::kDsReplaced
              : any(old_ones, signs)      ? Phase::kOldKeysRemoved
                                          : Phase::kDone;
    } else if (!any(new_ones, published)) {
      if (!any(new_ones, signs)) return;  // Given up.
      phase = Phase::kNewSignaturesMade;
    }
    const bool signed_first = any(new_ones, [](const KeyTrack& track) {
      return track.signs_data.from && (!track.published.from || track.signs_data.from->first_after < track.published.from->first_after);
    });
    add(signed_first ? Kind::kAlgorithmConservative : Kind::kAlgorithmLiberal, phase, "algorithm " + std::to_string(fresh),
        old_ones, new_ones, latest(old_ones, new_ones));
  }

  /// The key that did the same work when `fresh` came.
  [[nodiscard]] std::optional<std::size_t> predecessor(const KeyTrack& fresh, bool entry) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      const KeyTrack& old = tracks_[i];
      const bool at_work = (entry ? old.ds : old.signs_data).covers(fresh.appeared());
      if (&old == &fresh || is_stranger(i) || old.algorithm != fresh.algorithm || !at_work) continue;
      if (old.appeared() >= fresh.appeared() || (!entry && (is_flagged_entry(old) || old.ds.from))) continue;
      if (!found || tracks_[*found].appeared() < old.appeared()) found = i;
    }
    return found;
  }

  void add_pair(std::size_t which) {
    const KeyTrack& fresh = tracks_[which];
    const bool seen_to_come = fresh.published.began() || fresh.ds.began() || fresh.signs_data.began();
    if (!seen_to_come || is_stranger(which) || going_) return;
    const bool entry = fresh.is_entry();
    if (entry && has_no_ds()) {
      add_anchor_pair(which);
      return;
    }
    const auto at = predecessor(fresh, entry);
    if (!at) return;
    if (entry) {
      add_entry_pair(*at, which);
    } else {
      add_data_pair(*at, which);
    }
  }

  /// The top of a tree, or a zone that no DS leads to.
  [[nodiscard]] bool has_no_ds() const {
    return std::none_of(tracks_.begin(), tracks_.end(), [](const KeyTrack& track) { return track.ds.from.has_value(); });
  }

  /// Those who follow RFC 5011 learn a key from the key set alone: it is published long before it signs.
  void add_anchor_pair(std::size_t which) {
    const KeyTrack& fresh = tracks_[which];
    std::optional<std::size_t> before;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      const bool at_work = i != which && is_flagged_entry(tracks_[i]) && tracks_[i].signs_keys.covers(fresh.appeared());
      if (at_work && (!before || tracks_[*before].appeared() < tracks_[i].appeared())) before = i;
    }
    if (!before || !fresh.published.from) return;
    const KeyTrack& old = tracks_[*before];
    const auto phase = phase_of_anchors(old, fresh);
    if (!phase) return;
    add(Kind::kKskPrePublication, *phase, "key " + std::to_string(fresh.tag), {*before}, {which}, latest({*before}, {which}));
  }

  void add_data_pair(std::size_t before, std::size_t after) {
    const KeyTrack& old = tracks_[before];
    const KeyTrack& fresh = tracks_[after];
    if (!fresh.published.from) return;  // A signature alone is a fault, and told as one.
    const auto phase = phase_of_signers(old, fresh);
    if (!phase) return;
    const bool together = fresh.signs_data.from && fresh.signs_data.from->first_after <= fresh.published.from->first_after &&
                          old.signs_data.covers(fresh.signs_data.from->first_after);
    add(together ? Kind::kZskDoubleSignature : Kind::kZskPrePublication, *phase, "key " + std::to_string(fresh.tag), {before},
        {after}, latest({before}, {after}));
  }

  void add_entry_pair(std::size_t before, std::size_t after) {
    const KeyTrack& old = tracks_[before];
    const KeyTrack& fresh = tracks_[after];
    const auto phase = phase_of_entries(old, fresh);
    if (!phase) return;
    const bool ds_first = fresh.ds.from && (!fresh.published.from || fresh.ds.from->first_after < fresh.published.from->first_after);
    const Kind kind = is_combined(old) || is_combined(fresh) ? Kind::kCsk
                      : ds_first                             ? Kind::kKskDoubleDs
                                                             : Kind::kKskDoubleSignature;
    add(kind, *phase, "key " + std::to_string(fresh.tag), {before}, {after}, latest({before}, {after}));
  }

  const ZoneHistory& history_;
  const std::vector<KeyTrack>& tracks_;
  Indexes guests_, leavers_;
  bool going_ = false;
  std::vector<Rollover> found_;
};

}  // namespace

std::vector<Rollover> name_rollovers(const ZoneHistory& history) { return Naming(history).run(); }

}  // namespace anchorwatch::history
