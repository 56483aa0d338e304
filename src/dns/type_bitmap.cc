// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "anchorwatch/dns/rdata.h"

namespace anchorwatch::dns {

std::optional<TypeBitmap> TypeBitmap::decode(BytesView wire) {
  constexpr std::size_t kMaxBitmapSize = 32;
  TypeBitmap bitmap;
  int previous_window = -1;
  std::size_t at = 0;
  while (at < wire.size()) {
    if (wire.size() - at < 2) return std::nullopt;
    const std::uint8_t window = octet(wire, at);
    const std::size_t size = octet(wire, at + 1);
    at += 2;
    if (window <= previous_window) return std::nullopt;
    if (size == 0 || size > kMaxBitmapSize || size > wire.size() - at) return std::nullopt;
    previous_window = window;
    for (std::size_t i = 0; i < size; ++i) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        if ((octet(wire, at + i) & (0x80U >> bit)) == 0) continue;
        bitmap.types_.push_back(
            RrType{static_cast<std::uint16_t>((std::size_t{window} << 8U) + (i << 3U) + bit)});
      }
    }
    at += size;
  }
  return bitmap;
}

bool TypeBitmap::contains(RrType type) const {
  return std::binary_search(types_.begin(), types_.end(), type);
}

std::string TypeBitmap::to_text() const {
  std::string text;
  for (const RrType type : types_) {
    if (!text.empty()) text += ' ';
    text += to_string(type);
  }
  return text;
}

}  // namespace anchorwatch::dns
