// SPDX-License-Identifier: Apache-2.0
// What the handlers of administrative requests share, and their list.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "anchorwatch/store/admin.h"

namespace anchorwatch::store {

class Session;

/// What a handler did.
struct AdminDone {
  AdminValues answer;
  std::string zone;    ///< Of the audit row; empty: about none.
  AdminValues detail;  ///< Of the audit row.
};

/// Runs inside a savepoint of the writer's transaction: after an error nothing of it stays.
using AdminHandler = Result<AdminDone> (*)(Session& session, const AdminRequest& request);

Result<AdminDone> admin_mute_add(Session& session, const AdminRequest& request);
Result<AdminDone> admin_mute_remove(Session& session, const AdminRequest& request);
Result<AdminDone> admin_finding_acknowledge(Session& session, const AdminRequest& request);
Result<AdminDone> admin_audit_note(Session& session, const AdminRequest& request);
Result<AdminDone> admin_change_add(Session& session, const AdminRequest& request);
Result<AdminDone> admin_change_approve(Session& session, const AdminRequest& request);
Result<AdminDone> admin_change_close(Session& session, const AdminRequest& request);

/// Does the request and writes its audit row.
Result<AdminValues> run_admin(Session& session, const AdminRequest& request);

/// Reads arguments by name; errors name the argument.
class AdminArguments {
 public:
  explicit AdminArguments(const AdminRequest& request) : values_(request.arguments) {}
  /// Empty where it is missing.
  std::string text(const std::string& name);
  std::vector<std::string> texts(const std::string& name);
  std::optional<std::int64_t> number(const std::string& name);
  /// @errors kInvalidArgument: a required text that is missing or empty, an argument of another type, longer than
  ///         4096 octets or with control characters, or one that nobody asked for.
  [[nodiscard]] Result<void> check(const std::vector<std::string>& required) const;

 private:
  template <typename T>
  const T* get(const std::string& name);
  const AdminValues& values_;
  std::set<std::string> asked_;
  std::string fault_;
};

}  // namespace anchorwatch::store
