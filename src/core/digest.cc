// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/digest.h"

#include <array>
#include <cstdlib>
#include <cstring>

#include <openssl/evp.h>

namespace anchorwatch {

namespace {

/// Fetched once: an implicit fetch takes a lock and a table walk at every EVP_DigestInit_ex.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return method;
}

}  // namespace

struct Hasher::State {
  State() : context(EVP_MD_CTX_new()) { restart(); }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // SHA-256 fails only without memory or without its provider; there is nothing to go on with then.
  void restart() const {
    if (EVP_DigestInit_ex(context, sha256_method(), nullptr) != 1) std::abort();
  }

  void add(BytesView bytes) {
    if (bytes.size() > held.size() - used) {
      flush();
      if (bytes.size() > held.size()) return update(bytes);
    }
    std::memcpy(held.data() + used, bytes.data(), bytes.size());
    used += bytes.size();
  }

  void flush() {
    update({held.data(), used});
    used = 0;
  }

  void update(BytesView bytes) const {
    if (EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1) std::abort();
  }

  EVP_MD_CTX* context;
  // Most callers give many small pieces; each of them costs OpenSSL more than its hash.
  std::array<char, 512> held;
  std::size_t used = 0;
};

Bytes Digest::bytes() const {
  Bytes out(octets.size(), '\0');
  std::memcpy(out.data(), octets.data(), octets.size());
  return out;
}

std::string Digest::hex() const { return to_hex(bytes()); }

bool Digest::empty() const { return *this == Digest{}; }

Digest Digest::from_bytes(BytesView bytes) {
  Digest digest;
  if (bytes.size() == digest.octets.size()) {
    std::memcpy(digest.octets.data(), bytes.data(), bytes.size());
  }
  return digest;
}

Hasher::Hasher() : state_(std::make_unique<State>()) {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::raw(BytesView bytes) {
  if (!bytes.empty()) state_->add(bytes);
  return *this;
}

Hasher& Hasher::field(BytesView bytes) { return number(bytes.size()).raw(bytes); }

Hasher& Hasher::number(std::uint64_t value) {
  std::array<char, 8> octets;
  for (std::size_t i = octets.size(); i-- > 0; value >>= 8U) octets[i] = static_cast<char>(value & 0xffU);
  return raw({octets.data(), octets.size()});
}

Digest Hasher::finish() {
  state_->flush();
  Digest digest;
  if (EVP_DigestFinal_ex(state_->context, digest.octets.data(), nullptr) != 1) std::abort();
  state_->restart();  // The hasher is as new.
  return digest;
}

Digest sha256(BytesView bytes) { return Hasher().raw(bytes).finish(); }

}  // namespace anchorwatch
