// SPDX-License-Identifier: Apache-2.0
// InventoryBuilder: reads zone lists and CSV files into an Inventory, with all mistakes at once.
//
// A list has one name a line; `#` starts a comment. A file whose first line (after comments) has a
// cell `name` is CSV: the cells of that line name the columns, which are the keys of [[zone]].
//
// Threading: one thread at a time.
// Blocking:  disk in add_file, nothing else.
// Standards: RFC 4180 (CSV), RFC 5891 (IDNs).
// Limits:    65,535 files, kMaxProblems, 1 GiB a file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "anchorwatch/core/result.h"
#include "anchorwatch/inventory/inventory.h"
#include "anchorwatch/inventory/problem.h"

namespace anchorwatch::inventory {

struct InventoryLoad {
  Inventory inventory;  ///< Empty unless there are no problems.
  ProblemList problems;
  [[nodiscard]] bool ok() const { return problems.empty(); }
};

class InventoryBuilder {
 public:
  /// @param defaults  settings of a zone about which a file says nothing.
  /// @param tags      severities that zones get by their tags.
  explicit InventoryBuilder(ZoneSettings defaults = {}, TagSeverities tags = {});
  ~InventoryBuilder();
  InventoryBuilder(InventoryBuilder&&) noexcept;
  InventoryBuilder& operator=(InventoryBuilder&&) noexcept;

  /// Adds the zones of a list or CSV text. `file` is only a name for messages.
  void add_text(std::string_view text, const std::string& file);
  /// Reads a file and adds its zones; a file that cannot be read is a problem.
  void add_file(const std::string& path);
  /// Adds one zone with complete settings (a [[zone]] table).
  void add_zone(dns::Name name, ZoneSettings settings, const std::string& file, std::uint32_t line,
                std::uint32_t column);
  void add_problem(Problem problem);

  /// Sorts and looks for duplicates; a duplicate names both places. The builder is empty
  /// afterwards.
  [[nodiscard]] InventoryLoad finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads a whole file.
/// @errors kNotFound, kIo: with the system's words; kLimitExceeded: longer than `max_size` octets.
Result<std::string> read_text_file(const std::string& path, std::size_t max_size);

}  // namespace anchorwatch::inventory
