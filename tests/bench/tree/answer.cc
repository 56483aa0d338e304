// SPDX-License-Identifier: Apache-2.0
#include "answer.h"

#include <algorithm>
#include <map>

#include "zone_file.h"

namespace bench {

namespace {

constexpr std::size_t kHeader = 12;
constexpr unsigned kResponse = 0x8400, kTruncation = 0x0200, kRecursionDesired = 0x0100, kDnssecOk = 0x8000;
constexpr unsigned kNotImplemented = 4, kRefused = 5, kBadVersion = 16;
constexpr unsigned kMaxUdp = 1232, kMaxTcp = 65535;
constexpr std::uint32_t kHour = 3600, kFortnight = 14 * 86400;
constexpr std::size_t kKeptZones = 100'000;
constexpr unsigned kFloodOfSignatures = 24;

void put_record(Wire& out, std::string_view owner, unsigned rrtype, std::uint32_t ttl, std::string_view rdata) {
  out += owner;
  put16(out, rrtype);
  put16(out, 1);
  put32(out, ttl);
  put16(out, static_cast<unsigned>(rdata.size()));
  out += rdata;
}

void put_opt(Wire& out, const Query& query, unsigned rcode) {
  out.push_back('\0');
  put16(out, type::kOpt);
  put16(out, kMaxUdp);
  put32(out, ((rcode >> 4U) << 24U) | (query.dnssec ? kDnssecOk : 0));
  put16(out, 0);
}

/// Skips a name in a query. @return where it ends; npos: it does not.
std::size_t name_end(std::string_view message, std::size_t at) {
  while (at < message.size() && message[at] != 0) {
    const unsigned length = static_cast<unsigned char>(message[at]);
    if (length > 63) return std::string_view::npos;
    at += 1 + length;
  }
  return at < message.size() ? at + 1 : std::string_view::npos;
}

Wire whole(const Query& query, unsigned rcode, unsigned flags, unsigned answers, unsigned authority, std::string_view body) {
  Wire out;
  put16(out, query.id);
  put16(out, kResponse | flags | (query.flags & kRecursionDesired) | (rcode & 15U));
  put16(out, 1);
  put16(out, answers);
  put16(out, authority);
  put16(out, query.edns ? 1 : 0);
  out += query.question;
  out += body;
  if (query.edns) put_opt(out, query, rcode);
  return out;
}

Wire spoilt(Wire signature) {
  signature.back() = static_cast<char>(signature.back() ^ 1);
  return signature;
}

}  // namespace

struct Answerer::Draft {
  Validity validity;
  std::optional<Hostility> hostility;
  bool dnssec = false;
  Wire answer, authority;
  unsigned answers = 0, authorities = 0;
};

std::optional<Query> Query::read(std::string_view message) {
  if (message.size() < kHeader || (get16(message, 2) & 0x8000U) != 0 || get16(message, 4) != 1) return std::nullopt;
  const std::size_t end = name_end(message, kHeader);
  if (end == std::string_view::npos || end + 4 > message.size()) return std::nullopt;
  Query query;
  query.id = get16(message, 0);
  query.flags = get16(message, 2);
  query.name = lower(message.substr(kHeader, end - kHeader));
  query.type = get16(message, end);
  query.rrclass = get16(message, end + 2);
  query.question = message.substr(kHeader, end + 4 - kHeader);
  // A client here sends OPT first if it sends any.
  const std::size_t opt = end + 4;
  if (get16(message, 10) > 0 && opt + 11 <= message.size() && message[opt] == 0 && get16(message, opt + 1) == type::kOpt) {
    query.edns = true;
    query.size = std::max(512U, get16(message, opt + 3));
    query.version = static_cast<unsigned char>(message[opt + 6]);
    query.dnssec = (get16(message, opt + 7) & kDnssecOk) != 0;
  }
  return query;
}

const Zone& Answerer::known(std::uint32_t number) {
  if (zones_.size() >= kKeptZones) zones_.clear();
  const auto found = zones_.find(number);
  if (found != zones_.end()) return found->second;
  return zones_.emplace(number, portfolio_zone(spec_, number)).first->second;
}

const std::vector<Key>& Answerer::same_tags() {
  // Thirty thousand keys: enough for some with one key tag, which is what a validator must tell apart (CVE-2023-50387).
  if (!same_tags_.empty()) return same_tags_;
  std::map<unsigned, std::vector<Key>> by_tag;
  for (unsigned at = 0; at < 30'000; ++at) {
    Key key(spec_.seed + "/tag/" + std::to_string(at), 256);
    by_tag[key.tag()].push_back(std::move(key));
  }
  for (auto& [tag, keys] : by_tag) {
    if (keys.size() > same_tags_.size()) same_tags_ = std::move(keys);
  }
  return same_tags_;
}

void Answerer::put_signatures(Draft& draft, Wire& section, unsigned& count, const Zone& zone, const RrSet& set) {
  std::vector<Wire> signatures;
  const bool by_ksk = set.type == type::kDnskey || set.type == type::kCds || set.type == type::kCdnskey;
  if (draft.hostility == Hostility::kSameTags && !by_ksk) {
    for (const Key& key : same_tags()) signatures.push_back(spoilt(key.sign(set, zone.apex(), draft.validity)));
    signatures.push_back(same_tags().back().sign(set, zone.apex(), draft.validity));
  } else {
    signatures.push_back(zone.sign(set, draft.validity));
  }
  if (draft.hostility == Hostility::kBadSignatures) signatures.back() = spoilt(signatures.back());
  if (draft.hostility == Hostility::kManySignatures) {
    Wire other = signatures.back();
    for (unsigned at = 0; at < kFloodOfSignatures; ++at) {
      other[other.size() - 1 - at] = static_cast<char>(other[other.size() - 1 - at] ^ 1);
      signatures.insert(signatures.begin(), other);
    }
  }
  for (const Wire& one : signatures) {
    put_record(section, set.owner, type::kRrsig, set.ttl, one);
    ++count;
  }
}

void Answerer::put_set(Draft& draft, Wire& section, unsigned& count, const Zone& zone, const RrSet& set) {
  RrSet shown = set;
  if (set.type == type::kDnskey && draft.hostility == Hostility::kSameTags) {
    shown.rdata = {zone.ksk().dnskey()};
    for (const Key& key : same_tags()) shown.rdata.push_back(key.dnskey());
    std::sort(shown.rdata.begin(), shown.rdata.end());
  }
  for (const Wire& one : shown.rdata) {
    put_record(section, shown.owner, shown.type, shown.ttl, one);
    ++count;
  }
  if (draft.dnssec) put_signatures(draft, section, count, zone, shown);
}

void Answerer::fill(Draft& draft, const Query& query, const Zone& zone, std::string_view below) {
  const auto wanted = static_cast<std::uint16_t>(query.type);
  if (const RrSet* found = zone.find(query.name, wanted)) {
    put_set(draft, draft.answer, draft.answers, zone, *found);
    return;
  }
  put_set(draft, draft.authority, draft.authorities, zone, *zone.find(zone.apex(), type::kSoa));
  if (!draft.dnssec) return;
  // RFC 9824: one NSEC at the very name says what is there, or that nothing is.
  std::vector<std::uint16_t> types = zone.types_at(query.name);
  if (types.empty() && !below.empty()) types.push_back(type::kNxname);
  const RrSet denial = nsec(query.name, Wire("\1\0", 2) + query.name, std::move(types));
  if (query.type == type::kNsec) {
    draft = {draft.validity, draft.hostility, true, {}, {}, 0, 0};
    put_set(draft, draft.answer, draft.answers, zone, denial);
  } else {
    put_set(draft, draft.authority, draft.authorities, zone, denial);
  }
}

Wire Answerer::garbage(const Query& query) {
  Wire out = whole({query.id, query.flags, 0, 0, {}, query.question}, 0, 0, 20, 0, "");
  for (unsigned at = 0; at < 400; ++at) put8(out, static_cast<unsigned>(random_()));
  return out;
}

std::optional<Wire> Answerer::answer(const Query& query, std::uint32_t now, bool tcp, bool hostile) {
  if (((query.flags >> 11U) & 15U) != 0) return whole(query, kNotImplemented, 0, 0, 0, "");
  if (query.version != 0) return whole(query, kBadVersion, 0, 0, 0, "");
  std::size_t below = 0;
  const std::optional<std::uint32_t> number = spec_.zone_at(query.name, &below);
  if (!number || query.rrclass != 1) return whole(query, kRefused, 0, 0, 0, "");
  Draft draft;
  if (hostile) draft.hostility = static_cast<Hostility>((*number * 2654435761U >> 16U) % kHostilities);
  if (draft.hostility == Hostility::kGarbage) return garbage(query);
  if (draft.hostility == Hostility::kTruncated) {
    return tcp ? std::nullopt : std::optional(whole(query, 0, kTruncation, 0, 0, ""));
  }
  draft.validity = {now - kHour, now + kFortnight};
  draft.dnssec = query.dnssec;
  fill(draft, query, known(*number), std::string_view(query.name).substr(0, below));
  Wire out = whole(query, 0, 0, draft.answers, draft.authorities, draft.answer + draft.authority);
  const std::size_t room = tcp ? kMaxTcp : std::min(query.size, kMaxUdp);
  if (out.size() > room) return whole(query, 0, kTruncation, 0, 0, "");
  return out;
}

}  // namespace bench
