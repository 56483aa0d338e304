// SPDX-License-Identifier: Apache-2.0
// rollover.phase_changed: one event when a rollover begins, and one for each phase that it reaches.
#include "anchorwatch/core/time_format.h"
#include "anchorwatch/history/rollover.h"

#include "step.h"

namespace anchorwatch::change {
namespace {

using history::Rollover;

const Rollover* same_one(const std::vector<Rollover>& list, const Rollover& rollover) {
  const auto at = std::find_if(list.begin(), list.end(),
                               [&](const Rollover& other) { return other.subject == rollover.subject; });
  return at == list.end() ? nullptr : &*at;
}

/// The keys by number, and all of them where there are several.
void add_tags(EventData& data, const std::string& field, const std::vector<std::uint16_t>& tags) {
  if (tags.empty()) return;
  data[field] = std::int64_t{tags.front()};
  if (tags.size() == 1) return;
  std::vector<std::string> all;
  for (const std::uint16_t tag : tags) all.push_back(std::to_string(tag));
  data[field + "s"] = all;
}

EventData describe(const Rollover& rollover) {
  EventData data{{"kind", std::string(to_string(rollover.kind))}, {"phase", std::string(to_string(rollover.phase))}};
  add_tags(data, "old_key_tag", rollover.old_keys);
  add_tags(data, "new_key_tag", rollover.new_keys);
  return data;
}

std::string tags_text(const char* what, const std::vector<std::uint16_t>& tags) {
  std::string text;
  for (const std::uint16_t tag : tags) text += (text.empty() ? std::string(", ") + what : std::string()) + " " + std::to_string(tag);
  return text;
}

std::string sentence(const Step& step, const Rollover& rollover, const history::NextStep& next) {
  std::string text = "Rollover of " + step.maker.zone_text() + " (" + to_string(rollover.kind) +
                     tags_text("old", rollover.old_keys) + tags_text("new", rollover.new_keys) +
                     "): " + to_string(rollover.phase) + ".";
  if (next.what.empty()) return text;
  text += " Next: " + next.what;
  if (!next.safe_from) return text + ".";
  return text + (*next.safe_from <= step.look.at ? ", safe now." : ", safe from " + to_rfc3339(*next.safe_from) + ".");
}

void tell(Step& step, const Rollover& rollover, const Rollover* before) {
  const history::NextStep next =
      history::next_step(step.history, rollover, step.zone.name, step.look.validation, step.look.at);
  Event event = step.maker.make(EventType::kRolloverPhaseChanged, "rollover", rollover.subject);
  event.severity = Severity::kNotice;
  event.confidence = Confidence::kInferred;
  event.summary = sentence(step, rollover, next);
  if (before != nullptr) event.before = describe(*before);
  event.after = describe(rollover);
  if (!next.what.empty()) event.after["next_step"] = next.what;
  if (next.safe_from) event.after["next_step_safe_from"] = to_rfc3339(*next.safe_from);
  event.last_before = rollover.since.last_before;
  event.first_after = rollover.since.first_after;
  event.caused_by = step.chain_root;
  step.update.events.push_back(std::move(event));
}

}  // namespace

void compare_rollovers(Step& step) {
  if (step.history.same_content(step.before.history)) return;
  const std::vector<Rollover> before = history::name_rollovers(step.before.history);
  for (const Rollover& rollover : history::name_rollovers(step.history)) {
    const Rollover* same = same_one(before, rollover);
    const bool is_new = same == nullptr || same->phase != rollover.phase || same->kind != rollover.kind;
    // Old stories that are read anew, because keys in them were forgotten, are no news.
    const bool is_now = rollover.since.first_after == step.look.at && rollover.since.last_before != history::kBegin;
    if (is_new && is_now) tell(step, rollover, same);
  }
}

}  // namespace anchorwatch::change
