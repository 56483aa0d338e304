// SPDX-License-Identifier: Apache-2.0
// Records that should not be in the zone, and the digest over all that is.
#include <algorithm>

#include "anchorwatch/dnssec/zone_digest.h"

#include "whole_zone.h"

namespace anchorwatch::judge::whole_zone {

namespace {

using dns::RrType;

bool may_stand_beside_cname(RrType type) {
  return type == RrType::kCname || type == RrType::kNsec || type == RrType::kRrsig;
}

void check_node(Review& review, const Node& node) {
  if (node.kind != NodeKind::kData) return;
  if (*node.name != review.context.zone) {
    if (const dns::RRset* keys = review.nodes.find(node, RrType::kDnskey)) {
      const bool zone_key =
          std::any_of(keys->rdatas.begin(), keys->rdatas.end(), [](const Bytes& rdata) {
            const auto key = dns::decode_dnskey(rdata);
            return key && key->zone_key();
          });
      review.note(FindingCode::DNSKEY_NOT_AT_APEX, *node.name, RrType::kDnskey,
                  zone_key ? Severity::kWarning : Severity::kNotice,
                  node.name->to_text() + " has a DNSKEY in the " + review.source +
                      ", although it is no apex. Remove it.");
    }
  }
  if (review.nodes.find(node, RrType::kCname) == nullptr) return;
  for (std::size_t i = node.first; i < node.last; ++i) {
    const dns::RRset& set = review.content.sets[i];
    if (set.rdatas.empty() || may_stand_beside_cname(set.type)) continue;
    review.note(FindingCode::CNAME_AT_NODE, *node.name, RrType::kCname, Severity::kError,
                node.name->to_text() + " has a CNAME beside " + dns::to_string(set.type) +
                    " in the " + review.source + ". Keep one of them.");
    return;
  }
}

/// RFC 8976 §4: one record that fits is enough; of one scheme and hash there must be one only.
class ZonemdCheck {
 public:
  ZonemdCheck(Review& review, const dns::RRset& set) : review_(review), set_(set) {}

  void run() {
    bool old = false;
    bool known = false;
    for (const Bytes& rdata : set_.rdatas) {
      const auto zonemd = dns::decode_zonemd(rdata);
      if (!zonemd) continue;
      if (zonemd->serial != review_.content.serial) {
        old = true;
        continue;
      }
      if (zonemd->scheme != dns::Zonemd::kSimple ||
          !dnssec::can_digest_zone(zonemd->hash_algorithm)) {
        continue;
      }
      known = true;
      const Bytes digest =
          dnssec::zone_digest(review_.context.zone, review_.content.sets, zonemd->hash_algorithm);
      if (digest == zonemd->digest) return;
      computed_ = digest;
    }
    report(old, known);
  }

 private:
  void report(bool old, bool known) {
    const std::string where = " of " + review_.context.zone.to_text() + " in the " + review_.source;
    if (known) {
      // Records of one set with several TTLs cannot be told apart any more, yet are digested.
      const bool unsure = std::any_of(review_.content.sets.begin(), review_.content.sets.end(),
                                      [](const dns::RRset& set) { return set.ttls_differ; });
      if (unsure) return;
      note(FindingCode::ZONEMD_DIGEST_MISMATCH, Severity::kError,
           "The ZONEMD" + where + " is not the digest of that zone, which is " + to_hex(computed_) +
               ". Make the digest last, after signing; see whether something "
               "changes the zone on its way.");
    } else if (old) {
      note(FindingCode::ZONEMD_SERIAL_MISMATCH, Severity::kWarning,
           "The ZONEMD" + where + " is for another serial than " +
               std::to_string(review_.content.serial) + ". Make a new digest with each serial.");
    } else {
      note(FindingCode::ZONEMD_UNSUPPORTED, Severity::kInfo,
           "The ZONEMD" + where + " has only schemes or hashes that we do not know.");
    }
  }

  void note(FindingCode code, Severity severity, const std::string& message) {
    review_.note(code, review_.context.zone, RrType::kZonemd, severity, message);
  }

  Review& review_;
  const dns::RRset& set_;
  Bytes computed_;
};

}  // namespace

void check_records(Review& review) {
  for (const dns::RRset& set : review.content.outside) {
    review.note(FindingCode::RECORD_OUT_OF_ZONE, set.owner, set.type, Severity::kWarning,
                set.owner.to_text() + " " + dns::to_string(set.type) + " stands in the " +
                    review.source + ", but does not lie in " + review.context.zone.to_text() +
                    ". Servers ignore it; remove it, or see whether a name lacks its final dot.");
  }
  for (const Node& node : review.nodes.nodes()) check_node(review, node);
}

void check_zonemd(Review& review) {
  const dns::RRset* set =
      dns::find_rrset(review.content.sets, review.context.zone, RrType::kZonemd);
  if (set != nullptr) ZonemdCheck(review, *set).run();
}

}  // namespace anchorwatch::judge::whole_zone
