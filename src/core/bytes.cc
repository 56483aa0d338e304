// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/bytes.h"

#include <array>

namespace anchorwatch {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase32Hex = "0123456789abcdefghijklmnopqrstuv";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of each character in an alphabet, or kNone.
using Values = std::array<std::uint8_t, 256>;
constexpr std::uint8_t kNone = 0xff;

constexpr Values values_of(std::string_view alphabet, bool either_case) {
  Values values{};
  for (auto& value : values) value = kNone;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    const auto at = static_cast<std::uint8_t>(alphabet[i]);
    values[at] = static_cast<std::uint8_t>(i);
    if (either_case && at >= 'a' && at <= 'z') values[at - 0x20U] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr Values kHexValues = values_of(kHex, true);
constexpr Values kBase32HexValues = values_of(kBase32Hex, true);
constexpr Values kBase64Values = values_of(kBase64, false);

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Cuts the octets into groups of `width` bits, the last one filled up with zero bits.
std::string encode(BytesView bytes, std::string_view alphabet, unsigned width) {
  std::string out;
  out.reserve((bytes.size() * 8 + width - 1) / width);
  const std::uint32_t mask = (1U << width) - 1;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bits = (bits << 8U) | octet(bytes, i);
    held += 8;
    while (held >= width) {
      held -= width;
      out.push_back(alphabet[(bits >> held) & mask]);
    }
  }
  if (held > 0) out.push_back(alphabet[(bits << (width - held)) & mask]);
  return out;
}

/// The reverse of `encode`. Refuses a text that `encode` cannot have made: a last character without
/// use, or fill bits that are not zero.
std::optional<Bytes> decode(std::string_view text, const Values& values, unsigned width) {
  Bytes out;
  out.reserve(text.size() * width / 8);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint8_t value = values[octet(text, i)];
    if (value == kNone) return std::nullopt;
    bits = (bits << width) | value;
    held += width;
    if (held >= 8) {
      held -= 8;
      append_u8(out, static_cast<std::uint8_t>((bits >> held) & 0xffU));
    }
  }
  if (held >= width || (bits & ((1U << held) - 1)) != 0) return std::nullopt;
  return out;
}

/// Big-endian, in one piece: these are called millions of times.
template <std::size_t kOctets>
void append_number(Bytes& out, std::uint64_t value) {
  std::array<char, kOctets> octets;
  for (std::size_t i = kOctets; i-- > 0; value >>= 8U) octets[i] = static_cast<char>(value & 0xffU);
  out.append(octets.data(), kOctets);
}

}  // namespace

void append_u8(Bytes& out, std::uint8_t value) { out.push_back(static_cast<char>(value)); }

void append_u16(Bytes& out, std::uint16_t value) { append_number<2>(out, value); }

void append_u32(Bytes& out, std::uint32_t value) { append_number<4>(out, value); }

void append_u64(Bytes& out, std::uint64_t value) { append_number<8>(out, value); }

std::string to_hex(BytesView bytes) { return encode(bytes, kHex, 4); }

std::optional<Bytes> from_hex(std::string_view text) {
  std::string digits;
  digits.reserve(text.size());
  for (const char c : text) {
    if (!is_space(c)) digits.push_back(c);
  }
  return decode(digits, kHexValues, 4);
}

std::string to_base32hex(BytesView bytes) { return encode(bytes, kBase32Hex, 5); }

std::optional<Bytes> from_base32hex(std::string_view text) {
  return decode(text, kBase32HexValues, 5);
}

std::string to_base64(BytesView bytes) {
  std::string out = encode(bytes, kBase64, 6);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return decode(text, kBase64Values, 6);
}

}  // namespace anchorwatch
