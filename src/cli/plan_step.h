// SPDX-License-Identifier: Apache-2.0
// From "--remove-ds 12345" to a history::Step: key tags name what the zone serves now.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/history/cache_view.h"

namespace anchorwatch::cli {

/// The options of `anchorwatch plan` that describe a change.
struct PlanRequest {
  std::vector<std::string> add_ds, remove_ds, add_keys, remove_keys, sign_with, stop_signing_with, sign_keys_with;
  bool go_insecure = false;  ///< The whole DS set goes.
  bool unsign = false;       ///< All keys and signatures go.

  [[nodiscard]] bool empty() const;
  /// One line for each part: "remove DS 12345".
  [[nodiscard]] std::vector<std::string> lines() const;
};

/// @errors kInvalidArgument: a tag that nothing served has (the message names those that there are), or records that
/// cannot be read; the option is named.
Result<history::Step> make_step(const PlanRequest& request, const history::ZoneHistory& history, const dns::Name& zone);

}  // namespace anchorwatch::cli
