// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/store/audit.h"

#include <algorithm>
#include <charconv>

#include "anchorwatch/core/digest.h"

namespace anchorwatch::store {
namespace {

constexpr std::size_t kHashDigits = 64;

/// A netstring: no two rows have the same text.
void put(std::string& text, std::string_view field) {
  text.append(std::to_string(field.size())).append(":").append(field).append(",");
}

bool is_hash(std::string_view text) {
  return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string audit_genesis() { return std::string(kHashDigits, '0'); }

std::string audit_hash(const AuditRow& row) {
  std::string text;
  put(text, row.previous_hash);
  put(text, std::to_string(row.sequence));
  put(text, std::to_string(row.entry.at));
  for (const std::string* field : {&row.entry.actor, &row.entry.action, &row.entry.zone, &row.entry.detail}) {
    put(text, *field);
  }
  return sha256(text).hex();
}

Result<AuditHead> parse_audit_head(std::string_view text) {
  AuditHead head;
  const std::size_t colon = text.find(':');
  const std::string_view number = text.substr(0, colon);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), head.sequence);
  if (colon != std::string_view::npos) head.hash = text.substr(colon + 1);
  if (error != std::errc() || end != number.data() + number.size() || head.sequence < 1 || !is_hash(head.hash)) {
    return Error(ErrorCode::kInvalidArgument, std::string(text) + ": not SEQUENCE:HASH, as `audit verify` prints it");
  }
  return head;
}

void AuditCheck::fail(std::int64_t sequence, std::string why) {
  if (!intact()) return;
  broken_at_ = sequence;
  why_ = std::move(why);
}

void AuditCheck::add(const AuditRow& row) {
  const std::int64_t expected = head_.sequence + 1;
  const std::string& previous = head_.sequence == 0 ? audit_genesis() : head_.hash;
  if (row.sequence != expected) {
    fail(expected, "the row is missing; the next one is " + std::to_string(row.sequence));
  } else if (row.previous_hash != previous) {
    fail(row.sequence, "it does not name the hash of the row before");
  } else if (audit_hash(row) != row.hash) {
    fail(row.sequence, "its content does not have the hash that it carries");
  } else if (remembered_ && remembered_->sequence == row.sequence && remembered_->hash != row.hash) {
    fail(row.sequence, "its hash is not the one that was remembered: the chain was made anew");
  }
  head_ = {row.sequence, row.hash};
}

void AuditCheck::finish(const AuditHead& noted) {
  const std::int64_t known = std::max(noted.sequence, remembered_ ? remembered_->sequence : 0);
  if (head_.sequence < known) {
    fail(head_.sequence + 1, "rows are missing at the end: there were " + std::to_string(known));
  } else if (noted.sequence != head_.sequence || (noted.sequence != 0 && noted.hash != head_.hash)) {
    fail(head_.sequence, "the head that the database noted is " + (noted.sequence == 0 ? "empty" : noted.to_text()));
  }
}

}  // namespace anchorwatch::store
