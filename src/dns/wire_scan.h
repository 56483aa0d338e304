// SPDX-License-Identifier: Apache-2.0
// The bounds scan that runs before anything else looks at a received message: it finds every record
// without trusting a count or a length.
//
// Threading: pure function, any thread.
// Standards: RFC 1035 §4.1, RFC 6891 §6.1.1, RFC 2181 §8 (TTL).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/rr_type.h"

namespace anchorwatch::dns {

enum class Section : std::uint8_t { kAnswer, kAuthority, kAdditional };

const char* to_string(Section section);

/// Where one record lies in the message.
struct ScannedRecord {
  Section section{};
  RrType type{};
  std::uint16_t rr_class = 0;
  std::uint32_t ttl = 0;  ///< As on the wire: in an OPT it is no time.
  std::size_t owner_at = 0;
  std::size_t rdata_at = 0;
  std::size_t rdata_end = 0;
};

struct ScannedQuestion {
  std::size_t name_at = 0;
  std::size_t name_end = 0;
  RrType type{};
  std::uint16_t rr_class = 0;
};

struct MessageScan {
  std::optional<ScannedQuestion> question;
  std::optional<ScannedRecord> opt;
  std::vector<ScannedRecord> records;  ///< Without the OPT.
};

/// Records that any message may claim: more than fit into 65,535 octets.
inline constexpr std::size_t kMaxMessageRecords = 65535;

/// @errors as decode_message, but RDATA and what pointers lead to are not looked at.
Result<MessageScan> scan_message(BytesView wire, std::size_t max_records = 2000);

/// The last record of the message, of any type; empty when it has none.
/// @errors as scan_message.
Result<std::optional<ScannedRecord>> scan_last_record(BytesView wire);

/// The question and the first record only: what stands behind them is not looked at.
/// @errors kParse: header, question or that record are cut off.
Result<MessageScan> scan_first_record(BytesView wire);

/// RFC 2181 §8: a TTL with the top bit set counts as 0.
constexpr std::uint32_t effective_ttl(std::uint32_t wire_ttl) {
  return (wire_ttl & 0x80000000U) != 0 ? 0 : wire_ttl;
}

}  // namespace anchorwatch::dns
