// SPDX-License-Identifier: Apache-2.0
// MessageWriter: builds DNS messages for tests, well-formed or not.
#pragma once

#include <cstdint>
#include <string_view>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/dns/message.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rr_type.h"

namespace anchorwatch::dns {

/// The name of a text that is known to be good.
inline Name name_of(std::string_view text) { return Name::from_text(text).value(); }
/// Octets of a literal that may hold zeros.
template <std::size_t N>
Bytes bytes_of(const char (&literal)[N]) {
  return Bytes(literal, N - 1);
}
inline void set_u16(Bytes& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<char>(value >> 8U);
  bytes[at + 1] = static_cast<char>(value & 0xffU);
}

class MessageWriter {
 public:
  static constexpr std::uint16_t kResponse = 0x8400;  // QR and AA.
  enum Section : std::size_t { kQuestion = 4, kAnswer = 6, kAuthority = 8, kAdditional = 10 };

  explicit MessageWriter(std::uint16_t flags = kResponse) : wire_(12, '\0') {
    set_u16(wire_, 0, 0x1234);
    set_u16(wire_, 2, flags);
  }

  MessageWriter& question(BytesView name, RrType type, std::uint16_t rr_class = 1) {
    wire_ += name;
    append_u16(wire_, static_cast<std::uint16_t>(type));
    append_u16(wire_, rr_class);
    return count(kQuestion);
  }
  MessageWriter& question(const Name& name, RrType type) { return question(name.wire(), type); }

  /// `owner` is taken as it is, so it may be a compression pointer.
  MessageWriter& record(Section section, BytesView owner, RrType type, BytesView rdata,
                        std::uint32_t ttl = 300, std::uint16_t rr_class = 1) {
    wire_ += owner;
    append_u16(wire_, static_cast<std::uint16_t>(type));
    append_u16(wire_, rr_class);
    append_u32(wire_, ttl);
    append_u16(wire_, static_cast<std::uint16_t>(rdata.size()));
    wire_ += rdata;
    return count(section);
  }
  MessageWriter& answer(BytesView owner, RrType type, BytesView rdata, std::uint32_t ttl = 300) {
    return record(kAnswer, owner, type, rdata, ttl);
  }

  MessageWriter& opt(BytesView options = {}, std::uint32_t ttl = 0x8000,
                     std::uint16_t udp_size = 1232) {
    return record(kAdditional, BytesView("\0", 1), RrType::kOpt, options, ttl, udp_size);
  }

  [[nodiscard]] const Bytes& wire() const { return wire_; }

 private:
  MessageWriter& count(Section section) {
    set_u16(wire_, section, static_cast<std::uint16_t>(read_u16(wire_, section) + 1));
    return *this;
  }
  Bytes wire_;
};

/// A pointer to the name of the question.
inline const Bytes kToQuestion = bytes_of("\xc0\x0c");

inline Bytes edns_option(std::uint16_t code, BytesView data) {
  Bytes out;
  append_u16(out, code);
  append_u16(out, static_cast<std::uint16_t>(data.size()));
  out += data;
  return out;
}

/// RDATA of an RRSIG with made-up numbers.
inline Bytes rrsig_rdata(RrType covered, BytesView signer_wire, BytesView signature,
                         std::uint16_t key_tag = 4711) {
  Bytes out;
  append_u16(out, static_cast<std::uint16_t>(covered));
  append_u8(out, 13);
  append_u8(out, 2);
  append_u32(out, 3600);
  append_u32(out, 2000000000);
  append_u32(out, 1900000000);
  append_u16(out, key_tag);
  out += signer_wire;
  out += signature;
  return out;
}

/// A signed answer as servers give it: compressed names, authority, glue and EDNS.
inline Bytes signed_answer() {
  const Name zone = name_of("example.com.");
  const Bytes ns = bytes_of("\3ns1\xc0\x0c");
  MessageWriter writer;
  writer.question(zone, RrType::kDnskey)
      .answer(kToQuestion, RrType::kDnskey, bytes_of("\1\1\3\x0d") + Bytes(64, 'k'))
      .answer(kToQuestion, RrType::kDnskey, bytes_of("\1\0\3\x0d") + Bytes(64, 'z'))
      .answer(kToQuestion, RrType::kRrsig,
              rrsig_rdata(RrType::kDnskey, zone.wire(), Bytes(64, 's')))
      .record(MessageWriter::kAuthority, kToQuestion, RrType::kNs, ns)
      .record(MessageWriter::kAuthority, kToQuestion, RrType::kRrsig,
              rrsig_rdata(RrType::kNs, zone.wire(), Bytes(64, 't')))
      .record(MessageWriter::kAdditional, bytes_of("\3ns1\xc0\x0c"), RrType::kA,
              bytes_of("\xc0\x00\x02\x01"))
      .opt(edns_option(EdnsOption::kNsid, "ns1") + edns_option(13, bytes_of("\0\1x")));
  return writer.wire();
}

}  // namespace anchorwatch::dns
