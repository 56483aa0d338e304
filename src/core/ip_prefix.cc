// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/ip_prefix.h"

#include <algorithm>
#include <charconv>

namespace anchorwatch {

namespace {

unsigned width_of(const IpAddress& address) {
  return static_cast<unsigned>(address.bytes().size()) * 8;
}

IpAddress masked(const IpAddress& address, unsigned bits) {
  Bytes octets(address.bytes());
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto kept = static_cast<unsigned>(std::clamp(static_cast<int>(bits) - static_cast<int>(i * 8), 0, 8));
    octets[i] = static_cast<char>(static_cast<unsigned char>(octets[i]) & (0xff00U >> kept));
  }
  return IpAddress::from_bytes(octets).value_or(IpAddress());
}

}  // namespace

IpPrefix::IpPrefix(const IpAddress& address, unsigned bits)
    : bits_(std::min(bits, width_of(address))) {
  first_ = masked(address, bits_);
}

std::optional<IpPrefix> IpPrefix::from_text(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::from_text(text.substr(0, slash));
  if (!address) return std::nullopt;
  unsigned bits = width_of(*address);
  if (slash != std::string_view::npos) {
    const std::string_view number = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), bits);
    const bool whole = error == std::errc() && end == number.data() + number.size();
    if (!whole || bits > width_of(*address)) return std::nullopt;
  }
  IpPrefix prefix(*address, bits);
  if (prefix.first_ != *address) return std::nullopt;
  return prefix;
}

bool IpPrefix::contains(const IpAddress& address) const {
  return address.family() == first_.family() && masked(address, bits_) == first_;
}

std::string IpPrefix::to_text() const { return first_.to_text() + "/" + std::to_string(bits_); }

}  // namespace anchorwatch
