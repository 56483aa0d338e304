// SPDX-License-Identifier: Apache-2.0
// Findings that only history can show (area `change`): how they begin, go on and end.
//
// A calm change (DS_CHANGED, KEYSET_CHANGED, ALG_CHANGED, NS_CHANGED, BECAME_SECURE) stands for a week,
// in which further steps count as the same story; its own event tells it, so it makes no event. A
// change that nobody announced makes `finding.opened` and stands until the state before is back, the owner
// declares the new one, or 30 days have passed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/change/history_codes.h"

#include "step.h"

namespace anchorwatch::change {

inline constexpr UnixSeconds kCalmLife = 7 * 86400;
inline constexpr UnixSeconds kLoudLife = 30 * 86400;
/// Steps that lie nearer together belong to one story.
inline constexpr UnixSeconds kStoryWindow = 7 * 86400;

/// Whether the event of the change tells all, so that the finding makes none.
bool is_told_by_its_event(judge::FindingCode code);
/// The event that explains such a finding.
std::optional<std::string> cause_of_change(const Step& step, judge::FindingCode code);

/// One rule: what it makes of an open finding of its code (null: none is open) and of the look.
/// @return the finding as it stands after the look; nothing: there is none, or it ends.
using ChangeRule = std::optional<judge::Finding> (*)(const Step& step, const judge::Finding* open);

std::optional<judge::Finding> ds_changed(const Step& step, const judge::Finding* open);
std::optional<judge::Finding> ds_unexpected(const Step& step, const judge::Finding* open);
std::optional<judge::Finding> keyset_changed(const Step& step, const judge::Finding* open);
std::optional<judge::Finding> algorithms_changed(const Step& step, const judge::Finding* open);
std::optional<judge::Finding> name_servers_changed(const Step& step, const judge::Finding* open);
std::optional<judge::Finding> name_servers_unexpected(const Step& step, const judge::Finding* open);
std::optional<judge::Finding> went_insecure(const Step& step, const judge::Finding* open);
std::optional<judge::Finding> became_secure(const Step& step, const judge::Finding* open);
/// Reads the findings of this look so far: it comes last.
std::optional<judge::Finding> takeover_suspected(const Step& step, const judge::Finding* open);
std::optional<judge::Finding> cds_not_followed(const Step& step, const judge::Finding* open);
std::optional<judge::Finding> rollover_stalled(const Step& step, const judge::Finding* open);
std::optional<judge::Finding> signer_late(const Step& step, const judge::Finding* open);
/// When a signature will be late by the rhythm of its signer.
std::optional<UnixSeconds> end_of_signing_rhythm(const Step& step);
/// Whether a look found what is no news by the rhythm of the signer: SIG_EXPIRES_SOON while it never signs earlier.
bool is_usual(const Step& step, const judge::Finding& finding);
/// When the first of these is not usual any more.
std::optional<UnixSeconds> end_of_usual_age(const Step& step);
/// What signer.recovered says.
std::string signer_recovered(const Step& step, const judge::Finding& late);
/// When a rollover that leaves a DS behind will have stood still for too long.
std::optional<UnixSeconds> end_of_rollover_patience(const Step& step);
/// When a request by CDS will have stood too long, if it stands.
std::optional<UnixSeconds> end_of_patience(const Step& step);

/// Adds what the look found and history makes worse.
void raise_by_history(Step& step);
/// When a DS without a key will have stood longer than a rollover takes.
std::optional<UnixSeconds> end_of_rollovers(const Step& step);

/// What a step does to resolvers that hold older data: ROLLOVER_UNSAFE_STEP, ROLLOVER_POSSIBLY_UNSAFE,
/// ROLLOVER_TOO_FAST, DS_REMOVED_EARLY, CACHE_SPLIT.
std::vector<judge::Finding> cache_findings(const Step& step);
bool is_about_caches(judge::FindingCode code);

/// One for each key.
std::vector<judge::Finding> keys_unexpected(const Step& step);

/// A finding about the zone that begins now: severity, moment, end and the state before it. Keys count
/// only if they were validated.
judge::Finding begin_change(const Step& step, judge::FindingCode code, Severity severity);
/// An open finding unless its time is over.
std::optional<judge::Finding> go_on(const Step& step, const judge::Finding* open);

std::vector<std::string> texts_of(const judge::Finding& finding, const std::string& field);
std::optional<UnixSeconds> time_of(const judge::Finding& finding, const std::string& field);
std::optional<std::int64_t> number_of(const judge::Finding& finding, const std::string& field);
const judge::Finding* find_in(const std::vector<judge::Finding>& findings, judge::FindingCode code);
/// "a, b".
std::string join_texts(const std::vector<std::string>& texts);

}  // namespace anchorwatch::change
