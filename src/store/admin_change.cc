// SPDX-License-Identifier: Apache-2.0
// change.add, change.approve, change.close (docs/changes.md).
#include <algorithm>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/inventory/zone_name.h"

#include "admin_handler.h"
#include "session.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

/// A window for ever would be no window.
constexpr UnixSeconds kLongestWindow = UnixSeconds{366} * 86400;

Error bad(const std::string& why) { return {ErrorCode::kInvalidArgument, why}; }

Result<void> normalise(std::vector<std::string>& list, Result<std::string> (*form)(const std::string&)) {
  for (std::string& each : list) {
    Result<std::string> normal = form(each);
    if (!normal) return std::move(normal).error();
    each = *std::move(normal);
  }
  return {};
}

Result<std::string> name_form(const std::string& text) {
  Result<dns::Name> name = inventory::parse_zone_name(text);
  if (!name) return std::move(name).error().with(text);
  return name->to_text();
}

/// What a kind needs, so that it covers what was meant and no more.
Result<void> check_kind(const change::PlannedChange& plan) {
  const std::string kind = change::to_string(plan.kind);
  const change::Grants grants = change::grants_of(plan.kind);
  if (grants.name_servers && plan.ns.empty()) return bad("ns: kind " + kind + " needs the names of the new name servers");
  if (!grants.name_servers && !plan.ns.empty()) return bad("ns: kind " + kind + " leaves the name servers alone");
  if (!grants.ds && !plan.ds.empty()) return bad("ds: kind " + kind + " adds no DS");
  if (!grants.keys && !grants.ds && !plan.keys.empty()) return bad("keys: kind " + kind + " adds no keys");
  const bool foreign = plan.kind == change::PlanKind::kOperator || plan.kind == change::PlanKind::kSecure;
  if (foreign && plan.ds.empty() && plan.keys.empty()) return bad("ds: kind " + kind + " needs the new DS or keys");
  return {};
}

Result<void> check_window(const change::PlannedChange& plan, UnixSeconds now) {
  if (plan.until <= plan.from) return bad("until: not after from");
  if (plan.until <= now) return bad("until: the window is over already");
  if (plan.until - plan.from > kLongestWindow) return bad("until: a window is 366 days at most");
  return {};
}

Result<StoredPlan> read_plan(AdminArguments& arguments, UnixSeconds now) {
  StoredPlan stored;
  stored.state = "proposed";
  stored.zone = arguments.text("zone");
  stored.tag = arguments.text("tag");
  const std::string kind = arguments.text("kind");
  change::PlannedChange& plan = stored.plan;
  plan.from = arguments.number("from").value_or(now);
  plan.until = arguments.number("until").value_or(0);
  plan.ds = arguments.texts("ds");
  plan.keys = arguments.texts("keys");
  plan.ns = arguments.texts("ns");
  const std::optional<change::PlanKind> known = change::parse_plan_kind(kind);
  if (!known) return bad("kind: " + kind + " is not one of " + change::plan_kinds_text());
  plan.kind = *known;
  if (stored.zone.empty() == stored.tag.empty()) return bad("zone: either a zone or a tag is needed");
  if (!stored.zone.empty()) {
    Result<std::string> name = name_form(stored.zone);
    if (!name) return std::move(name).error().with("zone");
    stored.zone = *std::move(name);
  }
  return stored;
}

Result<void> complete(StoredPlan& stored, UnixSeconds now) {
  AW_TRY(normalise(stored.plan.ds, change::normalise_ds));
  AW_TRY(normalise(stored.plan.keys, change::normalise_key));
  AW_TRY(normalise(stored.plan.ns, name_form));
  AW_TRY(check_kind(stored.plan));
  return check_window(stored.plan, now);
}

Result<ChangeHead> find_change(Session& session, const std::string& id) {
  Result<std::optional<ChangeHead>> found = session.changes().find(id);
  if (!found) return std::move(found).error();
  if (!*found) return Error(ErrorCode::kNotFound, id + ": no such change");
  return **std::move(found);
}

}  // namespace

Result<AdminDone> admin_change_add(Session& session, const AdminRequest& request) {
  AdminArguments arguments(request);
  Result<StoredPlan> plan = read_plan(arguments, request.at);
  ChangeText text{arguments.text("ticket"), arguments.text("note"), arguments.text("requester"), request.actor};
  if (text.requester.empty()) text.requester = request.actor;
  AW_TRY(arguments.check({"kind", "until"}));
  if (!plan) return std::move(plan).error();
  AW_TRY(complete(*plan, request.at));
  Result<std::int64_t> zones = session.changes().count_zones(plan->zone, plan->tag);
  if (!zones) return std::move(zones).error();
  if (*zones == 0) {
    return Error(ErrorCode::kNotFound, plan->zone.empty() ? "tag " + plan->tag + ": no zone of the inventory has it"
                                                          : plan->zone + ": not in the inventory");
  }
  Result<std::int64_t> number = session.changes().add(*plan, text, request.at);
  if (!number) return std::move(number).error();
  AdminDone done;
  done.zone = plan->zone;
  done.detail = request.arguments;
  done.detail["id"] = change_id(*number);
  done.detail["requester"] = text.requester;
  done.detail["from"] = to_rfc3339(plan->plan.from);
  done.detail["until"] = to_rfc3339(plan->plan.until);
  done.answer = {{"id", change_id(*number)}, {"state", plan->state}, {"zones", *zones}};
  return done;
}

Result<AdminDone> admin_change_approve(Session& session, const AdminRequest& request) {
  AdminArguments arguments(request);
  const std::string id = arguments.text("id");
  AW_TRY(arguments.check({"id"}));
  Result<ChangeHead> change = find_change(session, id);
  if (!change) return std::move(change).error();
  const std::string name = change_id(change->number);
  if (change->state != "proposed") return Error(ErrorCode::kRefused, name + " is " + change->state + " already");
  if (change->until_at < request.at) return Error(ErrorCode::kRefused, name + ": its window is over; add another change");
  if (request.four_eyes && (request.actor == change->requester || request.actor == change->proposed_by)) {
    return Error(ErrorCode::kRefused, name + " was requested by " + request.actor + ", who cannot approve it too ([change] four_eyes)");
  }
  AW_TRY(session.changes().approve(change->number, request.actor, request.at));
  return AdminDone{{{"id", name}, {"state", std::string("approved")}}, change->zone, {{"id", name}, {"requester", change->requester}}};
}

Result<AdminDone> admin_change_close(Session& session, const AdminRequest& request) {
  AdminArguments arguments(request);
  const std::string id = arguments.text("id");
  const std::string outcome = arguments.text("outcome");
  AW_TRY(arguments.check({"id"}));
  Result<ChangeHead> change = find_change(session, id);
  if (!change) return std::move(change).error();
  const std::string name = change_id(change->number);
  if (change->state == "closed") return Error(ErrorCode::kRefused, name + " is closed already");
  AW_TRY(session.changes().close(change->number, request.actor, request.at, outcome));
  return AdminDone{{{"id", name}, {"state", std::string("closed")}}, change->zone,
                   {{"id", name}, {"before", change->state}, {"outcome", outcome}}};
}

}  // namespace anchorwatch::store
