// SPDX-License-Identifier: Apache-2.0
// CSYNC, where it was asked for (RFC 7477).
#include <algorithm>
#include <set>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

constexpr std::uint16_t kKnownFlags = 0x0003;  // immediate, soaminimum

/// What has to agree between servers (RFC 9975 §3.2): the serial may differ.
using Intent = std::pair<std::uint16_t, std::vector<RrType>>;

}  // namespace

void csync(const Context& context, FindingSink& sink) {
  ServerSet showing, bare, malformed;
  std::set<std::vector<Intent>> intents;
  for (const ProbeView& view : context.probe_views) {
    if (view.answer->question != dns::Question{context.zone, RrType::kCsync}) continue;
    const dns::RRset* set = dns::find_rrset(view.answer->answer, context.zone, RrType::kCsync);
    std::vector<Intent> intent;
    if (set != nullptr) {
      merge(showing, view.servers);
      const bool invalid = view.judged && context.ds_stands() &&
                           view.result.verdict.status == dnssec::SecurityStatus::kBogus;
      if (set->rrsigs.empty() || invalid) merge(bare, view.servers);
      bool odd = set->rdatas.size() != 1;
      for (const Bytes& rdata : set->rdatas) {
        const auto data = dns::decode_csync(rdata);
        odd = odd || !data || (data->flags & ~kKnownFlags) != 0 || data->types.types().empty();
        if (data) intent.emplace_back(data->flags, data->types.types());
      }
      if (odd) merge(malformed, view.servers);
    }
    intents.insert(std::move(intent));
  }
  const auto report = [&](FindingCode code, const ServerSet& servers, const char* what,
                          std::optional<Severity> severity) {
    Subject subject = zone_subject(context);
    if (info(code).scope == "rrset") subject.type = RrType::kCsync;
    Finding finding = FindingSink::start(code, std::move(subject));
    if (severity) finding.severity = *severity;
    note_servers(finding, context, servers);
    finding.message = context.zone.to_text() + what;
    sink.add(std::move(finding));
  };
  if (showing.empty()) return;
  report(FindingCode::CSYNC_PRESENT, showing,
         " publishes CSYNC and lets its parent copy NS or glue from it.", std::nullopt);
  if (intents.size() > 1) {
    report(
        FindingCode::CSYNC_SERVERS_DIFFER, showing,
        " has different CSYNC flags or type lists at its servers, so a parent must not act on it.",
        std::nullopt);
  }
  if (!malformed.empty()) {
    report(FindingCode::CSYNC_MALFORMED, malformed,
           " has a CSYNC with undefined flags, without types, or more than one record.",
           std::nullopt);
  }
  if (!bare.empty()) {
    const bool secure = context.ds_stands();
    report(FindingCode::CSYNC_UNSIGNED, bare,
           " has a CSYNC without valid signature, so a parent must not act on it.",
           secure ? std::nullopt : std::optional<Severity>(Severity::kWarning));
  }
}

}  // namespace anchorwatch::judge::rules
