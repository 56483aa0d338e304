// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/net/batch_scheduling.h"

#include <sched.h>

namespace anchorwatch::net {

bool prefer_batches() {
  constexpr int kThisThread = 0;
  const int present = sched_getscheduler(kThisThread);
  if (present != SCHED_OTHER) return present == SCHED_BATCH;
  const sched_param no_priority{};
  return sched_setscheduler(kThisThread, SCHED_BATCH, &no_priority) == 0;
}

}  // namespace anchorwatch::net
