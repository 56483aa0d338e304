// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>

#include <algorithm>

#include "anchorwatch/dnssec/algorithm.h"
#include "anchorwatch/dnssec/crypto.h"

#include "ecdsa_verifier.h"
#include "key_cache.h"

namespace anchorwatch::dnssec {
namespace {

constexpr std::uint16_t kClassIn = 1;
constexpr std::size_t kDnskeyHeader = 4;  // Flags, protocol, algorithm.

// RFC 4035 §5.3.2: fewer labels than the owner has mean that the owner came from a wildcard.
dns::Name signed_owner(const dns::Name& owner, const dns::Rrsig& rrsig) {
  if (rrsig.labels >= owner.rrsig_label_count()) return owner;
  return owner.suffix(rrsig.labels).prepend("*").value_or(owner);
}

CryptoResult verify(const PreparedKey& key, BytesView signature, BytesView message) {
  const OpensslPtr<EVP_MD_CTX> context(EVP_MD_CTX_new());
  // Out of memory says nothing about the signature.
  if (!context || EVP_MD_CTX_copy_ex(context.get(), key.verifier.get()) != 1) {
    return CryptoResult::kLimit;
  }
  const int result = EVP_DigestVerify(
      context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
      reinterpret_cast<const unsigned char*>(message.data()), message.size());
  if (result == 1) return CryptoResult::kValid;
  ERR_clear_error();
  return CryptoResult::kInvalid;
}

}  // namespace

Bytes signed_octets(const dns::RRset& set, const dns::Rrsig& rrsig) {
  Bytes out = rrsig.rdata_without_signature();
  const dns::Name owner = signed_owner(set.owner, rrsig);
  constexpr std::size_t kFixedSize = 10;  // Type, class, TTL and length.
  std::size_t size = out.size();
  for (const Bytes& rdata : set.rdatas) size += owner.wire().size() + kFixedSize + rdata.size();
  out.reserve(size);
  for (const Bytes& rdata : set.rdatas) {
    out += owner.wire();
    append_u16(out, static_cast<std::uint16_t>(set.type));
    append_u16(out, kClassIn);
    append_u32(out, rrsig.original_ttl);
    append_u16(out, static_cast<std::uint16_t>(rdata.size()));
    out += rdata;
  }
  return out;
}

namespace {

// In units of an ECDSA P-256 check, as measured with OpenSSL 3.0.
int cost_of_failure(std::uint8_t algorithm, std::size_t signature_size) {
  constexpr std::uint8_t kP384 = 14;
  constexpr std::uint8_t kEd448 = 16;
  constexpr std::size_t kUsualRsa = 256;
  if (algorithm == kP384 || algorithm == kEd448) return 4;
  return signature_size > kUsualRsa ? static_cast<int>(signature_size / kUsualRsa) : 1;
}

int cost_of_success(std::uint8_t algorithm) {
  constexpr std::uint8_t kP384 = 14;
  constexpr std::uint8_t kEd25519 = 15;
  constexpr std::uint8_t kEd448 = 16;
  if (algorithm == kP384 || algorithm == kEd448) return 10;
  return algorithm == kEd25519 ? 3 : 1;
}

void spend(int& work, int amount) {
  if (work != WorkBudget::kNoLimit) work = std::max(0, work - amount);
}

/// The clock of a thread is a system call. One check of so many is measured and stands for all; few zones have a number
/// of signatures that this number divides, so that it is not always the same one.
constexpr unsigned kOneOf = 5;

/// Counts one check by cryptography, and measures it.
template <typename Verify>
CryptoResult measured(WorkBudget& budget, const Verify& verify) {
  thread_local unsigned checks = 0;
  ++budget.verifications;
  if (budget.cpu_clock == nullptr || ++checks % kOneOf != 0) return verify();
  const std::int64_t started = budget.cpu_clock();
  const CryptoResult result = verify();
  budget.verify_cpu_ns += kOneOf * (budget.cpu_clock() - started);
  return result;
}

CryptoResult malformed_key(WorkBudget& budget) {
  --budget.failed_verifications;
  return CryptoResult::kMalformedKey;
}

CryptoResult check_ecdsa(EcdsaVerifier& verifier, BytesView public_key, BytesView signature, BytesView message,
                         WorkBudget& budget) {
  if (!verifier.ready()) return CryptoResult::kLimit;
  if (!verifier.set_key(public_key)) return malformed_key(budget);
  if (signature.size() != verifier.size()) return CryptoResult::kMalformedSignature;
  return measured(budget, [&] {
    return verifier.verify(signature, message) ? CryptoResult::kValid : CryptoResult::kInvalid;
  });
}

CryptoResult check(BytesView dnskey_rdata, const dns::Rrsig& rrsig, BytesView message, CryptoContext& crypto) {
  if (EcdsaVerifier* verifier = EcdsaVerifier::of_thread(rrsig.algorithm)) {
    return check_ecdsa(*verifier, dnskey_rdata.substr(kDnskeyHeader), rrsig.signature, message, crypto.budget);
  }
  const auto key = KeyCacheAccess::get(crypto.keys, dnskey_rdata);
  switch (key->state) {
    case PreparedKey::State::kReady: break;
    case PreparedKey::State::kMalformed: return malformed_key(crypto.budget);
    case PreparedKey::State::kUnsupported: return CryptoResult::kUnsupported;
  }
  if (rrsig.signature.size() != key->signature_size) return CryptoResult::kMalformedSignature;
  return measured(crypto.budget, [&] { return verify(*key, rrsig.signature, message); });
}

// A zone of which hundreds of signatures fail is no live signer that needs room.
constexpr int kFailureOutweighs = 8;

}  // namespace

CryptoResult verify_signature(const dns::RRset& set, const dns::Rrsig& rrsig,
                              BytesView dnskey_rdata, CryptoContext& crypto) {
  if (!can_verify(rrsig.algorithm)) return CryptoResult::kUnsupported;
  if (dnskey_rdata.size() < kDnskeyHeader || octet(dnskey_rdata, 3) != rrsig.algorithm) {
    return CryptoResult::kMalformedKey;
  }
  const Bytes message = signed_octets(set, rrsig);
  const VerifyMemo::Key memo_key = crypto.memo.key(dnskey_rdata, rrsig.signature, message);
  if (crypto.memo.contains(memo_key)) {
    ++crypto.budget.reused;
    return CryptoResult::kValid;
  }
  if (crypto.budget.failed_verifications <= 0 || crypto.budget.useful() <= 0) {
    crypto.budget.exhausted = true;
    return CryptoResult::kLimit;
  }
  const CryptoResult result = check(dnskey_rdata, rrsig, message, crypto);
  if (result == CryptoResult::kValid) {
    crypto.memo.insert(memo_key);
    spend(crypto.budget.useful(), cost_of_success(rrsig.algorithm));
  }
  if (result == CryptoResult::kInvalid) {
    const int cost = cost_of_failure(rrsig.algorithm, rrsig.signature.size());
    crypto.budget.failed_verifications -= cost;
    spend(crypto.budget.useful(), kFailureOutweighs * cost);
  }
  if (result == CryptoResult::kLimit) crypto.budget.exhausted = true;
  return result;
}

}  // namespace anchorwatch::dnssec
