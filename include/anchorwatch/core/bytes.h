// SPDX-License-Identifier: Apache-2.0
// Bytes: octet strings and their text forms (hex, base32hex, base64).
//
// std::string is used because short rdata stays inline, and it hashes and compares as octets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anchorwatch {

using Bytes = std::string;
using BytesView = std::string_view;

/// One octet of a byte string as an unsigned number.
inline std::uint8_t octet(BytesView bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}
/// Big-endian 16 bits at `at`. @pre at + 2 <= bytes.size().
inline std::uint16_t read_u16(BytesView bytes, std::size_t at) {
  return static_cast<std::uint16_t>((octet(bytes, at) << 8U) | octet(bytes, at + 1));
}
/// Big-endian 32 bits at `at`. @pre at + 4 <= bytes.size().
inline std::uint32_t read_u32(BytesView bytes, std::size_t at) {
  return (static_cast<std::uint32_t>(read_u16(bytes, at)) << 16U) | read_u16(bytes, at + 2);
}
void append_u8(Bytes& out, std::uint8_t value);
void append_u16(Bytes& out, std::uint16_t value);
void append_u32(Bytes& out, std::uint32_t value);
void append_u64(Bytes& out, std::uint64_t value);

/// Lower-case hexadecimal, no separators.
std::string to_hex(BytesView bytes);
/// Accepts either case and ignores white space; empty optional on anything else.
std::optional<Bytes> from_hex(std::string_view text);
/// RFC 4648 §7 without padding, lower case (the form of NSEC3 owner labels, RFC 5155 §3.3).
std::string to_base32hex(BytesView bytes);
std::optional<Bytes> from_base32hex(std::string_view text);
/// RFC 4648 §4 with padding.
std::string to_base64(BytesView bytes);
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace anchorwatch
