// SPDX-License-Identifier: Apache-2.0
// How servers take questions with other letters and header flags, and questions that are not
// theirs.
#include <algorithm>

#include "behaviour_view.h"
#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using evidence::BehaviourKind;
using evidence::BehaviourLook;

Finding start(const Context& context, std::size_t server, FindingCode code) {
  Finding finding = FindingSink::start(code, server_subject(context, server));
  note_servers(finding, context, {server});
  return finding;
}

/// The same question put plainly fails as well: then the oddity of this one is not to blame.
bool fails_anyway(const Context& context, std::size_t server) {
  const evidence::Answer* plain = context.servers[server]->find(context.zone, dns::RrType::kSoa);
  if (plain == nullptr || !plain->answered()) return false;
  return plain->rcode != dns::kRcodeNoError ||
         dns::find_rrset(plain->answer, context.zone, dns::RrType::kSoa) == nullptr;
}

void letter_case(const Context& context, std::size_t server, FindingSink& sink) {
  const BehaviourLook* alone = seen(context, server, BehaviourKind::kMixedCase);
  const BehaviourLook* all = seen(context, server, BehaviourKind::kHeader);
  const std::string how = fails_anyway(context, server) ? "" : failure(alone);
  const bool lost = (alone != nullptr && !alone->case_kept) || (all != nullptr && !all->case_kept);
  if (how.empty() && !lost) return;
  Finding finding = start(context, server, FindingCode::QNAME_CASE);
  // RFC 4343 §3: only resolvers that mix case as a defence see that it is lost.
  if (how.empty()) finding.severity = Severity::kNotice;
  finding.data["answer"] = how.empty() ? std::string("the question in other letters") : how;
  finding.message = server_name(context, server) +
                    (how.empty() ? " does not repeat the question as it was written"
                                 : " gives " + how + " when the name is written in mixed case") +
                    ". Letter case means nothing in names, and must come back as it was sent. "
                    "Update the server.";
  sink.add(std::move(finding));
}

/// The ordinary questions have none of these flags.
void request_flags(const Context& context, std::size_t server, FindingSink& sink) {
  const bool working = context.states[server].working;
  const bool works = working && !fails_anyway(context, server);
  std::vector<std::string> words;
  const struct {
    BehaviourKind kind;
    const char* flag;
  } kFlags[] = {{BehaviourKind::kRecursionDesired, "RD"},
                {BehaviourKind::kOtherFlags, "AD and CD"}};
  for (const auto& each : kFlags) {
    const BehaviourLook* look = seen(context, server, each.kind);
    if (look == nullptr) continue;
    // Resolvers ask servers of zones without RD: refusing the others is a policy.
    const bool policy = each.kind == BehaviourKind::kRecursionDesired && look->answered() &&
                        look->rcode == dns::kRcodeRefused;
    if (works && !policy && !look->as_ordinary()) {
      words.push_back("gives " + failure(look) + " to a question with " + each.flag);
    }
    if (!working && look->as_ordinary() && look->aa) {
      words.push_back(std::string("answers only questions with ") + each.flag);
    }
  }
  if (words.empty()) return;
  Finding finding = start(context, server, FindingCode::REQUEST_FLAG_SENSITIVE);
  finding.data["answers"] = words;
  finding.message = server_name(context, server) + " " + list_text(words) +
                    " in its header. These flags must make no difference. Update the server, or "
                    "the device before it.";
  sink.add(std::move(finding));
}

void recursion(const Context& context, std::size_t server, FindingSink& sink) {
  // In a private network the monitor may be one of the clients that the server is there for.
  if (context.input.policy.allow_special_addresses ||
      context.servers[server]->address.is_special()) {
    return;
  }
  const BehaviourLook* look = seen(context, server, BehaviourKind::kOutsideName);
  if (look == nullptr || !look->as_ordinary() || !look->ra || look->aa) return;
  Finding finding = start(context, server, FindingCode::OPEN_RECURSOR);
  finding.message = server_name(context, server) + " serves " + context.zone.to_text() +
                    " and resolves names of others for everybody: it gave the SOA of the root. "
                    "Switch recursion off, or limit it to your own clients.";
  sink.add(std::move(finding));
}

void referrals(const Context& context, std::size_t server, FindingSink& sink) {
  const BehaviourLook* look = seen(context, server, BehaviourKind::kRootServers);
  if (look == nullptr || !look->root_referral) return;
  Finding finding = start(context, server, FindingCode::UPWARD_REFERRAL);
  finding.message = server_name(context, server) +
                    " answers questions outside its zones with a referral to the root, which helps "
                    "only amplification. Let it refuse them.";
  sink.add(std::move(finding));
}

bool has_digit(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void software(const Context& context, std::size_t server, FindingSink& sink) {
  for (const BehaviourKind kind : {BehaviourKind::kVersionBind, BehaviourKind::kVersionServer}) {
    const BehaviourLook* look = seen(context, server, kind);
    // Words such as "none" or "not disclosed" tell nothing.
    if (look == nullptr || !has_digit(look->text)) continue;
    Finding finding = start(context, server, FindingCode::VERSION_LEAK);
    finding.data["version"] = look->text;
    finding.message = server_name(context, server) + " tells its software: " + look->text +
                      ". Hide it if your policy says so.";
    sink.add(std::move(finding));
    return;
  }
}

void transfer(const Context& context, std::size_t server, FindingSink& sink) {
  const BehaviourLook* look = seen(context, server, BehaviourKind::kTransfer);
  if (look == nullptr || !look->has_answer) return;
  Finding finding = start(context, server, FindingCode::AXFR_OPEN);
  finding.message = server_name(context, server) + " gives the whole zone " +
                    context.zone.to_text() +
                    " to everybody who asks. Unless that is on purpose, limit transfers to the "
                    "secondaries.";
  sink.add(std::move(finding));
}

}  // namespace

void server_behaviour(const Context& context, FindingSink& sink) {
  for (std::size_t server = 0; server < context.states.size(); ++server) {
    const ServerState& state = context.states[server];
    if (!state.reachable) continue;
    request_flags(context, server, sink);
    if (!state.working) continue;
    letter_case(context, server, sink);
    recursion(context, server, sink);
    referrals(context, server, sink);
    software(context, server, sink);
    transfer(context, server, sink);
  }
}

}  // namespace anchorwatch::judge::rules
