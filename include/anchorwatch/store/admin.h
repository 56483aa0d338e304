// SPDX-License-Identifier: Apache-2.0
// Administrative requests: what somebody asks the monitor to do. One request is one transaction with its audit row,
// whether the daemon does it (control/server.h) or, while none runs, the command line itself.
//
// To add a kind: a handler in a file of its own, src/store/admin_KIND.cc, declared in src/store/admin_handler.h, and
// a line in the table of src/store/admin.cc.
//
// Threading: values; AdminStore as store/store.h.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "anchorwatch/change/event.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/store/plans.h"

namespace anchorwatch::store {

/// Arguments and answers: numbers, texts, lists of texts, by name.
using AdminValues = change::EventData;

struct AdminRequest {
  std::string kind;       ///< "audit.note", "change.add"; the `action` of its audit row.
  AdminValues arguments;
  std::string actor;      ///< Who asks, as the operating system says; never taken from the request itself.
  UnixSeconds at = 0;
  bool four_eyes = false;  ///< [change] four_eyes: nobody approves what they asked for.
};

class AdminStore {
 public:
  virtual ~AdminStore() = default;
  /// Does what is asked, or nothing.
  /// @errors kUnsupported: no such kind. kInvalidArgument, kNotFound, kRefused: as the handler says; the message names
  ///         the argument. kIo: nothing was stored.
  virtual void administer(AdminRequest request, std::function<void(Result<AdminValues>)> done) = 0;
  /// All planned changes. Those whose window is over by now are expired first.
  virtual void load_plans(UnixSeconds now, std::function<void(Result<std::vector<StoredPlan>>)> done) = 0;
};

/// All kinds, in alphabetical order.
std::vector<std::string> admin_kinds();

}  // namespace anchorwatch::store
