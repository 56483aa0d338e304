// SPDX-License-Identifier: Apache-2.0
// WholeZones: gets whole zones from where they can be had: zone files, and servers that transfer
// them (AXFR over TCP, with or without TSIG).
//
// Threading: loop thread; files are read and zones put in order on the worker pool.
// Standards: RFC 5936, RFC 8945.
// Limits:    2 GiB and 10 minutes a transfer, 20 s between messages; 4 GiB a file.
#pragma once

#include "anchorwatch/core/executor.h"
#include "anchorwatch/core/random.h"
#include "anchorwatch/core/task.h"
#include "anchorwatch/dns/zone_source.h"
#include "anchorwatch/evidence/whole_zone.h"
#include "anchorwatch/net/transport.h"

namespace anchorwatch::probe {

class WholeZones {
 public:
  /// @param port  of servers whose source names none.
  WholeZones(Executor& executor, net::DnsTransport& transport, Random& random, std::uint16_t port)
      : executor_(executor), transport_(transport), random_(random), port_(port) {}

  /// The whole zone from `source`, which must not be empty. What went wrong, with the file and line
  /// or the server and its reason, is in the look.
  ///
  /// The operator names the server, so it may have any address.
  Task<evidence::WholeZoneLook> get(dns::Name zone, dns::ZoneSource source);

 private:
  Task<evidence::WholeZoneLook> transfer(dns::Name zone, dns::ZoneSource source);

  Executor& executor_;
  net::DnsTransport& transport_;
  Random& random_;
  std::uint16_t port_;
};

}  // namespace anchorwatch::probe
