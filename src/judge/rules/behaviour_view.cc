// SPDX-License-Identifier: Apache-2.0
#include "behaviour_view.h"

#include <algorithm>

namespace anchorwatch::judge::rules {

using evidence::AnswerState;
using evidence::BehaviourKind;
using evidence::BehaviourLook;

const BehaviourLook* seen(const Context& context, std::size_t server, BehaviourKind kind) {
  const BehaviourLook* look = context.servers[server]->find(kind);
  return look != nullptr && look->conclusive() ? look : nullptr;
}

std::string failure(const BehaviourLook* look) {
  if (look == nullptr || !look->conclusive() || look->as_ordinary()) return {};
  if (look->answered()) {
    return look->rcode == dns::kRcodeNoError ? "an empty answer"
                                             : dns::rcode_to_string(look->rcode);
  }
  return look->state == AnswerState::kMalformed ? "an answer that cannot be parsed" : "no answer";
}

namespace {

struct Need {
  FindingCode code;
  std::vector<BehaviourKind> any_of;
};

const std::vector<Need>& needs() {
  using Code = FindingCode;
  using Kind = BehaviourKind;
  static const std::vector<Need> kNeeds = {
      {Code::EDNS_VERSION, {Kind::kEdnsVersion}},
      {Code::EDNS_FLAGS, {Kind::kEdnsExtras, Kind::kEdnsFlag}},
      {Code::EDNS_OPTION, {Kind::kEdnsExtras, Kind::kEdnsOption}},
      {Code::EDNS_OPTION, {Kind::kCookie}},
      {Code::COOKIE_FAULTS, {Kind::kCookie}},
      {Code::QNAME_CASE, {Kind::kHeader, Kind::kMixedCase}},
      {Code::REQUEST_FLAG_SENSITIVE, {Kind::kHeader, Kind::kRecursionDesired}},
      {Code::REQUEST_FLAG_SENSITIVE, {Kind::kHeader, Kind::kOtherFlags}},
      {Code::OPEN_RECURSOR, {Kind::kOutsideName}},
      {Code::UPWARD_REFERRAL, {Kind::kRootServers}},
      {Code::VERSION_LEAK, {Kind::kVersionBind}},
      {Code::AXFR_OPEN, {Kind::kTransfer}},
  };
  return kNeeds;
}

/// Nothing is known about sizes while a question about them is without an answer.
bool sizes_open(const evidence::ServerLook& look) {
  return std::any_of(look.behaviour.begin(), look.behaviour.end(), [](const BehaviourLook& each) {
    return each.kind >= BehaviourKind::kDnskeySmall && !each.conclusive();
  });
}

}  // namespace

std::vector<FindingCode> open_questions(const Context& context, std::size_t server) {
  std::vector<FindingCode> open;
  for (const Need& need : needs()) {
    const bool known = std::any_of(need.any_of.begin(), need.any_of.end(), [&](BehaviourKind kind) {
      return seen(context, server, kind) != nullptr;
    });
    if (!known && (open.empty() || open.back() != need.code)) open.push_back(need.code);
  }
  const bool zone_left_out = context.evidence.ordinary_only || context.evidence.unusual_left_out;
  if (zone_left_out || sizes_open(*context.servers[server])) open.push_back(FindingCode::PMTU);
  // NSID is an option too, and was left out.
  const auto options = std::find(open.begin(), open.end(), FindingCode::EDNS_OPTION);
  if (zone_left_out && options == open.end()) open.push_back(FindingCode::EDNS_OPTION);
  return open;
}

}  // namespace anchorwatch::judge::rules
