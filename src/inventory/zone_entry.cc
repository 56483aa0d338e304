// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/zone_entry.h"

#include <algorithm>
#include <utility>

namespace anchorwatch::inventory {

ZoneSettings::ZoneSettings() {
  static const auto shared = std::make_shared<const std::vector<ProbeSpec>>(default_probes());
  probes = shared;
}

bool ZoneSettings::operator==(const ZoneSettings& other) const {
  return expectation == other.expectation && (probes == other.probes || *probes == *other.probes) &&
         denial_probe == other.denial_probe && owner == other.owner && contact == other.contact &&
         registrar == other.registrar && criticality == other.criticality && tags == other.tags &&
         source == other.source && interval == other.interval;
}

void apply_tags(ZoneSettings& settings, const TagSeverities& tags) {
  judge::SeverityMap found;
  for (const std::string& tag : settings.tags) {
    const auto of_tag = tags.find(tag);
    if (of_tag == tags.end()) continue;
    for (const auto& [code, severity] : of_tag->second) {
      const auto [at, fresh] = found.emplace(code, severity);
      if (!fresh) at->second = std::max(at->second, severity);
    }
  }
  settings.expectation.severity.insert(found.begin(), found.end());
}

std::vector<dns::Question> ZoneEntry::questions() const {
  std::vector<dns::Question> questions;
  questions.reserve(settings->probes->size());
  for (const ProbeSpec& probe : *settings->probes) {
    auto question = probe.resolve(name);
    if (!question) continue;
    if (std::find(questions.begin(), questions.end(), *question) != questions.end()) continue;
    questions.push_back(*std::move(question));
  }
  return questions;
}

}  // namespace anchorwatch::inventory
