// SPDX-License-Identifier: Apache-2.0
// Locator: finds the zone cut above a name by walking from the root one label at a time, and the
// addresses of name servers that came without glue.
//
// What many zones need (a TLD's cut, a provider's addresses) is asked once; others wait for it.
//
// Threading: loop thread only. Blocking: never.
// Standards: RFC 9156 (QNAME minimisation; §2.3: the whole name where a server fails on a part of it). RFC 8020
//            is not relied on (servers answer NXDOMAIN for empty non-terminals).
// Limits:    the addresses of 16,384 hosts; recursion depth 6 for servers named in other zones, 16 labels below a known cut, LookScope.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "anchorwatch/core/recent_map.h"
#include "anchorwatch/core/task.h"
#include "anchorwatch/probe/asker.h"
#include "anchorwatch/probe/cut.h"

namespace anchorwatch::probe {

/// The outcome of a walk: the deepest cut strictly above a name, or why it was not found.
struct Located {
  CutPtr parent;          ///< Null on failure.
  std::string failure;    ///< Names the zone whose servers did not answer.
  CutPtr reached;         ///< On failure: the deepest cut on the way, whose servers may know the name all the same.
};

class Locator {
 public:
  Locator(Asker& asker, CutCache& cuts, const Clock& clock) : asker_(asker), cuts_(cuts), clock_(clock) {}

  /// The cut that holds the delegation of `zone`. For a configured cut (root, stub) at `zone`, that cut.
  Task<Located> locate_parent(dns::Name zone, LookScopePtr scope);

  /// The deepest cut at or above `name`.
  Task<Located> locate_zone_of(dns::Name name, LookScopePtr scope, int depth = 0);

  /// Addresses to ask for `servers`: glue where it came, else looked up. Fills `addresses`, `failure`.
  /// @param all  false: stop as soon as some address is known (enough to go on down).
  Task<std::vector<evidence::NameServer>> resolve(std::vector<evidence::NameServer> servers, bool all,
                                                  LookScopePtr scope, int depth = 0);

  /// Asks the servers of `cut` in turn until one gives a usable answer; at most `tries` servers.
  Task<evidence::Answer> ask_cut(CutPtr cut, dns::Question question, LookScopePtr scope, int tries,
                                 int depth = 0);

  /// Asks a few root servers over each family of which it is not known whether it works here, so that a
  /// dead family is known before zones are judged by it.
  Task<void> learn_families();

  /// Usable addresses of a cut, starting at a place that moves with every call.
  std::vector<IpAddress> rotated(const std::vector<evidence::NameServer>& servers);

  [[nodiscard]] Asker& asker() { return asker_; }
  [[nodiscard]] CutCache& cuts() { return cuts_; }
  /// Whether a family is on and does not work here.
  [[nodiscard]] bool family_dead(IpFamily family) const { return asker_.family_dead(family); }
  /// Whether resolvers are asked instead of the servers of zones.
  [[nodiscard]] bool forwarding() const { return asker_.options().forwarding(); }
  /// The resolvers as servers of `zone` (reduced mode).
  [[nodiscard]] Cut forwarded_cut(const dns::Name& zone, UnixSeconds expires_at) const;
  /// Forgets learnt cuts and addresses.
  void forget();

 private:
  struct AddressEntry {
    std::vector<IpAddress> addresses;
    std::string failure;
    bool is_alias = false;
    bool could_not_look = false;   ///< Some server that should know did not answer.
    UnixSeconds expires_at = 0;
  };
  Task<void> try_family(IpAddress address);
  Task<Located> locate_by_soa(dns::Name name, LookScopePtr scope, int depth);
  Task<bool> descend(CutPtr from, dns::Name next, LookScopePtr scope, int depth, std::string* failure);
  Task<bool> is_cut(CutPtr from, dns::Name candidate, dns::Name name, const evidence::Answer* answer,
                    LookScopePtr scope, int depth);
  Task<bool> leap(CutPtr from, dns::Name name, LookScopePtr scope, int depth);
  Task<AddressEntry> look_up(dns::Name host, LookScopePtr scope, int depth);
  Task<void> look_up_family(dns::Name host, dns::RrType type, LookScopePtr scope, int depth,
                            AddressEntry* entry);

  Asker& asker_;
  CutCache& cuts_;
  const Clock& clock_;
  static constexpr std::size_t kHostsInGeneration = 8192;
  RecentMap<std::map<dns::Name, AddressEntry>> addresses_{kHostsInGeneration};
  std::map<dns::Name, std::vector<Completion<bool>>> descending_;
  std::uint64_t rotation_ = 0;
};

}  // namespace anchorwatch::probe
