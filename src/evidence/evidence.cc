// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/evidence/evidence.h"

#include <algorithm>
namespace anchorwatch::evidence {

const char* to_string(AnswerState state) {
  switch (state) {
    case AnswerState::kAnswered: return "answered";
    case AnswerState::kTimeout: return "timeout";
    case AnswerState::kNetworkError: return "network_error";
    case AnswerState::kMalformed: return "malformed";
    case AnswerState::kAddressRefused: return "address_refused";
    case AnswerState::kNotAsked: return "not_asked";
  }
  return "unknown";
}

const BehaviourLook* ServerLook::find(BehaviourKind kind) const {
  for (const BehaviourLook& look : behaviour) {
    if (look.kind == kind) return &look;
  }
  return nullptr;
}

const Answer* ServerLook::find(const dns::Question& question) const {
  for (const Answer& answer : answers) {
    if (answer.question == question) return &answer;
  }
  return nullptr;
}

const Answer* ServerLook::find_extra(const dns::Question& question) const {
  for (const Answer& answer : extra) {
    if (answer.question == question) return &answer;
  }
  return nullptr;
}

const char* to_string(LookLimit limit) {
  switch (limit) {
    case LookLimit::kQueries: return "queries";
    case LookLimit::kTime: return "time";
    case LookLimit::kAddresses: return "server addresses";
    case LookLimit::kLabels: return "labels below a zone cut";
    case LookLimit::kDetours: return "name servers named in other zones";
  }
  return "unknown";
}

bool ServerLook::reachable() const {
  return std::any_of(answers.begin(), answers.end(),
                     [](const Answer& answer) { return answer.answered(); });
}

std::optional<dns::Name> last_name(const dns::Name& zone) { return zone.prepend("\377"); }

}  // namespace anchorwatch::evidence
