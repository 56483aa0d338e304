// SPDX-License-Identifier: Apache-2.0
// SOA records across the servers.
//
// One look cannot tell a transfer on its way from a server that stays behind: a spread of serials
// is a fact here, and `change` raises it when it outlives refresh plus retry.
#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

/// RFC 1982: whether `left` comes before `right`.
bool behind(std::uint32_t left, std::uint32_t right) {
  return static_cast<std::int32_t>(left - right) < 0;
}

void spread(const Context& context, FindingSink& sink) {
  std::optional<std::uint32_t> newest;
  for (const ServerState& state : context.states) {
    if (state.soa && (!newest || behind(*newest, state.soa->serial))) newest = state.soa->serial;
  }
  for (std::size_t server = 0; server < context.states.size(); ++server) {
    const auto& soa = context.states[server].soa;
    if (!soa || soa->serial == *newest) continue;
    Finding finding =
        FindingSink::start(FindingCode::SOA_SERIAL_SPREAD, server_subject(context, server));
    finding.severity = Severity::kInfo;
    note_servers(finding, context, {server});
    finding.data["serial"] = std::int64_t{soa->serial};
    finding.data["newest"] = std::int64_t{*newest};
    finding.message = server_name(context, server) + " serves " + context.zone.to_text() +
                      " with serial " + std::to_string(soa->serial) + "; the newest is " +
                      std::to_string(*newest) +
                      ". If it lasts longer than refresh plus retry, check zone transfers.";
    sink.add(std::move(finding));
  }
}

void fields(const Context& context, FindingSink& sink) {
  const dns::Soa* first = nullptr;
  ServerSet odd;
  for (std::size_t server = 0; server < context.states.size(); ++server) {
    const auto& soa = context.states[server].soa;
    if (!soa) continue;
    if (first == nullptr) {
      first = &*soa;
      continue;
    }
    const bool same = soa->rname == first->rname && soa->refresh == first->refresh &&
                      soa->retry == first->retry && soa->expire == first->expire &&
                      soa->minimum == first->minimum;
    if (soa->serial == first->serial && !same) odd.push_back(server);
  }
  for (const std::size_t server : odd) {
    Finding finding =
        FindingSink::start(FindingCode::SOA_FIELDS_DIFFER, server_subject(context, server));
    note_servers(finding, context, {server});
    finding.message = server_name(context, server) + " serves a SOA of " + context.zone.to_text() +
                      " with other fields than the other servers, with the same serial. Check its "
                      "copy of the zone.";
    sink.add(std::move(finding));
  }
}

void timers(const Context& context, FindingSink& sink) {
  constexpr std::uint32_t kDaySeconds = 86400;
  for (const ServerState& state : context.states) {
    if (!state.soa) continue;
    const dns::Soa& soa = *state.soa;
    std::vector<std::string> odd;
    if (soa.refresh == 0 || soa.retry == 0 || soa.expire == 0) odd.emplace_back("a timer is 0");
    if (soa.retry > soa.refresh) odd.emplace_back("retry is longer than refresh");
    if (std::uint64_t{soa.expire} <= std::uint64_t{soa.refresh} + soa.retry) {
      odd.emplace_back("expire is not longer than refresh plus retry");
    }
    if (soa.minimum > kDaySeconds) odd.emplace_back("minimum (negative TTL) is over a day");
    if (odd.empty()) continue;
    Finding finding = FindingSink::start(FindingCode::SOA_TIMERS_ODD, zone_subject(context));
    finding.data["odd"] = odd;
    finding.message =
        "SOA timers of " + context.zone.to_text() + " are unusual: " + list_text(odd) + ".";
    sink.add(std::move(finding));
    return;
  }
}

}  // namespace

void soa_records(const Context& context, FindingSink& sink) {
  if (!context.several_signers) {
    spread(context, sink);
    fields(context, sink);
  }
  timers(context, sink);
}

}  // namespace anchorwatch::judge::rules
