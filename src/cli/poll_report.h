// SPDX-License-Identifier: Apache-2.0
// What `poll` says of a round.
#pragma once

#include "anchorwatch/pipeline/poll_round.h"
#include "exit_status.h"

namespace anchorwatch::cli {

/// How many zones stand in which state after a round.
struct Posture {
  int secure = 0, insecure = 0, bogus = 0, indeterminate = 0;
  int exit_status = kFine;
};
Posture take_posture(const pipeline::Portfolio& portfolio, const pipeline::PollSums& sums);

/// CPU time that this process took so far.
double cpu_seconds();

struct RoundCost {
  int round = 0;
  double wall = 0, cpu = 0;  ///< Seconds.
};
/// One line on standard output; with `json` as anchorwatch.poll/1.
void show_round(const RoundCost& cost, const pipeline::PollSums& sums, const Posture& posture, bool json);

}  // namespace anchorwatch::cli
