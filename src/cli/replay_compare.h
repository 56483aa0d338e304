// SPDX-License-Identifier: Apache-2.0
// What was told at a moment against what is made of the evidence again.
//
// Threading: one thread. Blocking: disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/pipeline/replay.h"
#include "anchorwatch/store/reader.h"

namespace anchorwatch::cli {

/// One thing that was told otherwise.
struct ReplayDifference {
  std::string what;              ///< "status", or a finding: "SIG_EXPIRED example.com./SOA".
  std::string told, replayed;    ///< Status and reason, or a severity; empty: not at all.
  std::string why;               ///< Where that is known; empty otherwise.
};

struct ReplayComparison {
  std::vector<ReplayDifference> differences;
  /// Findings that were told, and whose evidence is not kept: they come from the content of a whole zone.
  std::vector<std::string> not_kept;
};

/// @errors as the database.
Result<ReplayComparison> compare_with_told(store::Reader& reader, const pipeline::Replayed& replayed,
                                           const std::string& zone, UnixSeconds at);

}  // namespace anchorwatch::cli
