// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/zone_digest.h"

#include <algorithm>
#include <array>
#include <utility>

#include "anchorwatch/dns/rdata.h"

#include "openssl_ptr.h"

namespace anchorwatch::dnssec {
namespace {

using dns::RrType;

constexpr std::uint16_t kClassIn = 1;

const char* hash_name(std::uint8_t hash_algorithm) {
  switch (hash_algorithm) {
    case dns::Zonemd::kSha384: return "SHA384";
    case dns::Zonemd::kSha512: return "SHA512";
    default: return nullptr;
  }
}

class RecordHasher {
 public:
  explicit RecordHasher(const char* hash)
      : algorithm_(EVP_MD_fetch(nullptr, hash, nullptr)), context_(EVP_MD_CTX_new()) {
    works_ = algorithm_ && context_ &&
             EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1;
  }

  void add(const dns::Name& owner, RrType type, std::uint32_t ttl, BytesView rdata) {
    record_.assign(owner.wire());
    append_u16(record_, static_cast<std::uint16_t>(type));
    append_u16(record_, kClassIn);
    append_u32(record_, ttl);
    append_u16(record_, static_cast<std::uint16_t>(rdata.size()));
    record_ += rdata;
    works_ = works_ && EVP_DigestUpdate(context_.get(), record_.data(), record_.size()) == 1;
  }

  Bytes finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> value{};
    unsigned length = 0;
    if (!works_ || EVP_DigestFinal_ex(context_.get(), value.data(), &length) != 1) return {};
    return {reinterpret_cast<const char*>(value.data()), length};
  }

 private:
  OpensslPtr<EVP_MD> algorithm_;
  OpensslPtr<EVP_MD_CTX> context_;
  Bytes record_;
  bool works_ = false;
};

using SetIterator = std::vector<dns::RRset>::const_iterator;

bool is_apex_zonemd(const dns::RRset& set, const dns::Name& apex) {
  return set.type == RrType::kZonemd && set.owner == apex;
}

// The records of one owner by type, its RRSIGs (type 46) among them.
void add_owner(RecordHasher& hasher, const dns::Name& apex, SetIterator first, SetIterator last) {
  std::vector<std::pair<Bytes, std::uint32_t>> rrsigs;
  for (auto set = first; set != last; ++set) {
    if (is_apex_zonemd(*set, apex)) continue;
    for (const dns::Rrsig& rrsig : set->rrsigs) {
      rrsigs.emplace_back(rrsig.rdata_without_signature() + rrsig.signature, rrsig.ttl);
    }
  }
  std::sort(rrsigs.begin(), rrsigs.end());
  const auto add_rrsigs = [&] {
    for (const auto& [rdata, ttl] : rrsigs) hasher.add(first->owner, RrType::kRrsig, ttl, rdata);
    rrsigs.clear();
  };
  for (auto set = first; set != last; ++set) {
    if (set->type > RrType::kRrsig) add_rrsigs();
    if (is_apex_zonemd(*set, apex)) continue;
    for (const Bytes& rdata : set->rdatas) hasher.add(set->owner, set->type, set->ttl, rdata);
  }
  add_rrsigs();
}

}  // namespace

bool can_digest_zone(std::uint8_t hash_algorithm) { return hash_name(hash_algorithm) != nullptr; }

Bytes zone_digest(const dns::Name& apex, const std::vector<dns::RRset>& sets,
                  std::uint8_t hash_algorithm) {
  const char* hash = hash_name(hash_algorithm);
  if (hash == nullptr) return {};
  RecordHasher hasher(hash);
  for (auto first = sets.begin(); first != sets.end();) {
    const auto last = std::find_if(
        first, sets.end(), [&](const dns::RRset& set) { return set.owner != first->owner; });
    add_owner(hasher, apex, first, last);
    first = last;
  }
  return hasher.finish();
}

}  // namespace anchorwatch::dnssec
