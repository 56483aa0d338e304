// SPDX-License-Identifier: Apache-2.0
#include "wire.h"

#include <algorithm>
#include <map>

#include <openssl/sha.h>

namespace bench {

namespace {

std::vector<std::string_view> labels_of(std::string_view wire) {
  std::vector<std::string_view> labels;
  for (std::size_t at = 0; at < wire.size() && wire[at] != 0;) {
    const std::size_t length = static_cast<unsigned char>(wire[at]);
    labels.push_back(wire.substr(at + 1, length));
    at += 1 + length;
  }
  return labels;
}

const unsigned char* octets_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

void put8(Wire& out, unsigned value) { out.push_back(static_cast<char>(value & 0xFFU)); }

void put16(Wire& out, unsigned value) {
  put8(out, value >> 8U);
  put8(out, value);
}

void put32(Wire& out, std::uint32_t value) {
  put16(out, value >> 16U);
  put16(out, value & 0xFFFFU);
}

unsigned get16(std::string_view octets, std::size_t at) {
  return static_cast<unsigned char>(octets[at]) * 256U + static_cast<unsigned char>(octets[at + 1]);
}

Wire name_wire(std::string_view text) {
  Wire out;
  while (!text.empty() && text != ".") {
    const std::size_t dot = std::min(text.find('.'), text.size());
    put8(out, static_cast<unsigned>(dot));
    out.append(text.substr(0, dot));
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  out.push_back('\0');
  return out;
}

std::string name_text(std::string_view wire) {
  std::string out;
  for (const std::string_view label : labels_of(wire)) out.append(label).push_back('.');
  return out.empty() ? "." : out;
}

Wire lower(std::string_view wire) {
  Wire out(wire);
  for (char& octet : out) {
    if (octet >= 'A' && octet <= 'Z') octet = static_cast<char>(octet + 32);
  }
  return out;
}

unsigned label_count(std::string_view wire) { return static_cast<unsigned>(labels_of(wire).size()); }

bool canonical_less(std::string_view left, std::string_view right) {
  const auto one = labels_of(left);
  const auto two = labels_of(right);
  // std::string_view compares as unsigned octets (char_traits<char>::lt).
  return std::lexicographical_compare(one.rbegin(), one.rend(), two.rbegin(), two.rend());
}

Wire type_bitmap(std::vector<std::uint16_t> types) {
  std::map<unsigned, Wire> windows;
  for (const unsigned one : types) {
    Wire& bits = windows[one >> 8U];
    const std::size_t at = (one & 0xFFU) / 8;
    if (bits.size() <= at) bits.resize(at + 1);
    bits[at] = static_cast<char>(static_cast<unsigned char>(bits[at]) | (0x80U >> (one & 7U)));
  }
  Wire out;
  for (const auto& [window, bits] : windows) {
    put8(out, window);
    put8(out, static_cast<unsigned>(bits.size()));
    out += bits;
  }
  return out;
}

std::string base32hex(std::string_view octets) {
  static constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";
  std::string out;
  unsigned buffer = 0;
  unsigned bits = 0;
  for (const char octet : octets) {
    buffer = (buffer << 8U) | static_cast<unsigned char>(octet);
    for (bits += 8; bits >= 5;) {
      bits -= 5;
      out.push_back(kDigits[(buffer >> bits) & 31U]);
    }
  }
  return out;
}

Wire sha1(std::string_view octets) {
  Wire out(SHA_DIGEST_LENGTH, '\0');
  SHA1(octets_of(octets), octets.size(), reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

Wire sha256(std::string_view octets) {
  Wire out(SHA256_DIGEST_LENGTH, '\0');
  SHA256(octets_of(octets), octets.size(), reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

Wire nsec3_hash(std::string_view name, std::string_view salt, unsigned iterations) {
  Wire hash = sha1(Wire(name).append(salt));
  for (unsigned round = 0; round < iterations; ++round) hash = sha1(hash.append(salt));
  return hash;
}

}  // namespace bench
