// SPDX-License-Identifier: Apache-2.0
// From the answers of one look to what each kind of content was, by server.
#include <algorithm>
#include <map>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/history/zone_history.h"
#include "anchorwatch/judge/facts.h"

namespace anchorwatch::history {

namespace {

using dnssec::SecurityStatus;
using evidence::Answer;
using evidence::ServerLook;

/// Of an absence without an SOA beside it (RFC 2308 §5 leaves such an answer uncached; some cache it all the same).
constexpr std::uint32_t kShortAbsence = 300;

/// Of an unsigned RRset that a forwarder gave: what is left of its TTL differs from look to look.
constexpr std::uint32_t kUnknownTtl = 3600;

/// How long resolvers keep an RRset. A forwarder's TTLs have run down already; its signatures know the original.
std::uint32_t hold_of(const dns::RRset& set, bool forwarded) {
  std::uint32_t original = 0;
  for (const dns::Rrsig& rrsig : set.rrsigs) original = std::max(original, rrsig.original_ttl);
  if (set.rrsigs.empty()) return forwarded ? kUnknownTtl : set.ttl;
  return forwarded ? original : std::min(set.ttl, original);
}

/// RFC 2308 §5: the smaller one of the SOA's TTL and its last field.
std::uint32_t absence_of(const Answer& answer, bool forwarded) {
  for (const dns::RRset& set : answer.authority) {
    if (set.type != dns::RrType::kSoa || set.rdatas.empty()) continue;
    if (const auto soa = dns::decode_soa(set.rdatas.front())) return forwarded ? soa->minimum : std::min(set.ttl, soa->minimum);
  }
  return kShortAbsence;
}

/// Adds a content once for each TTL.
template <typename Content>
void add(Sighting<Content>& sighting, Content content, std::uint32_t ttl) {
  sighting.known = true;
  const bool there = std::any_of(sighting.seen.begin(), sighting.seen.end(),
                                 [&](const auto& seen) { return seen.content == content && seen.ttl == ttl; });
  if (!there) sighting.seen.push_back({std::move(content), ttl});
}

class Drawing {
 public:
  Drawing(const evidence::ZoneEvidence& look, const judge::Judgement& judgement)
      : look_(look), judgement_(judgement) {}

  Sight run() {
    parents();
    sight_.keys.complete = !look_.servers.empty();
    signers_complete_ = sight_.keys.complete && look_.depth == evidence::Depth::kFull;
    for (const ServerLook& server : look_.servers) child(server);
    for (auto& [signers, ttl] : signers_) add(sight_.signers, Signers{signers}, ttl);
    sight_.signers.complete = signers_complete_;
    return std::move(sight_);
  }

 private:
  void parents() {
    sight_.ds.complete = true;
    for (const judge::ServerVerdict& parent : judgement_.parents) {
      const bool holds = parent.verdict.status == SecurityStatus::kSecure ||
                         parent.verdict.status == SecurityStatus::kInsecure;
      const Answer* answer = nullptr;
      for (const ServerLook& server : look_.delegation.parents) {
        if (holds && server.address == parent.address) answer = server.find(look_.zone, dns::RrType::kDs);
      }
      if (answer == nullptr) {
        sight_.ds.complete = false;
        continue;
      }
      const dns::RRset* set = judge::shown_ds(*answer, look_.zone);
      DsSet content;
      if (set != nullptr) content = set->rdatas;
      std::sort(content.begin(), content.end());
      add(sight_.ds, std::move(content), set != nullptr ? hold_of(*set, look_.forwarded) : absence_of(*answer, look_.forwarded));
    }
  }

  void child(const ServerLook& server) {
    const Answer* keys = server.find(look_.zone, dns::RrType::kDnskey);
    if (keys != nullptr && speaks(*keys)) {
      add_keys(*keys);
    } else {
      sight_.keys.complete = false;
    }
    if (look_.depth != evidence::Depth::kFull) return;
    for (const Answer& answer : server.answers) {
      if (!speaks(answer)) {
        signers_complete_ = false;
        continue;
      }
      for (const dns::RRset& set : answer.answer) positive(set, answer);
      for (const dns::RRset& set : answer.authority) negative(set);
    }
  }

  [[nodiscard]] bool speaks(const Answer& answer) const { return answer.usable() && (answer.aa || look_.forwarded); }

  void add_keys(const Answer& answer) {
    const dns::RRset* set = dns::find_rrset(answer.answer, look_.zone, dns::RrType::kDnskey);
    KeySet content;
    if (set == nullptr) {
      add(sight_.keys, std::move(content), absence_of(answer, look_.forwarded));
      return;
    }
    for (const Bytes& rdata : set->rdatas) {
      const auto fields = dns::decode_dnskey(rdata);
      const std::uint16_t tag = dns::key_tag(rdata);
      const bool signs = fields && std::any_of(set->rrsigs.begin(), set->rrsigs.end(), [&](const dns::Rrsig& rrsig) {
        return rrsig.key_tag == tag && rrsig.algorithm == fields->algorithm;
      });
      content.keys.push_back({rdata, signs});
    }
    std::sort(content.keys.begin(), content.keys.end(),
              [](const auto& left, const auto& right) { return left.rdata < right.rdata; });
    add(sight_.keys, std::move(content), hold_of(*set, look_.forwarded));
  }

  void positive(const dns::RRset& set, const Answer& answer) {
    const bool of_the_chain = set.type == dns::RrType::kDnskey || set.type == dns::RrType::kCds ||
                              set.type == dns::RrType::kCdnskey || set.type == dns::RrType::kDs;
    if (of_the_chain || !set.owner.is_at_or_below(look_.zone)) return;
    // RFC 6672 §3.1: the CNAME that a server makes from a DNAME has no signature.
    const bool made = set.type == dns::RrType::kCname && set.rrsigs.empty() &&
                      std::any_of(answer.answer.begin(), answer.answer.end(),
                                  [](const dns::RRset& each) { return each.type == dns::RrType::kDname; });
    if (!made) note(set);
  }

  void negative(const dns::RRset& set) {
    const bool proof = set.type == dns::RrType::kSoa || set.type == dns::RrType::kNsec || set.type == dns::RrType::kNsec3;
    if (proof && set.owner.is_at_or_below(look_.zone)) note(set);
  }

  void note(const dns::RRset& set) {
    if (set.rdatas.empty()) return;
    std::vector<Signers::Key> signers;
    for (const dns::Rrsig& rrsig : set.rrsigs) signers.push_back({rrsig.key_tag, rrsig.algorithm});
    std::sort(signers.begin(), signers.end());
    signers.erase(std::unique(signers.begin(), signers.end()), signers.end());
    std::uint32_t& ttl = signers_[std::move(signers)];
    ttl = std::max(ttl, hold_of(set, look_.forwarded));
  }

  const evidence::ZoneEvidence& look_;
  const judge::Judgement& judgement_;
  Sight sight_;
  bool signers_complete_ = false;
  std::map<std::vector<Signers::Key>, std::uint32_t> signers_;
};

}  // namespace

Sight sight_of(const evidence::ZoneEvidence& evidence, const judge::Judgement& judgement) {
  return Drawing(evidence, judgement).run();
}

}  // namespace anchorwatch::history
