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
  static constexpr std::uint16_t kClientSubnet = 8;
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
  std::uint16_t flags = 0;  ///< All sixteen, DO among them.
  std::vector<EdnsOption> options;

  /// The first option with this code, or null.
  [[nodiscard]] const EdnsOption* find(std::uint16_t code) const;
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
  Bytes written_name;  ///< The name in the question as the sender wrote it: its letter case is kept.
  std::optional<Edns> edns;
  std::vector<RRset> answer, authority, additional;
  /// The question or a record was not of the class that was asked for. Such records are left out, and so is the question.
  bool foreign_class = false;
  std::size_t wire_size = 0;

  [[nodiscard]] std::vector<ExtendedError> extended_errors() const;
  /// The octets of the NSID option, empty when there is none.
  [[nodiscard]] Bytes nsid() const;
};

/// Parses a received message.
/// @param rr_class  the class that was asked for.
/// @errors kParse: octets out of bounds, counts that lie, TSIG/TKEY, a second OPT, trailing octets,
///         RDATA that does not fit its type. kLimitExceeded: over 2,000 records.
Result<Message> decode_message(BytesView wire, std::uint16_t rr_class = kClassIn);

/// Parses the first message of a zone transfer: header, question and first record. The others, which
/// may be thousands, are not looked at.
/// @errors kParse: as decode_message, for these parts.
Result<Message> decode_transfer_start(BytesView wire);

/// How a query is put. The defaults are those of an ordinary question.
struct QueryOptions {
  bool recursion_desired = false;
  bool authentic_data = false;
  bool checking_disabled = false;
  bool dnssec_ok = true;
  bool edns = true;
  std::uint16_t udp_size = 1232;
  bool request_nsid = false;
  std::uint8_t edns_version = 0;
  std::uint16_t edns_flags = 0;            ///< Flags beside DO.
  std::vector<EdnsOption> edns_options;    ///< Beside NSID.
  bool mixed_case = false;                 ///< Every second letter of the name is a capital, the first one too.
  std::uint16_t rr_class = kClassIn;
};

/// The octets of a name as `mixed_case` writes them.
Bytes with_mixed_case(Bytes name);
/// Builds a query.
Bytes encode_query(const Question& question, std::uint16_t id, const QueryOptions& options);

/// Parses zone-file text (trust anchors, root hints, expectations) into RRsets.
/// @param origin  for relative names.
/// @errors kParse: with the line number.
Result<std::vector<RRset>> parse_zone_text(std::string_view text, const Name& origin);
/// Parses the RDATA of one record in presentation form into canonical octets, e.g. a DS of `expect_ds`.
Result<Bytes> parse_rdata_text(RrType type, std::string_view text);

}  // namespace anchorwatch::dns
