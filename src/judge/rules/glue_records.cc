// SPDX-License-Identifier: Apache-2.0
// The glue of the parent against the addresses that the zone itself has for its name servers.
#include <algorithm>
#include <set>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;
using evidence::NameServer;
using Addresses = std::set<IpAddress>;

/// What the servers of the zone say about one name and one family.
struct Own {
  bool known = false;  ///< Some server answered with authority, and none said something else.
  Addresses addresses;
  ServerSet servers;
};

Own own_addresses(const Context& context, const dns::Name& name, RrType type) {
  Own own;
  const dns::Question question{name, type};
  for (const ProbeView& view : context.extra_views) {
    const evidence::Answer& answer = *view.answer;
    // Without authority it is a referral: the name belongs to a zone below.
    if (answer.question != question || !answer.aa) continue;
    if (dns::find_rrset(answer.answer, name, RrType::kCname) != nullptr) return {};
    Addresses addresses;
    if (const dns::RRset* set = dns::find_rrset(answer.answer, name, type)) {
      for (const Bytes& rdata : set->rdatas) {
        if (const auto address = dns::decode_address(type, rdata)) addresses.insert(*address);
      }
    }
    // Answers that differ by place or by copy cannot be held against one glue.
    if (own.known && own.addresses != addresses) return {};
    own.known = true;
    own.addresses = std::move(addresses);
    merge(own.servers, view.servers);
  }
  return own;
}

/// Whether the address was asked and does not serve the zone.
bool is_dead(const Context& context, const IpAddress& address) {
  for (std::size_t i = 0; i < context.servers.size(); ++i) {
    if (context.servers[i]->address == address) {
      return context.states[i].asked && !context.states[i].working;
    }
  }
  return false;
}

std::vector<std::string> texts(const Addresses& addresses) {
  std::vector<std::string> out;
  for (const IpAddress& address : addresses) out.push_back(address.to_text());
  return out;
}

class GlueRules {
 public:
  GlueRules(const Context& context, FindingSink& sink) : context_(context), sink_(sink) {}

  void look_at(const NameServer& server) {
    Addresses own, glue;
    ServerSet servers;
    for (const RrType type : {RrType::kA, RrType::kAaaa}) {
      const Own part = own_addresses(context_, server.name, type);
      if (!part.known) continue;
      const IpFamily family = type == RrType::kA ? IpFamily::kV4 : IpFamily::kV6;
      for (const IpAddress& address : server.glue) {
        if (address.family() == family) glue.insert(address);
      }
      own.insert(part.addresses.begin(), part.addresses.end());
      merge(servers, part.servers);
    }
    Addresses only_glue, only_own;
    std::set_difference(glue.begin(), glue.end(), own.begin(), own.end(),
                        std::inserter(only_glue, only_glue.end()));
    std::set_difference(own.begin(), own.end(), glue.begin(), glue.end(),
                        std::inserter(only_own, only_own.end()));
    if (only_glue.empty() && only_own.empty()) return;
    // One side with more addresses than the other is half a change; two truths are a fault.
    const bool other = (!only_glue.empty() && !only_own.empty()) || own.empty();
    report(server, other ? FindingCode::GLUE_MISMATCH : FindingCode::GLUE_EXTRA, only_glue,
           only_own, servers);
  }

 private:
  void report(const NameServer& server, FindingCode code, const Addresses& only_glue,
              const Addresses& only_own, const ServerSet& servers) {
    Subject subject;
    subject.name = server.name;
    subject.type = RrType::kNs;
    Finding finding = FindingSink::start(code, std::move(subject));
    const bool dead = std::any_of(only_glue.begin(), only_glue.end(),
                                  [&](const auto& address) { return is_dead(context_, address); });
    if (code == FindingCode::GLUE_MISMATCH && dead) finding.severity = Severity::kError;
    note_servers(finding, context_, servers);
    finding.data["only_glue"] = texts(only_glue);
    finding.data["only_zone"] = texts(only_own);
    std::vector<std::string> parts;
    if (!only_glue.empty()) parts.push_back("only the parent has " + list_text(texts(only_glue)));
    if (!only_own.empty()) parts.push_back("only the zone has " + list_text(texts(only_own)));
    finding.message = "Glue and zone differ about " + server.name.to_text() + ": " +
                      list_text(parts) + (dead ? ", and that glue does not serve the zone" : "") +
                      ". Give the addresses of the zone to the registrar.";
    sink_.add(std::move(finding));
  }

  const Context& context_;
  FindingSink& sink_;
};

}  // namespace

void glue_records(const Context& context, FindingSink& sink) {
  const evidence::DelegationLook& delegation = context.evidence.delegation;
  if (context.extra_views.empty() || delegation.shares_servers || delegation.from_configuration) {
    return;
  }
  GlueRules rules(context, sink);
  for (const NameServer& server : delegation.name_servers) {
    if (!server.glue.empty() && server.name.is_at_or_below(context.zone)) rules.look_at(server);
  }
}

}  // namespace anchorwatch::judge::rules
