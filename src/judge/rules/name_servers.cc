// SPDX-License-Identifier: Apache-2.0
// The NS set of the parent against that of the zone, glue, and the addresses of the name servers.
#include <algorithm>
#include <set>

#include "anchorwatch/judge/as_table.h"

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using evidence::NameServer;

constexpr std::size_t kV4Prefix = 3;  // Octets: /24
constexpr std::size_t kV6Prefix = 6;  // /48

/// The NS set that the zone itself shows, over its servers; nothing when none answered.
std::optional<std::set<dns::Name>> child_names(const Context& context) {
  std::optional<std::set<dns::Name>> names;
  for (const ProbeView& view : context.probe_views) {
    if (view.answer->question != dns::Question{context.zone, dns::RrType::kNs}) continue;
    const dns::RRset* set = dns::find_rrset(view.answer->answer, context.zone, dns::RrType::kNs);
    if (set == nullptr) continue;
    if (!names) names.emplace();
    for (const Bytes& rdata : set->rdatas) {
      if (auto name = dns::decode_name(rdata)) names->insert(std::move(*name));
    }
  }
  return names;
}

bool serves(const Context& context, const NameServer& server) {
  for (std::size_t i = 0; i < context.servers.size(); ++i) {
    const auto& list = server.addresses;
    const bool its = std::find(list.begin(), list.end(), context.servers[i]->address) != list.end();
    if (its && context.states[i].working) return true;
  }
  return false;
}

/// Whether the NS set of the parent was seen in this look.
bool parent_seen(const Context& context) {
  const evidence::DelegationLook& delegation = context.evidence.delegation;
  return !delegation.from_configuration && !delegation.is_top(context.zone) &&
         !delegation.name_servers.empty();
}

std::vector<std::string> texts(const std::vector<dns::Name>& names) {
  std::vector<std::string> out;
  for (const dns::Name& name : names) out.push_back(name.to_text());
  return out;
}

void compare_names(const Context& context, FindingSink& sink) {
  const auto child = child_names(context);
  if (!child || !parent_seen(context)) return;
  std::vector<dns::Name> only_parent, only_child;
  std::set<dns::Name> parent;
  bool dead = false;
  for (const NameServer& server : context.evidence.delegation.name_servers) {
    parent.insert(server.name);
    if (child->contains(server.name)) continue;
    only_parent.push_back(server.name);
    dead = dead || (!server.addresses.empty() && !serves(context, server));
  }
  std::sort(only_parent.begin(), only_parent.end());
  std::set_difference(child->begin(), child->end(), parent.begin(), parent.end(),
                      std::back_inserter(only_child));
  if (!only_parent.empty()) {
    Finding finding = FindingSink::start(FindingCode::NS_ONLY_IN_PARENT, zone_subject(context));
    if (dead) finding.severity = Severity::kError;
    finding.data["names"] = texts(only_parent);
    finding.message = "The parent delegates " + context.zone.to_text() + " to " +
                      list_text(texts(only_parent)) + ", which the zone itself does not name" +
                      (dead ? " and which does not serve it" : "") + ". Make both NS sets equal.";
    sink.add(std::move(finding));
  }
  if (!only_child.empty()) {
    Finding finding = FindingSink::start(FindingCode::NS_ONLY_IN_CHILD, zone_subject(context));
    finding.data["names"] = texts(only_child);
    finding.message = context.zone.to_text() + " names " + list_text(texts(only_child)) +
                      " as name server, which the parent does not delegate to. Give it to the "
                      "registrar, or remove it.";
    sink.add(std::move(finding));
  }
}

void glue(const Context& context, FindingSink& sink) {
  if (!parent_seen(context) || context.evidence.delegation.shares_servers) return;
  const std::vector<NameServer>& servers = context.evidence.delegation.name_servers;
  for (const NameServer& server : servers) {
    // RFC 9471 §3.1: only names below the cut cannot be found without glue.
    if (!server.name.is_at_or_below(context.zone) || !server.glue.empty()) continue;
    Subject subject;
    subject.name = server.name;
    subject.type = dns::RrType::kNs;
    Finding finding = FindingSink::start(FindingCode::GLUE_MISSING, std::move(subject));
    const bool other = std::any_of(servers.begin(), servers.end(), [&](const NameServer& each) {
      return !each.glue.empty() ||
             (!each.name.is_at_or_below(context.zone) && !each.addresses.empty());
    });
    if (!other) finding.severity = Severity::kCritical;
    finding.message = "The parent gives no address for " + server.name.to_text() +
                      ", which lies inside " + context.zone.to_text() +
                      ", so resolvers cannot find it. Give its addresses to the registrar.";
    sink.add(std::move(finding));
  }
}

void alias(const Context& context, const NameServer& server, Subject subject, FindingSink& sink) {
  Finding finding = FindingSink::start(FindingCode::NS_IS_ALIAS, std::move(subject));
  if (!server.glue.empty()) finding.severity = Severity::kWarning;
  finding.message = "The name server " + server.name.to_text() + " of " + context.zone.to_text() +
                    " is an alias (CNAME), which several resolvers refuse. Name the host itself.";
  sink.add(std::move(finding));
}

void unresolvable(const Context& context, FindingSink& sink) {
  for (const NameServer& server : context.evidence.delegation.name_servers) {
    Subject subject;
    subject.name = server.name;
    subject.type = dns::RrType::kNs;
    if (server.is_alias) {
      alias(context, server, std::move(subject), sink);
      continue;
    }
    // A name that could not be looked up (its servers are silent) is no finding: nothing is known
    // of it.
    if (!server.addresses.empty() || server.failure.empty() || !server.looked_up) continue;
    const bool missing_glue = server.name.is_at_or_below(context.zone);
    if (missing_glue && sink.has(FindingCode::GLUE_MISSING)) continue;
    Finding finding = FindingSink::start(FindingCode::NS_UNRESOLVABLE, std::move(subject));
    finding.message = "The name server " + server.name.to_text() + " of " + context.zone.to_text() +
                      " has no address (" + server.failure +
                      "), so nobody can use it. Repair the name, or take it out of the delegation.";
    sink.add(std::move(finding));
  }
}

/// Facts about the set of addresses; a laboratory has them by nature (decisions, 17).
class AddressRules {
 public:
  AddressRules(const Context& context, FindingSink& sink) : context_(context), sink_(sink) {
    for (const NameServer& server : context.evidence.delegation.name_servers) {
      names_.push_back(server.name.to_text());
      for (const IpAddress& address : server.addresses) {
        owners_[address].push_back(server.name);
        (address.family() == IpFamily::kV4 ? v4_ : v6_).insert(address);
      }
    }
  }

  void run() {
    if (names_.empty()) return;
    special();
    if (names_.size() < 2) {
      report(FindingCode::NS_TOO_FEW,
             " has a single name server. Use two or more in different networks.",
             owners_.size() > 1 ? std::optional(Severity::kNotice) : std::nullopt);
    }
    if (owners_.empty()) return;
    shared();
    if (v4_.empty()) {
      report(FindingCode::NS_NO_IPV4,
             " has no name server with IPv4, so resolvers with IPv4 only cannot resolve it.",
             std::nullopt);
    }
    if (v6_.empty()) {
      report(FindingCode::NS_NO_IPV6, " has no name server with IPv6.", std::nullopt);
    }
    const bool one = (v4_.size() > 1 && prefixes(v4_, kV4Prefix) == 1) ||
                     (v6_.size() > 1 && prefixes(v6_, kV6Prefix) == 1);
    if (one) {
      report(FindingCode::SINGLE_PREFIX,
             " has all name servers of a family in one network prefix. Spread them.", std::nullopt);
    }
    single_as();
  }

 private:
  static std::size_t prefixes(const std::set<IpAddress>& addresses, std::size_t octets) {
    std::set<Bytes> out;
    for (const IpAddress& address : addresses) {
      out.insert(Bytes(address.bytes().substr(0, octets)));
    }
    return out.size();
  }

  void report(FindingCode code, const char* text, std::optional<Severity> severity) {
    Finding finding = FindingSink::start(code, zone_subject(context_));
    if (severity) finding.severity = *severity;
    finding.message = context_.zone.to_text() + text;
    sink_.add(std::move(finding));
  }

  void special() {
    for (const NameServer& server : context_.evidence.delegation.name_servers) {
      std::vector<std::string> bad;
      for (const IpAddress& address : server.addresses) {
        if (address.is_special()) bad.push_back(address.to_text());
      }
      if (bad.empty()) continue;
      Subject subject;
      subject.name = server.name;
      subject.type = dns::RrType::kNs;
      Finding finding = FindingSink::start(FindingCode::NS_PRIVATE_ADDRESS, std::move(subject));
      if (bad.size() < server.addresses.size()) finding.severity = Severity::kWarning;
      finding.data["addresses"] = bad;
      finding.message = "The name server " + server.name.to_text() + " of " +
                        context_.zone.to_text() + " has the special address " + list_text(bad) +
                        ", which resolvers outside cannot reach. Publish its public address.";
      sink_.add(std::move(finding));
    }
  }

  /// Silent where the table lacks an address: nothing is known of it.
  void single_as() {
    const AsTable* table = context_.input.policy.as_table.get();
    if (table == nullptr || owners_.size() < 2) return;
    std::optional<AsOrigin> only;
    for (const auto& [address, names] : owners_) {
      const std::optional<AsOrigin> origin = table->find(address);
      if (!origin || origin->anycast || (only && only->number != origin->number)) return;
      only = origin;
    }
    Finding finding = FindingSink::start(FindingCode::SINGLE_AS, zone_subject(context_));
    finding.data["as"] = std::int64_t{only->number};
    finding.message = context_.zone.to_text() + " has all name servers in AS" + std::to_string(only->number) +
                      ", so one routing fault takes them all. Add one in another network.";
    sink_.add(std::move(finding));
  }

  void shared() {
    std::vector<std::string> addresses;
    for (const auto& [address, names] : owners_) {
      if (names.size() > 1) addresses.push_back(address.to_text());
    }
    if (addresses.empty()) return;
    report(FindingCode::NS_SAME_ADDRESS,
           " has name servers that share an address, so they fail together.",
           owners_.size() > 1 ? std::optional(Severity::kNotice) : std::nullopt);
  }

  const Context& context_;
  FindingSink& sink_;
  std::vector<std::string> names_;
  std::map<IpAddress, std::vector<dns::Name>> owners_;
  std::set<IpAddress> v4_, v6_;
};

}  // namespace

void name_servers(const Context& context, FindingSink& sink) {
  if (context.evidence.depth == evidence::Depth::kAncestor) return;
  compare_names(context, sink);
  glue(context, sink);
  unresolvable(context, sink);
}

void server_addresses(const Context& context, FindingSink& sink) {
  if (context.input.policy.allow_special_addresses || context.evidence.forwarded ||
      context.evidence.depth == evidence::Depth::kAncestor ||
      context.evidence.delegation.is_top(context.zone)) {
    return;
  }
  AddressRules(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
