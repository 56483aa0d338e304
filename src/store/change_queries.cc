// SPDX-License-Identifier: Apache-2.0
#include "change_queries.h"

#include <charconv>

#include "anchorwatch/change/value_json.h"

#include "try.h"

namespace anchorwatch::store {
namespace {

constexpr UnixSeconds kSeenLate = 7 * 86400;

std::vector<std::string> texts(const std::string& json) {
  return change::parse_texts(json).value_or(std::vector<std::string>());
}

StoredPlan read_plan(const sqlite::Row& row) {
  StoredPlan stored;
  stored.plan.id = change_id(row.integer(0));
  stored.zone = row.text(1);
  stored.tag = row.text(2);
  // A kind that a newer version wrote covers nothing here.
  const auto kind = change::parse_plan_kind(row.text(3));
  stored.plan.kind = kind.value_or(change::PlanKind::kDs);
  stored.state = kind ? row.text(4) : "closed";
  stored.plan.from = row.integer(5);
  stored.plan.until = row.integer(6);
  stored.plan.ds = texts(row.text(7));
  stored.plan.keys = texts(row.text(8));
  stored.plan.ns = texts(row.text(9));
  stored.approved = kind && row.integer(10) != 0;
  return stored;
}

}  // namespace

std::optional<std::int64_t> change_number(const std::string& id) {
  const std::string digits = id.starts_with('C') || id.starts_with('c') ? id.substr(1) : id;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number < 1) return std::nullopt;
  return number;
}

std::string change_id(std::int64_t number) { return "C" + std::to_string(number); }

Result<void> ChangeQueries::expire(UnixSeconds now, const std::string& actor, AuditQueries& audit) {
  std::vector<ChangeHead> over;
  sqlite::Statement find(database_,
                         "SELECT number, zone, state FROM planned_change WHERE state IN ('proposed', 'approved') AND until_at < ?1");
  AW_TRY(find.each([&over](const sqlite::Row& row) {
    ChangeHead head;
    head.number = row.integer(0);
    head.zone = row.text(1);
    head.state = row.text(2);
    over.push_back(std::move(head));
  }, now));
  sqlite::Statement mark(database_, "UPDATE planned_change SET state = 'expired' WHERE number = ?1");
  for (const ChangeHead& head : over) {
    AW_TRY(mark.run(head.number));
    const change::EventData detail{{"id", change_id(head.number)}, {"state", head.state}};
    AW_TRY(audit.append({now, actor, "change.expired", head.zone, change::values_to_json(detail)}));
  }
  return {};
}

Result<std::vector<StoredPlan>> ChangeQueries::load(UnixSeconds now, const std::string& actor, AuditQueries& audit) {
  AW_TRY(expire(now, actor, audit));
  sqlite::Statement all(database_,
                        "SELECT number, zone, tag, kind, state, from_at, until_at, ds, keys, ns, "
                        "state = 'approved' OR (state = 'expired' AND approver IS NOT NULL AND until_at > ?1) "
                        "FROM planned_change ORDER BY number");
  std::vector<StoredPlan> plans;
  AW_TRY(all.each([&plans](const sqlite::Row& row) { plans.push_back(read_plan(row)); }, now - kSeenLate));
  return plans;
}

Result<std::optional<ChangeHead>> ChangeQueries::find(const std::string& id) {
  std::optional<ChangeHead> head;
  const std::optional<std::int64_t> number = change_number(id);
  if (!number) return head;
  sqlite::Statement find(database_,
                         "SELECT number, zone, tag, state, requester, proposed_by, until_at FROM planned_change WHERE number = ?1");
  AW_TRY(find.first([&head](const sqlite::Row& row) {
    head = ChangeHead{row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.integer(6)};
  }, *number));
  return head;
}

Result<std::int64_t> ChangeQueries::add(const StoredPlan& stored, const ChangeText& text, UnixSeconds at) {
  sqlite::Statement add(database_,
                        "INSERT INTO planned_change (zone, tag, kind, state, from_at, until_at, ds, keys, ns, ticket, note, "
                        "requester, proposed_by, proposed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
  const change::PlannedChange& plan = stored.plan;
  AW_TRY(add.run(stored.zone, stored.tag, change::to_string(plan.kind), stored.state, plan.from, plan.until,
                 change::texts_to_json(plan.ds), change::texts_to_json(plan.keys), change::texts_to_json(plan.ns),
                 text.ticket, text.note, text.requester, text.proposed_by, at));
  return database_.last_insert_rowid();
}

Result<void> ChangeQueries::approve(std::int64_t number, const std::string& who, UnixSeconds at) {
  sqlite::Statement approve(database_,
                            "UPDATE planned_change SET state = 'approved', approver = ?2, approved_at = ?3 WHERE number = ?1");
  return approve.run(number, who, at);
}

Result<void> ChangeQueries::close(std::int64_t number, const std::string& who, UnixSeconds at, const std::string& outcome) {
  sqlite::Statement close(database_,
                          "UPDATE planned_change SET state = 'closed', closed_by = ?2, closed_at = ?3, outcome = ?4 WHERE number = ?1");
  return close.run(number, who, at, outcome);
}

Result<std::int64_t> ChangeQueries::count_zones(const std::string& zone, const std::string& tag) {
  sqlite::Statement count(database_,
                          "SELECT count(*) FROM zone WHERE retired_at IS NULL AND (name = ?1 OR "
                          "(?2 <> '' AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?2)))");
  std::int64_t found = 0;
  AW_TRY(count.first([&found](const sqlite::Row& row) { found = row.integer(0); }, zone, tag));
  return found;
}

}  // namespace anchorwatch::store
