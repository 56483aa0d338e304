// SPDX-License-Identifier: Apache-2.0
// AnswerState: what became of one question to one server.
//
// Threading: value type, any thread.
#pragma once

#include <cstdint>

namespace anchorwatch::evidence {

/// What became of one question to one server.
enum class AnswerState : std::uint8_t {
  kAnswered,        ///< A message came; its RCODE may still be an error.
  kTimeout,
  kNetworkError,    ///< Host or port unreachable, connection refused; `detail` tells.
  kMalformed,       ///< Only messages came that do not parse; `detail` tells.
  kAddressRefused,  ///< A special address that policy does not allow to be asked.
  kNotAsked,        ///< A query limit was reached, or the server was known to be dead.
};
const char* to_string(AnswerState state);

}  // namespace anchorwatch::evidence
