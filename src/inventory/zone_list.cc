// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "anchorwatch/inventory/zone_name.h"

#include "text_scan.h"
#include "zone_sink.h"

namespace anchorwatch::inventory {
namespace {

constexpr std::string_view kOneAName =
    "one name a line; in a CSV file the first line names the columns, one of them \"name\"";

/// Reads the line text[begin, end).
void read_line(std::string_view line, std::uint32_t number, const ZoneSink& sink) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos || line[begin] == '#') return;
  const std::size_t end = std::min(line.find_first_of(" \t\r#", begin), line.size());
  const TextPosition at{number, column_at(line, begin)};
  const std::string_view name_text = line.substr(begin, end - begin);
  const std::size_t rest = line.find_first_not_of(" \t\r", end);
  if (name_text.find_first_of(",;") != std::string_view::npos) {
    const std::size_t comma = begin + name_text.find_first_of(",;");
    sink.problem({number, column_at(line, comma)}, "", std::string(kOneAName));
    return;
  }
  if (rest != std::string_view::npos && line[rest] != '#') {
    sink.problem({number, column_at(line, rest)}, "", std::string(kOneAName));
    return;
  }
  auto name = parse_zone_name(name_text);
  if (!name) {
    sink.problem(at, "name", name.error().message());
    return;
  }
  sink.add(*std::move(name), sink.defaults, at);
}

}  // namespace

void ZoneSink::add(dns::Name name, SharedSettings settings, TextPosition at) const {
  constexpr std::uint32_t kMaxColumn = std::numeric_limits<std::uint16_t>::max();
  const auto column = static_cast<std::uint16_t>(std::min(at.column, kMaxColumn));
  zones.push_back({std::move(name), std::move(settings), {file, column, at.line}});
}

void read_zone_list(std::string_view text, const ZoneSink& sink) {
  std::uint32_t number = 0;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    read_line(text.substr(begin, end - begin), ++number, sink);
    begin = end + 1;
  }
}

}  // namespace anchorwatch::inventory
