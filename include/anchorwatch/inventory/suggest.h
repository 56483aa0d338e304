// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the known word that is closest to one that is not known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace anchorwatch::inventory {

/// The closest of `known` by edits (letter case counts nothing, a swap of neighbours is one edit);
/// nothing when none is close enough to be a slip. The first wins among equals.
std::optional<std::string_view> closest(std::string_view word,
                                        std::span<const std::string_view> known);
/// " (did you mean "…"?)", or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace anchorwatch::inventory
