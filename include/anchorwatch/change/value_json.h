// SPDX-License-Identifier: Apache-2.0
// Values of findings and events as JSON text, and back: how the store and the sinks see them.
//
// Threading: pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/change/confirmation.h"
#include "anchorwatch/change/event.h"

namespace anchorwatch::change {

/// A JSON object, keys in alphabetical order; octets that are no UTF-8 are replaced.
std::string values_to_json(const EventData& values);
/// Empty for text that is no object of numbers, texts and lists of texts.
std::optional<EventData> parse_values(std::string_view json);

/// A JSON array of strings.
std::string texts_to_json(const std::vector<std::string>& texts);
std::optional<std::vector<std::string>> parse_texts(std::string_view json);

/// A JSON array, one object for each finding.
std::string pending_to_json(const std::vector<PendingFinding>& pending);
/// What can be read of it: codes that are not known any more are left out.
std::vector<PendingFinding> parse_pending(std::string_view json);

}  // namespace anchorwatch::change
