// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/clock_cpu.h"

#include <ctime>

namespace anchorwatch {

std::int64_t thread_cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace anchorwatch
