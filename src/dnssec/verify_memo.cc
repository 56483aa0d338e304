// SPDX-License-Identifier: Apache-2.0
#include <variant>

#include "anchorwatch/dnssec/crypto.h"

#include "siphash.h"
#include "two_generations.h"

namespace anchorwatch::dnssec {
namespace {

struct KeyHash {
  // Keys are already keyed hashes.
  std::size_t operator()(const std::pair<std::uint64_t, std::uint64_t>& key) const {
    return static_cast<std::size_t>(key.first);
  }
};

}  // namespace

struct VerifyMemo::State {
  explicit State(std::size_t max_entries) : verified(max_entries, KeyHash()) {}
  SipKey secret = SipKey::random();
  TwoGenerations<std::pair<std::uint64_t, std::uint64_t>, std::monostate, KeyHash> verified;
};

VerifyMemo::VerifyMemo(std::size_t max_entries) : state_(std::make_unique<State>(max_entries)) {}
VerifyMemo::~VerifyMemo() = default;

VerifyMemo::Key VerifyMemo::key(BytesView dnskey_rdata, BytesView signature,
                                BytesView signed_octets) const {
  SipHash hash(state_->secret);
  // The lengths keep the three parts apart.
  hash.update(dnskey_rdata.size());
  hash.update(signature.size());
  hash.update(dnskey_rdata);
  hash.update(signature);
  hash.update(signed_octets);
  const SipHash::Value value = hash.finish();
  return {value.low, value.high};
}

bool VerifyMemo::contains(const Key& key) const {
  return state_->verified.find({key.low, key.high}).has_value();
}

void VerifyMemo::insert(const Key& key) { state_->verified.insert({key.low, key.high}, {}); }

}  // namespace anchorwatch::dnssec
