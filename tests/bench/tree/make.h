// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "spec.h"

namespace bench {

/// Writes a whole tree below `folder`: master files, zones.conf for each of the NSDs (root, tld, leaf), root.hints,
/// root.key, zones.txt (the inventory) and tree.spec.
/// @return empty, or what could not be written.
[[nodiscard]] std::string make_tree(const Spec& spec, const std::string& folder, unsigned threads);

}  // namespace bench
