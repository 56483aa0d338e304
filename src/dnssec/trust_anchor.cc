// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/trust_anchor.h"

#include <algorithm>

#include "anchorwatch/dns/message.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/crypto.h"

namespace anchorwatch::dnssec {
namespace {

constexpr std::uint8_t kSha256 = 2;

Bytes ds_of(const dns::Name& owner, BytesView dnskey_rdata, std::uint8_t algorithm) {
  Bytes ds;
  append_u16(ds, dns::key_tag(dnskey_rdata));
  append_u8(ds, algorithm);
  append_u8(ds, kSha256);
  return ds + ds_digest(kSha256, owner, dnskey_rdata);
}

// Empty if the record cannot be an anchor.
Bytes to_ds(const dns::RRset& set, const Bytes& rdata) {
  if (set.type == dns::RrType::kDs) return dns::decode_ds(rdata) ? rdata : Bytes();
  const auto key = dns::decode_dnskey(rdata);
  return key ? ds_of(set.owner, rdata, key->algorithm) : Bytes();
}

}  // namespace

Result<void> TrustAnchorSet::add_text(std::string_view text) {
  auto sets = dns::parse_zone_text(text, dns::Name());
  if (!sets) return std::move(sets).error();
  std::map<dns::Name, std::vector<Bytes>> added;
  for (const dns::RRset& set : *sets) {
    if (set.type != dns::RrType::kDs && set.type != dns::RrType::kDnskey) {
      return Error(ErrorCode::kParse, "trust anchor " + set.owner.to_text() + " is a " +
                                          dns::to_string(set.type) + ", not a DS or DNSKEY");
    }
    for (const Bytes& rdata : set.rdatas) {
      Bytes ds = to_ds(set, rdata);
      if (ds.empty()) {
        return Error(ErrorCode::kParse, "trust anchor " + set.owner.to_text() + " is malformed");
      }
      added[set.owner].push_back(std::move(ds));
    }
  }
  if (added.empty()) return Error(ErrorCode::kParse, "no trust anchor in the text");
  for (auto& [owner, records] : added) {
    std::vector<Bytes>& all = anchors_[owner];
    all.insert(all.end(), records.begin(), records.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
  }
  return {};
}

const std::vector<Bytes>& TrustAnchorSet::at(const dns::Name& owner) const {
  static const std::vector<Bytes> none;
  const auto found = anchors_.find(owner);
  return found != anchors_.end() ? found->second : none;
}

bool TrustAnchorSet::covers(const dns::Name& name) const {
  for (int labels = name.label_count(); labels >= 0; --labels) {
    if (anchors_.contains(name.suffix(labels))) return true;
  }
  return false;
}

bool TrustAnchorSet::is_negative(const dns::Name& name) const {
  for (int labels = name.label_count(); labels >= 0; --labels) {
    if (negative_.contains(name.suffix(labels))) return true;
  }
  return false;
}

}  // namespace anchorwatch::dnssec
