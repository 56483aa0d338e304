// SPDX-License-Identifier: Apache-2.0
// CSYNC (RFC 7477): an extra question of full looks, unless it is among the probes.
#include <algorithm>
#include <set>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

constexpr std::uint16_t kKnownFlags = 0x0003;  // immediate, soaminimum

/// What has to agree between servers (RFC 9975 §3.2): the serial may differ.
using Intent = std::pair<std::uint16_t, std::vector<RrType>>;

std::vector<const ProbeView*> views_of(const Context& context) {
  std::vector<const ProbeView*> out;
  for (const auto* views : {&context.probe_views, &context.extra_views}) {
    for (const ProbeView& view : *views) {
      if (view.answer->question == dns::Question{context.zone, RrType::kCsync}) {
        out.push_back(&view);
      }
    }
  }
  return out;
}

/// No signature that a parent could rely on. Where the whole zone is bogus that is the story.
bool is_unsigned(const Context& context, const ProbeView& view, const dns::RRset& set) {
  if (set.rrsigs.empty()) return true;
  const bool bogus = view.judged && view.result.verdict.status == dnssec::SecurityStatus::kBogus;
  if (bogus && context.ds_stands()) return true;
  if (context.verdict.status == dnssec::SecurityStatus::kBogus) return false;
  const auto judged = std::find_if(view.result.sets.begin(), view.result.sets.end(),
                                   [&](const auto& each) { return each.set == &set; });
  if (!view.judged || judged == view.result.sets.end()) return false;
  const std::vector<dnssec::SignatureVerdict>& signatures = judged->verdict.signatures;
  return std::none_of(signatures.begin(), signatures.end(), [](const auto& each) {
    return each.state == dnssec::SignatureState::kValid ||
           each.state == dnssec::SignatureState::kUnsupported ||
           each.state == dnssec::SignatureState::kNotChecked;
  });
}

}  // namespace

void csync(const Context& context, FindingSink& sink) {
  ServerSet showing, bare, malformed;
  std::set<std::vector<Intent>> intents;
  for (const ProbeView* each : views_of(context)) {
    const ProbeView& view = *each;
    const dns::RRset* set = dns::find_rrset(view.answer->answer, context.zone, RrType::kCsync);
    std::vector<Intent> intent;
    if (set != nullptr) {
      merge(showing, view.servers);
      if (is_unsigned(context, view, *set)) merge(bare, view.servers);
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
           " has a CSYNC without a valid signature, so a parent must not act on it.",
           secure ? std::nullopt : std::optional<Severity>(Severity::kWarning));
  }
}

}  // namespace anchorwatch::judge::rules
