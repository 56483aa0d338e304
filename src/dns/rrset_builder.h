// SPDX-License-Identifier: Apache-2.0
// RrsetBuilder: groups records into RRsets as they come.
//
// Threading: one thread.
// Standards: RFC 2181 §5, RFC 4034 §6.3 (order of rdatas).
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::dns {

class RrsetBuilder {
 public:
  /// Adds one record of class IN.
  /// @param owner  uncompressed lower-case wire form.
  /// @param rdata  canonical form.
  /// @return false when it is an RRSIG that is malformed.
  bool add(BytesView owner, RrType type, std::uint32_t ttl, Bytes rdata);

  /// The sets in order of first appearance, each sorted and without duplicates. A set may have
  /// RRSIGs only. The builder is empty after.
  std::vector<RRset> take();

 private:
  RRset& set_for(BytesView owner, RrType type);

  std::vector<RRset> sets_;
  /// A hash of owner and type for each set, so that a message of many sets is not compared name by
  /// name.
  std::vector<std::size_t> hashes_;
  /// By hash, once there are many sets: a whole zone has millions.
  std::unordered_multimap<std::size_t, std::size_t> index_;
};

}  // namespace anchorwatch::dns
