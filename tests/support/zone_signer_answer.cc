// SPDX-License-Identifier: Apache-2.0
// What an authoritative server answers from a ZoneSigner's zone (RFC 1034 §4.3.2, RFC 4035 §3.1,
// RFC 5155 §7.2, RFC 6672 §3.2).
#include <algorithm>

#include "anchorwatch/dns/rdata.h"

#include "support/zone_signer.h"

namespace anchorwatch {

using dns::Name;
using dns::RrType;

class ZoneAnswer {
 public:
  ZoneAnswer(const ZoneSigner& zone, const Name& name, RrType type) : zone_(zone), type_(type) {
    out_.qr = true;
    out_.aa = true;
    out_.question = dns::Question{name, type};
    Name at = name;
    for (int hops = 0; hops < 20 && resolve(at); ++hops) {
    }
  }

  dns::Message take() { return std::move(out_); }

 private:
  // Returns whether `at` became the target of an alias that has to be followed.
  bool resolve(Name& at) {
    if (!at.is_at_or_below(zone_.apex_)) return false;
    for (int labels = zone_.apex_.label_count() + 1; labels <= at.label_count(); ++labels) {
      const Name above = at.suffix(labels);
      if (zone_.is_cut(above) && !(above == at && type_ == RrType::kDs)) return refer(above);
    }
    if (const Name* above = find_dname(at)) return follow_dname(*above, at);
    if (exists(at)) return answer_from(at, at);
    Name encloser = at.parent();
    while (!exists(encloser)) encloser = encloser.parent();
    const auto wildcard = encloser.prepend("*");
    if (wildcard && exists(*wildcard)) {
      prove_absent(at, encloser);
      return answer_from(*wildcard, at);
    }
    out_.rcode = dns::kRcodeNxDomain;
    add_soa();
    prove_absent(at, encloser);
    if (wildcard) cover(*wildcard);
    return false;
  }

  // `source` is the name itself or the wildcard that stands for it.
  bool answer_from(const Name& source, Name& at) {
    const auto node = zone_.nodes_.find(source);
    if (node != zone_.nodes_.end()) {
      const auto& sets = node->second;
      if (type_ == RrType::kAny) {
        for (const auto& [type, set] : sets) add_as(set, at);
        return false;
      }
      if (const auto found = sets.find(type_); found != sets.end()) {
        add_as(found->second, at);
        return false;
      }
      if (const auto cname = sets.find(RrType::kCname); cname != sets.end()) {
        add_as(cname->second, at);
        at = dns::decode_name(cname->second.rdatas.at(0)).value();
        return true;
      }
    }
    add_soa();
    match(source);
    return false;
  }

  bool refer(const Name& cut) {
    out_.aa = !out_.answer.empty();
    const auto& sets = zone_.nodes_.at(cut);
    add(out_.authority, sets.at(RrType::kNs));
    if (const auto ds = sets.find(RrType::kDs); ds != sets.end()) {
      add(out_.authority, ds->second);
    } else {
      match(cut);
    }
    return false;
  }

  bool follow_dname(const Name& owner, Name& at) {
    const dns::RRset& dname = zone_.nodes_.at(owner).at(RrType::kDname);
    add(out_.answer, dname);
    const Bytes prefix = at.wire().substr(0, at.wire().size() - owner.wire().size());
    const Bytes target = prefix + dname.rdatas.at(0);
    dns::RRset cname;
    cname.owner = at;
    cname.type = RrType::kCname;
    cname.ttl = dname.ttl;
    cname.rdatas = {target};
    out_.answer.push_back(cname);
    at = Name::from_wire(target).value();
    return true;
  }

  const Name* find_dname(const Name& at) const {
    for (const auto& [name, sets] : zone_.nodes_) {
      if (at.is_below(name) && sets.contains(RrType::kDname)) return &name;
    }
    return nullptr;
  }

  // A name exists if it or something below it has records.
  bool exists(const Name& name) const {
    return std::any_of(zone_.nodes_.begin(), zone_.nodes_.end(), [&](const auto& entry) {
      return entry.first.is_at_or_below(name) && !zone_.is_below_cut(entry.first);
    });
  }

  void add_soa() { add(out_.authority, zone_.nodes_.at(zone_.apex_).at(RrType::kSoa)); }

  void add_as(dns::RRset set, const Name& owner) {
    set.owner = owner;
    add(out_.answer, set);
  }

  static void add(std::vector<dns::RRset>& section, const dns::RRset& set) {
    const bool there = std::any_of(section.begin(), section.end(), [&](const dns::RRset& other) {
      return other.owner == set.owner && other.type == set.type;
    });
    if (!there) section.push_back(set);
  }

  bool uses_nsec3() const { return !zone_.nsec3_.empty(); }

  // The record that stands for an existing name; for one without records, the proof that it has
  // none.
  void match(const Name& name) {
    if (uses_nsec3()) {
      const auto found = zone_.nsec3_.find(zone_.nsec3_hash(name));
      if (found != zone_.nsec3_.end()) return add(out_.authority, found->second);
      Name encloser = name.parent();
      while (!zone_.nsec3_.contains(zone_.nsec3_hash(encloser))) encloser = encloser.parent();
      return prove_absent(name, encloser);
    }
    cover(name);
  }

  // RFC 5155 §7.2.1, or the NSEC that covers the name.
  void prove_absent(const Name& name, const Name& encloser) {
    if (uses_nsec3()) {
      match(encloser);
      cover(name.suffix(encloser.label_count() + 1));
    } else {
      cover(name);
    }
  }

  // The last record at or before the name.
  void cover(const Name& name) {
    if (uses_nsec3()) {
      auto after = zone_.nsec3_.upper_bound(zone_.nsec3_hash(name));
      if (after == zone_.nsec3_.begin()) after = zone_.nsec3_.end();
      return add(out_.authority, std::prev(after)->second);
    }
    for (auto node = zone_.nodes_.upper_bound(name); node != zone_.nodes_.begin();) {
      --node;
      const auto nsec = node->second.find(RrType::kNsec);
      if (nsec != node->second.end()) return add(out_.authority, nsec->second);
    }
  }

  const ZoneSigner& zone_;
  RrType type_;
  dns::Message out_;
};

dns::Message ZoneSigner::answer(std::string_view name, RrType type) const {
  return ZoneAnswer(*this, name_of(name), type).take();
}

}  // namespace anchorwatch
