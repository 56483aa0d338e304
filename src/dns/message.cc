// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/message.h"

#include <array>

#include "edns.h"
#include "rdata_wire.h"
#include "rrset_builder.h"
#include "wire_name.h"
#include "wire_scan.h"

namespace anchorwatch::dns {
namespace {

// The flags word of the header (RFC 1035 §4.1.1, RFC 4035 §3).
constexpr unsigned kQr = 0x8000;
constexpr unsigned kAa = 0x0400;
constexpr unsigned kTc = 0x0200;
constexpr unsigned kRd = 0x0100;
constexpr unsigned kRa = 0x0080;
constexpr unsigned kAd = 0x0020;
constexpr unsigned kCd = 0x0010;
constexpr std::uint16_t kClassAny = 255;

Error malformed(std::string what) { return {ErrorCode::kParse, "message: " + std::move(what)}; }

Error malformed(const ScannedRecord& record, const char* what) {
  return malformed(std::string(to_string(record.section)) + " section, " + to_string(record.type) +
                   " record: " + what);
}

void read_header(BytesView wire, Message& message) {
  const unsigned flags = read_u16(wire, 2);
  message.id = read_u16(wire, 0);
  message.opcode = static_cast<int>((flags >> 11U) & 0xfU);
  message.rcode = static_cast<int>(flags & 0xfU);
  message.qr = (flags & kQr) != 0;
  message.aa = (flags & kAa) != 0;
  message.tc = (flags & kTc) != 0;
  message.rd = (flags & kRd) != 0;
  message.ra = (flags & kRa) != 0;
  message.ad = (flags & kAd) != 0;
  message.cd = (flags & kCd) != 0;
  message.wire_size = wire.size();
}

Result<void> read_question(BytesView wire, const ScannedQuestion& scanned, std::uint16_t rr_class,
                           Message& message) {
  ExpandedName name;
  std::size_t at = scanned.name_at;
  if (!expand_name(wire, at, scanned.name_end, NameCase::kKeep, name)) {
    return malformed("the name in the question is malformed");
  }
  if (scanned.rr_class == rr_class) {
    message.question = Question{*Name::from_wire(name.view()), scanned.type};
    message.written_name = name.view();
  } else {
    message.foreign_class = true;
  }
  return {};
}

Result<void> read_opt(BytesView wire, const ScannedRecord& opt, Message& message) {
  message.edns =
      decode_edns(opt.rr_class, opt.ttl, wire.substr(opt.rdata_at, opt.rdata_end - opt.rdata_at));
  if (!message.edns) return malformed("an EDNS option is cut off");
  message.rcode |= static_cast<int>(opt.ttl >> 24U) << 4U;
  return {};
}

Result<void> read_record(BytesView wire, const ScannedRecord& record, RrsetBuilder& builder) {
  ExpandedName owner;
  std::size_t at = record.owner_at;
  if (!expand_name(wire, at, record.rdata_at, NameCase::kLower, owner)) {
    return malformed(record, "the owner name is malformed");
  }
  std::optional<Bytes> rdata =
      canonical_rdata(record.type, wire, record.rdata_at, record.rdata_end);
  if (!rdata ||
      !builder.add(owner.view(), record.type, effective_ttl(record.ttl), std::move(*rdata))) {
    return malformed(record, "the RDATA does not fit the type");
  }
  return {};
}

}  // namespace

Result<Message> decode_message(BytesView wire, std::uint16_t rr_class) {
  Result<MessageScan> scan = scan_message(wire);
  if (!scan) return std::move(scan).error();
  Message message;
  read_header(wire, message);
  if (scan->question) {
    if (auto done = read_question(wire, *scan->question, rr_class, message); !done) return done.error();
  }
  if (scan->opt) {
    if (auto done = read_opt(wire, *scan->opt, message); !done) return done.error();
  }
  std::array<RrsetBuilder, 3> sections;
  for (const ScannedRecord& record : scan->records) {
    if (record.rr_class != rr_class) {
      // SIG(0) stands in class ANY, which is no class of data (RFC 2931 §3).
      const bool of_the_message = record.type == RrType::kSig && record.rr_class == kClassAny;
      message.foreign_class = message.foreign_class || !of_the_message;
      continue;
    }
    RrsetBuilder& builder = sections[static_cast<std::size_t>(record.section)];
    if (auto done = read_record(wire, record, builder); !done) return done.error();
  }
  message.answer = sections[0].take();
  message.authority = sections[1].take();
  message.additional = sections[2].take();
  return message;
}

Result<Message> decode_transfer_start(BytesView wire) {
  Result<MessageScan> scan = scan_first_record(wire);
  if (!scan) return std::move(scan).error();
  Message message;
  read_header(wire, message);
  if (scan->question) {
    if (auto done = read_question(wire, *scan->question, kClassIn, message); !done) {
      return done.error();
    }
  }
  RrsetBuilder builder;
  for (const ScannedRecord& record : scan->records) {
    if (record.rr_class != kClassIn) continue;
    if (auto done = read_record(wire, record, builder); !done) return done.error();
  }
  message.answer = builder.take();
  return message;
}

// Case says nothing to a server (RFC 4343 §3), and still it must come back as it was sent.
Bytes with_mixed_case(Bytes name) {
  bool capital = true;
  for (char& letter : name) {
    // Label lengths are below the letters.
    if (letter < 'a' || letter > 'z') continue;
    if (capital) letter = static_cast<char>(letter - 'a' + 'A');
    capital = !capital;
  }
  return name;
}

namespace {

void append_opt(Bytes& out, const QueryOptions& options) {
  constexpr std::uint16_t kDnssecOk = 0x8000;
  Bytes rdata;
  if (options.request_nsid) {
    append_u16(rdata, EdnsOption::kNsid);
    append_u16(rdata, 0);
  }
  for (const EdnsOption& option : options.edns_options) {
    append_u16(rdata, option.code);
    append_u16(rdata, static_cast<std::uint16_t>(option.data.size()));
    rdata += option.data;
  }
  append_u8(out, 0);  // The root owns the OPT.
  append_u16(out, static_cast<std::uint16_t>(RrType::kOpt));
  append_u16(out, options.udp_size);
  append_u8(out, 0);  // Extended RCODE.
  append_u8(out, options.edns_version);
  append_u16(out, static_cast<std::uint16_t>(options.edns_flags |
                                             (options.dnssec_ok ? kDnssecOk : 0)));
  append_u16(out, static_cast<std::uint16_t>(rdata.size()));
  out += rdata;
}

}  // namespace

Bytes encode_query(const Question& question, std::uint16_t id, const QueryOptions& options) {
  Bytes out;
  out.reserve(kHeaderSize + question.name.wire().size() + 4 + 15);
  const unsigned flags = (options.recursion_desired ? kRd : 0U) |
                         (options.authentic_data ? kAd : 0U) |
                         (options.checking_disabled ? kCd : 0U);
  append_u16(out, id);
  append_u16(out, static_cast<std::uint16_t>(flags));
  append_u16(out, 1);
  append_u32(out, 0);
  append_u16(out, options.edns ? 1 : 0);
  const Bytes& name = question.name.wire();
  if (options.mixed_case) {
    out += with_mixed_case(name);
  } else {
    out += name;
  }
  append_u16(out, static_cast<std::uint16_t>(question.type));
  append_u16(out, options.rr_class);
  if (options.edns) append_opt(out, options);
  return out;
}

}  // namespace anchorwatch::dns
