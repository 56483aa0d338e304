// SPDX-License-Identifier: Apache-2.0
// TrustAnchorSet: configured DS or DNSKEY records at any owner.
// Standards: RFC 4035 §4.4, RFC 6840 §5.10 (nested anchors: see judge::NestedAnchors), RFC 7646 (negative anchors).
#pragma once

#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::dnssec {

class TrustAnchorSet {
 public:
  /// Reads DS and DNSKEY records in zone-file form and adds them. A DNSKEY becomes its SHA-256 DS.
  /// @errors kParse: bad text, another record type, no record at all.
  Result<void> add_text(std::string_view text);
  void add_negative(const dns::Name& name) { negative_.insert(name); }

  /// The DS-form anchors at exactly `owner`; empty when there are none.
  [[nodiscard]] const std::vector<Bytes>& at(const dns::Name& owner) const;
  /// Whether an anchor stands at `name` or above.
  [[nodiscard]] bool covers(const dns::Name& name) const;
  /// Whether `name` is at or below a negative trust anchor.
  [[nodiscard]] bool is_negative(const dns::Name& name) const;
  [[nodiscard]] const std::map<dns::Name, std::vector<Bytes>>& anchors() const { return anchors_; }
  [[nodiscard]] const std::set<dns::Name>& negatives() const { return negative_; }
  [[nodiscard]] bool empty() const { return anchors_.empty(); }

 private:
  std::map<dns::Name, std::vector<Bytes>> anchors_;
  std::set<dns::Name> negative_;
};

}  // namespace anchorwatch::dnssec
