// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/time_format.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

namespace anchorwatch {

namespace {

using std::chrono::seconds;

constexpr std::string_view kDigits = "0123456789";
constexpr std::int64_t kSecondsPerDay = 86400;
constexpr UnixSeconds kYear0 = -62167219200;      // 0000-01-01T00:00:00Z
constexpr UnixSeconds kYear10000 = 253402300800;  // 10000-01-01T00:00:00Z
constexpr std::size_t kLengthWithoutZone = 19;    // "2026-11-24T02:00:00"
constexpr std::size_t kOffsetLength = 6;          // "+01:00"

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The decimal number in exactly text[at, at + length), or empty.
std::optional<int> fixed_number(std::string_view text, std::size_t at, std::size_t length) {
  if (at + length > text.size()) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, length)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// The seconds that local time is ahead of UTC, from "Z" or "+hh:mm" or "-hh:mm".
std::optional<int> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != kOffsetLength || text[3] != ':') return std::nullopt;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  const auto hours = fixed_number(text, 1, 2);
  const auto minutes = fixed_number(text, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int ahead = (*hours * 60 + *minutes) * 60;
  return text[0] == '-' ? -ahead : ahead;
}

std::optional<std::int64_t> parse_days(std::string_view date) {
  const auto year = fixed_number(date, 0, 4);
  const auto month = fixed_number(date, 5, 2);
  const auto day = fixed_number(date, 8, 2);
  if (!year || !month || !day || date[4] != '-' || date[7] != '-') return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(*year),
                                        std::chrono::month(static_cast<unsigned>(*month)),
                                        std::chrono::day(static_cast<unsigned>(*day))};
  if (!ymd.ok()) return std::nullopt;
  return std::chrono::sys_days(ymd).time_since_epoch().count();
}

/// Drops ".123" from the front; false if the point has no digit behind it.
bool skip_fraction(std::string_view& text) {
  if (!text.starts_with('.')) return true;
  std::size_t end = 1;
  while (end < text.size() && is_digit(text[end])) ++end;
  text.remove_prefix(end);
  return end > 1;
}

std::optional<UnixSeconds> parse_rfc3339(std::string_view text) {
  if (text.size() <= kLengthWithoutZone) return std::nullopt;
  const auto days = parse_days(text);
  const auto hour = fixed_number(text, 11, 2);
  const auto minute = fixed_number(text, 14, 2);
  const auto second = fixed_number(text, 17, 2);
  if (!days || !hour || !minute || !second || text[13] != ':' || text[16] != ':') return {};
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::string_view rest = text.substr(kLengthWithoutZone);
  if (!skip_fraction(rest)) return std::nullopt;
  const auto ahead = parse_offset(rest);
  if (!ahead) return std::nullopt;
  const UnixSeconds at = *days * kSecondsPerDay + (*hour * 60 + *minute) * 60 + *second - *ahead;
  // A leap second is the last of a UTC day; Unix time counts it as the first of the next.
  if (*second == 60 && at % kSecondsPerDay != 0) return std::nullopt;
  return at;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

struct Unit {
  char letter;
  const char* name;
  std::int64_t length;
};

constexpr std::array kUnits = {
    Unit{'w', "w", 7 * kSecondsPerDay},
    Unit{'d', "d", kSecondsPerDay},
    Unit{'h', "h", 3600},
    Unit{'m', "min", 60},
    Unit{'s', "s", 1},
};

const Unit* find_unit(char letter) {
  for (const Unit& unit : kUnits) {
    if (unit.letter == letter) return &unit;
  }
  return nullptr;
}

/// Durations go into microseconds later; a longer one would overflow there.
constexpr std::int64_t kLongest = std::chrono::duration_cast<seconds>(Duration::max()).count();

void append_amount(std::string& out, std::uint64_t amount, const Unit& unit) {
  out.append(std::to_string(amount)).append(" ").append(unit.name);
}

}  // namespace

std::string to_rfc3339(UnixSeconds at) {
  // RFC 3339 has four digits for the year. `parse_time` takes the number back, too.
  if (at < kYear0 || at >= kYear10000) return std::to_string(at);
  const std::chrono::sys_seconds point{seconds(at)};
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(point - day);
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<UnixSeconds> parse_time(std::string_view text) {
  if (const auto number = parse_integer(text)) return number;
  return parse_rfc3339(text);
}

std::optional<seconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::string with_unit(text);
  if (text.find_first_not_of(kDigits) == std::string_view::npos) with_unit.push_back('s');
  text = with_unit;
  std::int64_t total = 0;
  std::int64_t previous_unit = INT64_MAX;
  while (!text.empty()) {
    const std::size_t digits = text.find_first_not_of(kDigits);
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    const auto count = parse_integer(text.substr(0, digits));
    const Unit* const unit = find_unit(text[digits]);
    // "30m1h" and "1h1h" are more likely mistakes than sums.
    if (!count || unit == nullptr || unit->length >= previous_unit) return std::nullopt;
    if (*count > (kLongest - total) / unit->length) return std::nullopt;
    total += *count * unit->length;
    previous_unit = unit->length;
    text.remove_prefix(digits + 1);
  }
  return seconds(total);
}

std::string humanise(seconds duration) {
  const bool negative = duration.count() < 0;
  auto left = static_cast<std::uint64_t>(duration.count());
  if (negative) left = 0 - left;
  std::string out = negative ? "-" : "";
  // Operators think of signatures in days, so that weeks are not used.
  for (std::size_t i = 1; i < kUnits.size(); ++i) {
    const auto length = static_cast<std::uint64_t>(kUnits[i].length);
    if (left < length) continue;
    append_amount(out, left / length, kUnits[i]);
    if (i + 1 == kUnits.size()) return out;
    const auto next = static_cast<std::uint64_t>(kUnits[i + 1].length);
    const std::uint64_t rest = left % length / next;
    if (rest > 0) {
      out.push_back(' ');
      append_amount(out, rest, kUnits[i + 1]);
    }
    return out;
  }
  return "0 s";
}

}  // namespace anchorwatch
