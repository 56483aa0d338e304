// SPDX-License-Identifier: Apache-2.0
// What happens to answers on the way: from another address, of another class, too large for the
// path.
#include <algorithm>

#include "behaviour_view.h"
#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using evidence::Answer;
using evidence::BehaviourKind;
using evidence::BehaviourLook;

/// The port of a foreign address says nothing, and may be another one each time.
std::string place(const std::string& source, const IpAddress& asked) {
  const std::string address = source.substr(0, source.find(' '));
  return address == asked.to_text() ? "another port of " + address : address;
}

/// A server that answers is asked at the right address; its other datagrams say nothing.
void source(const Context& context, std::size_t server, FindingSink& sink) {
  const evidence::ServerLook& look = *context.servers[server];
  std::vector<std::string> from;
  for (const Answer& answer : look.answers) {
    if (!answer.answered() && !answer.other_source.empty()) {
      from.push_back(place(answer.other_source, look.address));
    }
  }
  // One datagram may be a forged one that hit by chance.
  if (from.size() < 2) return;
  std::sort(from.begin(), from.end());
  from.erase(std::unique(from.begin(), from.end()), from.end());
  Finding finding =
      FindingSink::start(FindingCode::SOURCE_ADDRESS, server_subject(context, server));
  note_servers(finding, context, {server});
  finding.data["sources"] = from;
  finding.message = "Questions to " + server_name(context, server) + " are answered from " +
                    list_text(from) +
                    ". Resolvers throw such answers away. Let the server answer from the address "
                    "that was asked, or mend the translation before it.";
  sink.add(std::move(finding));
}

void foreign_class(const Context& context, std::size_t server, FindingSink& sink) {
  std::vector<std::string> types;
  for (const Answer& answer : context.servers[server]->answers) {
    if (answer.answered() && answer.foreign_class)
      types.push_back(dns::to_string(answer.question.type));
  }
  if (types.empty()) return;
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  Finding finding = FindingSink::start(FindingCode::FOREIGN_CLASS, server_subject(context, server));
  note_servers(finding, context, {server});
  finding.data["types"] = types;
  finding.message = server_name(context, server) +
                    " adds records of another class than IN to its " + "answers (" +
                    list_text(types) + "). Update the server.";
  sink.add(std::move(finding));
}

enum class Loss : std::uint8_t { kUnknown, kNone, kLarge, kOrdinary };

/// Which answers to the DNSKEY question do not arrive.
Loss loss_at(const Context& context, std::size_t server) {
  const Answer* keys = context.servers[server]->find(context.zone, dns::RrType::kDnskey);
  if (keys == nullptr || !context.states[server].working) return Loss::kUnknown;
  if (keys->answered()) {
    const BehaviourLook* large = seen(context, server, BehaviourKind::kDnskeyLarge);
    return large != nullptr && !large->answered() ? Loss::kLarge : Loss::kNone;
  }
  const BehaviourLook* small = seen(context, server, BehaviourKind::kDnskeySmall);
  const BehaviourLook* tcp = seen(context, server, BehaviourKind::kDnskeyTcp);
  const bool arrives =
      (small != nullptr && small->answered()) || (tcp != nullptr && tcp->answered());
  return arrives ? Loss::kOrdinary : Loss::kUnknown;
}

/// Where every server of a family shows it, the common part of the way is our own network.
bool our_own_path(const Context& context, IpFamily family, const std::vector<Loss>& losses) {
  std::size_t lossy = 0;
  for (std::size_t server = 0; server < losses.size(); ++server) {
    if (context.servers[server]->address.family() != family || losses[server] == Loss::kUnknown)
      continue;
    if (losses[server] == Loss::kNone) return false;
    ++lossy;
  }
  return lossy > 1;
}

void sizes(const Context& context, FindingSink& sink) {
  std::vector<Loss> losses;
  for (std::size_t server = 0; server < context.servers.size(); ++server) {
    losses.push_back(loss_at(context, server));
  }
  for (std::size_t server = 0; server < losses.size(); ++server) {
    const Loss loss = losses[server];
    if (loss != Loss::kLarge && loss != Loss::kOrdinary) continue;
    if (our_own_path(context, context.servers[server]->address.family(), losses)) continue;
    Finding finding = FindingSink::start(FindingCode::PMTU,
                                         server_subject(context, server, dns::RrType::kDnskey));
    note_servers(finding, context, {server});
    const bool ordinary = loss == Loss::kOrdinary;
    finding.severity = !ordinary             ? Severity::kNotice
                       : context.ds_stands() ? Severity::kError
                                             : Severity::kWarning;
    finding.data["lost_at"] = std::int64_t{ordinary ? 1232 : 4096};
    finding.message = "The DNSKEY answer of " + server_name(context, server) + " for " +
                      context.zone.to_text() + " gets lost where " +
                      (ordinary ? "1232 octets are offered, and arrives with 512 or over TCP"
                                : "4096 octets are offered, and arrives where 1232 are") +
                      ". Limit UDP answers to 1232 octets at the server, and let ICMP pass.";
    sink.add(std::move(finding));
  }
}

}  // namespace

void server_paths(const Context& context, FindingSink& sink) {
  if (context.evidence.forwarded) return;
  for (std::size_t server = 0; server < context.states.size(); ++server) {
    if (context.states[server].reachable) {
      foreign_class(context, server, sink);
    } else {
      source(context, server, sink);
    }
  }
  sizes(context, sink);
}

}  // namespace anchorwatch::judge::rules
