// SPDX-License-Identifier: Apache-2.0
// TransferReader: puts the messages of one AXFR together.
//
// Threading: one thread. Standards: RFC 5936 §2.2 (SOA first and last), §3 (records).
// Limits:    kMaxTransferRecords.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::dns {

inline constexpr std::size_t kMaxTransferRecords = 20'000'000;

/// A query for AXFR of `zone`, class IN, without EDNS.
Bytes encode_transfer_query(const Name& zone, std::uint16_t id);

class TransferReader {
 public:
  TransferReader(Name zone, std::uint16_t id);
  ~TransferReader();
  TransferReader(const TransferReader&) = delete;
  TransferReader& operator=(const TransferReader&) = delete;

  /// Takes the next message, without TSIG.
  /// @return whether the transfer is complete.
  /// @errors kParse: malformed, or not an answer to the query. kRefused: an error RCODE, which the
  ///         message names. kCorrupt: does not begin with the SOA, or begins and ends with
  ///         different ones. kLimitExceeded.
  Result<bool> take(BytesView wire);
  /// The RRsets, the SOA once. @pre complete.
  std::vector<RRset> sets();
  [[nodiscard]] std::size_t records() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anchorwatch::dns
