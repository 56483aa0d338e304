// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/store/admin.h"

#include <algorithm>
#include <array>

#include "anchorwatch/change/value_json.h"

#include "admin_handler.h"
#include "session.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

struct AdminKind {
  std::string_view name;
  AdminHandler handler;
};

/// In alphabetical order.
constexpr std::array kKinds{
    AdminKind{"audit.note", admin_audit_note},
    AdminKind{"change.add", admin_change_add},
    AdminKind{"change.approve", admin_change_approve},
    AdminKind{"change.close", admin_change_close},
    AdminKind{"finding.acknowledge", admin_finding_acknowledge},
    AdminKind{"mute.add", admin_mute_add},
    AdminKind{"mute.remove", admin_mute_remove},
};

Result<AdminValues> run_and_record(Session& session, const AdminRequest& request, AdminHandler handler) {
  Result<AdminDone> done = handler(session, request);
  if (!done) return std::move(done).error();
  AW_TRY(session.audit().append(
      {request.at, request.actor, request.kind, done->zone, change::values_to_json(done->detail)}));
  return std::move(done->answer);
}

}  // namespace

std::vector<std::string> admin_kinds() {
  std::vector<std::string> names;
  for (const AdminKind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

Result<AdminValues> run_admin(Session& session, const AdminRequest& request) {
  const auto* kind = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&request](const AdminKind& each) { return each.name == request.kind; });
  if (kind == kKinds.end()) {
    return Error(ErrorCode::kUnsupported, request.kind + ": this version does not know this request");
  }
  AW_TRY(session.database().exec("SAVEPOINT admin"));
  Result<AdminValues> answer = run_and_record(session, request, kind->handler);
  AW_TRY(session.database().exec(answer ? "RELEASE admin" : "ROLLBACK TO admin; RELEASE admin"));
  return answer;
}

}  // namespace anchorwatch::store
