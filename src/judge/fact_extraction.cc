// SPDX-License-Identifier: Apache-2.0
// From the answers of one look to facts: unions over the servers, ordered by value.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/rrsig_time.h"
#include "anchorwatch/judge/facts.h"

#include "context.h"

namespace anchorwatch::judge {

namespace {

using dnssec::SecurityStatus;
using evidence::Answer;
using evidence::ServerLook;

/// An answer that says something about the name: with authority, or with data.
bool speaks(const Answer& answer, bool forwarded) {
  if (!answer.usable()) return false;
  if (answer.aa || forwarded) return true;
  return std::any_of(answer.answer.begin(), answer.answer.end(),
                     [](const dns::RRset& set) { return !set.rdatas.empty(); });
}

void add_server(std::vector<IpAddress>& servers, const IpAddress& address) {
  const auto at = std::lower_bound(servers.begin(), servers.end(), address);
  if (at == servers.end() || *at != address) servers.insert(at, address);
}

/// Records by RDATA, over servers.
class RecordUnion {
 public:
  void add(const dns::RRset* set, const IpAddress& server) {
    known_ = true;
    if (set == nullptr) return;
    for (const Bytes& rdata : set->rdatas) {
      RecordFact& fact = facts_[rdata];
      fact.ttl = fact.servers.empty() ? set->ttl : std::min(fact.ttl, set->ttl);
      add_server(fact.servers, server);
    }
  }
  FactGroup<RecordFact> take() {
    FactGroup<RecordFact> group;
    group.known = known_;
    for (auto& [rdata, fact] : facts_) {
      fact.rdata = Bytes(rdata);
      group.values.push_back(std::move(fact));
    }
    return group;
  }

 private:
  bool known_ = false;
  std::map<BytesView, RecordFact> facts_;  // Views into the look.
};

/// An owner in the look, compared as a name.
struct Owner {
  const dns::Name* name;
  bool operator==(const Owner& other) const { return *name == *other.name; }
  auto operator<=>(const Owner& other) const { return *name <=> *other.name; }
};

using RrsigKey =
    std::tuple<Owner, dns::RrType, std::uint16_t, std::uint8_t, std::uint32_t, std::uint32_t>;

class Extraction {
 public:
  /// Times on the wire have 32 bits; the end of the judgement's certainty is near enough to place
  /// them.
  Extraction(const evidence::ZoneEvidence& look, const Judgement& judgement)
      : look_(look), judgement_(judgement), near_(judgement.valid_until) {
    facts_.zone = look.zone;
  }

  ZoneFacts run() {
    parents();
    for (const ServerLook& server : look_.servers) child(server);
    facts_.ds = ds_.take();
    facts_.cds = cds_.take();
    facts_.cdnskey = cdnskey_.take();
    facts_.csync = csync_.take();
    parent_names();
    child_names();
    keys();
    denial();
    serials();
    rrsigs();
    return std::move(facts_);
  }

 private:
  /// Only what holds counts: a bogus answer is neither a DS nor the loss of one.
  void parents() {
    for (const ServerVerdict& parent : judgement_.parents) {
      const bool holds = parent.verdict.status == SecurityStatus::kSecure ||
                         parent.verdict.status == SecurityStatus::kInsecure;
      if (!holds) continue;
      for (const ServerLook& server : look_.delegation.parents) {
        if (server.address != parent.address) continue;
        const Answer* answer = server.find(look_.zone, dns::RrType::kDs);
        if (answer == nullptr) continue;
        const dns::RRset* set = shown_ds(*answer, look_.zone);
        ds_.add(set, server.address);
        if (set != nullptr) add_rrsigs(*set, server.address);
      }
    }
  }

  void child(const ServerLook& server) {
    for (const Answer& answer : server.answers) {
      if (!speaks(answer, look_.forwarded)) continue;
      apex(answer, server.address);
      for (const dns::RRset& set : answer.answer) in_zone(set, answer, server.address);
      for (const dns::RRset& set : answer.authority) negative(set, answer);
    }
    for (const Answer& answer : server.extra) {
      const dns::Question csync{look_.zone, dns::RrType::kCsync};
      if (answer.question != csync || !speaks(answer, look_.forwarded)) continue;
      csync_.add(dns::find_rrset(answer.answer, csync.name, csync.type), server.address);
    }
  }

  void apex(const Answer& answer, const IpAddress& server) {
    if (answer.question.name != look_.zone) return;
    const dns::RRset* set = dns::find_rrset(answer.answer, look_.zone, answer.question.type);
    switch (answer.question.type) {
      case dns::RrType::kCds: cds_.add(set, server); break;
      case dns::RrType::kCdnskey: cdnskey_.add(set, server); break;
      case dns::RrType::kCsync: csync_.add(set, server); break;
      case dns::RrType::kDnskey: dnskey_.add(set, server); break;
      case dns::RrType::kNs: add_ns(set); break;
      case dns::RrType::kSoa: add_serial(set, server); break;
      default: break;
    }
  }

  void add_ns(const dns::RRset* set) {
    facts_.child_ns.known = true;
    if (set == nullptr) return;
    for (const Bytes& rdata : set->rdatas) {
      if (auto name = dns::decode_name(rdata)) facts_.child_ns.values.push_back(std::move(*name));
    }
  }

  void add_serial(const dns::RRset* set, const IpAddress& server) {
    if (set == nullptr) return;
    const auto soa = dns::decode_soa(set->rdatas.front());
    if (!soa) return;
    facts_.serials.known = true;
    facts_.serials.values.push_back(SerialFact{server, soa->serial});
  }

  void in_zone(const dns::RRset& set, const Answer& answer, const IpAddress& server) {
    if (!set.owner.is_at_or_below(look_.zone) || is_random(answer.question.name)) return;
    add_rrsigs(set, server);
    note_signers(set);
  }

  void note_signers(const dns::RRset& set) {
    for (const dns::Rrsig& rrsig : set.rrsigs) {
      const std::pair<std::uint16_t, std::uint8_t> key{rrsig.key_tag, rrsig.algorithm};
      switch (set.type) {
        case dns::RrType::kDnskey: signs_dnskey_.insert(key); break;
        // Often signed by the key-signing key alone: says nothing about who signs the zone.
        case dns::RrType::kCds:
        case dns::RrType::kCdnskey: break;
        default: signs_data_.insert(key);
      }
    }
  }

  void negative(const dns::RRset& set, const Answer& answer) {
    if (!set.owner.is_at_or_below(look_.zone)) return;
    if (set.type == dns::RrType::kSoa) note_signers(set);
    if (set.type == dns::RrType::kNsec) {
      for (const Bytes& rdata : set.rdatas) {
        const auto nsec = dns::decode_nsec(rdata);
        if (!nsec) continue;
        // RFC 9824: a name that does not exist gets a record of its own with NXNAME.
        const bool compact =
            set.owner == answer.question.name && nsec->types.contains(dns::RrType::kNxname);
        denials_.push_back(
            DenialFact{compact ? DenialKind::kCompact : DenialKind::kNsec, 0, {}, false});
      }
    }
    if (set.type == dns::RrType::kNsec3) {
      for (const Bytes& rdata : set.rdatas) {
        const auto nsec3 = dns::decode_nsec3(rdata);
        if (!nsec3) continue;
        denials_.push_back(
            DenialFact{DenialKind::kNsec3, nsec3->iterations, nsec3->salt, nsec3->opt_out()});
      }
    }
  }

  void add_rrsigs(const dns::RRset& set, const IpAddress& server) {
    for (const dns::Rrsig& rrsig : set.rrsigs) {
      add_server(rrsigs_[RrsigKey{Owner{&set.owner}, set.type, rrsig.key_tag, rrsig.algorithm,
                                  rrsig.inception, rrsig.expiration}],
                 server);
    }
  }

  [[nodiscard]] bool is_random(const dns::Name& name) const {
    return look_.denial_name && name.is_at_or_below(*look_.denial_name);
  }

  void parent_names() {
    const evidence::DelegationLook& delegation = look_.delegation;
    FactGroup<NameServerFact>& group = facts_.parent_ns;
    const bool gone = judgement_.delegation == DelegationState::kAbsent;
    if (delegation.from_configuration || (delegation.name_servers.empty() && !gone)) return;
    group.known = true;
    if (gone) return;
    for (const evidence::NameServer& server : delegation.name_servers) {
      NameServerFact fact{server.name, server.glue};
      std::sort(fact.glue.begin(), fact.glue.end());
      group.values.push_back(std::move(fact));
    }
    std::sort(group.values.begin(), group.values.end(),
              [](const NameServerFact& left, const NameServerFact& right) {
                return left.name < right.name;
              });
  }

  void child_names() {
    std::vector<dns::Name>& names = facts_.child_ns.values;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }

  void keys() {
    FactGroup<RecordFact> records = dnskey_.take();
    facts_.dnskeys.known = records.known;
    for (RecordFact& record : records.values) {
      KeyFact fact;
      const auto key = dns::decode_dnskey(record.rdata);
      const std::pair<std::uint16_t, std::uint8_t> id{dns::key_tag(record.rdata),
                                                      key ? key->algorithm : std::uint8_t{0}};
      fact.signs_dnskey = signs_dnskey_.contains(id);
      fact.signs_zone_data = signs_data_.contains(id);
      fact.rdata = std::move(record.rdata);
      fact.ttl = record.ttl;
      fact.servers = std::move(record.servers);
      facts_.dnskeys.values.push_back(std::move(fact));
    }
  }

  void denial() {
    std::sort(denials_.begin(), denials_.end());
    denials_.erase(std::unique(denials_.begin(), denials_.end()), denials_.end());
    // Compact denial is NSEC too; NODATA proofs of the same signer look like plain NSEC.
    const bool compact = std::any_of(denials_.begin(), denials_.end(), [](const DenialFact& fact) {
      return fact.kind == DenialKind::kCompact;
    });
    if (compact) {
      std::erase_if(denials_,
                    [](const DenialFact& fact) { return fact.kind == DenialKind::kNsec; });
    }
    facts_.denial.known =
        !denials_.empty() || (facts_.dnskeys.known && facts_.dnskeys.values.empty());
    facts_.denial.values = std::move(denials_);
  }

  void serials() {
    std::sort(
        facts_.serials.values.begin(), facts_.serials.values.end(),
        [](const SerialFact& left, const SerialFact& right) { return left.server < right.server; });
  }

  void rrsigs() {
    facts_.rrsigs.known = facts_.ds.known || facts_.dnskeys.known || !rrsigs_.empty();
    for (auto& [key, servers] : rrsigs_) {
      const auto& [owner, type, tag, algorithm, inception, expiration] = key;
      facts_.rrsigs.values.push_back(
          RrsigFact{*owner.name, type, tag, algorithm, dnssec::expand_rrsig_time(inception, near_),
                    dnssec::expand_rrsig_time(expiration, near_), std::move(servers)});
    }
  }

  const evidence::ZoneEvidence& look_;
  const Judgement& judgement_;
  UnixSeconds near_;
  ZoneFacts facts_;
  RecordUnion ds_, dnskey_, cds_, cdnskey_, csync_;
  std::set<std::pair<std::uint16_t, std::uint8_t>> signs_dnskey_, signs_data_;
  std::vector<DenialFact> denials_;
  std::map<RrsigKey, std::vector<IpAddress>> rrsigs_;
};

}  // namespace

ZoneFacts extract_facts(const evidence::ZoneEvidence& evidence, const Judgement& judgement) {
  return Extraction(evidence, judgement).run();
}

}  // namespace anchorwatch::judge
