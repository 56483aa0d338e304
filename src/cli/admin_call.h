// SPDX-License-Identifier: Apache-2.0
// Administrative requests from the command line: through the daemon while one runs, else done here.
#pragma once

#include "anchorwatch/config/config.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/store/admin.h"

namespace anchorwatch::cli {

/// Does `kind` in the name of the user who runs this program.
///
/// Root without a daemon works as the owner of the state directory, so that the daemon can still open what it finds.
///
/// @errors kRefused: no permission, or the request is refused. kBusy: another process holds the database and does not
///         listen. kTimeout: the daemon does not answer. All others as store/admin.h.
Result<store::AdminValues> admin_call(const config::Config& config, const std::string& kind, store::AdminValues arguments);

/// As admin_call; errors go to standard error, and then there is nothing.
std::optional<store::AdminValues> admin_call_or_complain(const config::Config& config, const std::string& kind,
                                                         store::AdminValues arguments);

/// A text of an answer; empty where there is none.
std::string text_of(const store::AdminValues& values, const std::string& name);

}  // namespace anchorwatch::cli
