// SPDX-License-Identifier: Apache-2.0
// Batch scheduling: how a program that watches many zones shares processors with others.
//
// Linux only: sched(7), SCHED_BATCH.
#pragma once

namespace anchorwatch::net {

/// Lets the calling thread, and all that it starts later, finish its turn before a thread that just woke up takes the
/// processor. An ordinary loop thread interrupts a worker for each single answer; this one takes the answers that came
/// meanwhile together, and keys and tables stay in the caches. An idle processor is taken at once, as always.
///
/// Nothing is done where another policy was chosen already (CPUSchedulingPolicy= of systemd, chrt), or where it is forbidden.
/// @return  whether the policy is SCHED_BATCH now.
bool prefer_batches();

}  // namespace anchorwatch::net
