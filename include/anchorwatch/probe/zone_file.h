// SPDX-License-Identifier: Apache-2.0
// Reads a whole zone from a file in master-file form.
//
// Threading: any thread. Blocking: disk and CPU, in proportion to the file: run it on a worker.
// Limits:    4 GiB a file; regular files only.
#pragma once

#include <string>

#include "anchorwatch/evidence/whole_zone.h"

namespace anchorwatch::probe {

/// Never fails as a program: what went wrong, with file and line, is in the look.
evidence::WholeZoneLook read_zone_file(const std::string& path, const dns::Name& origin);

}  // namespace anchorwatch::probe
