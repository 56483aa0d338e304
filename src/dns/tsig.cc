// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/tsig.h"

#include <array>
#include <optional>

#include "anchorwatch/dns/rr_type.h"

#include "tsig_names.h"
#include "wire_name.h"
#include "wire_scan.h"

namespace anchorwatch::dns {
namespace {

constexpr std::uint16_t kClassAny = 255;
constexpr std::uint16_t kFudge = 300;  // RFC 8945 §10.
constexpr std::size_t kArcountAt = 10;
constexpr int kMostUnsigned = 99;

constexpr std::uint16_t kBadSig = 16;
constexpr std::uint16_t kBadKey = 17;
constexpr std::uint16_t kBadTime = 18;

void append_time(Bytes& out, UnixSeconds time) {
  append_u16(out, static_cast<std::uint16_t>(static_cast<std::uint64_t>(time) >> 32U));
  append_u32(out, static_cast<std::uint32_t>(time));
}

void set_u16(Bytes& message, std::size_t at, std::uint16_t value) {
  Bytes octets;
  append_u16(octets, value);
  message.replace(at, 2, octets);
}

/// RFC 8945 §4.3.3.
Bytes variables(const TsigKey& key, UnixSeconds time, std::uint16_t fudge, std::uint16_t error,
                BytesView other) {
  Bytes out = key.name.wire();
  append_u16(out, kClassAny);
  append_u32(out, 0);
  out += hmac_name(key.hash).wire();
  append_time(out, time);
  append_u16(out, fudge);
  append_u16(out, error);
  append_u16(out, static_cast<std::uint16_t>(other.size()));
  out += other;
  return out;
}

std::string error_words(std::uint16_t error) {
  switch (error) {
    case kBadSig: return "BADSIG: it has another secret or algorithm for the key";
    case kBadKey: return "BADKEY: it does not know the key";
    case kBadTime: return "BADTIME: its clock and ours differ by more than five minutes";
    default: return "TSIG error " + std::to_string(error);
  }
}

Error refused(std::string what) { return {ErrorCode::kRefused, "TSIG: " + std::move(what)}; }

}  // namespace

struct TsigVerifier::Record {
  std::size_t begin = 0;  ///< Where it starts in the message.
  Name owner;
  Name algorithm;
  UnixSeconds time = 0;
  std::uint16_t fudge = 0;
  Bytes mac;
  std::uint16_t original_id = 0;
  std::uint16_t error = 0;
  Bytes other;
};

namespace {

std::optional<Name> read_name(BytesView wire, std::size_t& at, std::size_t end) {
  ExpandedName name;
  if (!expand_name(wire, at, end, NameCase::kLower, name)) return std::nullopt;
  return Name::from_wire(name.view());
}

/// Two octets of length and as many octets.
std::optional<Bytes> read_counted(BytesView wire, std::size_t& at, std::size_t end) {
  if (end - at < 2) return std::nullopt;
  const std::size_t size = read_u16(wire, at);
  at += 2;
  if (end - at < size) return std::nullopt;
  Bytes out(wire.substr(at, size));
  at += size;
  return out;
}

}  // namespace

SignedQuery sign_query(BytesView query, const TsigKey& key, UnixSeconds now) {
  SignedQuery out;
  out.mac = hmac(key.hash, key.secret, Bytes(query) + variables(key, now, kFudge, 0, {}));
  Bytes rdata = hmac_name(key.hash).wire();
  append_time(rdata, now);
  append_u16(rdata, kFudge);
  append_u16(rdata, static_cast<std::uint16_t>(out.mac.size()));
  rdata += out.mac;
  append_u16(rdata, read_u16(query, 0));
  append_u32(rdata, 0);  // No error, no other data.
  out.wire = query;
  set_u16(out.wire, kArcountAt, static_cast<std::uint16_t>(read_u16(query, kArcountAt) + 1));
  out.wire += key.name.wire();
  append_u16(out.wire, static_cast<std::uint16_t>(RrType::kTsig));
  append_u16(out.wire, kClassAny);
  append_u32(out.wire, 0);
  append_u16(out.wire, static_cast<std::uint16_t>(rdata.size()));
  out.wire += rdata;
  return out;
}

Result<Bytes> TsigVerifier::take(BytesView wire, UnixSeconds now) {
  const Result<std::optional<ScannedRecord>> last = scan_last_record(wire);
  if (!last) return last.error();
  if (!last->has_value() || (*last)->type != RrType::kTsig) {
    if (first_) return refused("the answer is not signed");
    if (++unsigned_messages_ > kMostUnsigned) return refused("100 messages without a signature");
    unsigned_ += wire;
    return Bytes(wire);
  }
  Record record;
  const ScannedRecord& scanned = **last;
  record.begin = scanned.owner_at;
  std::size_t at = scanned.owner_at;
  const auto owner = read_name(wire, at, scanned.rdata_at);
  at = scanned.rdata_at;
  const auto algorithm = read_name(wire, at, scanned.rdata_end);
  const Error malformed(ErrorCode::kParse, "TSIG: the record is malformed");
  if (scanned.rr_class != kClassAny || scanned.ttl != 0) return malformed;
  if (!owner || !algorithm || scanned.rdata_end - at < 8) return malformed;
  record.owner = *owner;
  record.algorithm = *algorithm;
  record.time = static_cast<UnixSeconds>((static_cast<std::uint64_t>(read_u16(wire, at)) << 32U) |
                                         read_u32(wire, at + 2));
  record.fudge = read_u16(wire, at + 6);
  at += 8;
  auto mac = read_counted(wire, at, scanned.rdata_end);
  if (!mac || scanned.rdata_end - at < 4) return malformed;
  record.mac = *std::move(mac);
  record.original_id = read_u16(wire, at);
  record.error = read_u16(wire, at + 2);
  at += 4;
  auto other = read_counted(wire, at, scanned.rdata_end);
  if (!other || at != scanned.rdata_end) return malformed;
  record.other = *std::move(other);

  Bytes message(wire.substr(0, record.begin));
  set_u16(message, kArcountAt, static_cast<std::uint16_t>(read_u16(wire, kArcountAt) - 1));
  set_u16(message, 0, record.original_id);
  if (Result<void> checked = check(record, message, now); !checked) return checked.error();
  set_u16(message, 0, read_u16(wire, 0));
  return message;
}

Result<void> TsigVerifier::check(const Record& record, BytesView message, UnixSeconds now) {
  if (record.error == kBadKey || record.error == kBadSig) {  // Never signed (RFC 8945 §5.2).
    return refused("the server says " + error_words(record.error));
  }
  if (record.owner != key_.name || record.algorithm != hmac_name(key_.hash)) {
    return refused("the answer is signed with another key, " + record.owner.to_text());
  }
  Bytes text;
  append_u16(text, static_cast<std::uint16_t>(mac_.size()));
  text += mac_;
  text += unsigned_;
  text += message;
  if (first_) {
    text += variables(key_, record.time, record.fudge, record.error, record.other);
  } else {
    append_time(text, record.time);
    append_u16(text, record.fudge);
  }
  if (!equal_secrets(record.mac, hmac(key_.hash, key_.secret, text))) {
    return refused("the signature of the answer does not hold");
  }
  if (record.error != 0) return refused("the server says " + error_words(record.error));
  const UnixSeconds off = record.time < now ? now - record.time : record.time - now;
  if (off > record.fudge) {
    return refused("the answer was signed " + std::to_string(off) +
                   " seconds from now: the clock of the server or ours is wrong");
  }
  mac_ = record.mac;
  unsigned_.clear();
  unsigned_messages_ = 0;
  first_ = false;
  return {};
}

Result<void> TsigVerifier::finish() const {
  if (first_ || unsigned_messages_ > 0) return refused("the last message is not signed");
  return {};
}

}  // namespace anchorwatch::dns
