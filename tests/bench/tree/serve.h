// SPDX-License-Identifier: Apache-2.0
// The servers that are not NSD: signed live, dead, slow, hostile.
#pragma once

#include <set>
#include <string>

#include "spec.h"

namespace bench {

struct ServeOptions {
  std::set<Group> groups;      ///< Those that behave so.
  std::uint16_t port = 53;
  unsigned delay_ms = 400;     ///< Of the slow ones.
};

/// "live,dead" as groups; unknown words are passed over.
[[nodiscard]] std::set<Group> groups_of(const std::string& text);

/// Prints the addresses that NSD is to serve the portfolio at, one a line.
int print_addresses(const Spec& spec, const ServeOptions& options);

/// Answers until SIGTERM. Prints "ready" once it listens.
int serve(const Spec& spec, const ServeOptions& options);

}  // namespace bench
