// SPDX-License-Identifier: Apache-2.0
// WholeZones: gets whole zones from where they can be had: zone files, and servers that transfer
// them (AXFR over TCP, with or without TSIG).
//
// Threading: loop thread; files are read and zones put in order on the worker pool.
// Standards: RFC 5936, RFC 8945.
// Limits:    2 GiB and 10 minutes a transfer, 20 s between messages; 4 GiB a file; two zones at
//            once are fetched or held, others wait.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/executor.h"
#include "anchorwatch/core/random.h"
#include "anchorwatch/core/task.h"
#include "anchorwatch/dns/zone_source.h"
#include "anchorwatch/evidence/whole_zone.h"
#include "anchorwatch/judge/whole_zone.h"
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

  /// As `get`, but a zone whose file or serial has not changed since `remember`, and in which
  /// nothing changes with the time before `now`, is not read again: the look is then `is_known`.
  Task<evidence::WholeZoneLook> get_if_new(dns::Name zone, dns::ZoneSource source, UnixSeconds now);
  /// The content that `look` brought holds up to `valid_until`.
  /// @param outcome  what was found in it; empty when that is in the store only.
  void remember(const dns::Name& zone, const evidence::WholeZoneLook& look, UnixSeconds valid_until,
                std::optional<judge::WholeZoneOutcome> outcome);
  /// What was remembered, or null.
  [[nodiscard]] const judge::WholeZoneOutcome* outcome_of(const dns::Name& zone) const;

 private:
  /// What is known of a zone with a source.
  struct Known {
    dns::ZoneSource source;
    std::string stamp;  ///< Tells one state of the source from another; empty: cannot be told.
    std::string name;   ///< WholeZoneLook::source.
    Digest content;     ///< Empty until it was judged.
    UnixSeconds valid_until = 0;
    std::optional<judge::WholeZoneOutcome> outcome;
  };
  /// Size and time of the file, or the serial that the server has; empty when there is none.
  Task<std::string> stamp_of(dns::Name zone, dns::ZoneSource source);
  /// Zones may be large: their number in memory is bounded.
  struct Places {
    int free = 2;
    std::deque<Completion<bool>> waiting;
  };
  /// Waits for a place; it is free again when the last copy of the result goes.
  Task<std::shared_ptr<void>> take_place();
  Task<evidence::WholeZoneLook> read(dns::Name zone, dns::ZoneSource source);
  Task<evidence::WholeZoneLook> transfer(dns::Name zone, dns::ZoneSource source);

  Executor& executor_;
  net::DnsTransport& transport_;
  Random& random_;
  std::uint16_t port_;
  std::shared_ptr<Places> places_ = std::make_shared<Places>();
  std::map<dns::Name, Known> known_;
};

}  // namespace anchorwatch::probe
