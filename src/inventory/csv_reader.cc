// SPDX-License-Identifier: Apache-2.0
#include "csv_reader.h"

#include <algorithm>

#include "text_scan.h"

namespace anchorwatch::inventory {

std::size_t CsvReader::line_end(std::size_t from) const {
  return std::min(text_.find('\n', from), text_.size());
}

TextPosition CsvReader::position(std::size_t offset) const {
  std::size_t line_begin = record_begin_;
  std::uint32_t line = record_line_;
  for (std::size_t end = line_end(line_begin); end < offset; end = line_end(line_begin)) {
    line_begin = end + 1;
    ++line;
  }
  return {line, column_at(text_.substr(line_begin), offset - line_begin)};
}

bool CsvReader::skip_to_record() {
  while (at_ < text_.size()) {
    const std::size_t end = line_end(at_);
    const std::string_view line = trim(text_.substr(at_, end - at_));
    if (!line.empty() && line.front() != '#') return true;
    at_ = end + 1;
    ++line_;
  }
  return false;
}

bool CsvReader::next() {
  cells_.clear();
  unescaped_.clear();
  fault_.reset();
  if (!skip_to_record()) return false;
  record_begin_ = at_;
  record_line_ = line_;
  record_end_ = line_end(at_);
  const std::string_view line = record();
  if (line.find('"') == std::string_view::npos) {
    split_plain(line);
    at_ = record_end_ + 1;
    ++line_;
    return true;
  }
  split_quoted();
  if (fault_) {
    cells_.clear();
    at_ = line_end(record_begin_);
  }
  record_end_ = std::min(at_, text_.size());
  const auto lines = std::count(text_.begin() + static_cast<std::ptrdiff_t>(record_begin_),
                                text_.begin() + static_cast<std::ptrdiff_t>(record_end_), '\n');
  line_ += static_cast<std::uint32_t>(lines) + 1;
  at_ = record_end_ + 1;
  return true;
}

void CsvReader::split_plain(std::string_view line) {
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = std::min(line.find(',', begin), line.size());
    const std::string_view cell = trim(line.substr(begin, comma - begin));
    cells_.push_back({cell, static_cast<std::size_t>(cell.data() - text_.data())});
    if (comma == line.size()) return;
    begin = comma + 1;
  }
}

void CsvReader::split_quoted() {
  while (true) {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      if (!read_quoted_cell()) return;
    } else {
      read_plain_cell();
      if (fault_) return;
    }
    if (at_ >= text_.size() || text_[at_] == '\n') return;
    ++at_;  // The comma.
  }
}

void CsvReader::read_plain_cell() {
  const std::size_t begin = at_;
  at_ = std::min(text_.find_first_of(",\"\n", at_), text_.size());
  if (at_ < text_.size() && text_[at_] == '"') {
    fail(at_, "a quote inside a cell; put the whole cell into quotes and double this one");
    return;
  }
  const std::string_view cell = trim(text_.substr(begin, at_ - begin));
  cells_.push_back({cell, static_cast<std::size_t>(cell.data() - text_.data())});
}

bool CsvReader::read_quoted_cell() {
  const std::size_t opening = at_;
  bool doubled = false;
  std::size_t quote = opening;
  while (true) {
    quote = text_.find('"', quote + 1);
    if (quote == std::string_view::npos) {
      fail(opening, "this quote is never closed");
      return false;
    }
    if (quote + 1 >= text_.size() || text_[quote + 1] != '"') break;
    doubled = true;
    ++quote;
  }
  std::string_view cell = text_.substr(opening + 1, quote - opening - 1);
  if (doubled) {
    std::string& plain = unescaped_.emplace_back();
    for (std::size_t i = 0; i < cell.size(); ++i) {
      plain += cell[i];
      if (cell[i] == '"') ++i;
    }
    cell = plain;
  }
  cells_.push_back({cell, opening + 1});
  at_ = quote + 1;
  while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '\r')) ++at_;
  if (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') {
    fail(at_, "text behind the closing quote; a comma or the end of the line must follow");
    return false;
  }
  return true;
}

void CsvReader::fail(std::size_t offset, const char* message) { fault_ = Fault{offset, message}; }

}  // namespace anchorwatch::inventory
