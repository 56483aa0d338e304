// SPDX-License-Identifier: Apache-2.0
// Old signatures that are no news: their signer always makes new ones as late, or later.
#include "anchorwatch/judge/whole_zone.h"

#include "change_findings.h"

namespace anchorwatch::change {
namespace {

/// From when on the signature that a finding is about is older than its signer lets one become.
std::optional<UnixSeconds> unusual_from(const Step& step, const judge::Finding& finding) {
  if (finding.code != judge::FindingCode::SIG_EXPIRES_SOON || !finding.subject.type) return std::nullopt;
  // Of many names only the first are reported; those of the others may be older.
  if (judge::is_about_whole_zone(finding)) return std::nullopt;
  const std::optional<std::int64_t> tag = number_of(finding, "key_tag"), algorithm = number_of(finding, "algorithm");
  const std::optional<UnixSeconds> expiration = time_of(finding, "expiration");
  if (!tag || !algorithm || !expiration) return std::nullopt;
  history::SignatureTrack track;
  track.owner = finding.subject.name;
  track.type = *finding.subject.type;
  track.tag = static_cast<std::uint16_t>(*tag);
  track.algorithm = static_cast<std::uint8_t>(*algorithm);
  track.expiration = *expiration;
  return history::unusual_from(step.history.signing, track, step.look.at);
}

}  // namespace

bool is_usual(const Step& step, const judge::Finding& finding) {
  const std::optional<UnixSeconds> until = unusual_from(step, finding);
  return until && step.look.at < *until;
}

std::optional<UnixSeconds> end_of_usual_age(const Step& step) {
  std::optional<UnixSeconds> first;
  for (const judge::Finding& finding : step.look.judgement.findings) {
    const std::optional<UnixSeconds> until = unusual_from(step, finding);
    if (until && *until > step.look.at && (!first || *until < *first)) first = until;
  }
  return first;
}

}  // namespace anchorwatch::change
