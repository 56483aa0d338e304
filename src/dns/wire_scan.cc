// SPDX-License-Identifier: Apache-2.0
#include "wire_scan.h"

#include <array>

#include "wire_name.h"

namespace anchorwatch::dns {
namespace {

constexpr std::size_t kMaxMessageSize = 65535;

/// Moves `at` past a name without following its pointer.
bool skip_name(BytesView wire, std::size_t& at) {
  while (at < wire.size()) {
    const std::uint8_t label = octet(wire, at);
    if (label >= 0xc0) {
      at += 2;
      return at <= wire.size();
    }
    if (label > kMaxLabelSize) return false;
    at += label + 1U;
    if (label == 0) return true;
  }
  return false;
}

/// Reads the record at `at` and moves past it.
bool scan_record(BytesView wire, std::size_t& at, ScannedRecord& record) {
  constexpr std::size_t kFixedSize = 10;
  record.owner_at = at;
  if (!skip_name(wire, at) || wire.size() - at < kFixedSize) return false;
  record.type = RrType{read_u16(wire, at)};
  record.rr_class = read_u16(wire, at + 2);
  record.ttl = read_u32(wire, at + 4);
  record.rdata_at = at + kFixedSize;
  record.rdata_end = record.rdata_at + read_u16(wire, at + 8);
  at = record.rdata_end;
  return at <= wire.size();
}

Error malformed(std::string what) { return {ErrorCode::kParse, "message: " + std::move(what)}; }

Error cut_off(const ScannedRecord& record, std::size_t index, std::size_t count) {
  return malformed(std::string(to_string(record.section)) + " record " + std::to_string(index + 1) +
                   " of " + std::to_string(count) + " is cut off");
}

/// Reads the question, if there is one, and moves `at` past it.
Result<void> scan_question(BytesView wire, std::size_t& at, MessageScan& scan) {
  const std::size_t questions = read_u16(wire, 4);
  if (questions > 1) return malformed("more than one question");
  if (questions == 0) return {};
  ScannedQuestion& question = scan.question.emplace();
  question.name_at = at;
  if (!skip_name(wire, at) || wire.size() - at < 4) return malformed("the question is cut off");
  question.name_end = at;
  question.type = RrType{read_u16(wire, at)};
  question.rr_class = read_u16(wire, at + 2);
  at += 4;
  return {};
}

/// Why a record may not be in a message at all, or null.
const char* reason_to_refuse(BytesView wire, const ScannedRecord& record, const MessageScan& scan) {
  switch (record.type) {
    case RrType::kTsig: return "has a TSIG that nobody asked for";
    case RrType::kTkey: return "has a TKEY that nobody asked for";
    case RrType::kOpt:
      if (record.section != Section::kAdditional) {
        return "has an OPT outside the additional section";
      }
      if (octet(wire, record.owner_at) != 0) return "has an OPT whose owner is not the root";
      if (scan.opt) return "has more than one OPT";
      return nullptr;
    default: return nullptr;
  }
}

}  // namespace

const char* to_string(Section section) {
  switch (section) {
    case Section::kAnswer: return "answer";
    case Section::kAuthority: return "authority";
    case Section::kAdditional: return "additional";
  }
  return "?";
}

Result<MessageScan> scan_message(BytesView wire, std::size_t max_records) {
  if (wire.size() < kHeaderSize) return malformed("shorter than its header");
  if (wire.size() > kMaxMessageSize) {
    return Error{ErrorCode::kLimitExceeded, "message: over 65535 octets"};
  }
  const std::array<std::size_t, 3> counts{read_u16(wire, 6), read_u16(wire, 8), read_u16(wire, 10)};
  const std::size_t total = counts[0] + counts[1] + counts[2];
  if (total > max_records) {
    return Error{ErrorCode::kLimitExceeded, "message: claims " + std::to_string(total) +
                                                " records, the limit is " +
                                                std::to_string(max_records)};
  }

  MessageScan scan;
  scan.records.reserve(total);
  std::size_t at = kHeaderSize;
  if (auto done = scan_question(wire, at, scan); !done) return done.error();
  for (std::size_t section = 0; section < counts.size(); ++section) {
    for (std::size_t i = 0; i < counts[section]; ++i) {
      ScannedRecord record;
      record.section = static_cast<Section>(section);
      if (!scan_record(wire, at, record)) return cut_off(record, i, counts[section]);
      if (const char* why = reason_to_refuse(wire, record, scan)) return malformed(why);
      if (record.type == RrType::kOpt) {
        scan.opt = record;
      } else {
        scan.records.push_back(record);
      }
    }
  }
  if (at != wire.size()) {
    return malformed(std::to_string(wire.size() - at) + " octets follow the last record");
  }
  return scan;
}

Result<MessageScan> scan_first_record(BytesView wire) {
  if (wire.size() < kHeaderSize) return malformed("shorter than its header");
  MessageScan scan;
  std::size_t at = kHeaderSize;
  if (auto done = scan_question(wire, at, scan); !done) return done.error();
  const std::size_t answers = read_u16(wire, 6);
  if (answers == 0) return scan;
  ScannedRecord record;
  record.section = Section::kAnswer;
  if (!scan_record(wire, at, record)) return cut_off(record, 0, answers);
  scan.records.push_back(record);
  return scan;
}

Result<std::optional<ScannedRecord>> scan_last_record(BytesView wire) {
  if (wire.size() < kHeaderSize) return malformed("shorter than its header");
  std::size_t at = kHeaderSize;
  for (std::size_t i = 0; i < read_u16(wire, 4); ++i) {
    if (!skip_name(wire, at) || wire.size() - at < 4) return malformed("the question is cut off");
    at += 4;
  }
  const std::size_t total = std::size_t{read_u16(wire, 6)} + read_u16(wire, 8) + read_u16(wire, 10);
  std::optional<ScannedRecord> last;
  for (std::size_t i = 0; i < total; ++i) {
    if (!scan_record(wire, at, last.emplace())) return malformed("a record is cut off");
  }
  if (at != wire.size()) return malformed("octets follow the last record");
  return last;
}

}  // namespace anchorwatch::dns
