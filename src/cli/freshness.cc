// SPDX-License-Identifier: Apache-2.0
#include "freshness.h"

#include <algorithm>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/config/load.h"

namespace anchorwatch::cli {

namespace {

/// A look may be on its way, or its batch not yet written.
constexpr std::chrono::seconds kGrace{60};

}  // namespace

Freshness::Freshness(const config::Config& config, bool has_file, UnixSeconds now)
    : interval_(config.scheduler.interval),
      slowest_(config.scheduler.adaptive ? config.scheduler.max_interval : std::chrono::seconds(0)),
      now_(now) {
  if (has_file) zones_ = config::load_inventory(config).inventory;
}

bool Freshness::is_stale(const store::ZoneStatusRow& row) const {
  change::ZoneSummary summary;
  summary.baseline = row.last_observed_at.has_value();
  summary.last_observed_at = row.last_observed_at.value_or(0);
  summary.certain_until_at = row.certain_until_at.value_or(0);
  const std::optional<UnixSeconds> stale_at = change::stale_at(summary, interval_of(row));
  return stale_at && now_ >= *stale_at + kGrace.count();
}

void Freshness::apply(store::ZoneStatusRow& row) const {
  if (!is_stale(row)) return;
  row.observation = judge::to_string(judge::Observation::kStale);
  row.status = row.status_worst = dnssec::to_string(dnssec::SecurityStatus::kIndeterminate);
  row.reason = dnssec::to_string(dnssec::Reason::kStale);
}

std::chrono::seconds Freshness::interval_of(const store::ZoneStatusRow& row) const {
  const Result<dns::Name> name = dns::Name::from_text(row.zone);
  const inventory::ZoneEntry* entry = name ? zones_.find(*name) : nullptr;
  return std::max(slowest_, entry != nullptr ? entry->settings->interval.value_or(interval_) : interval_);
}

}  // namespace anchorwatch::cli
