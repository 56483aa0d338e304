// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/inventory_builder.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "name_order.h"
#include "text_scan.h"
#include "zone_sink.h"

namespace anchorwatch::inventory {
namespace {

constexpr std::size_t kMaxFileSize = std::size_t{1} << 30U;
constexpr std::size_t kMaxFiles = std::numeric_limits<std::uint16_t>::max();
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Reports the first octet that is no UTF-8. Events and logs carry this text as JSON.
bool check_utf8(std::string_view text, const ZoneSink& sink) {
  const std::size_t bad = invalid_utf8_at(text);
  if (bad == std::string_view::npos) return true;
  const std::string_view before = text.substr(0, bad);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
  sink.problem(
      {static_cast<std::uint32_t>(lines) + 1, column_at(text.substr(line_begin), bad - line_begin)},
      "", "the file is not UTF-8");
  return false;
}

}  // namespace

struct InventoryBuilder::State {
  SharedSettings defaults;
  std::vector<ZoneEntry> zones;
  std::vector<std::string> files;
  ProblemList problems;
  TagSeverities tags;

  std::optional<std::uint16_t> file_index(const std::string& file);
  void report_duplicates();
  void apply_tags_to_zones();
};

/// [[zone]] tables come one by one from few files, so that the last one is looked at first.
std::optional<std::uint16_t> InventoryBuilder::State::file_index(const std::string& file) {
  const auto known = std::find(files.rbegin(), files.rend(), file);
  if (known != files.rend()) return static_cast<std::uint16_t>(files.rend() - known - 1);
  if (files.size() >= kMaxFiles) {
    problems.add({file, 0, 0, "", "too many inventory files"});
    return std::nullopt;
  }
  files.push_back(file);
  return static_cast<std::uint16_t>(files.size() - 1);
}

void InventoryBuilder::State::report_duplicates() {
  struct Duplicate {
    const ZoneEntry* first;
    const ZoneEntry* again;
  };
  std::vector<Duplicate> duplicates;
  std::size_t first = 0;
  for (std::size_t i = 1; i < zones.size(); ++i) {
    if (zones[i].name != zones[first].name) {
      first = i;
    } else {
      duplicates.push_back({&zones[first], &zones[i]});
    }
  }
  const auto place = [](const Duplicate& duplicate) {
    const SourcePosition& at = duplicate.again->source;
    return std::tie(at.file, at.line, at.column);
  };
  std::sort(duplicates.begin(), duplicates.end(),
            [&](const Duplicate& a, const Duplicate& b) { return place(a) < place(b); });
  for (const Duplicate& duplicate : duplicates) {
    const SourcePosition& again = duplicate.again->source;
    const SourcePosition& before = duplicate.first->source;
    problems.add({files[again.file], again.line, again.column, "name",
                  duplicate.again->name.to_text() + " stands there twice, first at " +
                      files[before.file] + ":" + std::to_string(before.line) + ":" +
                      std::to_string(before.column)});
  }
}

void InventoryBuilder::State::apply_tags_to_zones() {
  if (tags.empty()) return;
  // Zones with equal settings go on sharing them.
  std::map<SharedSettings, SharedSettings> tagged;
  for (ZoneEntry& zone : zones) {
    if (zone.settings->tags.empty()) continue;
    SharedSettings& settings = tagged[zone.settings];
    if (settings == nullptr) {
      ZoneSettings with_tags = *zone.settings;
      apply_tags(with_tags, tags);
      settings = std::make_shared<const ZoneSettings>(std::move(with_tags));
    }
    zone.settings = settings;
  }
}

InventoryBuilder::InventoryBuilder(ZoneSettings defaults, TagSeverities tags)
    : state_(std::make_unique<State>()) {
  state_->tags = std::move(tags);
  state_->defaults = std::make_shared<const ZoneSettings>(std::move(defaults));
}
InventoryBuilder::~InventoryBuilder() = default;
InventoryBuilder::InventoryBuilder(InventoryBuilder&&) noexcept = default;
InventoryBuilder& InventoryBuilder::operator=(InventoryBuilder&&) noexcept = default;

void InventoryBuilder::add_text(std::string_view text, const std::string& file) {
  const auto index = state_->file_index(file);
  if (!index) return;
  const ZoneSink sink{state_->zones, state_->problems, state_->defaults, *index, file};
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!check_utf8(text, sink)) return;
  // Growing by doubling would hold half as much again for a moment.
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  state_->zones.reserve(state_->zones.size() + lines + 1);
  CsvReader reader(text);
  if (reader.next() && is_zone_header(reader)) {
    read_zone_csv(reader, sink);
  } else {
    read_zone_list(text, sink);
  }
}

void InventoryBuilder::add_file(const std::string& path) {
  const auto text = read_text_file(path, kMaxFileSize);
  if (text) {
    add_text(*text, path);
  } else {
    add_problem({path, 0, 0, "", text.error().message()});
  }
}

void InventoryBuilder::add_zone(dns::Name name, ZoneSettings settings, const std::string& file,
                                std::uint32_t line, std::uint32_t column) {
  const auto index = state_->file_index(file);
  if (!index) return;
  SharedSettings shared = settings == *state_->defaults
                              ? state_->defaults
                              : std::make_shared<const ZoneSettings>(std::move(settings));
  const ZoneSink sink{state_->zones, state_->problems, state_->defaults, *index, file};
  sink.add(std::move(name), std::move(shared), {line, column});
}

void InventoryBuilder::add_problem(Problem problem) { state_->problems.add(std::move(problem)); }

InventoryLoad InventoryBuilder::finish() {
  sort_canonically(state_->zones);
  state_->report_duplicates();
  state_->apply_tags_to_zones();
  InventoryLoad load;
  load.problems = std::exchange(state_->problems, {});
  std::vector<ZoneEntry> zones = std::exchange(state_->zones, {});
  std::vector<std::string> files = std::exchange(state_->files, {});
  if (load.ok()) load.inventory = Inventory(std::move(zones), std::move(files));
  return load;
}

}  // namespace anchorwatch::inventory
