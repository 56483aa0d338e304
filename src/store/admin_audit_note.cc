// SPDX-License-Identifier: Apache-2.0
// audit.note: a sentence for those who read the chain later.
#include "admin_handler.h"
#include "try.h"

namespace anchorwatch::store {

Result<AdminDone> admin_audit_note(Session& /*session*/, const AdminRequest& request) {
  AdminArguments arguments(request);
  AdminDone done;
  done.zone = arguments.text("zone");
  done.detail["note"] = arguments.text("note");
  AW_TRY(arguments.check({"note"}));
  return done;
}

}  // namespace anchorwatch::store
