// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/collector.h"

#include <algorithm>
#include <map>

#include "anchorwatch/probe/extra_questions.h"

namespace anchorwatch::probe {

namespace {

constexpr int kQueriesPerZone = 40;
constexpr int kQueriesPerAddress = 16;
/// Unusual questions: what servers that behave well need, and what a few of them need to be understood when they do not.
constexpr int kUnusualPerAddress = 16;
constexpr int kUnusualPerZone = 100;
/// Parent addresses asked when all are wanted; more would only repeat.
constexpr std::size_t kMaxParentAddresses = 32;
/// Addresses of one zone that are asked; a fan-out beyond that is hostile or a mistake.
constexpr std::size_t kMaxServerAddresses = 64;

dns::Name denial_name(const CollectPlan& plan, Random& random) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string label = plan.denial_label;
  while (label.size() < 16) label += kAlphabet[random.below(36)];
  const std::optional<dns::Name> name = plan.zone.prepend(label);
  return name ? *name : plan.zone;
}

/// One ServerLook for each address, named after every NS name that has it.
std::vector<evidence::ServerLook> looks_for(const std::vector<evidence::NameServer>& servers, LookScope& scope) {
  std::map<IpAddress, std::vector<dns::Name>> names;
  for (const evidence::NameServer& server : servers) {
    for (const IpAddress& address : server.addresses) names[address].push_back(server.name);
  }
  std::vector<evidence::ServerLook> looks;
  for (auto& [address, its_names] : names) {
    if (looks.size() == kMaxServerAddresses) {
      scope.limits.insert(evidence::LookLimit::kAddresses);
      break;
    }
    evidence::ServerLook look;
    look.address = address;
    look.name = its_names.front();
    look.other_names.assign(its_names.begin() + 1, its_names.end());
    looks.push_back(std::move(look));
  }
  return looks;
}

evidence::Answer not_asked(const dns::Question& question, const std::string& why) {
  evidence::Answer answer;
  answer.question = question;
  answer.detail = why;
  return answer;
}

}  // namespace

struct Collector::Look {
  CollectPlan plan;
  LookScopePtr scope = std::make_shared<LookScope>();
  /// Unusual questions have a limit of their own: they must not cost the ordinary ones.
  LookScopePtr behaviour_scope = std::make_shared<LookScope>();
  CutPtr parent;
  evidence::ZoneEvidence evidence;
};

Task<void> Collector::ask_into(Look* look, IpAddress address, dns::Question question, evidence::Answer* slot) {
  return asker_.ask_into(slot, address, std::move(question), look->scope, {});
}

Task<void> Collector::ask_parent_address(Look* look, IpAddress address, evidence::ServerLook* server) {
  dns::Question ds{look->plan.zone, dns::RrType::kDs};
  dns::Question ns{look->plan.zone, dns::RrType::kNs};
  server->answers.resize(2);
  WaitGroup both;
  both.spawn(ask_into(look, address, ds, &server->answers[0]));
  both.spawn(ask_into(look, address, ns, &server->answers[1]));
  co_await both;
}

Task<void> Collector::ask_parent(Look* look) {
  evidence::DelegationLook& delegation = look->evidence.delegation;
  std::vector<evidence::NameServer> parents = look->parent->name_servers;
  const bool all = look->plan.all_parents;
  LookScopePtr scope = look->scope;
  parents = co_await locator_.resolve(parents, all, scope, 0);
  std::vector<IpAddress> addresses = locator_.rotated(parents);
  if (addresses.size() > kMaxParentAddresses) {
    scope->limits.insert(evidence::LookLimit::kAddresses);
    addresses.resize(kMaxParentAddresses);
  }
  std::map<IpAddress, dns::Name> names;
  for (const evidence::NameServer& server : parents) {
    for (const IpAddress& address : server.addresses) names.try_emplace(address, server.name);
  }
  delegation.parents.reserve(addresses.size());
  WaitGroup group;
  for (const IpAddress& address : addresses) {
    evidence::ServerLook server;
    server.address = address;
    server.name = names[address];
    delegation.parents.push_back(std::move(server));
    evidence::ServerLook* slot = &delegation.parents.back();
    IpAddress target = address;
    if (all) {
      group.spawn(ask_parent_address(look, target, slot));
      continue;
    }
    co_await ask_parent_address(look, target, slot);
    if (slot->answers[0].usable() && slot->answers[1].usable()) break;
  }
  co_await group;
  std::sort(delegation.parents.begin(), delegation.parents.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
}

namespace {

/// The union of the NS sets that the parents showed.
void learn_delegation(evidence::ZoneEvidence& evidence, CutCache& cuts, UnixSeconds now) {
  evidence::DelegationLook& delegation = evidence.delegation;
  std::map<dns::Name, evidence::NameServer> by_name;
  std::uint32_t ttl = 3600;
  for (const evidence::ServerLook& parent : delegation.parents) {
    const evidence::Answer* answer = parent.find(evidence.zone, dns::RrType::kNs);
    if (answer == nullptr || !answer->usable()) continue;
    if (dns::find_rrset(answer->answer, evidence.zone, dns::RrType::kNs) != nullptr) delegation.shares_servers = true;
    for (evidence::NameServer& server : name_servers_in(*answer, evidence.zone, delegation.parent, &ttl)) {
      evidence::NameServer& known = by_name[server.name];
      known.name = server.name;
      known.glue.insert(known.glue.end(), server.glue.begin(), server.glue.end());
      std::sort(known.glue.begin(), known.glue.end());
      known.glue.erase(std::unique(known.glue.begin(), known.glue.end()), known.glue.end());
      known.addresses = known.glue;
    }
  }
  for (auto& [name, server] : by_name) delegation.name_servers.push_back(std::move(server));
  if (delegation.name_servers.empty() || evidence.forwarded) return;
  Cut cut;
  cut.zone = evidence.zone;
  cut.name_servers = delegation.name_servers;
  cut.expires_at = now + std::clamp<UnixSeconds>(ttl, 60, 6 * 3600);
  cuts.put(std::move(cut));
}

bool parent_spoke_of_ns(const evidence::ZoneEvidence& evidence) {
  const std::vector<evidence::ServerLook>& parents = evidence.delegation.parents;
  return std::any_of(parents.begin(), parents.end(), [&](const evidence::ServerLook& parent) {
    const evidence::Answer* answer = parent.find(evidence.zone, dns::RrType::kNs);
    return answer != nullptr && answer->usable();
  });
}

/// The servers of the parent are known to serve the zone too, and no others can be found.
void use_servers_of(evidence::ZoneEvidence& evidence, const Cut& shared) {
  evidence.delegation.name_servers = shared.name_servers;
  evidence.delegation.shares_servers = true;
}

}  // namespace

Task<void> Collector::ask_server(Look* look, evidence::ServerLook* server) {
  const IpAddress address = server->address;
  const dns::Name& zone = look->plan.zone;
  std::vector<dns::Question> questions{{zone, dns::RrType::kDnskey}, {zone, dns::RrType::kSoa}};
  for (const dns::Question& probe : look->evidence.probes) {
    if (std::find(questions.begin(), questions.end(), probe) == questions.end()) questions.push_back(probe);
  }
  // The zone's own DS is the parent's to tell, and was asked there.
  if (!look->evidence.delegation.is_top(zone)) std::erase(questions, dns::Question{zone, dns::RrType::kDs});
  if (look->evidence.denial_name) questions.push_back({*look->evidence.denial_name, dns::RrType::kA});
  server->answers.resize(questions.size());
  // A silent server is found out with two questions, not with all of them.
  for (std::size_t i = 0; i < 2; ++i) {
    dns::Question question = questions[i];
    evidence::Answer* slot = &server->answers[i];
    co_await ask_into(look, address, question, slot);
  }
  if (!server->reachable()) {
    for (std::size_t i = 2; i < questions.size(); ++i) {
      server->answers[i] = not_asked(questions[i], "the server did not answer earlier questions");
    }
    co_return;
  }
  WaitGroup group;
  for (std::size_t i = 2; i < questions.size(); ++i) {
    group.spawn(ask_into(look, address, questions[i], &server->answers[i]));
  }
  co_await group;
  if (look->plan.depth != evidence::Depth::kFull || look->evidence.forwarded) co_return;
  if (!full_looks_.unusual_questions) co_return;
  LookScopePtr scope = look->behaviour_scope;
  dns::Name apex = zone;
  co_await behaviour_.ask(server, apex, scope);
}

Task<void> Collector::ask_servers(Look* look) {
  WaitGroup group;
  look->behaviour_scope->deadline = look->scope->deadline;
  const int servers = static_cast<int>(look->evidence.servers.size());
  look->behaviour_scope->query_limit =
      std::min(Behaviour::kMostQueries * servers, kUnusualPerZone + kUnusualPerAddress * servers);
  for (evidence::ServerLook& server : look->evidence.servers) group.spawn(ask_server(look, &server));
  co_await group;
}

Task<void> Collector::ask_ancestor_keys(Look* look) {
  const std::vector<evidence::NameServer> resolvers = locator_.forwarded_cut(look->plan.zone, 0).name_servers;
  std::vector<IpAddress> order =
      locator_.rotated(look->evidence.forwarded ? resolvers : look->evidence.delegation.name_servers);
  dns::Question question{look->plan.zone, dns::RrType::kDnskey};
  int usable = 0;
  for (const IpAddress& address : order) {
    if (usable >= look->plan.ancestor_servers) break;
    const auto server = std::find_if(look->evidence.servers.begin(), look->evidence.servers.end(),
                                     [&address](const auto& each) { return each.address == address; });
    if (server == look->evidence.servers.end()) continue;
    server->answers.resize(1);
    evidence::Answer* slot = &server->answers[0];
    IpAddress target = address;
    co_await ask_into(look, target, question, slot);
    if (slot->usable()) ++usable;
  }
  // Only servers that were asked are evidence of an ancestor.
  std::erase_if(look->evidence.servers, [](const auto& server) { return server.answers.empty(); });
}

/// What no status depends on, after all that one does.
Task<void> Collector::ask_for_findings(Look* look) {
  LookScopePtr scope = look->scope;
  LookScopePtr unusual = look->behaviour_scope;
  dns::Name zone = look->plan.zone;
  evidence::ZoneEvidence* evidence = &look->evidence;
  ExtraAsker extra(asker_, locator_);
  WaitGroup group;
  evidence->extra_left_out = !full_looks_.extra_questions;
  evidence->unusual_left_out = !full_looks_.unusual_questions;
  if (full_looks_.extra_questions) group.spawn(extra.ask(evidence, scope));
  if (!evidence->forwarded && full_looks_.unusual_questions) {
    for (evidence::ServerLook& server : evidence->servers) {
      group.spawn(behaviour_.ask_for_zone(&server, zone, unusual));
    }
  }
  co_await group;
}

Task<evidence::ZoneEvidence> Collector::collect(CollectPlan plan) {
  Look look;
  look.plan = std::move(plan);
  look.scope->deadline = look.plan.deadline;
  look.scope->goal = look.plan.goal;
  look.scope->query_limit = kQueriesPerZone + kQueriesPerAddress * 2;
  evidence::ZoneEvidence& evidence = look.evidence;
  evidence.zone = look.plan.zone;
  evidence.depth = look.plan.depth;
  evidence.forwarded = locator_.forwarding();
  if (evidence.depth == evidence::Depth::kFull) {
    evidence.probes = look.plan.probes;
    if (look.plan.denial_probe) evidence.denial_name = denial_name(look.plan, random_);
  } else if (evidence.depth == evidence::Depth::kCore) {
    evidence.probes = {{look.plan.zone, dns::RrType::kSoa}};
  }

  dns::Name zone = look.plan.zone;
  LookScopePtr scope = look.scope;
  Look* shared = &look;
  CutPtr shared_cut;
  Located located = co_await locator_.locate_parent(zone, scope);
  look.parent = located.parent;
  if (!look.parent) {
    evidence.delegation.failure = located.failure;
  } else {
    evidence.delegation.parent = look.parent->zone;
    if (look.parent->zone == zone) {
      evidence.delegation.from_configuration = true;
      evidence.delegation.name_servers = look.parent->name_servers;
    } else {
      if (const auto busy = busy_parent(look.parent->name_servers, look.plan.patience)) {
        *look.plan.held_up_by = busy;
        co_return std::move(look.evidence);
      }
      scope->query_limit += static_cast<int>(look.plan.all_parents ? 2 * kMaxParentAddresses : 0);
      co_await ask_parent(shared);
      shared_cut = locator_.cuts().find(zone, clock_.now());
      if (shared_cut && !shared_cut->shared) shared_cut.reset();
      learn_delegation(evidence, locator_.cuts(), clock_.now());
      if (shared_cut && !parent_spoke_of_ns(evidence)) use_servers_of(evidence, *shared_cut);
    }
    const bool every = evidence.depth != evidence::Depth::kAncestor;
    if (evidence.forwarded) {
      // The names of the servers are known, but only the resolvers are asked.
      if (!evidence.delegation.name_servers.empty()) {
        evidence.servers = looks_for(locator_.forwarded_cut(zone, 0).name_servers, *scope);
      }
    } else {
      std::vector<evidence::NameServer> servers = evidence.delegation.name_servers;
      evidence.delegation.name_servers = co_await locator_.resolve(servers, every, scope, 0);
      if (shared_cut && looks_for(evidence.delegation.name_servers, *scope).empty()) {
        use_servers_of(evidence, *shared_cut);
      }
      evidence.servers = looks_for(evidence.delegation.name_servers, *scope);
    }
    // An address of a family that is off is not evidence of anything.
    std::erase_if(evidence.servers,
                  [this](const auto& server) { return !asker_.family_usable(server.address.family()); });
    if (const auto busy = busy_server(evidence.servers, look.plan.patience)) {
      *look.plan.held_up_by = busy;
      evidence.queries = scope->queries;
      evidence.answers = scope->answers;
      co_return std::move(look.evidence);
    }
    scope->query_limit += kQueriesPerAddress * static_cast<int>(evidence.servers.size());
    if (evidence.depth == evidence::Depth::kAncestor) {
      co_await ask_ancestor_keys(shared);
    } else {
      co_await ask_servers(shared);
    }
    evidence.limits = scope->limits;
    if (evidence.depth == evidence::Depth::kFull) {
      evidence.ordinary_only = look.plan.is_known && look.plan.is_known(evidence);
      if (!evidence.ordinary_only) co_await ask_for_findings(shared);
    }
  }
  evidence.limits = scope->limits;
  evidence.queries = scope->queries + look.behaviour_scope->queries;
  evidence.answers = scope->answers + look.behaviour_scope->answers;
  co_return std::move(look.evidence);
}

}  // namespace anchorwatch::probe
