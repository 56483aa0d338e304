// SPDX-License-Identifier: Apache-2.0
// Text forms of the small enums of this module.
#include <array>
#include <utility>

#include "anchorwatch/judge/judgement.h"

namespace anchorwatch::judge {

namespace {

constexpr std::array<std::pair<Observation, const char*>, 4> kObservations{{
    {Observation::kOk, "ok"},
    {Observation::kPartial, "partial"},
    {Observation::kFailed, "failed"},
    {Observation::kStale, "stale"},
}};

constexpr std::array<std::pair<DelegationState, const char*>, 3> kDelegations{{
    {DelegationState::kUnknown, "unknown"},
    {DelegationState::kPresent, "present"},
    {DelegationState::kAbsent, "absent"},
}};

template <typename Table, typename Value>
const char* text_of(const Table& table, Value value) {
  for (const auto& [entry, text] : table) {
    if (entry == value) return text;
  }
  return "unknown";
}

template <typename Value, typename Table>
std::optional<Value> value_of(const Table& table, std::string_view text) {
  for (const auto& [entry, name] : table) {
    if (text == name) return entry;
  }
  return std::nullopt;
}

}  // namespace

const char* to_string(Observation observation) { return text_of(kObservations, observation); }
std::optional<Observation> parse_observation(std::string_view text) {
  return value_of<Observation>(kObservations, text);
}

const char* to_string(DelegationState state) { return text_of(kDelegations, state); }
std::optional<DelegationState> parse_delegation_state(std::string_view text) {
  return value_of<DelegationState>(kDelegations, text);
}

}  // namespace anchorwatch::judge
