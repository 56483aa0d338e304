// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/evidence/behaviour.h"

#include <algorithm>
#include <vector>

#include "canonical.h"

namespace anchorwatch::evidence {

const char* to_string(BehaviourKind kind) {
  switch (kind) {
    case BehaviourKind::kNsid: return "nsid";
    case BehaviourKind::kHeader: return "header";
    case BehaviourKind::kMixedCase: return "mixed_case";
    case BehaviourKind::kRecursionDesired: return "recursion_desired";
    case BehaviourKind::kOtherFlags: return "other_flags";
    case BehaviourKind::kEdnsExtras: return "edns_extras";
    case BehaviourKind::kEdnsFlag: return "edns_flag";
    case BehaviourKind::kEdnsOption: return "edns_option";
    case BehaviourKind::kEdnsVersion: return "edns_version";
    case BehaviourKind::kClientSubnet: return "client_subnet";
    case BehaviourKind::kCookie: return "cookie";
    case BehaviourKind::kOwnCookie: return "own_cookie";
    case BehaviourKind::kForeignCookie: return "foreign_cookie";
    case BehaviourKind::kMalformedCookie: return "malformed_cookie";
    case BehaviourKind::kOutsideName: return "outside_name";
    case BehaviourKind::kRootServers: return "root_servers";
    case BehaviourKind::kVersionBind: return "version_bind";
    case BehaviourKind::kVersionServer: return "version_server";
    case BehaviourKind::kTransfer: return "transfer";
    case BehaviourKind::kDnskeySmall: return "dnskey_small";
    case BehaviourKind::kDnskeyLarge: return "dnskey_large";
    case BehaviourKind::kDnskeyTcp: return "dnskey_tcp";
  }
  return "unknown";
}

bool is_about_zone(BehaviourKind kind) {
  switch (kind) {
    case BehaviourKind::kNsid:
    case BehaviourKind::kTransfer:
    case BehaviourKind::kDnskeySmall:
    case BehaviourKind::kDnskeyLarge:
    case BehaviourKind::kDnskeyTcp: return true;
    default: return false;
  }
}

void append_behaviour(Bytes& out, const std::vector<BehaviourLook>& looks, bool with_zone) {
  std::vector<const BehaviourLook*> order;
  order.reserve(looks.size());
  for (const BehaviourLook& look : looks) {
    if (with_zone || !is_about_zone(look.kind)) order.push_back(&look);
  }
  std::sort(order.begin(), order.end(), [](const BehaviourLook* left, const BehaviourLook* right) {
    return left->kind < right->kind;
  });
  append_u32(out, static_cast<std::uint32_t>(order.size()));
  for (const BehaviourLook* look : order) {
    append_u8(out, static_cast<std::uint8_t>(look->kind));
    append_u8(out, static_cast<std::uint8_t>(look->state));
    append_u32(out, static_cast<std::uint32_t>(look->rcode));
    const bool flags[] = {look->alive_after,
                          look->aa,
                          look->ra,
                          look->has_answer,
                          look->root_referral,
                          look->edns,
                          look->flag_returned,
                          look->option_returned};
    unsigned octet_of_flags = 0;
    for (const bool flag : flags) octet_of_flags = (octet_of_flags << 1U) | (flag ? 1U : 0U);
    append_u8(out, static_cast<std::uint8_t>(octet_of_flags));
    append_u8(out, look->case_kept ? 1 : 0);
    append_u8(out, look->edns_version);
    append_u8(out, static_cast<std::uint8_t>(look->cookie));
    append_field(out, look->text);
  }
}

}  // namespace anchorwatch::evidence
