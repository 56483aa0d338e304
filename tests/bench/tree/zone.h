// SPDX-License-Identifier: Apache-2.0
// The content of one zone, and the same content signed once and for all.
#pragma once

#include <string>
#include <vector>

#include "key.h"
#include "spec.h"
#include "wire.h"

namespace bench {

/// Apex, keys and records without denial and signatures.
class Zone {
 public:
  Zone(const Spec& spec, const std::string& apex, const std::vector<std::string>& servers);

  /// Adds A, AAAA, MX, TXT, CAA, CDS, CDNSKEY, and the hosts "www" and "mail".
  void add_portfolio(std::uint32_t number);
  void add(std::string_view owner_text, std::uint16_t type, std::vector<Wire> rdata, std::uint32_t ttl = 3600);

  [[nodiscard]] const Wire& apex() const { return apex_; }
  [[nodiscard]] const std::vector<RrSet>& sets() const { return sets_; }
  [[nodiscard]] const RrSet* find(std::string_view owner, std::uint16_t type) const;
  [[nodiscard]] std::vector<std::uint16_t> types_at(std::string_view owner) const;
  [[nodiscard]] const Key& ksk() const { return ksk_; }
  [[nodiscard]] const Key& zsk() const { return zsk_; }
  /// Rdata of the RRSIG, by the key whose part it is.
  [[nodiscard]] Wire sign(const RrSet& set, Validity validity) const;

 private:
  Wire apex_;
  Key ksk_, zsk_;
  std::vector<RrSet> sets_;
};

/// Portfolio zone number `number`, complete.
[[nodiscard]] Zone portfolio_zone(const Spec& spec, std::uint32_t number);

inline constexpr std::uint32_t kNegativeTtl = 300;

}  // namespace bench
