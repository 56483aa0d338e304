// SPDX-License-Identifier: Apache-2.0
// Servers that do not answer, and transports that fail. Silence never says anything about
// validation.
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using evidence::Answer;
using evidence::AnswerState;

bool any_state(const evidence::ServerLook& look, AnswerState state) {
  return std::any_of(look.answers.begin(), look.answers.end(),
                     [&](const Answer& answer) { return answer.state == state; });
}

std::string detail_of(const evidence::ServerLook& look) {
  for (const Answer& answer : look.answers) {
    if (!answer.answered() && answer.state != AnswerState::kNotAsked && !answer.detail.empty()) {
      return " (" + answer.detail + ")";
    }
  }
  return "";
}

std::string malformed_detail(const evidence::ServerLook& look) {
  for (const Answer& answer : look.answers) {
    if (answer.state == AnswerState::kMalformed && !answer.detail.empty()) {
      return " (" + answer.detail + ")";
    }
  }
  return "";
}

void dead(const Context& context, std::size_t server, FindingSink& sink) {
  const evidence::ServerLook& look = *context.servers[server];
  const bool garbage = any_state(look, AnswerState::kMalformed);
  Finding finding = FindingSink::start(
      garbage ? FindingCode::RESPONSE_MALFORMED : FindingCode::TRANSPORT_UDP_DEAD,
      server_subject(context, server));
  note_servers(finding, context, {server});
  if (garbage) {  // The detail of the first failure may be a silence.
    finding.message = server_name(context, server) + " answers for " + context.zone.to_text() +
                      " only with messages that cannot be parsed" + malformed_detail(look) +
                      ". Check the server software and what stands before it.";
  } else {
    finding.message = server_name(context, server) + " does not answer for " +
                      context.zone.to_text() + detail_of(look) +
                      "; other servers do. Check the server, its firewall and the network.";
  }
  sink.add(std::move(finding));
}

void malformed(const Context& context, std::size_t server, FindingSink& sink) {
  const evidence::ServerLook& look = *context.servers[server];
  std::vector<std::string> questions;
  for (const Answer& answer : look.answers) {
    if (answer.state == AnswerState::kMalformed) {
      questions.push_back(dns::to_string(answer.question.type));
    }
  }
  if (questions.empty()) return;
  std::sort(questions.begin(), questions.end());
  Finding finding =
      FindingSink::start(FindingCode::RESPONSE_MALFORMED, server_subject(context, server));
  note_servers(finding, context, {server});
  finding.data["types"] = questions;
  finding.message = server_name(context, server) + " answers " + list_text(questions) +
                    " questions for " + context.zone.to_text() +
                    " with messages that cannot be parsed" + malformed_detail(look) +
                    ". Check the server software.";
  sink.add(std::move(finding));
}

void tcp(const Context& context, std::size_t server, FindingSink& sink) {
  std::vector<std::string> questions;
  for (const Answer& answer : context.servers[server]->answers) {
    if (answer.answered() && answer.tcp_failed) {
      questions.push_back(dns::to_string(answer.question.type));
    }
  }
  if (questions.empty()) return;
  std::sort(questions.begin(), questions.end());
  Finding finding =
      FindingSink::start(FindingCode::TRANSPORT_TCP_DEAD, server_subject(context, server));
  // The answer did not fit into UDP: resolvers need TCP here.
  finding.severity = Severity::kError;
  note_servers(finding, context, {server});
  finding.data["types"] = questions;
  finding.message = server_name(context, server) + " cuts its answer to " + list_text(questions) +
                    " for " + context.zone.to_text() +
                    " over UDP and does not answer over TCP. Open TCP port 53.";
  sink.add(std::move(finding));
}

/// AAAA questions that fail at a name whose A question works (RFC 4074).
void aaaa(const Context& context, std::size_t server, FindingSink& sink) {
  const evidence::ServerLook& look = *context.servers[server];
  for (const Answer& answer : look.answers) {
    const dns::Name& name = answer.question.name;
    if (answer.question.type != dns::RrType::kAaaa || context.is_random(name)) continue;
    const Answer* address = look.find(name, dns::RrType::kA);
    const bool has_address = address != nullptr && context.speaks_for_zone(*address) &&
                             dns::find_rrset(address->answer, name, dns::RrType::kA) != nullptr;
    const bool failed = answer.state == AnswerState::kTimeout ||
                        answer.state == AnswerState::kMalformed ||
                        (answer.answered() && answer.rcode != dns::kRcodeNoError);
    if (!has_address || !failed) continue;
    Subject subject = server_subject(context, server);
    subject.name = name;
    Finding finding = FindingSink::start(FindingCode::AAAA_BROKEN, std::move(subject));
    note_servers(finding, context, {server});
    finding.message = server_name(context, server) + " answers the A question for " +
                      name.to_text() + " but mishandles the AAAA question (" +
                      (answer.answered() ? dns::rcode_to_string(answer.rcode)
                                         : std::string(evidence::to_string(answer.state))) +
                      "). The right answer is NODATA.";
    sink.add(std::move(finding));
  }
}

}  // namespace

void server_reachability(const Context& context, FindingSink& sink) {
  const bool some_work = !context.working_servers().empty();
  for (std::size_t server = 0; server < context.states.size(); ++server) {
    const ServerState& state = context.states[server];
    if (!state.reachable) {
      // When all are silent there is one finding for the zone; garbage is told of each.
      const bool garbage = any_state(*context.servers[server], AnswerState::kMalformed);
      if (state.asked && (some_work || garbage)) dead(context, server, sink);
      continue;
    }
    malformed(context, server, sink);
    tcp(context, server, sink);
    aaaa(context, server, sink);
  }
}

}  // namespace anchorwatch::judge::rules
