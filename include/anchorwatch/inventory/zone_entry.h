// SPDX-License-Identifier: Apache-2.0
// ZoneEntry: one zone of the portfolio with what its owner expects of it.
//
// Zones with equal settings share one ZoneSettings, so that a million names cost little more than
// the names.
//
// Threading: value types, any thread; the settings are immutable once they stand in an entry.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/zone_source.h"
#include "anchorwatch/inventory/probe_spec.h"
#include "anchorwatch/judge/expectation.h"

namespace anchorwatch::inventory {

/// What is said about zones, defaults included.
struct ZoneSettings {
  judge::Expectation expectation;
  /// What to ask; never null. Absolute names count only for the zones that they lie in.
  std::shared_ptr<const std::vector<ProbeSpec>> probes;
  bool denial_probe = true;  ///< Also one random name that should not exist.
  std::string owner;
  std::string contact;
  std::string registrar;
  std::string criticality;  ///< The operator's own word, e.g. "high".
  std::vector<std::string> tags;
  dns::ZoneSource source;   ///< Where the whole zone can be had; empty: it is only probed.
  std::optional<std::chrono::seconds> interval;  ///< Core round; empty: the scheduler's.

  /// The contract's defaults: expect any, `default_probes()`, denial probe.
  ZoneSettings();
  /// Compares probes by value.
  bool operator==(const ZoneSettings& other) const;
};

/// Severities for the zones with a tag.
using TagSeverities = std::map<std::string, judge::SeverityMap, std::less<>>;

/// Adds what the tags of a zone say about severities to what is said about the zone itself, which wins.
/// Where several of its tags speak of one code, the highest severity counts.
void apply_tags(ZoneSettings& settings, const TagSeverities& tags);

/// Where an entry was written. `Inventory::where` gives the text.
struct SourcePosition {
  std::uint16_t file = 0;    ///< Index of the inventory's files.
  std::uint16_t column = 0;  ///< Of the name, in characters; 65535 stands for more too.
  std::uint32_t line = 0;    ///< From 1.
  bool operator==(const SourcePosition&) const = default;
};

struct ZoneEntry {
  dns::Name name;
  std::shared_ptr<const ZoneSettings> settings;  ///< Never null.
  SourcePosition source;

  /// The questions of `settings->probes` for this zone, without duplicates, in the order of the
  /// probes. Absolute names outside the zone and names that would get too long are left out.
  [[nodiscard]] std::vector<dns::Question> questions() const;
};

}  // namespace anchorwatch::inventory
