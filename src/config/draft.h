// SPDX-License-Identifier: Apache-2.0
// Draft: a Config while its files are read one after the other; a later file writes over an earlier
// one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/config/load.h"

#include "node.h"
#include "option_table.h"

namespace anchorwatch::config {

class Draft {
 public:
  /// Reads one file; mistakes are kept.
  void read(const std::string& file, const std::string& text);
  void add_error(ConfigError error) { errors_.add(std::move(error)); }
  /// Applies the defaults to the zones, looks for contradictions and gives the result.
  [[nodiscard]] ConfigLoad finish();

 private:
  /// A [[zone]] table waits until the last file has said what the defaults are.
  struct PendingZone {
    std::string file;
    Node table;
  };
  struct PendingSink {
    std::string file;
    Place place;
    SinkDraft draft;
  };

  void error(Place place, std::string_view key, std::string message);
  void note_origin(std::string key, Place place);
  /// The place of a fault: the list's element if there is one, else the value.
  static Place fault_place(const Node& node, const FieldFault& fault);

  void read_table(const Member& member);
  void read_plain(const Member& member);
  /// Reads CODE = "severity" pairs; `name` begins the keys in messages. False after an error.
  bool read_severity(const Node& table, const std::string& name, judge::SeverityMap& into);
  void read_tags(const Node& table);
  void read_defaults(const Node& table);
  void read_stub(const Node& table);
  void read_operator(const Node& table);
  void read_sink(const Node& table);
  void read_zone(const PendingZone& pending);
  bool read_zone_severity(const Member& member, inventory::ZoneSettings& settings);
  /// Checks one value of a zone field and puts it into `settings`; false after an error.
  bool set_zone_field(const OptionInfo& option, const Member& member,
                      inventory::ZoneSettings& settings);
  void unknown_key(const Member& member, std::string_view table,
                   std::span<const std::string_view> known);
  /// Reads the members of `table` by `rows` into `target`; `origin` begins the keys of origins.
  template <typename Target>
  void read_rows(const Node& table, std::string_view name, const std::string& origin,
                 std::span<const Row<Target>> rows, Target& target);

  void check_order();
  void check_stub(const StubConfig& stub, std::size_t index, Place place);
  void check_operator(const OperatorConfig& read, std::size_t index, Place place);
  void check_sinks();
  void check_sink(PendingSink& pending, std::size_t index);
  void check_sink_format(PendingSink& pending, const std::string& origin);
  void check_sink_keys(const PendingSink& pending, const std::string& origin);
  [[nodiscard]] bool is_set(const std::string& key) const {
    return config_.origins.find(key) != config_.origins.end();
  }

  Config config_;
  inventory::ProblemList errors_;
  std::vector<PendingZone> zones_;
  std::vector<PendingSink> sinks_;
  std::string file_;       ///< That is being read.
  std::string directory_;  ///< Of that file.
};

}  // namespace anchorwatch::config
