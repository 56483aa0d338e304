// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "anchorwatch/inventory/zone_field.h"
#include "anchorwatch/inventory/zone_name.h"

#include "draft.h"

namespace anchorwatch::config {
namespace {

const OptionInfo* find_option(std::span<const OptionInfo> options, std::string_view key) {
  const auto at = std::find_if(options.begin(), options.end(), [key](const OptionInfo& option) {
    return last_part(option.key) == key;
  });
  return at == options.end() ? nullptr : &*at;
}

std::vector<std::string_view> keys_of(std::span<const OptionInfo> options) {
  std::vector<std::string_view> keys;
  for (const OptionInfo& option : options) keys.push_back(last_part(option.key));
  return keys;
}

bool is_list(OptionType type) {
  return type == OptionType::kTextList || type == OptionType::kIntegerList;
}

}  // namespace

bool Draft::set_zone_field(const OptionInfo& option, const Member& member,
                           inventory::ZoneSettings& settings) {
  Parsed parsed;
  auto fault = parse_value(option, member.node, directory_, parsed);
  if (!fault) {
    std::vector<std::string_view> values(parsed.texts.begin(), parsed.texts.end());
    if (!is_list(option.type)) values = {parsed.text};
    fault = inventory::find_zone_field(last_part(option.key))->set(settings, values);
  }
  if (!fault) return true;
  error(fault_place(member.node, *fault), option.key, std::move(fault->message));
  return false;
}

void Draft::read_defaults(const Node& table) {
  for (const Member& member : table.members) {
    const OptionInfo* option = find_option(defaults_options(), member.key);
    if (option == nullptr) {
      unknown_key(member, "defaults", keys_of(defaults_options()));
      continue;
    }
    note_origin(std::string(option->key), member.node.place);
    set_zone_field(*option, member, config_.defaults);
  }
}

bool Draft::read_zone_severity(const Member& member, inventory::ZoneSettings& settings) {
  if (member.node.kind == NodeKind::kTable) {
    return read_severity(member.node, "zone.severity", settings.expectation.severity);
  }
  error(member.node.place, "zone.severity",
        "must be a table, not " + std::string(to_string(member.node.kind)) +
            ": write severity = { CODE = \"warning\" }");
  return false;
}

void Draft::read_zone(const PendingZone& pending) {
  file_ = pending.file;
  ZoneConfig zone{
      {}, config_.defaults, file_, pending.table.place.line, pending.table.place.column};
  bool named = false;
  bool good = true;
  for (const Member& member : pending.table.members) {
    const OptionInfo* option = find_option(zone_options(), member.key);
    if (option == nullptr) {
      unknown_key(member, "zone", keys_of(zone_options()));
    } else if (member.key == "name") {
      Parsed parsed;
      named = true;
      auto fault = parse_value(*option, member.node, directory_, parsed);
      if (!fault) fault = store(parsed, zone.name);
      if (fault) error(member.node.place, option->key, std::move(fault->message));
      good = good && !fault;
      zone.line = member.node.place.line;
      zone.column = member.node.place.column;
    } else if (option->type == OptionType::kSeverityTable) {
      good = read_zone_severity(member, zone.settings) && good;
    } else {
      good = set_zone_field(*option, member, zone.settings) && good;
    }
  }
  if (!named) error(pending.table.place, "zone.name", "is required");
  if (!named || !good) return;
  if (auto contradiction = inventory::check_settings(zone.settings)) {
    error(pending.table.place, "zone.expect", *std::move(contradiction));
  }
  if (const Member* probes = pending.table.find("probes")) {
    auto fault = inventory::check_probes(zone.name, zone.settings);
    if (fault) error(fault_place(probes->node, *fault), "zone.probes", std::move(fault->message));
  }
  config_.zones.push_back(std::move(zone));
}

}  // namespace anchorwatch::config
