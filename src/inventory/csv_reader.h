// SPDX-License-Identifier: Apache-2.0
// CsvReader: RFC 4180 records with the place of every cell. Blank lines and lines that start with
// `#` are passed over; blanks around cells that are not quoted are dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anchorwatch::inventory {

struct CsvCell {
  std::string_view text;   ///< Without quotes; lives until the next record is read.
  std::size_t offset = 0;  ///< Where the text begins in the whole text.
};

struct TextPosition {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

class CsvReader {
 public:
  /// @param text  UTF-8 without byte order mark; must outlive the reader.
  explicit CsvReader(std::string_view text) : text_(text) {}

  /// Reads a record; false at the end. A record with a fault has no cells; the reader goes on
  /// behind its first line.
  bool next();
  [[nodiscard]] std::span<const CsvCell> cells() const { return cells_; }
  /// What is wrong with the record, and where.
  struct Fault {
    std::size_t offset = 0;
    const char* message = "";
  };
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }
  /// The record as it stands in the text, without its line end.
  [[nodiscard]] std::string_view record() const {
    return text_.substr(record_begin_, record_end_ - record_begin_);
  }
  [[nodiscard]] std::size_t record_offset() const { return record_begin_; }
  /// Line and column of an offset inside the record.
  [[nodiscard]] TextPosition position(std::size_t offset) const;

 private:
  [[nodiscard]] std::size_t line_end(std::size_t from) const;
  bool skip_to_record();
  void split_plain(std::string_view record);
  void split_quoted();
  /// Reads the quoted cell whose opening quote is at `at_`; false on a fault.
  bool read_quoted_cell();
  void read_plain_cell();
  void fail(std::size_t offset, const char* message);

  std::string_view text_;
  std::size_t at_ = 0;      ///< Where the next record is looked for.
  std::uint32_t line_ = 1;  ///< Line of `at_`.
  std::size_t record_begin_ = 0;
  std::size_t record_end_ = 0;
  std::uint32_t record_line_ = 1;
  std::vector<CsvCell> cells_;
  std::deque<std::string> unescaped_;  ///< Cells with doubled quotes.
  std::optional<Fault> fault_;
};

}  // namespace anchorwatch::inventory
