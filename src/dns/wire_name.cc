// SPDX-License-Identifier: Apache-2.0
#include "wire_name.h"

#include <algorithm>
#include <cstring>

namespace anchorwatch::dns {
namespace {

constexpr std::uint8_t kPointerBits = 0xc0;

}  // namespace

std::optional<std::size_t> wire_name_size(BytesView wire) {
  std::size_t at = 0;
  while (at < wire.size() && at < kMaxNameSize) {
    const std::uint8_t label = octet(wire, at);
    if (label == 0) return at + 1;
    if (label > kMaxLabelSize) return std::nullopt;
    at += label + 1U;
  }
  return std::nullopt;
}

bool expand_name(BytesView message, std::size_t& at, std::size_t end, NameCase letters,
                 ExpandedName& out) {
  std::size_t read = at;
  std::size_t limit = end;  // Parts behind a pointer end where the pointing part started.
  std::size_t part_start = at;
  std::size_t after = 0;  // Where the name ends in its field, once a pointer was followed.
  std::size_t pointers = 0;
  out.size = 0;
  while (true) {
    if (read >= limit) return false;
    const std::uint8_t label = octet(message, read);
    if (label >= kPointerBits) {
      if (read + 2 > limit || ++pointers > kMaxLabels) return false;
      const std::size_t target = read_u16(message, read) & 0x3fffU;
      if (target < kHeaderSize || target >= part_start) return false;
      if (after == 0) after = read + 2;
      limit = part_start;
      part_start = target;
      read = target;
      continue;
    }
    const std::size_t size = label + 1U;
    if (label > kMaxLabelSize || read + size > limit) return false;
    if (out.size + size > kMaxNameSize) return false;
    const char* from = message.data() + read;
    char* to = out.octets.data() + out.size;
    if (letters == NameCase::kLower) {
      std::transform(from, from + size, to, to_lower);
    } else {
      std::memcpy(to, from, size);
    }
    out.size += size;
    read += size;
    if (label == 0) break;
  }
  at = after == 0 ? read : after;
  return true;
}

}  // namespace anchorwatch::dns
