// SPDX-License-Identifier: Apache-2.0
// Cut: a zone cut and the servers below it, as learnt from a referral; CutCache: those that are used.
//
// Threading: loop thread only. Limits: 16,384 cuts and as many names that are none, besides configured ones.
// Standards: RFC 1034 §4.2.1, RFC 9156 (one label at a time), RFC 2181 §5.4.1 (referrals are hints).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/recent_map.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/evidence/evidence.h"

namespace anchorwatch::probe {

/// A zone and its servers.
struct Cut {
  dns::Name zone;
  std::vector<evidence::NameServer> name_servers;
  UnixSeconds expires_at = 0;
  bool shared = false;      ///< On the servers of the zone above, which show no delegation.
  bool configured = false;  ///< Root hints or stub: never expires, no parent is asked.
};
using CutPtr = std::shared_ptr<const Cut>;

class CutCache {
 public:
  /// Adds root hints: NS and address records in zone-file form.
  /// @errors kParse; kInvalidArgument when no root server has an address.
  Result<void> add_root_hints(std::string_view text);
  /// Adds a private tree with fixed servers.
  void add_stub(const dns::Name& zone, const std::vector<IpAddress>& servers);

  /// Adds the root with resolvers in the place of its servers (reduced mode).
  void add_forwarders(const std::vector<IpAddress>& forwarders) { add_stub(dns::Name(), forwarders); }

  /// Names that are known to be the apex of a zone: those with a trust anchor.
  void add_apex(const dns::Name& zone) { apexes_.insert(zone); }
  [[nodiscard]] bool is_apex(const dns::Name& zone) const { return apexes_.count(zone) != 0; }

  void put(Cut cut);
  /// Remembers that `name` is no zone cut.
  void put_no_cut(const dns::Name& name, UnixSeconds expires_at);

  /// The deepest live cut at or above `name`. There is always one: the root.
  /// @pre add_root_hints succeeded.
  [[nodiscard]] CutPtr deepest(const dns::Name& name, UnixSeconds now);
  [[nodiscard]] CutPtr find(const dns::Name& zone, UnixSeconds now);
  [[nodiscard]] bool known_no_cut(const dns::Name& name, UnixSeconds now);
  /// Forgets everything that was learnt; configuration stays.
  void forget();

 private:
  static constexpr std::size_t kGeneration = 8192;
  std::map<dns::Name, CutPtr> configured_;
  RecentMap<std::map<dns::Name, CutPtr>> learnt_{kGeneration};
  RecentMap<std::map<dns::Name, UnixSeconds>> no_cuts_{kGeneration};
  std::set<dns::Name> apexes_;
};

/// The NS set for `child` in a referral or authoritative answer, with the glue that lies in the bailiwick
/// of `parent`; empty when there is none. `ttl` gets the NS TTL.
std::vector<evidence::NameServer> name_servers_in(const evidence::Answer& answer, const dns::Name& child,
                                                  const dns::Name& parent, std::uint32_t* ttl);

/// Whether a usable answer speaks of a zone of the server, rather than of a delegation. AA alone would be
/// enough, but some servers leave it out.
bool is_authoritative(const evidence::Answer& answer);

/// The zone that an authoritative answer about `name` comes from, as far as its signatures tell: the deepest
/// signer at or above the name.
std::optional<dns::Name> signer_in(const evidence::Answer& answer, const dns::Name& name);

}  // namespace anchorwatch::probe
