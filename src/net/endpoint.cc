// SPDX-License-Identifier: Apache-2.0
#include "endpoint.h"

#include <sys/un.h>

#include <charconv>

#include "anchorwatch/core/ip_address.h"

namespace anchorwatch::net {

namespace {

Error bad_url(std::string_view url, const char* what) {
  return {ErrorCode::kInvalidArgument, std::string("\"").append(url).append("\": ").append(what)};
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

Result<Endpoint> parse_host_and_port(Endpoint endpoint, std::string_view rest) {
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || !parse_port(rest.substr(colon + 1), endpoint.port)) {
    return bad_url(endpoint.url, "must end with :port, 1 to 65535");
  }
  std::string_view host = rest.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    const auto address = IpAddress::from_text(host);
    if (!address || address->family() != IpFamily::kV6) {
      return bad_url(endpoint.url, "has no IPv6 address in its brackets");
    }
  } else if (host.find_first_of(":[]/@?#% ") != std::string_view::npos) {
    return bad_url(endpoint.url, "is not host:port; IPv6 addresses need brackets");
  }
  if (host.empty() || host.size() > 253) return bad_url(endpoint.url, "has no usable host");
  endpoint.host = host;
  return endpoint;
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view url) {
  Endpoint endpoint;
  endpoint.url = url;
  const std::size_t colon = url.find("://");
  const std::string_view scheme = url.substr(0, colon);
  const std::string_view rest = colon == std::string_view::npos ? "" : url.substr(colon + 3);
  if (scheme == "unix") {
    if (!rest.starts_with('/')) return bad_url(url, "needs an absolute path");
    if (rest.size() >= sizeof(sockaddr_un::sun_path)) return bad_url(url, "has too long a path");
    if (rest.find('\0') != std::string_view::npos) return bad_url(url, "has a NUL in its path");
    endpoint.path = rest;
    return endpoint;
  }
  if (scheme == "udp") endpoint.kind = Kind::kUdp;
  if (scheme == "tcp") endpoint.kind = Kind::kTcp;
  if (endpoint.kind == Kind::kUnix)
    return bad_url(url, "must begin with unix://, udp:// or tcp://");
  return parse_host_and_port(std::move(endpoint), rest);
}

}  // namespace anchorwatch::net
