// SPDX-License-Identifier: Apache-2.0
// What is kept from sinks for a time: mutes, by zone, tag and code, and findings that somebody takes care of.
//
// Threading: value types, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/severity.h"

namespace anchorwatch::store {

/// Empty fields fit all; not all three are empty.
struct Mute {
  std::int64_t id = 0;
  std::string zone;   ///< Presentation form with final dot.
  std::string tag;
  std::string code;   ///< Of a finding, or a type of event.
  std::string reason, actor;
  UnixSeconds begins_at = 0, ends_at = 0;
};

/// Somebody takes care of an open finding, as bad as it was then.
struct Acknowledgement {
  std::string zone, code, subject;
  Severity severity = Severity::kInfo;
  UnixSeconds ends_at = 0;  ///< 0: when the finding ends or becomes worse.
};

/// What holds now.
struct Silences {
  std::vector<Mute> mutes;
  std::vector<Acknowledgement> acknowledged;
};

/// An event that a mute kept from all sinks.
struct MutedEvent {
  std::string event_id;
  std::int64_t mute = 0;
};

/// What happened under a mute.
struct MuteSummary {
  std::int64_t events = 0, zones = 0;
  std::map<std::string, std::int64_t> by_type, by_severity;
  std::optional<Severity> worst;
  std::int64_t open_findings = 0;      ///< That were opened under it.
  std::int64_t zones_not_well = 0;     ///< With an open finding, or bogus.
  std::optional<Severity> open_worst;  ///< Of those.
  std::vector<std::string> names;      ///< The first few of these zones.
};

}  // namespace anchorwatch::store
