// SPDX-License-Identifier: Apache-2.0
#include "../../../src/dnssec/siphash.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace anchorwatch::dnssec {
namespace {

const SipKey kReferenceKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

Bytes octets_of(SipHash::Value value) {
  Bytes out;
  for (std::uint64_t half : {value.low, value.high}) {
    for (int i = 0; i < 8; ++i, half >>= 8U)
      append_u8(out, static_cast<std::uint8_t>(half & 0xffU));
  }
  return out;
}

Bytes counting(std::size_t size) {
  Bytes out;
  for (std::size_t i = 0; i < size; ++i) append_u8(out, static_cast<std::uint8_t>(i));
  return out;
}

Bytes openssl_siphash(const Bytes& message) {
  Bytes key = counting(16);
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "SIPHASH", nullptr);
  EVP_MAC_CTX* context = EVP_MAC_CTX_new(mac);
  Bytes out(16, '\0');
  std::size_t size = 0;
  EXPECT_EQ(
      EVP_MAC_init(context, reinterpret_cast<unsigned char*>(key.data()), key.size(), nullptr), 1);
  EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(message.data()), message.size());
  EVP_MAC_final(context, reinterpret_cast<unsigned char*>(out.data()), &size, out.size());
  EVP_MAC_CTX_free(context);
  EVP_MAC_free(mac);
  return out;
}

// First of the reference vectors of SipHash-2-4-128.
TEST(SipHash, EmptyMessage) {
  SipHash hash(kReferenceKey);
  EXPECT_EQ(to_hex(octets_of(hash.finish())), "a3817f04ba25a8e66df67214c7550293");
}

TEST(SipHash, AgreesWithOpensslForEveryDivision) {
  for (std::size_t size = 0; size < 70; ++size) {
    const Bytes message = counting(size);
    const Bytes expected = openssl_siphash(message);
    for (std::size_t cut = 0; cut <= size; ++cut) {
      SipHash hash(kReferenceKey);
      hash.update(BytesView(message).substr(0, cut));
      hash.update(BytesView(message).substr(cut));
      ASSERT_EQ(octets_of(hash.finish()), expected) << size << " cut at " << cut;
    }
  }
}

TEST(SipHash, KeysDiffer) {
  const SipKey one = SipKey::random();
  const SipKey two = SipKey::random();
  EXPECT_TRUE(one.low != two.low || one.high != two.high);
}

}  // namespace
}  // namespace anchorwatch::dnssec
