// SPDX-License-Identifier: Apache-2.0
// Signed zones as master files for NSD. Rdata stands in the form of RFC 3597: one way to write for all types.
#pragma once

#include <string>

#include "zone.h"

namespace bench {

/// A master file in the making.
class ZoneFile {
 public:
  ZoneFile(const Zone& zone, Validity validity) : zone_(zone), validity_(validity) {}

  void put_unsigned(const RrSet& set);
  void put_signed(const RrSet& set);
  /// All sets of the zone, signed, with the chain of NSEC or NSEC3 over their owners.
  void put_whole(bool nsec3);
  [[nodiscard]] const std::string& text() const { return text_; }
  /// @return false: the file cannot be written.
  [[nodiscard]] bool write(const std::string& path) const;

 private:
  void put_line(const std::string& owner, std::uint16_t type, std::uint32_t ttl, const Wire& rdata);
  void put_nsec_chain();
  void put_nsec3_chain();

  const Zone& zone_;
  Validity validity_;
  std::string text_;
};

/// One NSEC.
[[nodiscard]] RrSet nsec(const Wire& owner, const Wire& next, std::vector<std::uint16_t> types);

}  // namespace bench
