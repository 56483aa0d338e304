// SPDX-License-Identifier: Apache-2.0
// Findings that come from extra questions must not be resolved by a look in which the question had
// no answer, or was left out with all the others.
#include <algorithm>
#include <initializer_list>

#include "context.h"

namespace anchorwatch::judge {

namespace {

using Code = FindingCode;
using dns::RrType;
using Codes = std::initializer_list<Code>;

void add(std::vector<Unseen>& out, Codes codes, const dns::Name& name,
         std::optional<IpAddress> server) {
  for (const Code code : codes) out.push_back({code, name, server});
}

void add_server(std::vector<Unseen>& out, const Context& context,
                const evidence::ServerLook& server) {
  for (const evidence::Answer& answer : server.extra) {
    if (answer.usable()) continue;
    const dns::Question& question = answer.question;
    const bool for_denial = question.type == RrType::kNsec || question.type == RrType::kNsec3Param;
    // That one is about having no answer: only a question that was never put leaves it open.
    if (for_denial && answer.state == evidence::AnswerState::kNotAsked) {
      add(out, {Code::DENIAL_QUERY_FAILED}, context.zone, server.address);
    }
    switch (question.type) {
      case RrType::kZonemd:
        add(out,
            {Code::ZONEMD_UNSIGNED, Code::ZONEMD_SERIAL_MISMATCH, Code::ZONEMD_SERVERS_DIFFER,
             Code::ZONEMD_UNSUPPORTED},
            context.zone, server.address);
        break;
      case RrType::kCsync:
        add(out,
            {Code::CSYNC_PRESENT, Code::CSYNC_UNSIGNED, Code::CSYNC_SERVERS_DIFFER,
             Code::CSYNC_MALFORMED},
            context.zone, server.address);
        break;
      case RrType::kNsec3Param:
        add(out, {Code::NSEC3_FLAGS, Code::DENIAL_MULTIPLE}, context.zone, server.address);
        break;
      case RrType::kNsec: add(out, {Code::DENIAL_APEX_WRONG}, context.zone, server.address); break;
      case RrType::kA:
      case RrType::kAaaa:
        if (question.name == evidence::last_name(context.zone)) {
          add(out, {Code::DENIAL_LAST_NOT_APEX}, context.zone, server.address);
        } else {
          add(out, {Code::GLUE_MISMATCH, Code::GLUE_EXTRA}, question.name, server.address);
        }
        break;
      default: break;
    }
  }
}

/// Everything that only extra questions show.
void add_left_out(std::vector<Unseen>& out, const Context& context) {
  add(out,
      {Code::ZONEMD_UNSIGNED, Code::ZONEMD_SERIAL_MISMATCH, Code::ZONEMD_SERVERS_DIFFER,
       Code::ZONEMD_UNSUPPORTED, Code::NSEC3_FLAGS, Code::DENIAL_MULTIPLE, Code::DENIAL_APEX_WRONG,
       Code::DENIAL_LAST_NOT_APEX, Code::DENIAL_QUERY_FAILED},
      context.zone, std::nullopt);
  const dns::Question csync{context.zone, RrType::kCsync};
  if (std::find(context.questions.begin(), context.questions.end(), csync) == context.questions.end()) {
    add(out,
        {Code::CSYNC_PRESENT, Code::CSYNC_UNSIGNED, Code::CSYNC_SERVERS_DIFFER,
         Code::CSYNC_MALFORMED},
        context.zone, std::nullopt);
  }
  for (const evidence::NameServer& server : context.evidence.delegation.name_servers) {
    add(out, {Code::GLUE_MISMATCH, Code::GLUE_EXTRA}, server.name, std::nullopt);
  }
}

void add_parents(std::vector<Unseen>& out, const Context& context) {
  for (const evidence::ServerLook* parent : context.parents) {
    for (const evidence::Answer& answer : parent->extra) {
      if (answer.usable()) return;
    }
  }
  add(out, {Code::DSYNC_PRESENT}, context.evidence.delegation.parent, std::nullopt);
}

/// Without the zone's own CDS the signalling names were not asked at all.
bool heard_cds(const Context& context) {
  const auto answered = [&](RrType type) {
    const dns::Question question{context.zone, type};
    const bool asked = std::find(context.questions.begin(), context.questions.end(), question) !=
                       context.questions.end();
    return !asked || !context.answered_by(question).empty();
  };
  return answered(RrType::kCds) && answered(RrType::kCdnskey);
}

void add_signals(std::vector<Unseen>& out, const Context& context) {
  bool unknown = context.evidence.extra_left_out || !heard_cds(context);
  for (const SignalView& view : context.signal_views) {
    unknown = unknown || view.state == SignalState::kUnknown;
  }
  if (!unknown) return;
  add(out, {Code::BOOTSTRAP_AVAILABLE, Code::BOOTSTRAP_MISMATCH}, context.zone, std::nullopt);
  for (const evidence::NameServer& server : context.evidence.delegation.name_servers) {
    add(out, {Code::BOOTSTRAP_MISSING, Code::BOOTSTRAP_NOT_SECURE}, server.name, std::nullopt);
  }
}

}  // namespace

std::vector<Unseen> find_unseen(const Context& context) {
  std::vector<Unseen> out;
  if (context.evidence.depth != evidence::Depth::kFull) return out;
  out.reserve(32);
  if (context.evidence.ordinary_only || context.evidence.extra_left_out) add_left_out(out, context);
  for (const evidence::ServerLook* server : context.servers) add_server(out, context, *server);
  add_parents(out, context);
  add_signals(out, context);
  return out;
}

}  // namespace anchorwatch::judge
