// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <unordered_map>

#include "anchorwatch/inventory/suggest.h"
#include "anchorwatch/inventory/zone_field.h"
#include "anchorwatch/inventory/zone_name.h"

#include "text_scan.h"
#include "zone_sink.h"

namespace anchorwatch::inventory {
namespace {

constexpr std::string_view kNameColumn = "name";
constexpr std::size_t kMaxRemembered = 8192;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

struct Column {
  bool is_name = false;
  const ZoneField* field = nullptr;  ///< Null for the name, and for a column with a problem.
};

class RowReader {
 public:
  RowReader(CsvReader& reader, const ZoneSink& sink) : reader_(reader), sink_(sink) {}

  void read_header();
  void read_row();

 private:
  void problem(std::size_t offset, std::string_view key, std::string message) const {
    sink_.problem(reader_.position(offset), key, std::move(message));
  }
  bool has_all_cells() const;
  /// The settings of the row, from an equal row before if there was one; null after a problem.
  SharedSettings row_settings();
  SharedSettings parse_settings();
  void forget();
  bool set_field(ZoneSettings& settings, const ZoneField& field, const CsvCell& cell);
  void split(const CsvCell& cell, std::string_view separators);
  bool check_probes_of(const dns::Name& zone, const ZoneSettings& settings);
  [[nodiscard]] std::size_t element_offset(const CsvCell& cell, std::size_t element) const;

  CsvReader& reader_;
  const ZoneSink& sink_;
  std::vector<Column> columns_;
  std::size_t name_column_ = 0;
  std::optional<std::size_t> probes_column_;
  std::unordered_map<std::string, SharedSettings, TextHash, std::equal_to<>> remembered_;
  bool remembers_ = true;
  std::size_t repeats_ = 0;                 ///< Rows found in `remembered_`.
  std::string key_;                         ///< The row without its name.
  std::vector<std::string_view> elements_;  ///< Of the cell that was split last.
};

void RowReader::read_header() {
  std::vector<std::string_view> known{kNameColumn};
  for (const ZoneField& field : zone_fields()) known.push_back(field.name);
  std::vector<std::string> seen;
  for (const CsvCell& cell : reader_.cells()) {
    const std::string name = to_lower_ascii(cell.text);
    Column column{name == kNameColumn, find_zone_field(name)};
    const auto number = columns_.size();
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      problem(cell.offset, name, "this column stands there twice");
      column = {};
    } else if (column.is_name) {
      name_column_ = number;
    } else if (column.field == nullptr) {
      problem(cell.offset, "", "unknown column " + quoted(cell.text) + did_you_mean(name, known));
    } else if (name == "probes") {
      probes_column_ = number;
    }
    seen.push_back(name);
    columns_.push_back(column);
  }
}

bool RowReader::has_all_cells() const {
  const auto cells = reader_.cells();
  if (cells.size() == columns_.size()) return true;
  const bool surplus = cells.size() > columns_.size();
  const std::size_t at = surplus ? cells[columns_.size()].offset
                                 : reader_.record_offset() + trim(reader_.record()).size();
  problem(at, "",
          "the row has " + std::to_string(cells.size()) + " cells, the header has " +
              std::to_string(columns_.size()));
  return false;
}

void RowReader::read_row() {
  if (const auto& fault = reader_.fault()) {
    problem(fault->offset, "", fault->message);
    return;
  }
  if (!has_all_cells()) return;
  const CsvCell& name_cell = reader_.cells()[name_column_];
  auto name = parse_zone_name(name_cell.text);
  if (!name) problem(name_cell.offset, kNameColumn, name.error().message());
  SharedSettings settings = row_settings();
  if (!name || settings == nullptr || !check_probes_of(*name, *settings)) return;
  sink_.add(*std::move(name), std::move(settings), reader_.position(name_cell.offset));
}

/// When every row says something else, remembering them only costs time and memory.
void RowReader::forget() {
  remembers_ = repeats_ > kMaxRemembered / 8;
  remembered_.clear();
  repeats_ = 0;
}

SharedSettings RowReader::row_settings() {
  if (!remembers_) return parse_settings();
  const CsvCell& name = reader_.cells()[name_column_];
  const std::string_view record = reader_.record();
  // A name with doubled quotes is no name, so that the cell stands in the record as it is.
  const std::size_t begin = name.offset - reader_.record_offset();
  key_.assign(record.substr(0, begin));
  key_ += '\0';
  key_ += record.substr(std::min(begin + name.text.size(), record.size()));
  const auto known = remembered_.find(std::string_view(key_));
  if (known != remembered_.end()) {
    ++repeats_;
    return known->second;
  }
  SharedSettings settings = parse_settings();
  if (settings != nullptr) {
    if (remembered_.size() >= kMaxRemembered) forget();
    if (remembers_) remembered_.emplace(key_, settings);
  }
  return settings;
}

SharedSettings RowReader::parse_settings() {
  ZoneSettings settings = *sink_.defaults;
  bool good = true;
  bool said_something = false;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const CsvCell& cell = reader_.cells()[i];
    const ZoneField* field = columns_[i].field;
    if (field == nullptr || trim(cell.text).empty()) continue;
    said_something = true;
    if (!set_field(settings, *field, cell)) good = false;
  }
  if (!good) return nullptr;
  if (!said_something) return sink_.defaults;
  if (auto contradiction = check_settings(settings)) {
    problem(reader_.cells()[name_column_].offset, "", *std::move(contradiction));
    return nullptr;
  }
  return std::make_shared<const ZoneSettings>(std::move(settings));
}

void RowReader::split(const CsvCell& cell, std::string_view separators) {
  elements_.clear();
  if (separators.empty()) {
    elements_.push_back(cell.text);
    return;
  }
  std::size_t begin = 0;
  while (begin <= cell.text.size()) {
    const std::size_t end = std::min(cell.text.find_first_of(separators, begin), cell.text.size());
    const std::string_view element = trim(cell.text.substr(begin, end - begin));
    if (!element.empty()) elements_.push_back(element);
    begin = end + 1;
  }
}

std::size_t RowReader::element_offset(const CsvCell& cell, std::size_t element) const {
  if (element >= elements_.size()) return cell.offset;
  return cell.offset + static_cast<std::size_t>(elements_[element].data() - cell.text.data());
}

bool RowReader::set_field(ZoneSettings& settings, const ZoneField& field, const CsvCell& cell) {
  split(cell, field.separators);
  std::string path;
  if (field.type == ZoneFieldType::kPath) {
    path =
        (std::filesystem::path(sink_.file_name).parent_path() / trim(cell.text)).lexically_normal();
    elements_ = {path};
  }
  const auto fault = field.set(settings, elements_);
  if (!fault) return true;
  const bool own_text = field.type != ZoneFieldType::kPath;
  problem(own_text ? element_offset(cell, fault->element) : cell.offset, field.name,
          fault->message);
  return false;
}

bool RowReader::check_probes_of(const dns::Name& zone, const ZoneSettings& settings) {
  if (!probes_column_) return true;
  const CsvCell& cell = reader_.cells()[*probes_column_];
  if (trim(cell.text).empty()) return true;
  const auto fault = check_probes(zone, settings);
  if (!fault) return true;
  split(cell, find_zone_field("probes")->separators);
  problem(element_offset(cell, fault->element), "probes", fault->message);
  return false;
}

}  // namespace

bool is_zone_header(const CsvReader& reader) {
  const auto cells = reader.cells();
  return std::any_of(cells.begin(), cells.end(),
                     [](const CsvCell& cell) { return to_lower_ascii(cell.text) == kNameColumn; });
}

void read_zone_csv(CsvReader& reader, const ZoneSink& sink) {
  RowReader rows(reader, sink);
  rows.read_header();
  while (reader.next()) rows.read_row();
}

}  // namespace anchorwatch::inventory
