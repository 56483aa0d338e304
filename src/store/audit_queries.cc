// SPDX-License-Identifier: Apache-2.0
#include "audit_queries.h"

#include "try.h"

namespace anchorwatch::store {

Result<void> AuditQueries::append(const AuditEntry& entry) {
  AuditRow row;
  row.entry = entry;
  row.sequence = 1;
  row.previous_hash = audit_genesis();
  AW_TRY(last_.first([&row](const sqlite::Row& last) {
    row.sequence = last.integer(0) + 1;
    row.previous_hash = last.text(1);
  }));
  row.hash = audit_hash(row);
  AW_TRY(add_.run(row.sequence, entry.at, entry.actor, entry.action, entry.zone, entry.detail, row.previous_hash,
                  row.hash));
  return note_.run(kAuditHeadFact, AuditHead{row.sequence, row.hash}.to_text());
}

}  // namespace anchorwatch::store
