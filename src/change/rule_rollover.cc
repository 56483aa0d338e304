// SPDX-License-Identifier: Apache-2.0
// ROLLOVER_STALLED: a rollover that stands where somebody who should not can still sign for the zone.
//
// A key that waits to be used, or that stays published when it is not needed, costs nothing: both are silent. The
// DS of a key that is on its way out, or of a signer that left, vouches for it as long as it stands.
#include "anchorwatch/core/time_format.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/history/rollover.h"

#include "change_findings.h"

namespace anchorwatch::change {
namespace {

using history::Rollover;
using Phase = history::RolloverPhase;
using Code = judge::FindingCode;

/// Four times what the longest hold of a resolver asks for.
constexpr UnixSeconds kPatience = 30 * UnixSeconds{86400};

bool leaves_a_ds(const Rollover& rollover) {
  return rollover.phase == Phase::kBothDsPublished || rollover.phase == Phase::kKeyReplaced ||
         rollover.phase == Phase::kSignerGone;
}

/// The owner says that every old DS shall stand.
bool is_declared(const Step& step, const Rollover& rollover) {
  const auto& declared = step.zone.settings->expectation.expect_ds;
  return std::all_of(rollover.old_keys.begin(), rollover.old_keys.end(), [&](std::uint16_t tag) {
    return std::any_of(declared.begin(), declared.end(), [&](const Bytes& rdata) {
      const auto ds = dns::decode_ds(rdata);
      return ds && ds->key_tag == tag;
    });
  });
}

/// The rollover that stands still, or will first.
std::optional<Rollover> oldest(const Step& step) {
  std::optional<Rollover> found;
  for (const Rollover& rollover : history::name_rollovers(step.history)) {
    if (!leaves_a_ds(rollover) || is_declared(step, rollover)) continue;
    if (!found || rollover.since.first_after < found->since.first_after) found = rollover;
  }
  return found;
}

std::vector<std::string> tag_texts(const std::vector<std::uint16_t>& tags) {
  std::vector<std::string> texts;
  for (const std::uint16_t tag : tags) texts.push_back(std::to_string(tag));
  return texts;
}

}  // namespace

std::optional<judge::Finding> rollover_stalled(const Step& step, const judge::Finding* /*open*/) {
  const auto rollover = oldest(step);
  if (!rollover || rollover->since.first_after + kPatience > step.look.at) return std::nullopt;
  judge::Finding finding;
  finding.code = Code::ROLLOVER_STALLED;
  finding.severity = Severity::kWarning;
  finding.subject.name = step.zone.name;
  finding.data["kind"] = std::string(to_string(rollover->kind));
  finding.data["phase"] = std::string(to_string(rollover->phase));
  finding.data["since"] = to_rfc3339(rollover->since.first_after);
  finding.data["old_key_tags"] = tag_texts(rollover->old_keys);
  finding.message = "A rollover of " + step.maker.zone_text() + " (" + to_string(rollover->kind) + ") stands at \"" +
                    to_string(rollover->phase) + "\" since " + to_rfc3339(rollover->since.first_after) +
                    ". The DS of key " + join_texts(tag_texts(rollover->old_keys)) +
                    " still stands, so whoever has that key can sign for the zone: remove the DS, or declare it in "
                    "expect_ds.";
  return finding;
}

std::optional<UnixSeconds> end_of_rollover_patience(const Step& step) {
  const auto rollover = oldest(step);
  if (!rollover) return std::nullopt;
  const UnixSeconds end = rollover->since.first_after + kPatience;
  if (end <= step.look.at) return std::nullopt;
  return end;
}

}  // namespace anchorwatch::change
