// SPDX-License-Identifier: Apache-2.0
#include "draft.h"

#include <algorithm>
#include <array>
#include <utility>

#include "anchorwatch/inventory/suggest.h"
#include "anchorwatch/inventory/zone_field.h"
#include "anchorwatch/inventory/zone_name.h"

namespace anchorwatch::config {
namespace {

struct Table {
  std::string_view name;
  bool repeated;  ///< [[name]].
};
constexpr Table kTables[] = {
    {"daemon", false},     {"dns", false},    {"stub", true},      {"operator", true},  {"scheduler", false},
    {"validation", false}, {"expiry", false}, {"confirmation", false}, {"incidents", false}, {"severity", false}, {"monitor", false},
    {"change", false},     {"history", false},    {"inventory", false},
    {"tag", false},        {"defaults", false}, {"zone", true},    {"sink", true},
};

std::string directory_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? std::string() : file.substr(0, slash + 1);
}

}  // namespace

void Draft::error(Place place, std::string_view key, std::string message) {
  errors_.add({file_, place.line, place.column, std::string(key), std::move(message)});
}

void Draft::note_origin(std::string key, Place place) {
  config_.origins[std::move(key)] = {file_, place.line, place.column};
}

Place Draft::fault_place(const Node& node, const FieldFault& fault) {
  return fault.element < node.items.size() ? node.items[fault.element].place : node.place;
}

void Draft::unknown_key(const Member& member, std::string_view table,
                        std::span<const std::string_view> known) {
  std::string key(table);
  if (!key.empty()) key += ".";
  key += member.key;
  error(member.place, key,
        (table.empty() ? "unknown table" : "unknown key") +
            inventory::did_you_mean(member.key, known));
}

void Draft::read(const std::string& file, const std::string& text) {
  file_ = file;
  directory_ = directory_of(file);
  config_.files.push_back(file);
  ParsedToml parsed = parse_toml(text);
  if (!parsed.ok) {
    error(parsed.place, "", std::move(parsed.message));
    return;
  }
  for (const Member& member : parsed.root.members) read_table(member);
}

void Draft::read_table(const Member& member) {
  const auto table = std::find_if(std::begin(kTables), std::end(kTables),
                                  [&](const Table& known) { return known.name == member.key; });
  if (table == std::end(kTables)) {
    std::vector<std::string_view> names;
    for (const Table& known : kTables) names.push_back(known.name);
    unknown_key(member, "", names);
    return;
  }
  const Node& node = member.node;
  const bool empty_list = node.kind == NodeKind::kList && node.items.empty();
  if (table->repeated && empty_list) return;
  if (node.kind != (table->repeated ? NodeKind::kTableList : NodeKind::kTable)) {
    error(member.place, member.key,
          table->repeated ? "must be a list of tables: write [[" + member.key + "]]"
                          : "must be a table: write [" + member.key + "]");
    return;
  }
  if (!table->repeated) {
    read_plain(member);
    return;
  }
  for (const Node& item : node.items) {
    if (member.key == "stub") read_stub(item);
    if (member.key == "operator") read_operator(item);
    if (member.key == "sink") read_sink(item);
    if (member.key == "zone") zones_.push_back({file_, item});
  }
}

void Draft::read_plain(const Member& member) {
  if (member.key == "severity") {
    read_severity(member.node, "severity", config_.severity);
    return;
  }
  if (member.key == "tag") return read_tags(member.node);
  if (member.key == "defaults") return read_defaults(member.node);
  std::vector<Row<Config>> rows;
  for (const Row<Config>& row : plain_rows()) {
    const std::string_view key = row.info.key;
    if (key.substr(0, key.find('.')) == member.key) rows.push_back(row);
  }
  read_rows<Config>(member.node, member.key, member.key, rows, config_);
}

template <typename Target>
void Draft::read_rows(const Node& table, std::string_view name, const std::string& origin,
                      std::span<const Row<Target>> rows, Target& target) {
  for (const Member& member : table.members) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row<Target>& candidate) {
      return last_part(candidate.info.key) == member.key;
    });
    if (row == rows.end()) {
      std::vector<std::string_view> known;
      for (const Row<Target>& other : rows) known.push_back(last_part(other.info.key));
      unknown_key(member, name, known);
      continue;
    }
    note_origin(origin + "." + member.key, member.node.place);
    Parsed parsed;
    auto fault = parse_value(row->info, member.node, directory_, parsed);
    if (!fault) fault = row->set(target, parsed);
    if (fault) error(fault_place(member.node, *fault), row->info.key, std::move(fault->message));
  }
}

bool Draft::read_severity(const Node& table, const std::string& name, judge::SeverityMap& into) {
  bool good = true;
  for (const Member& member : table.members) {
    const std::string key = name + "." + member.key;
    const auto code = judge::parse_finding_code(member.key);
    if (!code) {
      error(member.place, key, inventory::unknown_code(member.key));
      good = false;
      continue;
    }
    Parsed parsed;
    auto fault = parse_value(severity_option(), member.node, directory_, parsed);
    if (fault) {
      error(member.node.place, key, std::move(fault->message));
      good = false;
      continue;
    }
    note_origin(key, member.node.place);
    into[*code] = parse_severity(parsed.text).value_or(Severity::kInfo);
  }
  return good;
}

void Draft::read_tags(const Node& table) {
  for (const Member& tag : table.members) {
    const std::string name = "tag." + tag.key;
    if (tag.node.kind != NodeKind::kTable) {
      error(tag.node.place, name, "must be a table: write [" + name + ".severity]");
      continue;
    }
    for (const Member& member : tag.node.members) {
      const std::string key = name + ".severity";
      if (member.key != "severity") {
        unknown_key(member, name, std::array<std::string_view, 1>{"severity"});
      } else if (member.node.kind != NodeKind::kTable) {
        error(member.node.place, key, "must be a table: write [" + key + "]");
      } else {
        read_severity(member.node, key, config_.tag_severity[tag.key]);
      }
    }
  }
}

void Draft::read_stub(const Node& table) {
  const std::size_t index = config_.stubs.size();
  const std::string origin = "stub[" + std::to_string(index) + "]";
  StubConfig stub;
  note_origin(origin, table.place);
  read_rows<StubConfig>(table, "stub", origin, stub_rows(), stub);
  check_stub(stub, index, table.place);
  config_.stubs.push_back(std::move(stub));
}

void Draft::read_operator(const Node& table) {
  const std::size_t index = config_.operators.size();
  const std::string origin = "operator[" + std::to_string(index) + "]";
  OperatorConfig read;
  note_origin(origin, table.place);
  read_rows<OperatorConfig>(table, "operator", origin, operator_rows(), read);
  check_operator(read, index, table.place);
  config_.operators.push_back(std::move(read));
}

void Draft::read_sink(const Node& table) {
  const std::string origin = "sink[" + std::to_string(sinks_.size()) + "]";
  PendingSink pending{file_, table.place, {}};
  note_origin(origin, table.place);
  read_rows<SinkDraft>(table, "sink", origin, sink_rows(), pending.draft);
  sinks_.push_back(std::move(pending));
}

ConfigLoad Draft::finish() {
  check_order();
  check_sinks();
  for (const PendingZone& zone : zones_) read_zone(zone);
  ConfigLoad load;
  load.config = std::move(config_);
  load.errors = std::move(errors_);
  return load;
}

}  // namespace anchorwatch::config
