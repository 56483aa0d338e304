// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/clock.h"

namespace anchorwatch {

UnixSeconds SystemClock::now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<std::chrono::seconds>(since_epoch).count();
}

MonoTime SystemClock::mono() const {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::floor<MonoTime>(since_start);
}

}  // namespace anchorwatch
