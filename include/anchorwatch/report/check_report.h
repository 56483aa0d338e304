// SPDX-License-Identifier: Apache-2.0
// What `check` shows: one judged look, as anchorwatch.check/1 JSON or as a tree for a person.
//
// Threading: pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "anchorwatch/evidence/evidence.h"
#include "anchorwatch/judge/judgement.h"

namespace anchorwatch::report {

/// One finished check.
struct CheckResult {
  judge::Judgement judgement;
  evidence::ZoneEvidence evidence;
  UnixSeconds at = 0;
  std::int64_t elapsed_ms = 0;
  int queries = 0;        ///< Including the walk from the root and the ancestors.
  std::string note;       ///< E.g. that the name is no apex; empty otherwise.
};

/// One line of anchorwatch.check/1, without the line feed.
std::string check_json(const CheckResult& result);

enum class Colour : std::uint8_t { kOff, kOn };

/// The chain from the root down with DS, keys and expiry, each server's answer, the probes, and the
/// findings in words with the next step. Ends with a line feed.
std::string check_text(const CheckResult& result, Colour colour);

}  // namespace anchorwatch::report
