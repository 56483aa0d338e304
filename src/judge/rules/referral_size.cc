// SPDX-License-Identifier: Apache-2.0
// How large the referral to the zone becomes for the longest name that can be asked.
#include <set>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

/// What resolvers accept over UDP (RFC 9715 §3.2 and its appendix; DNS flag day 2020).
constexpr std::size_t kFits = 1232;
constexpr std::size_t kHeader = 12;
constexpr std::size_t kLongestQuestion = 255 + 4;
constexpr std::size_t kOpt = 11;
constexpr std::size_t kRecordFields = 10;  // Type, class, TTL, length.
constexpr std::size_t kPointer = 2;
constexpr std::size_t kRrsigFields = 18;

enum class Names : std::uint8_t { kWhole, kCompressed };

/// Octets of a message whose names are compressed as well as they can be, or not at all.
class Size {
 public:
  /// The question has every name from the zone upwards.
  Size(const dns::Name& zone, Names names) : names_(names), octets_(kHeader + kLongestQuestion + kOpt) {
    if (names_ == Names::kWhole) return;
    for (dns::Name at = zone; !at.is_root(); at = at.parent()) known_.insert(at);
  }
  [[nodiscard]] std::size_t octets() const { return octets_; }

  void name(const dns::Name& name) {
    if (names_ == Names::kWhole) {
      octets_ += name.wire().size();
      return;
    }
    dns::Name at = name;
    for (; !at.is_root() && known_.insert(at).second; at = at.parent()) {
      octets_ += at.first_label().size() + 1;
    }
    octets_ += at.is_root() ? 1 : kPointer;
  }
  void record(const dns::Name& owner, std::size_t rdata) {
    name(owner);
    octets_ += kRecordFields + rdata;
  }
  /// Names in the RDATA of DNSSEC records are not compressed (RFC 4034 §3.1.7).
  void signed_set(const dns::RRset& set) {
    for (const Bytes& rdata : set.rdatas) record(set.owner, rdata.size());
    for (const dns::Rrsig& rrsig : set.rrsigs) {
      record(set.owner, kRrsigFields + rrsig.signer.wire().size() + rrsig.signature.size());
    }
  }

 private:
  Names names_;
  std::size_t octets_;
  std::set<dns::Name> known_;
};

/// The DS RRset, or the proof of its absence: they go along (RFC 4035 §3.1.4).
void add_ds(const Context& context, Size& size) {
  for (const ParentView& view : context.parent_views) {
    if (!view.usable) continue;
    const dns::RRset* ds = shown_ds(*view.answer, context.zone);
    if (ds != nullptr) {
      size.signed_set(*ds);
    } else {
      for (const dns::RRset& set : view.answer->authority) {
        const bool proof = set.type == dns::RrType::kNsec || set.type == dns::RrType::kNsec3;
        if (proof) size.signed_set(set);
      }
    }
    return;
  }
}

std::size_t referral_octets(const Context& context, Names names) {
  Size size(context.zone, names);
  const std::vector<evidence::NameServer>& servers = context.evidence.delegation.name_servers;
  for (const evidence::NameServer& server : servers) {
    size.record(context.zone, 0);
    size.name(server.name);
  }
  add_ds(context, size);
  for (const evidence::NameServer& server : servers) {
    // RFC 9471 §3.1: the glue that must be there.
    if (!server.name.is_at_or_below(context.zone)) continue;
    // Glue that a server left out for want of room is needed all the same.
    for (const IpAddress& address : server.glue.empty() ? server.addresses : server.glue) {
      size.record(server.name, address.bytes().size());
    }
  }
  return size.octets();
}

}  // namespace

void referral_size(const Context& context, FindingSink& sink) {
  const evidence::DelegationLook& delegation = context.evidence.delegation;
  if (context.evidence.depth != evidence::Depth::kFull || delegation.from_configuration ||
      delegation.is_top(context.zone) || context.evidence.forwarded) {
    return;
  }
  // Most referrals fit even without compression, which costs more to tell.
  if (referral_octets(context, Names::kWhole) <= kFits) return;
  const std::size_t octets = referral_octets(context, Names::kCompressed);
  if (octets <= kFits) return;
  Finding finding = FindingSink::start(FindingCode::REFERRAL_TOO_BIG, zone_subject(context));
  finding.data["octets"] = static_cast<std::int64_t>(octets);
  finding.message =
      "The referral to " + context.zone.to_text() + " takes up to " + std::to_string(octets) +
      " octets, more than the " + std::to_string(kFits) +
      " that go over UDP, so resolvers may have to repeat over TCP at the parent. Use "
      "fewer or shorter name server names.";
  sink.add(std::move(finding));
}

}  // namespace anchorwatch::judge::rules
