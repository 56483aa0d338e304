// SPDX-License-Identifier: Apache-2.0
// mute.add, mute.remove and finding.acknowledge. Who rings at night decides that they do not for a while.
#include "anchorwatch/change/event_names.h"
#include "anchorwatch/inventory/suggest.h"
#include "anchorwatch/inventory/zone_field.h"

#include "admin_handler.h"
#include "session.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

/// A mute that nobody remembers hides what matters.
constexpr std::int64_t kLongest = 366LL * 86400;

Error bad(const std::string& name, const std::string& why) { return {ErrorCode::kInvalidArgument, name + ": " + why}; }

Result<void> check_zone(Session& session, const std::string& zone) {
  if (zone.empty()) return {};
  Result<std::optional<std::int64_t>> row = session.zones().find(zone);
  if (!row) return std::move(row).error();
  if (!*row) return Error(ErrorCode::kNotFound, "zone: " + zone + " is not in the inventory");
  return {};
}

Result<void> check_tag(Session& session, const std::string& tag) {
  if (tag.empty()) return {};
  Result<std::int64_t> zones = session.changes().count_zones({}, tag);
  if (!zones) return std::move(zones).error();
  if (*zones == 0) return Error(ErrorCode::kNotFound, "tag: no zone of the inventory has " + tag);
  return {};
}

/// A slip would keep nothing, and nobody would learn of it before the night.
Result<void> check_code(const std::string& code) {
  if (code.empty()) return {};
  const std::optional<judge::FindingCode> finding = judge::parse_finding_code(code);
  const std::optional<change::EventType> type = change::parse_event_type(code);
  if ((finding && change::is_about_zone(*finding)) || (type && change::is_about_zone(*type))) return {};
  if (finding || type) return bad("code", code + " is not about zones, and nothing keeps it from the sinks");
  return bad("code", code + " is neither a finding nor a type of event" +
                         inventory::did_you_mean(code, change::names_about_zones()));
}

Result<void> check_finding(const std::string& code) {
  if (code.empty() || judge::parse_finding_code(code)) return {};
  return bad("code", code + ": " + inventory::unknown_code(code));
}

}  // namespace

Result<AdminDone> admin_mute_add(Session& session, const AdminRequest& request) {
  AdminArguments arguments(request);
  Mute mute;
  mute.zone = arguments.text("zone");
  mute.tag = arguments.text("tag");
  mute.code = arguments.text("code");
  mute.reason = arguments.text("reason");
  const std::optional<std::int64_t> seconds = arguments.number("seconds");
  AW_TRY(arguments.check({"reason"}));
  if (mute.zone.empty() && mute.tag.empty() && mute.code.empty()) {
    return bad("zone", "one of zone, tag and code must be given; a mute of everything hides what matters");
  }
  if (!seconds || *seconds < 1 || *seconds > kLongest) return bad("seconds", "from 1 to " + std::to_string(kLongest));
  AW_TRY(check_zone(session, mute.zone));
  AW_TRY(check_tag(session, mute.tag));
  AW_TRY(check_code(mute.code));
  mute.actor = request.actor;
  mute.begins_at = request.at;
  mute.ends_at = request.at + *seconds;
  Result<std::int64_t> id = session.mutes().add(mute);
  if (!id) return std::move(id).error();
  AdminDone done;
  done.zone = mute.zone;
  done.answer = {{"id", *id}, {"ends_at", mute.ends_at}};
  done.detail = {{"id", *id},         {"zone", mute.zone},         {"tag", mute.tag}, {"code", mute.code},
                 {"reason", mute.reason}, {"ends_at", mute.ends_at}};
  return done;
}

Result<AdminDone> admin_mute_remove(Session& session, const AdminRequest& request) {
  AdminArguments arguments(request);
  const std::optional<std::int64_t> id = arguments.number("id");
  AW_TRY(arguments.check({}));
  if (!id) return bad("id", "is missing");
  Result<std::optional<Mute>> ended = session.mutes().end(*id, request.at);
  if (!ended) return std::move(ended).error();
  if (!*ended) return Error(ErrorCode::kNotFound, "id: no mute " + std::to_string(*id) + " is in force");
  const Mute& mute = **ended;
  AdminDone done;
  done.zone = mute.zone;
  done.answer = {{"id", *id},          {"zone", mute.zone},      {"tag", mute.tag}, {"code", mute.code},
                 {"reason", mute.reason}, {"ended_at", mute.ends_at}};
  done.detail = {{"id", *id}, {"zone", mute.zone}, {"tag", mute.tag}, {"code", mute.code}};
  return done;
}

Result<AdminDone> admin_finding_acknowledge(Session& session, const AdminRequest& request) {
  AdminArguments arguments(request);
  Acknowledgement what;
  what.zone = arguments.text("zone");
  what.code = arguments.text("code");
  what.subject = arguments.text("subject");
  const std::string note = arguments.text("note");
  const std::optional<std::int64_t> seconds = arguments.number("seconds");
  AW_TRY(arguments.check({"zone"}));
  if (seconds && (*seconds < 1 || *seconds > kLongest)) return bad("seconds", "from 1 to " + std::to_string(kLongest));
  AW_TRY(check_zone(session, what.zone));
  AW_TRY(check_finding(what.code));
  if (seconds) what.ends_at = request.at + *seconds;
  Result<std::int64_t> count = session.mutes().acknowledge(what, note, request.actor, request.at);
  if (!count) return std::move(count).error();
  if (*count == 0) {
    return Error(ErrorCode::kNotFound, "zone: " + what.zone + " has no such open finding that is not acknowledged yet");
  }
  AdminDone done;
  done.zone = what.zone;
  done.answer = {{"findings", *count}};
  done.detail = {{"code", what.code}, {"subject", what.subject}, {"note", note}, {"findings", *count}};
  if (what.ends_at != 0) done.detail["ends_at"] = what.ends_at;
  return done;
}

}  // namespace anchorwatch::store
