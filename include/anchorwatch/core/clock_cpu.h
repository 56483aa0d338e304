// SPDX-License-Identifier: Apache-2.0
// CPU time, for reports of what work costs. Never used for decisions.
#pragma once

#include <cstdint>

namespace anchorwatch {

/// Nanoseconds of CPU time that the calling thread has used.
std::int64_t thread_cpu_ns();

}  // namespace anchorwatch
