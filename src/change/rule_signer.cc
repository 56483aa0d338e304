// SPDX-License-Identifier: Apache-2.0
// SIGNER_LATE: a signature that should have been replaced by now, by the rhythm in which its signer always did it.
//
// Its events are signer.late and signer.recovered, in place of finding.opened and finding.resolved.
#include "anchorwatch/core/time_format.h"

#include "change_findings.h"

namespace anchorwatch::change {
namespace {

using history::LateSignature;
using history::SignatureTrack;
using judge::Finding;
using Code = judge::FindingCode;

std::string place_of(const SignatureTrack& track) {
  return track.owner.to_text() + "/" + dns::to_string(track.type);
}

Finding describe(const Step& step, const LateSignature& late) {
  const SignatureTrack& track = late.track;
  const std::string usual = humanise(std::chrono::seconds(late.rhythm.usual));
  Finding finding;
  finding.code = Code::SIGNER_LATE;
  finding.severity = judge::info(finding.code).severity;
  finding.subject.name = step.zone.name;
  finding.data["rrset"] = place_of(track);
  finding.data["key_tag"] = std::int64_t{track.tag};
  finding.data["algorithm"] = std::int64_t{track.algorithm};
  finding.data["usual_interval"] = std::int64_t{late.rhythm.usual};
  finding.data["inception"] = to_rfc3339(track.inception);
  finding.data["expiration"] = to_rfc3339(track.expiration);
  finding.data["due"] = to_rfc3339(late.rhythm.due);
  finding.message = "The signature over " + place_of(track) + " by key " + std::to_string(track.tag) + " of " +
                    step.maker.zone_text() + " was always replaced after " + usual + " at most, and is from " +
                    to_rfc3339(track.inception) + ": the next one is " +
                    humanise(std::chrono::seconds(std::max<UnixSeconds>(step.look.at - track.seen_at - late.rhythm.usual, 0))) +
                    " late. It is valid up to " + to_rfc3339(track.expiration) + ". See whether the signer runs.";
  return finding;
}

bool is_about(const Finding& finding, const LateSignature& late) {
  return std::get<std::string>(finding.data.at("rrset")) == place_of(late.track) &&
         std::get<std::string>(finding.data.at("inception")) == to_rfc3339(late.track.inception) &&
         number_of(finding, "key_tag") == std::int64_t{late.track.tag};
}

/// The track that an open finding is about; null: it is gone, or was replaced.
const SignatureTrack* still_there(const Step& step, const Finding& finding) {
  for (const SignatureTrack& track : step.history.signing.tracks) {
    if (is_about(finding, {track, {}})) return &track;
  }
  return nullptr;
}

bool is_shown(const Step& step, const SignatureTrack& track) {
  const auto& shown = step.look.facts.rrsigs.values;
  return std::any_of(shown.begin(), shown.end(), [&](const judge::RrsigFact& fact) {
    return fact.type == track.type && fact.owner == track.owner && fact.key_tag == track.tag;
  });
}

}  // namespace

std::optional<Finding> signer_late(const Step& step, const Finding* open) {
  if (step.now.status == dnssec::SecurityStatus::kInsecure) return std::nullopt;
  // What has run out is still late.
  if (step.now.status != dnssec::SecurityStatus::kSecure) return open == nullptr ? std::nullopt : std::optional(*open);
  const auto late =
      history::find_late(step.history.signing, step.look.facts, step.signature_looks(), step.look.at);
  if (open != nullptr) {
    const SignatureTrack* track = still_there(step, *open);
    const bool unseen = track != nullptr && !is_shown(step, *track);
    const bool stands = std::any_of(late.begin(), late.end(), [&](const LateSignature& each) { return is_about(*open, each); });
    if (unseen || stands) return *open;
  }
  if (late.empty()) return std::nullopt;
  return describe(step, late.front());
}

std::string signer_recovered(const Step& step, const Finding& late) {
  const std::string place = std::get<std::string>(late.data.at("rrset"));
  for (const SignatureTrack& track : step.history.signing.tracks) {
    if (place_of(track) != place || number_of(late, "key_tag") != std::int64_t{track.tag}) continue;
    if (track.seen_at != step.look.at) continue;
    return step.maker.zone_text() + " is signed again: the new signature over " + place + " is from " +
           to_rfc3339(track.inception) + ".";
  }
  return "The signature over " + place + " of " + step.maker.zone_text() + " is no longer late: it is gone, or its signer is another one.";
}

std::optional<UnixSeconds> end_of_signing_rhythm(const Step& step) {
  if (step.now.status != dnssec::SecurityStatus::kSecure) return std::nullopt;
  return history::next_due(step.history.signing, step.look.at);
}

}  // namespace anchorwatch::change
