// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/zone_transfer.h"

#include <optional>
#include <string>

#include "anchorwatch/dns/rr_type.h"

#include "rdata_wire.h"
#include "rrset_builder.h"
#include "wire_name.h"
#include "wire_scan.h"

namespace anchorwatch::dns {
namespace {

constexpr unsigned kQr = 0x8000;
constexpr unsigned kOpcodes = 0x7800;
constexpr unsigned kTc = 0x0200;
constexpr unsigned kRcodes = 0x000f;

Error malformed(const char* what) {
  return {ErrorCode::kParse, std::string("a message of the transfer ") + what};
}

}  // namespace

Bytes encode_transfer_query(const Name& zone, std::uint16_t id) {
  Bytes out;
  append_u16(out, id);
  append_u16(out, 0);
  append_u16(out, 1);
  append_u32(out, 0);
  append_u16(out, 0);
  out += zone.wire();
  append_u16(out, static_cast<std::uint16_t>(RrType::kAxfr));
  append_u16(out, kClassIn);
  return out;
}

struct TransferReader::State {
  Name zone;
  std::uint16_t id = 0;
  RrsetBuilder builder;
  std::optional<Bytes> soa;  ///< The first one; another ends the transfer.
  std::size_t records = 0;
  bool complete = false;

  Result<void> check_header(BytesView wire) const {
    const unsigned flags = read_u16(wire, 2);
    if (read_u16(wire, 0) != id) return malformed("has another id");
    if ((flags & kQr) == 0 || (flags & kOpcodes) != 0) return malformed("is no answer");
    if ((flags & kTc) != 0) return malformed("is cut short");
    const int rcode = static_cast<int>(flags & kRcodes);
    if (rcode != kRcodeNoError) {
      return Error{ErrorCode::kRefused, "the server answers " + rcode_to_string(rcode)};
    }
    return {};
  }

  Result<void> check_question(BytesView wire, const MessageScan& scan) const {
    if (!scan.question) return {};  // RFC 5936 §2.2.2: only the first message must have it.
    ExpandedName name;
    std::size_t at = scan.question->name_at;
    if (!expand_name(wire, at, scan.question->name_end, NameCase::kLower, name) ||
        name.view() != zone.wire() || scan.question->type != RrType::kAxfr) {
      return malformed("answers another question");
    }
    return {};
  }

  Result<void> add(BytesView wire, const ScannedRecord& record) {
    if (record.rr_class != kClassIn) return malformed("has a record of another class");
    ExpandedName owner;
    std::size_t at = record.owner_at;
    if (!expand_name(wire, at, record.rdata_at, NameCase::kLower, owner)) {
      return malformed("has a malformed owner name");
    }
    std::optional<Bytes> rdata =
        canonical_rdata(record.type, wire, record.rdata_at, record.rdata_end);
    if (!rdata) return malformed("has RDATA that does not fit its type");
    const bool is_soa = record.type == RrType::kSoa && owner.view() == zone.wire();
    if (!soa && !is_soa) {
      return Error{ErrorCode::kCorrupt, "the transfer does not begin with the SOA of the zone"};
    }
    if (soa && is_soa) {
      complete = true;
      if (*soa == *rdata) return {};
      return Error{ErrorCode::kCorrupt, "the zone changed during the transfer"};
    }
    if (is_soa) soa = *rdata;
    if (++records > kMaxTransferRecords) {
      return Error{ErrorCode::kLimitExceeded, "the zone has more than 20 million records"};
    }
    if (!builder.add(owner.view(), record.type, effective_ttl(record.ttl), *std::move(rdata))) {
      return malformed("has an RRSIG that is malformed");
    }
    return {};
  }
};

TransferReader::TransferReader(Name zone, std::uint16_t id) : state_(std::make_unique<State>()) {
  state_->zone = std::move(zone);
  state_->id = id;
}
TransferReader::~TransferReader() = default;

Result<bool> TransferReader::take(BytesView wire) {
  if (wire.size() < kHeaderSize) return malformed("is shorter than its header");
  if (auto checked = state_->check_header(wire); !checked) return std::move(checked).error();
  Result<MessageScan> scan = scan_message(wire, kMaxMessageRecords);
  if (!scan) return std::move(scan).error();
  if (auto checked = state_->check_question(wire, *scan); !checked) return checked.error();
  for (const ScannedRecord& record : scan->records) {
    if (record.section != Section::kAnswer) continue;
    if (state_->complete) return malformed("goes on behind the last SOA");
    if (auto added = state_->add(wire, record); !added) return std::move(added).error();
  }
  return state_->complete;
}

std::vector<RRset> TransferReader::sets() { return state_->builder.take(); }
std::size_t TransferReader::records() const { return state_->records; }

}  // namespace anchorwatch::dns
