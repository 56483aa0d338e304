// SPDX-License-Identifier: Apache-2.0
#include "printable.h"

namespace anchorwatch::dns {

std::string to_printable(BytesView text, BytesView also_escape) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto value = static_cast<std::uint8_t>(c);
    if (value < ' ' || value >= 0x7f) {
      out += '\\';
      out += static_cast<char>('0' + value / 100);
      out += static_cast<char>('0' + value / 10 % 10);
      out += static_cast<char>('0' + value % 10);
    } else {
      if (also_escape.find(c) != BytesView::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

}  // namespace anchorwatch::dns
