// SPDX-License-Identifier: Apache-2.0
// Answers that are wrong before any signature is looked at: lame servers, odd RCODEs, wrong owners,
// EDNS.
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using evidence::Answer;

bool is_referral_answer(const Context& context, const Answer& answer) {
  return answer.usable() && !context.speaks_for_zone(answer);
}

bool odd_rcode(const Context& context, const Answer& answer) {
  if (!answer.answered()) return false;
  if (answer.rcode == dns::kRcodeNxDomain) return answer.question.name == context.zone;
  return answer.rcode != dns::kRcodeNoError && answer.rcode != dns::kRcodeBadVers;
}

/// The whole server is useless for the zone.
void lame(const Context& context, std::size_t server, FindingSink& sink) {
  const evidence::ServerLook& look = *context.servers[server];
  bool refused = false;
  bool referral = false;
  int rcode = dns::kRcodeNoError;
  for (const Answer& answer : look.answers) {
    if (!answer.answered()) continue;
    refused = refused || answer.rcode == dns::kRcodeRefused;
    referral = referral || is_referral_answer(context, answer);
    if (odd_rcode(context, answer)) rcode = std::max(rcode, answer.rcode);
  }
  // Cut over UDP and no answer over TCP: TRANSPORT_TCP_DEAD tells it.
  if (!refused && !referral && rcode == dns::kRcodeNoError) return;
  const FindingCode code = refused || referral ? FindingCode::SERVER_LAME : FindingCode::BAD_RCODE;
  Finding finding = FindingSink::start(code, server_subject(context, server));
  note_servers(finding, context, {server});
  finding.data["rcode"] = dns::rcode_to_string(rcode);
  const std::string how = referral && !refused ? "a referral" : dns::rcode_to_string(rcode);
  finding.message = server_name(context, server) + " is delegated for " + context.zone.to_text() +
                    " but answers with " + how +
                    ". Load the zone there, or take the server out of the delegation.";
  sink.add(std::move(finding));
}

/// The server has data of the zone and does not say that it is an authority for it.
void without_authority(const Context& context, std::size_t server, FindingSink& sink) {
  bool answered = false;
  for (const Answer& answer : context.servers[server]->answers) {
    if (!answer.usable()) continue;
    if (answer.aa) return;
    answered = answered || context.speaks_for_zone(answer);
  }
  if (!answered) return;
  Finding finding = FindingSink::start(FindingCode::SERVER_LAME, server_subject(context, server));
  note_servers(finding, context, {server});
  finding.message =
      server_name(context, server) + " is delegated for " + context.zone.to_text() +
      " and answers without the AA bit, as a cache does. Load the zone there, or take "
      "the server out of the delegation.";
  sink.add(std::move(finding));
}

void bad_rcodes(const Context& context, std::size_t server, FindingSink& sink) {
  std::vector<std::string> cases;
  for (const Answer& answer : context.servers[server]->answers) {
    if (!odd_rcode(context, answer)) continue;
    cases.push_back(dns::to_string(answer.question.type) + " " +
                    dns::rcode_to_string(answer.rcode));
  }
  if (cases.empty()) return;
  std::sort(cases.begin(), cases.end());
  Finding finding = FindingSink::start(FindingCode::BAD_RCODE, server_subject(context, server));
  note_servers(finding, context, {server});
  finding.data["answers"] = cases;
  finding.message = server_name(context, server) + " answers ordinary questions for " +
                    context.zone.to_text() + " with an error (" + list_text(cases) +
                    "). Check the server's log for this zone.";
  sink.add(std::move(finding));
}

/// SOA and NS stand at every apex.
void apex_records(const Context& context, std::size_t server, FindingSink& sink) {
  for (const dns::RrType type : {dns::RrType::kSoa, dns::RrType::kNs}) {
    const Answer* answer = context.servers[server]->find(context.zone, type);
    if (answer == nullptr || !context.speaks_for_zone(*answer) ||
        answer->rcode != dns::kRcodeNoError ||
        dns::find_rrset(answer->answer, context.zone, type) != nullptr) {
      continue;
    }
    const bool elsewhere =
        std::any_of(answer->answer.begin(), answer->answer.end(),
                    [&](const dns::RRset& set) { return set.type == type && !set.rdatas.empty(); });
    const bool alias =
        dns::find_rrset(answer->answer, context.zone, dns::RrType::kCname) != nullptr;
    if (alias) continue;  // CNAME_AT_NODE.
    Finding finding = FindingSink::start(
        elsewhere ? FindingCode::RESPONSE_WRONG_OWNER : FindingCode::RESPONSE_MISSING,
        server_subject(context, server, type));
    note_servers(finding, context, {server});
    finding.message =
        server_name(context, server) +
        (elsewhere ? " answers with a record of another name when asked for the " : " has no ") +
        dns::to_string(type) + " of " + context.zone.to_text() + ". Check its copy of the zone.";
    sink.add(std::move(finding));
  }
}

void edns(const Context& context, std::size_t server, FindingSink& sink) {
  bool answered = false;
  bool some_edns = false;
  bool refused = false;
  for (const Answer& answer : context.servers[server]->answers) {
    if (!answer.usable()) continue;
    answered = true;
    some_edns = some_edns || answer.edns;
    refused = refused || answer.edns_refused;
  }
  if (!answered || (some_edns && !refused)) return;
  Finding finding =
      FindingSink::start(refused ? FindingCode::DNSSEC_DOWNGRADED : FindingCode::EDNS_BROKEN,
                         server_subject(context, server));
  if (!context.ds_stands()) finding.severity = Severity::kWarning;
  note_servers(finding, context, {server});
  finding.message = server_name(context, server) +
                    (refused ? " answers for " + context.zone.to_text() + " only without EDNS"
                             : " ignores EDNS when asked for " + context.zone.to_text()) +
                    ", so it cannot give signatures. Update the server, or look for a middlebox.";
  sink.add(std::move(finding));
}

/// A parent has no authority below the cut (RFC 2181 §6.1).
void authoritative_referrals(const Context& context, FindingSink& sink) {
  ServerSet parents;
  for (std::size_t i = 0; i < context.parents.size(); ++i) {
    const Answer* answer = context.parents[i]->find(context.zone, dns::RrType::kNs);
    if (answer == nullptr || !answer->usable() || !answer->aa) continue;
    const bool in_answer =
        dns::find_rrset(answer->answer, context.zone, dns::RrType::kNs) != nullptr;
    const bool in_authority =
        dns::find_rrset(answer->authority, context.zone, dns::RrType::kNs) != nullptr;
    if (!in_answer && in_authority) parents.push_back(i);
  }
  if (parents.empty()) return;
  Finding finding = FindingSink::start(FindingCode::REFERRAL_AUTHORITATIVE, zone_subject(context));
  note_parents(finding, context, parents);
  finding.message = parent_text(context, parents) + " sets the AA bit in its referral to " +
                    context.zone.to_text() + ", although it has no authority there.";
  sink.add(std::move(finding));
}

}  // namespace

void server_answers(const Context& context, FindingSink& sink) {
  authoritative_referrals(context, sink);
  for (std::size_t server = 0; server < context.states.size(); ++server) {
    const ServerState& state = context.states[server];
    if (!state.reachable) continue;
    if (!state.working) {
      lame(context, server, sink);
      continue;
    }
    if (!context.evidence.forwarded) without_authority(context, server, sink);
    bad_rcodes(context, server, sink);
    apex_records(context, server, sink);
  }
}

void server_edns(const Context& context, FindingSink& sink) {
  if (context.evidence.forwarded) return;
  for (std::size_t server = 0; server < context.states.size(); ++server) {
    if (context.states[server].working) edns(context, server, sink);
  }
}

}  // namespace anchorwatch::judge::rules
