// SPDX-License-Identifier: Apache-2.0
// Small scans over text from files: UTF-8, columns, blanks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace anchorwatch::inventory {

/// Where the first octet stands that is not well-formed UTF-8 (RFC 3629), or npos.
std::size_t invalid_utf8_at(std::string_view text);

/// The column, from 1 and in characters, of the octet at `offset` of a line.
std::uint32_t column_at(std::string_view line, std::size_t offset);

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
/// C0 control characters and DEL.
inline bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
/// Without blanks, tabs and carriage returns at both ends.
std::string_view trim(std::string_view text);
/// ASCII letters in lower case.
std::string to_lower_ascii(std::string_view text);

/// Text for a message: quoted, at most 80 octets, control characters and what is outside ASCII as
/// `?`.
std::string quoted(std::string_view text);

}  // namespace anchorwatch::inventory
