// SPDX-License-Identifier: Apache-2.0
// The root's published keys against the trust anchors: what a rollover of the root's KSK looks like from here (RFC 5011,
// RFC 9718). Whether an anchor works at all is told by trust_anchors.
#include <algorithm>
#include <array>

#include "anchorwatch/dnssec/crypto.h"

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

/// Tags of the root's KSKs that IANA has published as anchors, before or after their time in the zone:
/// KSK-2010, KSK-2017, KSK-2024.
constexpr std::array<std::uint16_t, 3> kPublishedAnchors{19036, 20326, 38696};

constexpr std::size_t kRevokeByte = 1;
constexpr char kRevokeBit = static_cast<char>(0x80);

/// The key as it was before its revocation: the anchor was made from that (RFC 5011 §2.1).
Bytes before_revocation(Bytes dnskey) {
  dnskey[kRevokeByte] = static_cast<char>(dnskey[kRevokeByte] & ~kRevokeBit);
  return dnskey;
}

class RootAnchors {
 public:
  RootAnchors(const Context& context, FindingSink& sink) : context_(context), sink_(sink) {
    for (const Bytes& rdata : context.entry.ds) {
      if (const auto ds = dns::decode_ds(rdata)) anchors_.push_back(*ds);
    }
    for (const KeyView& view : context.key_views) {
      published_ = published_ || view.set != nullptr;
      works_ = works_ || std::any_of(view.ds.begin(), view.ds.end(), [](const dnssec::DsVerdict& ds) {
                 return ds.state == dnssec::DsState::kSigns;
               });
    }
  }

  void run() {
    if (!published_) return;
    for (const dns::Ds& anchor : anchors_) {
      if (is_published(anchor)) continue;
      if (const auto tag = tag_after_revocation(anchor)) {
        revoked(anchor, *tag);
      } else {
        missing(anchor);
      }
    }
    stale();
    new_keys();
  }

 private:
  [[nodiscard]] bool fits(const dns::Ds& anchor, const Bytes& dnskey) const {
    return dnssec::ds_digest(anchor.digest_type, context_.zone, dnskey) == anchor.digest;
  }

  template <typename Visit>
  void each_key(Visit visit) const {
    for (const KeySet& set : context_.key_sets) {
      for (std::size_t i = 0; i < set.keys.dnskeys.size(); ++i) {
        if (set.decoded[i]) visit(set, set.keys.dnskeys[i], *set.decoded[i], set.tags[i]);
      }
    }
  }

  [[nodiscard]] bool is_published(const dns::Ds& anchor) const {
    bool found = false;
    each_key([&](const KeySet&, const Bytes& rdata, const dns::Dnskey&, std::uint16_t tag) {
      found = found || (tag == anchor.key_tag && fits(anchor, rdata));
    });
    return found;
  }

  [[nodiscard]] std::optional<std::uint16_t> tag_after_revocation(const dns::Ds& anchor) const {
    std::optional<std::uint16_t> found;
    each_key([&](const KeySet&, const Bytes& rdata, const dns::Dnskey& key, std::uint16_t tag) {
      if (!found && key.revoked() && signs_dnskey(tag) && fits(anchor, before_revocation(rdata))) found = tag;
    });
    return found;
  }

  [[nodiscard]] bool signs_dnskey(std::uint16_t tag) const {
    return std::any_of(context_.key_views.begin(), context_.key_views.end(), [&](const KeyView& view) {
      return view.set != nullptr && std::any_of(view.set->rrsigs.begin(), view.set->rrsigs.end(),
                                                [&](const dns::Rrsig& each) { return each.key_tag == tag; });
    });
  }

  Finding start(FindingCode code, std::uint16_t tag, std::uint8_t algorithm) const {
    Finding finding = FindingSink::start(code, key_subject(context_, tag, algorithm));
    note_key(finding, tag, algorithm);
    return finding;
  }

  /// A root of its own in a laboratory has its own anchors, fresh or not.
  void stale() {
    const bool some = std::any_of(anchors_.begin(), anchors_.end(), [&](const dns::Ds& each) { return is_published(each); });
    if (some || works_ || anchors_.empty() || context_.input.policy.allow_special_addresses) return;
    Finding finding = FindingSink::start(FindingCode::ANCHOR_STALE, zone_subject(context_));
    finding.severity = Severity::kError;
    finding.caused_by = FindingCode::TRUST_ANCHOR_NOT_SIGNING;
    finding.message = "None of the " + std::to_string(anchors_.size()) +
                      " trust anchors is among the keys of the root any more: they are out of date. Take the present ones "
                      "from IANA's root-anchors.xml or the system's dns-root-data.";
    sink_.add(std::move(finding));
  }

  void revoked(const dns::Ds& anchor, std::uint16_t tag) {
    Finding finding = start(FindingCode::ANCHOR_REVOKED_SEEN, anchor.key_tag, anchor.algorithm);
    if (!works_) finding.severity = Severity::kError;
    finding.message = "The root has revoked the key of the trust anchor " + ds_text(anchor) + " (it now has tag " +
                      std::to_string(tag) + "). Remove the anchor" +
                      (works_ ? "." : ", and add the root's present one: no other anchor works here.");
    sink_.add(std::move(finding));
  }

  void missing(const dns::Ds& anchor) {
    const bool known = std::find(kPublishedAnchors.begin(), kPublishedAnchors.end(), anchor.key_tag) !=
                       kPublishedAnchors.end();
    Finding finding = start(FindingCode::ANCHOR_NOT_IN_ROOT, anchor.key_tag, anchor.algorithm);
    if (!works_) {
      finding.severity = Severity::kCritical;
    } else if (known) {
      finding.severity = Severity::kNotice;
    }
    finding.message = "The trust anchor " + ds_text(anchor) + " is not among the keys of the root. " +
                      (!works_   ? "No anchor is: refresh the trust anchors."
                       : known ? "IANA publishes anchors before, and keeps them after, their time in the zone; another "
                                 "anchor works."
                               : "IANA never published it that this program knows of: check where it comes from, and "
                                 "remove it.");
    sink_.add(std::move(finding));
  }

  /// RFC 5011 §2.2: a key is taken as an anchor after 30 days in the validated set.
  void new_keys() {
    each_key([&](const KeySet& set, const Bytes& rdata, const dns::Dnskey& key, std::uint16_t tag) {
      if (!set.authentic || !key.sep() || !key.zone_key() || key.revoked()) return;
      const bool anchored = std::any_of(anchors_.begin(), anchors_.end(),
                                        [&](const dns::Ds& anchor) { return fits(anchor, rdata); });
      if (anchored) return;
      Finding finding = start(FindingCode::ANCHOR_NEW_KEY_PENDING, tag, key.algorithm);
      note_servers(finding, context_, set.servers);
      finding.message = "The root publishes the " + key_text(tag, key.algorithm) +
                        ", which is no trust anchor here. Check it against IANA's root-anchors.xml, and add it before "
                        "it signs alone.";
      sink_.add(std::move(finding));
    });
  }

  const Context& context_;
  FindingSink& sink_;
  std::vector<dns::Ds> anchors_;
  bool published_ = false;
  bool works_ = false;
};

}  // namespace

void root_anchors(const Context& context, FindingSink& sink) {
  if (!context.zone.is_root() || !context.entry.from_anchors || !context.ds_stands()) return;
  RootAnchors(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
