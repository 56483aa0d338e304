// SPDX-License-Identifier: Apache-2.0
#include "codec_frame.h"

#include <algorithm>
#include <string>

namespace anchorwatch::evidence {

namespace {

constexpr BytesView kMark = "AWE";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kCheckSize = 8;
constexpr std::size_t kMostOctets = std::size_t{16} << 20U;

/// Finds damage; it is no protection against somebody who wants to deceive.
std::uint64_t checksum(BytesView octets) {
  constexpr std::uint64_t kPrime = 0x9E3779B97F4A7C15U;
  std::uint64_t sum = octets.size();
  while (!octets.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = std::min(octets.size(), sizeof(word));
    for (std::size_t i = 0; i < size; ++i) word |= std::uint64_t{octet(octets, i)} << (8U * i);
    octets.remove_prefix(size);
    sum = (sum ^ word) * kPrime;
    sum ^= sum >> 29U;
  }
  return sum;
}

}  // namespace

Bytes frame(BytesView tables, BytesView sets, BytesView body) {
  Bytes out;
  const std::size_t head = kMark.size() + 1 + kCheckSize;
  out.reserve(head + tables.size() + sets.size() + body.size());
  out.append(kMark).push_back(static_cast<char>(kVersion));
  out.append(kCheckSize, '\0').append(tables).append(sets).append(body);
  Bytes sum;
  append_u64(sum, checksum(BytesView(out).substr(head)));
  out.replace(kMark.size() + 1, kCheckSize, sum);
  return out;
}

Result<BytesView> open_frame(BytesView octets) {
  const std::size_t head = kMark.size() + 1 + kCheckSize;
  if (octets.size() < head || octets.size() > kMostOctets || !octets.starts_with(kMark)) {
    return Error(ErrorCode::kCorrupt, "kept evidence has no known form");
  }
  if (octet(octets, kMark.size()) != kVersion) {
    return Error(ErrorCode::kUnsupported, "kept evidence has form " + std::to_string(octet(octets, kMark.size())) +
                                              "; this program reads form " + std::to_string(kVersion));
  }
  const BytesView content = octets.substr(head);
  Bytes sum;
  append_u64(sum, checksum(content));
  if (octets.substr(kMark.size() + 1, kCheckSize) != sum) {
    return Error(ErrorCode::kCorrupt, "kept evidence is damaged");
  }
  return content;
}

}  // namespace anchorwatch::evidence
