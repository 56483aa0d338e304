// SPDX-License-Identifier: Apache-2.0
// Signature verification with prepared keys, a memory of what was verified, and a work budget.
//
// Signed octets are built from canonical RRsets (dns/rrset.h); OpenSSL checks them. Times, names, flags
// and policy are checked elsewhere (signed_rrset.h).
//
// Threading: VerifyMemo and KeyCache: any thread. WorkBudget: one judgement, one thread.
// Limits:    memo entries and prepared keys (constructor), failed work (WorkBudget).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::dnssec {

/// Remembers successful verifications by a keyed 128-bit hash over key, signature and signed octets.
/// Only cryptographic success is remembered, never times or policy. Bounded; old entries make room.
class VerifyMemo {
 public:
  explicit VerifyMemo(std::size_t max_entries = 1U << 20U);
  ~VerifyMemo();
  VerifyMemo(const VerifyMemo&) = delete;
  VerifyMemo& operator=(const VerifyMemo&) = delete;

  struct Key {
    std::uint64_t low = 0, high = 0;
  };
  [[nodiscard]] Key key(BytesView dnskey_rdata, BytesView signature, BytesView signed_octets) const;
  [[nodiscard]] bool contains(const Key& key) const;
  void insert(const Key& key);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Prepared public keys by DNSKEY rdata. Bounded.
class KeyCache {
 public:
  explicit KeyCache(std::size_t max_entries = 1U << 16U);
  ~KeyCache();
  KeyCache(const KeyCache&) = delete;
  KeyCache& operator=(const KeyCache&) = delete;

 private:
  friend class KeyCacheAccess;  // crypto.cc
  struct State;
  std::unique_ptr<State> state_;
};

/// Bounds what a hostile zone can make us do; useful work is free as long as it stays within what a sound zone needs
/// (decisions: budgets scale with the zone). One value per judgement; two parts, so that diagnosis cannot eat the
/// verdict's share.
struct WorkBudget {
  /// Signatures that did not verify, or keys that could not be used; costly algorithms count several times.
  int failed_verifications = 32;
  int failed_diagnoses = 32;       ///< The same, for signatures that can no longer change the verdict.
  int ds_digests = 64;             ///< Digests computed that matched nothing.
  double diagnosis_share = 1.0;    ///< How much of this budget the diagnosis gets on top.
  /// Checks that succeeded, in units of an ECDSA P-256 check; failures count too, several times. What the memo answers
  /// is free. Only signatures that are new in every answer of many servers come near it.
  int useful_work = kNoLimit;
  int useful_reserve = 0;          ///< What of it is not for signatures that can no longer change the verdict.
  WorkBudget* lender = nullptr;    ///< Whose useful_work is spent, if not this one's.
  int nsec3_hash_blocks = 20000;   ///< SHA-1 rounds for NSEC3, iterations included.
  static constexpr int kNoLimit = std::numeric_limits<int>::max();
  [[nodiscard]] int& useful() { return lender != nullptr ? lender->useful_work : useful_work; }
  // Counters for reports.
  int verifications = 0;           ///< Signature checks made by cryptography.
  int reused = 0;                  ///< Signature checks answered by the memo.
  bool exhausted = false;          ///< Set when a part ran out.
  std::int64_t verify_cpu_ns = 0;  ///< CPU time of signature checks; counted when `cpu_clock` is there.
  std::int64_t (*cpu_clock)() = nullptr;  ///< Nanoseconds of CPU time of this thread (core/clock_cpu.h).
};

/// Everything that a verification needs besides its data.
struct CryptoContext {
  VerifyMemo& memo;
  KeyCache& keys;
  WorkBudget& budget;
};

enum class CryptoResult : std::uint8_t {
  kValid,
  kInvalid,
  kUnsupported,      ///< The algorithm is unknown to this build.
  kMalformedKey,     ///< The public key has a form that its algorithm does not allow.
  kMalformedSignature,  ///< Its length does not fit the algorithm.
  kLimit,            ///< The budget is spent; nothing was computed.
};

/// Checks one signature over `set` by one key, nothing else.
/// @param set           canonical; must not be empty.
/// @param dnskey_rdata  the complete DNSKEY RDATA.
/// @rfc 4034 §3.1.8.1, 6.2; 4035 §5.3.2 (wildcard owner).
CryptoResult verify_signature(const dns::RRset& set, const dns::Rrsig& rrsig, BytesView dnskey_rdata,
                              CryptoContext& crypto);

/// The octets under a signature: RRSIG RDATA without signature, then the RRs with the original TTL
/// and, for a wildcard expansion, the wildcard owner.
Bytes signed_octets(const dns::RRset& set, const dns::Rrsig& rrsig);

/// Digest of a DS over owner and DNSKEY RDATA (RFC 4034 §5.1.4); empty for a digest type we cannot.
Bytes ds_digest(std::uint8_t digest_type, const dns::Name& owner, BytesView dnskey_rdata);

/// RSA modulus, or curve size, in bits; 0 for an unknown algorithm or malformed key.
int key_bits(BytesView dnskey_rdata);

/// RFC 5155 §5 hash of a name: 20 octets; spends `budget`; empty when the budget is spent.
Bytes nsec3_hash(const dns::Name& name, BytesView salt, std::uint16_t iterations, WorkBudget& budget);

}  // namespace anchorwatch::dnssec
