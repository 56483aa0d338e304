// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/locator.h"

#include <algorithm>

#include "anchorwatch/dns/rdata.h"

#include "walk.h"

namespace anchorwatch::probe {

namespace {

constexpr int kMaxDepth = 6;
constexpr UnixSeconds kFailureLife = 60;

}  // namespace

void Locator::forget() {
  cuts_.forget();
  addresses_.clear();
}

std::vector<IpAddress> Locator::rotated(const std::vector<evidence::NameServer>& servers) {
  std::vector<IpAddress> addresses;
  for (const evidence::NameServer& server : servers) {
    for (const IpAddress& address : server.addresses) {
      if (asker_.family_usable(address.family())) addresses.push_back(address);
    }
  }
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  if (addresses.size() > 1) {
    const auto start = static_cast<std::ptrdiff_t>(rotation_++ % addresses.size());
    std::rotate(addresses.begin(), addresses.begin() + start, addresses.end());
  }
  // Servers that were silent lately come last: they cost time-outs.
  std::stable_partition(addresses.begin(), addresses.end(),
                        [this](const IpAddress& address) { return !asker_.silent(address); });
  return addresses;
}

Task<evidence::Answer> Locator::ask_cut(CutPtr cut, dns::Question question, LookScopePtr scope, int tries,
                                        int depth) {
  std::vector<evidence::NameServer> servers = cut->name_servers;
  servers = co_await resolve(servers, false, scope, depth + 1);
  evidence::Answer last;
  last.question = question;
  last.detail = "no server of " + cut->zone.to_text() + " has a usable address";
  std::vector<IpAddress> addresses = rotated(servers);
  for (const IpAddress& address : addresses) {
    if (tries-- <= 0) break;
    IpAddress target = address;
    AskMode mode;
    evidence::Answer answer = co_await asker_.ask(target, question, scope, mode);
    if (answer.usable()) co_return answer;
    last = std::move(answer);
  }
  co_return last;
}

Task<bool> Locator::descend(CutPtr from, dns::Name next, LookScopePtr scope, int depth, std::string* failure) {
  // Many zones go down the same step at once (a TLD at start-up): one asks, the others wait.
  if (auto flight = descending_.find(next); flight != descending_.end() && depth == 0) {
    Completion<bool> done;
    flight->second.push_back(done);
    co_await done;
    co_return true;
  }
  const bool leads = depth == 0;
  if (leads) descending_[next];
  dns::Question question{next, dns::RrType::kNs};
  evidence::Answer answer = co_await ask_cut(from, question, scope, kServersToTry, depth);
  bool ok = answer.usable();
  if (ok) {
    std::uint32_t ttl = 0;
    Cut cut;
    cut.zone = next;
    cut.name_servers = name_servers_in(answer, next, from->zone, &ttl);
    if (cut.name_servers.empty()) {
      cuts_.put_no_cut(next, clock_.now() + life(300));
    } else {
      cut.expires_at = clock_.now() + life(ttl);
      cuts_.put(std::move(cut));
    }
  } else {
    *failure = "no usable answer from the servers of " + from->zone.to_text() + " about " + next.to_text() +
               (answer.detail.empty() ? " (" + dns::rcode_to_string(answer.rcode) + ")" : ": " + answer.detail);
  }
  if (leads) {
    std::vector<Completion<bool>> waiting = std::move(descending_[next]);
    descending_.erase(next);
    for (const Completion<bool>& waiter : waiting) waiter.set(ok);
  }
  co_return ok;
}

Task<void> Locator::try_family(IpAddress address) {
  dns::Question question{dns::Name(), dns::RrType::kSoa};
  auto scope = std::make_shared<LookScope>();
  AskMode mode;
  mode.brief = true;
  mode.even_if_dead = true;
  evidence::Answer answer = co_await asker_.ask(address, question, scope, mode);
  static_cast<void>(answer);  // The asker keeps the books.
}

Task<void> Locator::learn_families() {
  CutPtr root = cuts_.find(dns::Name(), clock_.now());
  if (!root) co_return;
  WaitGroup group;
  int asked[2] = {0, 0};
  for (const evidence::NameServer& server : root->name_servers) {
    for (const IpAddress& address : server.addresses) {
      int& count = asked[address.family() == IpFamily::kV4 ? 0 : 1];
      if (!asker_.family_untested(address.family()) || count == kServersToTry) continue;
      ++count;
      group.spawn(try_family(address));
    }
  }
  co_await group;
}

Cut Locator::forwarded_cut(const dns::Name& zone, UnixSeconds expires_at) const {
  Cut cut;
  cut.zone = zone;
  cut.expires_at = expires_at;
  evidence::NameServer resolver;
  resolver.name = zone;
  resolver.glue = asker_.options().forwarders;
  resolver.addresses = resolver.glue;
  cut.name_servers.push_back(std::move(resolver));
  return cut;
}

Task<Located> Locator::locate_by_soa(dns::Name name, LookScopePtr scope, int depth) {
  // A resolver gives no referrals, but the SOA in its answer names the zone (RFC 2308 §2).
  Located located;
  while (cuts_.known_no_cut(name, clock_.now())) name = name.parent();
  located.parent = cuts_.find(name, clock_.now());
  CutPtr root = cuts_.find(dns::Name(), clock_.now());
  while (!located.parent) {
    dns::Question question{name, dns::RrType::kSoa};
    evidence::Answer answer = co_await ask_cut(root, question, scope, kServersToTry, depth);
    if (!answer.usable()) {
      const bool passed = co_await leap(root, name, scope, depth);
      if (passed) {
        located.parent = cuts_.deepest(name, clock_.now());
        break;
      }
      located.failure = "no usable answer from the forwarders about " + name.to_text() +
                        (answer.detail.empty() ? " (" + dns::rcode_to_string(answer.rcode) + ")" : ": " + answer.detail);
      break;
    }
    std::optional<dns::Name> apex;
    if (dns::find_rrset(answer.answer, name, dns::RrType::kSoa) != nullptr) apex = name;
    for (const dns::RRset& set : answer.authority) {
      if (!apex && set.type == dns::RrType::kSoa && name.is_at_or_below(set.owner)) apex = set.owner;
    }
    if (apex) {
      if (!apex->is_root()) cuts_.put(forwarded_cut(*apex, clock_.now() + life(300)));
      located.parent = cuts_.find(*apex, clock_.now());
    } else {
      name = name.parent();  // An alias: its answer speaks of another zone.
      located.parent = cuts_.find(name, clock_.now());
    }
  }
  co_return located;
}

Task<Located> Locator::locate_zone_of(dns::Name name, LookScopePtr scope, int depth) {
  Located located;
  if (forwarding()) {
    located = co_await locate_by_soa(name, scope, depth);
    co_return located;
  }
  if (depth > kMaxDepth) {
    scope->limits.insert(evidence::LookLimit::kDetours);
    located.failure = "name servers are named in other zones over more than " + std::to_string(kMaxDepth) + " steps";
    co_return located;
  }
  CutPtr cut = cuts_.deepest(name, clock_.now());
  int labels = cut->zone.label_count();
  const int target = name.label_count();
  int steps = 0;
  while (labels < target) {
    if (++steps > kMaxLabelsBelowCut) {
      scope->limits.insert(evidence::LookLimit::kLabels);
      break;  // Deeper names are taken to lie in the last cut found.
    }
    dns::Name next = name.suffix(labels + 1);
    if (CutPtr known = cuts_.find(next, clock_.now())) {
      cut = known;
    } else if (!cuts_.known_no_cut(next, clock_.now())) {
      std::string* failure = &located.failure;
      const bool ok = co_await descend(cut, next, scope, depth, failure);
      if (!ok) {
        // Load balancers, for one, fail on NS for names that they serve well.
        const bool passed = co_await leap(cut, name, scope, depth);
        if (!passed) {
          located.reached = cut;
          co_return located;
        }
        located.failure.clear();
      }
      // One that waited for another's step may find that it failed.
      CutPtr learnt = cuts_.find(next, clock_.now());
      if (!learnt && !cuts_.known_no_cut(next, clock_.now())) {
        located.failure = "no usable answer from the servers of " + cut->zone.to_text() + " about " + next.to_text();
        co_return located;
      }
      if (learnt) cut = learnt;
    }
    ++labels;
  }
  located.parent = cut;
  co_return located;
}

Task<Located> Locator::locate_parent(dns::Name zone, LookScopePtr scope) {
  if (CutPtr own = cuts_.find(zone, clock_.now()); own && own->configured) {
    Located located;
    located.parent = own;
    co_return located;
  }
  dns::Name above = zone.parent();
  Located located = co_await locate_zone_of(above, scope, 0);
  co_return located;
}

Task<void> Locator::look_up_family(dns::Name host, dns::RrType type, LookScopePtr scope, int depth,
                                   AddressEntry* entry) {
  Located located = co_await locate_zone_of(host, scope, depth);
  if (!located.parent) {
    entry->failure = located.failure;
    entry->could_not_look = true;
    co_return;
  }
  CutPtr cut = located.parent;
  dns::Question question{host, type};
  evidence::Answer answer = co_await ask_cut(cut, question, scope, kServersToTry, depth);
  if (!answer.usable()) {
    entry->could_not_look = true;
    entry->failure = "no usable answer about " + host.to_text() + " from the servers of " + cut->zone.to_text();
    co_return;
  }
  if (const dns::RRset* set = dns::find_rrset(answer.answer, host, type)) {
    entry->expires_at = std::min(entry->expires_at, clock_.now() + life(set->ttl));
    for (const Bytes& rdata : set->rdatas) {
      if (auto address = dns::decode_address(type, rdata)) entry->addresses.push_back(*address);
    }
  } else if (dns::find_rrset(answer.answer, host, dns::RrType::kCname) != nullptr) {
    entry->is_alias = true;
    entry->failure = host.to_text() + " is an alias (CNAME), which a name server must not be";
  } else if (entry->failure.empty()) {
    entry->failure = host.to_text() + (answer.rcode == dns::kRcodeNxDomain ? " does not exist" : " has no address");
  }
}

Task<Locator::AddressEntry> Locator::look_up(dns::Name host, LookScopePtr scope, int depth) {
  if (const AddressEntry* known = addresses_.find(host); known != nullptr && known->expires_at > clock_.now()) {
    co_return *known;
  }
  AddressEntry entry;
  if (scope->exhausted()) {
    // Names that lead to names that lead to names would still cost work without a single query.
    entry.could_not_look = true;
    entry.failure = "a limit of this look was reached";
    co_return entry;
  }
  entry.expires_at = clock_.now() + kLongestLife;
  AddressEntry* slot = &entry;
  if (asker_.family_usable(IpFamily::kV4)) {
    co_await look_up_family(host, dns::RrType::kA, scope, depth, slot);
  }
  if (asker_.family_usable(IpFamily::kV6)) {
    co_await look_up_family(host, dns::RrType::kAaaa, scope, depth, slot);
  }
  std::sort(entry.addresses.begin(), entry.addresses.end());
  // Half an answer (one family was silent) is not kept for long either.
  if (entry.addresses.empty() || entry.could_not_look) {
    entry.expires_at = std::min(entry.expires_at, clock_.now() + kFailureLife);
  }
  if (!entry.addresses.empty()) entry.failure.clear();
  // A look that ran into its own limits has learnt nothing about the host.
  if (!scope->exhausted()) addresses_[host] = entry;
  co_return entry;
}

Task<std::vector<evidence::NameServer>> Locator::resolve(std::vector<evidence::NameServer> servers, bool all,
                                                         LookScopePtr scope, int depth) {
  const auto usable = [this](const evidence::NameServer& server) {
    return std::any_of(server.addresses.begin(), server.addresses.end(),
                       [this](const IpAddress& address) { return asker_.family_usable(address.family()); });
  };
  if (!all && std::any_of(servers.begin(), servers.end(), usable)) co_return servers;
  for (evidence::NameServer& server : servers) {
    if (!server.addresses.empty()) continue;
    dns::Name host = server.name;
    AddressEntry entry = co_await look_up(host, scope, depth);
    // Silence of the servers that know is no fact about the name (judge: NS_UNRESOLVABLE).
    server.looked_up = !entry.addresses.empty() || !entry.could_not_look;
    server.is_alias = entry.is_alias;
    server.addresses = entry.addresses;
    server.failure = entry.addresses.empty() ? entry.failure : std::string();
    if (!all && usable(server)) break;
  }
  co_return servers;
}

}  // namespace anchorwatch::probe
