// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/change/incident.h"

#include <array>

namespace anchorwatch::change {
namespace {

/// In the order of the enum.
constexpr std::array<const char*, 6> kNames{"ancestor", "address",    "name_server",
                                            "provider", "shared_key", "parent_ds_signature"};
static_assert(kNames.size() == static_cast<std::size_t>(IncidentCause::kParentDsSignature) + 1);

}  // namespace

const char* to_string(IncidentCause cause) { return kNames.at(static_cast<std::size_t>(cause)); }

std::optional<IncidentCause> parse_incident_cause(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (text == kNames.at(i)) return static_cast<IncidentCause>(i);
  }
  return std::nullopt;
}

}  // namespace anchorwatch::change
