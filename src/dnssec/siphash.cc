// SPDX-License-Identifier: Apache-2.0
#include "siphash.h"

#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>

#include <openssl/rand.h>

namespace anchorwatch::dnssec {
namespace {

/// Eight octets as a number, the first one lowest. The compiler makes one load of the copy.
std::uint64_t load_little_endian(BytesView bytes, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof(word));
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

}  // namespace

SipKey SipKey::random() {
  std::array<unsigned char, 16> octets{};
  // Without randomness nothing that this hash guards is safe.
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) std::abort();
  const BytesView bytes(reinterpret_cast<const char*>(octets.data()), octets.size());
  return {load_little_endian(bytes, 0), load_little_endian(bytes, 8)};
}

SipHash::SipHash(const SipKey& key)
    : v0_(key.low ^ 0x736f6d6570736575U),
      v1_(key.high ^ 0x646f72616e646f6dU ^ 0xeeU),  // 0xee: the form with 128 bits of output.
      v2_(key.low ^ 0x6c7967656e657261U),
      v3_(key.high ^ 0x7465646279746573U) {}

void SipHash::rounds(int count) {
  for (int i = 0; i < count; ++i) {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }
}

void SipHash::block(std::uint64_t word) {
  v3_ ^= word;
  rounds(2);
  v0_ ^= word;
}

void SipHash::update(BytesView bytes) {
  length_ += bytes.size();
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    const std::uint64_t word = load_little_endian(bytes, at);
    block(tail_octets_ == 0 ? word : tail_ | (word << (8 * tail_octets_)));
    tail_ = tail_octets_ == 0 ? 0 : word >> (64 - 8 * tail_octets_);
  }
  for (; at < bytes.size(); ++at) {
    tail_ |= static_cast<std::uint64_t>(octet(bytes, at)) << (8 * tail_octets_);
    if (++tail_octets_ == 8) {
      block(tail_);
      tail_ = 0;
      tail_octets_ = 0;
    }
  }
}

void SipHash::update(std::uint64_t number) {
  std::array<char, 8> octets{};
  for (char& value : octets) {
    value = static_cast<char>(number & 0xffU);
    number >>= 8U;
  }
  update(BytesView(octets.data(), octets.size()));
}

SipHash::Value SipHash::finish() {
  block(tail_ | (length_ << 56U));
  v2_ ^= 0xeeU;
  rounds(4);
  Value value;
  value.low = v0_ ^ v1_ ^ v2_ ^ v3_;
  v1_ ^= 0xddU;
  rounds(4);
  value.high = v0_ ^ v1_ ^ v2_ ^ v3_;
  return value;
}

}  // namespace anchorwatch::dnssec
