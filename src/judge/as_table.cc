// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/judge/as_table.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string>

namespace anchorwatch::judge {

namespace {

constexpr std::string_view kBlanks = " \t\r";

std::vector<std::string_view> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return words;
    const std::size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || at != end) return std::nullopt;
  return number;
}

std::optional<std::uint32_t> as_number(std::string_view text) {
  if (text.starts_with("AS") || text.starts_with("as")) text.remove_prefix(2);
  const auto number = number_of<std::uint32_t>(text);
  // RFC 7607: 0 is nobody's.
  return number && *number != 0 ? number : std::nullopt;
}

struct Prefix {
  IpAddress network;
  int length = 0;
};

std::optional<Prefix> prefix_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> network = IpAddress::from_text(text.substr(0, slash));
  if (!network) return std::nullopt;
  const int most = static_cast<int>(network->bytes().size()) * 8;
  if (slash == std::string_view::npos) return Prefix{*network, most};
  const auto length = number_of<int>(text.substr(slash + 1));
  if (!length || *length < 0 || *length > most) return std::nullopt;
  return Prefix{*network, *length};
}

}  // namespace

AsTable::Octets AsTable::masked(const IpAddress& address, int length) {
  Octets out{};
  const BytesView octets = address.bytes();
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const int bits = std::clamp(length - static_cast<int>(i) * 8, 0, 8);
    const auto mask = static_cast<std::uint8_t>(0xff00U >> static_cast<unsigned>(bits));
    out[i] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(octets[i]) & mask);
  }
  return out;
}

Result<AsTable> AsTable::parse(std::string_view text) {
  AsTable table;
  table.content_ = sha256(text);
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::vector<std::string_view> words = words_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (words.empty()) continue;
    const auto bad = [&](const std::string& why) {
      return Error(ErrorCode::kParse, std::to_string(line_number) + ": " + why);
    };
    if (words.size() < 2 || words.size() > 3) return bad("not PREFIX ASN, or PREFIX ASN anycast");
    const std::optional<Prefix> prefix = prefix_of(words[0]);
    if (!prefix)
      return bad("\"" + std::string(words[0]) +
                 "\" is no prefix, e.g. 192.0.2.0/24 or 2001:db8::/32");
    const auto number = as_number(words[1]);
    if (!number) return bad("\"" + std::string(words[1]) + "\" is no AS number, e.g. 64496");
    if (words.size() == 3 && words[2] != "anycast") {
      return bad("\"" + std::string(words[2]) + "\": only anycast may stand behind the AS number");
    }
    Row row;
    row.network = masked(prefix->network, prefix->length);
    if (row.network != masked(prefix->network, 128))
      return bad("\"" + std::string(words[0]) + "\" has bits behind the prefix");
    row.length = static_cast<std::uint8_t>(prefix->length);
    row.family = prefix->network.family();
    row.origin = {*number, words.size() == 3};
    table.rows_.push_back(row);
  }
  std::stable_sort(table.rows_.begin(), table.rows_.end(),
                   [](const Row& a, const Row& b) { return a.key() < b.key(); });
  std::array<std::set<std::uint8_t>, 2> lengths;
  for (const Row& row : table.rows_)
    lengths[row.family == IpFamily::kV4 ? 0 : 1].insert(row.length);
  for (std::size_t i = 0; i < lengths.size(); ++i)
    table.lengths_[i].assign(lengths[i].rbegin(), lengths[i].rend());
  return table;
}

std::optional<AsOrigin> AsTable::find(const IpAddress& address) const {
  for (const std::uint8_t length : lengths_[address.family() == IpFamily::kV4 ? 0 : 1]) {
    Row wanted;
    wanted.family = address.family();
    wanted.length = length;
    wanted.network = masked(address, length);
    const auto found =
        std::lower_bound(rows_.begin(), rows_.end(), wanted,
                         [](const Row& a, const Row& b) { return a.key() < b.key(); });
    if (found != rows_.end() && found->key() == wanted.key()) return found->origin;
  }
  return std::nullopt;
}

}  // namespace anchorwatch::judge
