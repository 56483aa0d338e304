// SPDX-License-Identifier: Apache-2.0
// Kept evidence, as replay reads it.
#include "anchorwatch/sqlite/statement.h"

#include "bindings.h"
#include "reader_state.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

/// Of several monitors that share a database the one that kept evidence last.
constexpr const char* kLooksSql =
    "SELECT first_seen_at, last_seen_at, seen_before_at, full_before_at, evidence_id, digest, complete, renewed, "
    "current, status, status_worst, reason, observation, delegation, octets FROM v_evidence "
    "WHERE zone = ?1 AND vantage = (SELECT vantage FROM v_evidence WHERE zone = ?1 ORDER BY first_seen_at DESC LIMIT 1) "
    "ORDER BY number";

KeptLook read_look(const sqlite::Row& row) {
  KeptLook look;
  look.first_seen_at = row.integer(0);
  look.last_seen_at = row.integer(1);
  look.seen_before_at = row.optional_integer(2);
  look.full_before_at = row.optional_integer(3);
  look.evidence = row.integer(4);
  look.digest = Digest::from_bytes(from_hex(row.text(5)).value_or(Bytes()));
  look.complete = row.integer(6) != 0;
  look.renewed = row.integer(7) != 0;
  look.current = row.integer(8) != 0;
  look.status = row.text(9);
  look.status_worst = row.text(10);
  look.reason = row.text(11);
  look.observation = row.text(12);
  look.delegation = row.text(13);
  look.octets = row.integer(14);
  return look;
}

}  // namespace

Result<std::vector<KeptLook>> Reader::kept_looks(const std::string& zone) {
  sqlite::Statement statement(state_->database, kLooksSql);
  std::vector<KeptLook> looks;
  AW_TRY(statement.each([&](const sqlite::Row& row) { looks.push_back(read_look(row)); }, zone));
  return looks;
}

Result<Bytes> Reader::evidence(std::int64_t id) {
  sqlite::Statement statement(state_->database, "SELECT body FROM evidence WHERE id = ?1");
  Bytes body;
  Result<bool> found = statement.first([&](const sqlite::Row& row) { body = row.blob(0); }, id);
  if (!found) return std::move(found).error();
  if (!*found) {
    return Error(ErrorCode::kNotFound, "database " + state_->database.path() + ": evidence " + std::to_string(id) +
                                           " is not there any more");
  }
  return body;
}

Result<std::optional<KeptAncestor>> Reader::kept_ancestor(const dns::Name& zone, UnixSeconds at) {
  sqlite::Statement statement(state_->database,
                              "SELECT seen_at, link, body FROM ancestor_evidence WHERE zone = ?1 AND seen_at <= ?2 "
                              "ORDER BY seen_at DESC, id DESC LIMIT 1");
  std::optional<KeptAncestor> kept;
  AW_TRY(statement.first(
      [&](const sqlite::Row& row) {
        kept = KeptAncestor{zone, row.integer(0), Digest::from_bytes(row.blob(1)), row.blob(2)};
      },
      zone.to_text(), at));
  return kept;
}

}  // namespace anchorwatch::store
