// SPDX-License-Identifier: Apache-2.0
// Endpoint: the parsed URL of a byte channel.
//
// Threading: value type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "anchorwatch/core/result.h"

namespace anchorwatch::net {

struct Endpoint {
  enum class Kind : std::uint8_t { kUnix, kUdp, kTcp };
  Kind kind = Kind::kUnix;
  std::string path;  ///< kUnix: absolute, fits a sockaddr_un.
  std::string host;  ///< Otherwise: name or address, without brackets.
  std::uint16_t port = 0;
  std::string url;  ///< For messages.

  /// @errors kInvalidArgument: says what is wrong with the URL.
  static Result<Endpoint> parse(std::string_view url);
};

}  // namespace anchorwatch::net
