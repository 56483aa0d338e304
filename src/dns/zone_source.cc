// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/zone_source.h"

#include <charconv>

#include "printable.h"

namespace anchorwatch::dns {

Result<void> parse_transfer_server(std::string_view text, ZoneSource& source) {
  const Error error(ErrorCode::kParse, to_printable(text.substr(0, 80)) +
                                           " is not ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT");
  source.port = 0;
  source.server = IpAddress::from_text(text);
  if (source.server) return {};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return error;
  std::string_view address = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool brackets = address.starts_with('[') && address.ends_with(']');
  if (brackets) address = address.substr(1, address.size() - 2);
  // Without brackets the last colon would be a part of an IPv6 address.
  if (!brackets && address.find(':') != std::string_view::npos) return error;
  const auto [stop, problem] = std::from_chars(port.data(), port.data() + port.size(), source.port);
  source.server = IpAddress::from_text(address);
  if (problem != std::errc{} || stop != port.data() + port.size() || source.port == 0 ||
      !source.server) {
    source.server.reset();
    return error;
  }
  return {};
}

}  // namespace anchorwatch::dns
