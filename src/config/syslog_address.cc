// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "anchorwatch/config/sink_config.h"
#include "anchorwatch/core/ip_address.h"

#include "value.h"

namespace anchorwatch::config {
namespace {

constexpr std::array<const char*, 24> kFacilities = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
constexpr std::string_view kSchemeEnd = "://";

std::uint16_t default_port(SyslogTransport transport) {
  switch (transport) {
    case SyslogTransport::kUnix: return 0;
    case SyslogTransport::kUdp: return 514;   // RFC 5426 §3.3
    case SyslogTransport::kTcp: return 601;   // RFC 3195, and by custom RFC 6587
    case SyslogTransport::kTls: return 6514;  // RFC 5425 §4.1
  }
  return 0;
}

std::optional<SyslogTransport> parse_transport(std::string_view text) {
  for (const SyslogTransport transport : {SyslogTransport::kUnix, SyslogTransport::kUdp,
                                          SyslogTransport::kTcp, SyslogTransport::kTls}) {
    if (text == to_string(transport)) return transport;
  }
  return std::nullopt;
}

Error bad_address(std::string_view text, const char* why) {
  return {ErrorCode::kParse, quote_toml(text) + " is not a syslog address: " + why};
}

bool is_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

/// Reads "host", "host:port", "[v6]" or "[v6]:port"; the reason when it is none.
const char* read_endpoint(std::string_view rest, SyslogAddress& address) {
  std::string_view port;
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) return "\"]\" is missing";
    address.host = rest.substr(1, close - 1);
    const auto parsed = IpAddress::from_text(address.host);
    if (!parsed || parsed->family() != IpFamily::kV6)
      return "no IPv6 address stands in the brackets";
    port = rest.substr(close + 1);
  } else {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    address.host = rest.substr(0, colon);
    if (!is_host(address.host)) return "there is no host name or address";
    port = rest.substr(colon);
  }
  address.port = default_port(address.transport);
  if (port.empty()) return nullptr;
  const char* const end = port.data() + port.size();
  const auto [stop, error] = std::from_chars(port.data() + 1, end, address.port);
  if (port.front() != ':' || error != std::errc{} || stop != end || address.port == 0) {
    return "the port is no number from 1 to 65535 (IPv6 addresses stand in brackets)";
  }
  return nullptr;
}

}  // namespace

Result<SyslogAddress> SyslogAddress::parse(std::string_view text) {
  const std::size_t scheme_end = text.find(kSchemeEnd);
  const auto transport = scheme_end == std::string_view::npos
                             ? std::nullopt
                             : parse_transport(text.substr(0, scheme_end));
  if (!transport) return bad_address(text, "it must begin with unix://, udp://, tcp:// or tls://");
  const std::string_view rest = text.substr(scheme_end + kSchemeEnd.size());
  SyslogAddress address;
  address.transport = *transport;
  if (*transport == SyslogTransport::kUnix) {
    if (!rest.starts_with('/')) return bad_address(text, "the path must begin with a slash");
    // sockaddr_un has room for 108 octets with the final NUL.
    if (rest.size() > 107) return bad_address(text, "the path is longer than 107 octets");
    address.path = rest;
    return address;
  }
  if (const char* why = read_endpoint(rest, address)) return bad_address(text, why);
  return address;
}

std::string SyslogAddress::to_text() const {
  std::string text = to_string(transport);
  text += kSchemeEnd;
  if (transport == SyslogTransport::kUnix) return text + path;
  const bool brackets = host.find(':') != std::string::npos;
  text += brackets ? "[" + host + "]" : host;
  return text + ":" + std::to_string(port);
}

std::optional<std::uint8_t> parse_facility(std::string_view text) {
  const auto at = std::find(kFacilities.begin(), kFacilities.end(), text);
  if (at == kFacilities.end()) return std::nullopt;
  return static_cast<std::uint8_t>(at - kFacilities.begin());
}

const char* facility_name(std::uint8_t facility) { return kFacilities.at(facility); }

}  // namespace anchorwatch::config
