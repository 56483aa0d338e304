// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/collector.h"

namespace anchorwatch::probe {

/// The parent can be asked at any of its addresses: it is busy when all of them are.
std::optional<IpAddress> Collector::busy_parent(const std::vector<evidence::NameServer>& servers,
                                                Duration patience) const {
  std::optional<IpAddress> least;
  Duration shortest = Duration::max();
  for (const evidence::NameServer& server : servers) {
    for (const IpAddress& address : server.addresses) {
      if (!asker_.family_usable(address.family())) continue;
      const Duration backlog = asker_.backlog(address);
      if (backlog <= patience) return std::nullopt;
      if (backlog < shortest) least = address;
      shortest = std::min(shortest, backlog);
    }
  }
  return least;
}

std::optional<IpAddress> Collector::busy_server(const std::vector<evidence::ServerLook>& servers,
                                                Duration patience) const {
  std::optional<IpAddress> most;
  Duration longest = patience;
  for (const evidence::ServerLook& server : servers) {
    const Duration backlog = asker_.backlog(server.address);
    if (backlog > longest) most = server.address;
    longest = std::max(longest, backlog);
  }
  return most;
}

IpAddress Collector::bottleneck(const evidence::ZoneEvidence& evidence) const {
  if (const auto busy = busy_server(evidence.servers, Duration::zero())) return *busy;
  if (const auto busy = busy_server(evidence.delegation.parents, Duration::zero())) return *busy;
  for (const evidence::ServerLook& server : evidence.servers) {
    if (!server.reachable()) return server.address;
  }
  return evidence.servers.empty() ? IpAddress() : evidence.servers.front().address;
}

}  // namespace anchorwatch::probe
