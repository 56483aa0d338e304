// SPDX-License-Identifier: Apache-2.0
// What a rollover waits for, and from when on it would break nobody.
#include <algorithm>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/crypto.h"
#include "anchorwatch/history/rollover.h"

namespace anchorwatch::history {

namespace {

using Kind = RolloverKind;
using Phase = RolloverPhase;
using Indexes = std::vector<std::size_t>;

/// RFC 5011 §2.2: a new key is trusted when it was seen for 30 days.
constexpr UnixSeconds kHoldDown = 30 * UnixSeconds{86400};

class Advice {
 public:
  Advice(const ZoneHistory& history, const Rollover& rollover, const dns::Name& zone,
         const dnssec::ValidationPolicy& policy, UnixSeconds now)
      : history_(history), rollover_(rollover), zone_(zone), policy_(policy), now_(now) {}

  NextStep run() {
    if (rollover_.kind == Kind::kKskPrePublication) return after_anchors();
    switch (rollover_.phase) {
      case Phase::kNewKeyPublished: return is_about_data() ? sign_with_the_new_key() : replace_ds_or_sign();
      case Phase::kNewKeysPublished: return replace_ds();
      case Phase::kNewDsPublished: return {"replace the key", end_of_older_ds()};
      case Phase::kBothKeysSign:
      case Phase::kNewKeySigns: return remove_old_keys("remove the old key", true);
      case Phase::kKeyReplaced:
      case Phase::kBothDsPublished: return remove_old_ds("remove the old DS");
      case Phase::kDsReplaced: return after_the_ds();
      case Phase::kNewSignaturesMade: return {"publish the new keys", end_of_older_signatures()};
      case Phase::kOldKeysRemoved: return remove_old_keys("remove the old signatures", true);
      case Phase::kSignerGone: return remove_old_ds("remove the DS of the signer that left");
      case Phase::kDsRemoved:
        return rollover_.kind == Kind::kGoingInsecure
                   ? remove_everything()
                   : remove_old_keys("remove the keys of the signer that left", true);
      case Phase::kZoneSigned: return publish_ds();
      case Phase::kSecondSignerServes:
      case Phase::kDone: break;
    }
    return {};
  }

 private:
  [[nodiscard]] bool is_about_data() const {
    return rollover_.kind == Kind::kZskPrePublication || rollover_.kind == Kind::kZskDoubleSignature;
  }
  NextStep ahead(std::string what, const Step& step) const {
    return {std::move(what), look_ahead(history_, step, zone_, policy_, now_).safe_from};
  }

  template <typename Use>
  void each(const Indexes& indexes, Use use) const {
    for (const std::size_t i : indexes) use(history_.tracks[i]);
  }
  [[nodiscard]] std::vector<Bytes> keys(const Indexes& indexes) const {
    std::vector<Bytes> found;
    each(indexes, [&](const KeyTrack& track) {
      if (track.published.active()) found.push_back(track.rdata);
    });
    return found;
  }
  [[nodiscard]] std::vector<Signers::Key> signers(const Indexes& indexes) const {
    std::vector<Signers::Key> found;
    each(indexes, [&](const KeyTrack& track) {
      if (track.signs_data.active()) found.push_back({track.tag, track.algorithm});
    });
    return found;
  }
  /// DS records that are served for these keys.
  [[nodiscard]] std::vector<Bytes> served_ds(const Indexes& indexes) const {
    std::vector<Bytes> found;
    for (const auto& version : history_.ds) {
      if (!version.served()) continue;
      for (const Bytes& rdata : version.content) {
        const auto ds = dns::decode_ds(rdata);
        each(indexes, [&](const KeyTrack& track) {
          if (ds && ds->key_tag == track.tag && ds->algorithm == track.algorithm) found.push_back(rdata);
        });
      }
    }
    return found;
  }
  [[nodiscard]] std::vector<Bytes> made_ds(const Indexes& indexes) const {
    std::vector<Bytes> found;
    each(indexes, [&](const KeyTrack& track) {
      if (!track.published.active() || !track.signs_keys.active() || track.revoked) return;
      Bytes rdata;
      append_u16(rdata, track.tag);
      append_u8(rdata, track.algorithm);
      append_u8(rdata, 2);
      found.push_back(rdata + dnssec::ds_digest(2, zone_, track.rdata));
    });
    return found;
  }

  [[nodiscard]] NextStep sign_with_the_new_key() const {
    Step step;
    each(rollover_.new_tracks, [&](const KeyTrack& track) { step.sign_with.push_back({track.tag, track.algorithm}); });
    step.cease_to_sign_with = signers(rollover_.old_tracks);
    return ahead("sign with the new key", step);
  }
  [[nodiscard]] NextStep replace_ds_or_sign() const {
    const Indexes& fresh = rollover_.new_tracks;
    const bool signs = std::any_of(fresh.begin(), fresh.end(),
                                   [&](std::size_t i) { return history_.tracks[i].signs_keys.active(); });
    return signs ? replace_ds() : NextStep{"sign the key set with the new key", now_};
  }
  /// No DS says which key counts: anchors do, of which nothing is seen.
  [[nodiscard]] NextStep after_anchors() const {
    switch (rollover_.phase) {
      case Phase::kNewKeyPublished: return {"sign the key set with the new key", rollover_.since.first_after + kHoldDown};
      case Phase::kBothKeysSign:
      case Phase::kNewKeySigns: return {"revoke the old key", std::nullopt};
      default: return {};
    }
  }
  [[nodiscard]] NextStep replace_ds() const {
    Step step;
    step.add_ds = made_ds(rollover_.new_tracks);
    step.remove_ds = served_ds(rollover_.old_tracks);
    return ahead("replace the DS", step);
  }
  [[nodiscard]] NextStep publish_ds() const {
    Step step;
    step.add_ds = made_ds(rollover_.new_tracks);
    return ahead("publish the DS", step);
  }
  [[nodiscard]] NextStep remove_old_ds(const char* what) const {
    Step step;
    step.remove_ds = served_ds(rollover_.old_tracks);
    return ahead(what, step);
  }
  [[nodiscard]] NextStep remove_old_keys(const char* what, bool signatures) const {
    Step step;
    step.remove_keys = keys(rollover_.old_tracks);
    if (signatures) step.cease_to_sign_with = signers(rollover_.old_tracks);
    return ahead(what, step);
  }
  [[nodiscard]] NextStep after_the_ds() const {
    if (rollover_.kind == Kind::kAlgorithmConservative) return remove_old_keys("remove the old keys", false);
    if (rollover_.kind == Kind::kAlgorithmLiberal) return remove_old_keys("remove the old keys and signatures", true);
    const bool signs = !signers(rollover_.new_tracks).empty();
    if (rollover_.kind == Kind::kCsk && !signs) return sign_with_the_new_key();
    return remove_old_keys("remove the old key", true);
  }
  [[nodiscard]] NextStep remove_everything() const {
    Step step;
    for (const KeyTrack& track : history_.tracks) {
      if (track.published.active()) step.remove_keys.push_back(track.rdata);
      if (track.signs_data.active()) step.cease_to_sign_with.push_back({track.tag, track.algorithm});
    }
    return ahead("remove the keys and signatures", step);
  }

  /// The new key is not known yet, so nothing can be tried: everything older must be forgotten.
  [[nodiscard]] UnixSeconds end_of_older_ds() const {
    UnixSeconds end = now_;
    for (const auto& version : history_.ds) {
      if (!version.served()) end = std::max(end, possible_hold(version).until);
    }
    return end;
  }
  [[nodiscard]] UnixSeconds end_of_older_signatures() const {
    UnixSeconds end = now_;
    for (const auto& version : history_.signers) {
      if (!version.served()) end = std::max(end, possible_hold(version).until);
    }
    return end;
  }

  const ZoneHistory& history_;
  const Rollover& rollover_;
  const dns::Name& zone_;
  const dnssec::ValidationPolicy& policy_;
  UnixSeconds now_;
};

}  // namespace

NextStep next_step(const ZoneHistory& history, const Rollover& rollover, const dns::Name& zone,
                   const dnssec::ValidationPolicy& policy, UnixSeconds now) {
  return Advice(history, rollover, zone, policy, now).run();
}

}  // namespace anchorwatch::history
