// SPDX-License-Identifier: Apache-2.0
// ZoneSource: where a whole zone can be had: a file, or a server that transfers it.
//
// Threading: value type, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/core/result.h"

namespace anchorwatch::dns {

struct ZoneSource {
  std::string file;                 ///< A zone in master-file form.
  std::optional<IpAddress> server;  ///< Asked for AXFR.
  std::uint16_t port = 0;           ///< Of the server; 0: the port of all authoritative servers.
  std::string tsig_key_file;        ///< Empty: the transfer is not signed.

  [[nodiscard]] bool empty() const { return file.empty() && !server; }
  bool operator==(const ZoneSource&) const = default;
};

/// Reads "192.0.2.1", "192.0.2.1:5353", "2001:db8::1" or "[2001:db8::1]:5353" into server and port.
/// @errors kParse: neither.
Result<void> parse_transfer_server(std::string_view text, ZoneSource& source);

}  // namespace anchorwatch::dns
