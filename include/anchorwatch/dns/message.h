// SPDX-License-Identifier: Apache-2.0
// Message: one DNS message as values, and the codec between it and wire octets.
//
// A bounds scan finds every record before anything is read; RDATA is checked field by field against the
// type table of ldns, and everything is copied out, so that nothing above this module sees ldns, and
// values can go to any thread.
//
// Threading: pure functions, any thread.
// Standards: RFC 1035 §4, RFC 6891 (EDNS), RFC 8914 (EDE), RFC 5001 (NSID).
// Limits:    2,000 records, 65,535 octets a message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rr_type.h"
#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::dns {

struct Question {
  Name name;
  RrType type{};
  bool operator==(const Question&) const = default;
  auto operator<=>(const Question&) const = default;
};

struct EdnsOption {
  static constexpr std::uint16_t kNsid = 3;
  static constexpr std::uint16_t kCookie = 10;
  static constexpr std::uint16_t kEde = 15;
  static constexpr std::uint16_t kReportChannel = 18;
  std::uint16_t code = 0;
  Bytes data;
};

struct Edns {
  std::uint8_t version = 0;
  std::uint16_t udp_size = 0;
  bool dnssec_ok = false;
  std::vector<EdnsOption> options;
};

/// One Extended DNS Error (RFC 8914 §2). The text is what the server sent: not trusted, made printable.
struct ExtendedError {
  std::uint16_t info_code = 0;
  std::string text;
};

struct Message {
  std::uint16_t id = 0;
  int opcode = 0;
  int rcode = 0;  ///< With the upper bits of EDNS.
  bool qr = false, aa = false, tc = false, rd = false, ra = false, ad = false, cd = false;
  std::optional<Question> question;
  std::optional<Edns> edns;
  std::vector<RRset> answer, authority, additional;
  /// The question or a record was not of class IN. Such records are left out, and so is the question.
  bool foreign_class = false;
  std::size_t wire_size = 0;

  [[nodiscard]] std::vector<ExtendedError> extended_errors() const;
  /// The octets of the NSID option, empty when there is none.
  [[nodiscard]] Bytes nsid() const;
};

/// Parses a received message.
/// @errors kParse: octets out of bounds, counts that lie, TSIG/TKEY, a second OPT, trailing octets,
///         RDATA that does not fit its type. kLimitExceeded: over 2,000 records.
Result<Message> decode_message(BytesView wire);

struct QueryOptions {
  bool recursion_desired = false;
  bool checking_disabled = false;
  bool dnssec_ok = true;
  bool edns = true;
  std::uint16_t udp_size = 1232;
  bool request_nsid = false;
};

/// Builds a query of class IN.
Bytes encode_query(const Question& question, std::uint16_t id, const QueryOptions& options);

/// Parses zone-file text (trust anchors, root hints, expectations) into RRsets.
/// @param origin  for relative names.
/// @errors kParse: with the line number.
Result<std::vector<RRset>> parse_zone_text(std::string_view text, const Name& origin);
/// Parses the RDATA of one record in presentation form into canonical octets, e.g. a DS of `expect_ds`.
Result<Bytes> parse_rdata_text(RrType type, std::string_view text);

}  // namespace anchorwatch::dns
