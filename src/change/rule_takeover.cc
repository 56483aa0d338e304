// SPDX-License-Identifier: Apache-2.0
// TAKEOVER_SUSPECTED: name servers, DS and keys replaced within a week, without overlap.
//
// What is served decides: where a key of the owner still signs, somebody moved the zone; where none is
// left, somebody else answers for it.
#include "anchorwatch/dns/rdata.h"

#include "change_findings.h"
#include "plan_match.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

using judge::Finding;
using Code = judge::FindingCode;

bool is_recent(const Step& step, const Finding& finding) {
  const auto changed = time_of(finding, "changed_at");
  return changed && step.look.at - *changed <= kStoryWindow;
}

/// The replacement of the name servers that belongs to the story, in one step or in several.
const Finding* replaced_name_servers(const Step& step) {
  const Finding* at_once = find_in(step.change_findings, Code::NS_UNEXPECTED);
  if (at_once != nullptr && is_recent(step, *at_once)) return at_once;
  const Finding* in_steps = find_in(step.change_findings, Code::NS_CHANGED);
  if (in_steps == nullptr || !is_recent(step, *in_steps)) return nullptr;
  const std::vector<std::string> before = texts_of(*in_steps, "ns_before");
  const auto& now = step.update.state.facts.parent_ns.values;
  if (before.empty() || now.empty()) return nullptr;
  const bool overlap = std::any_of(now.begin(), now.end(), [&](const judge::NameServerFact& each) {
    return std::find(before.begin(), before.end(), each.name.to_text()) != before.end();
  });
  return overlap ? nullptr : in_steps;
}

/// The DS that is foreign, or gone within the old one's TTL.
const Finding* lost_chain(const Step& step, const Finding& name_servers) {
  if (number_of(name_servers, "after_ds_ttl").value_or(0) != 0) return nullptr;
  for (const Code code : {Code::DS_UNEXPECTED, Code::WENT_INSECURE}) {
    const Finding* finding = find_in(step.change_findings, code);
    if (finding != nullptr && is_recent(step, *finding)) return finding;
  }
  return nullptr;
}

/// Whether a key that was trusted before still signs what is served now.
bool own_key_serves(const Step& step, const std::set<std::string>& trusted) {
  const auto& keys = step.update.state.facts.dnskeys.values;
  return std::any_of(keys.begin(), keys.end(), [&](const judge::KeyFact& key) {
    if (trusted.count(key_id(key.rdata)) == 0) return false;
    return key.signs_dnskey ? signs_soundly(step, key) : key.signs_zone_data;
  });
}

std::set<std::string> trusted_keys(const Step& step) {
  std::set<std::string> trusted = step.memory.keys;
  for (const Code code : {Code::DS_UNEXPECTED, Code::WENT_INSECURE, Code::NS_UNEXPECTED, Code::NS_CHANGED}) {
    const Finding* finding = find_in(step.change_findings, code);
    if (finding == nullptr) continue;
    for (const std::string& id : texts_of(*finding, "keys_before")) trusted.insert(id);
  }
  return trusted;
}

/// The owner's DS set is back, and leads to the keys that are served.
bool is_undone(const Step& step, const Finding& open) {
  const auto& now = step.look.facts.ds;
  const std::vector<std::string> before = texts_of(open, "ds_before");
  if (!now.known || now.values.empty() || before.empty() || !step.is_secure()) return false;
  return find_in(step.change_findings, Code::DS_UNEXPECTED) == nullptr &&
         std::all_of(now.values.begin(), now.values.end(), [&](const judge::RecordFact& ds) {
           const std::string text = dns::rdata_to_text(dns::RrType::kDs, ds.rdata);
           return std::find(before.begin(), before.end(), text) != before.end();
         });
}

}  // namespace

std::optional<Finding> takeover_suspected(const Step& step, const Finding* open) {
  if (open != nullptr) return is_undone(step, *open) ? std::nullopt : go_on(step, open);
  if (!step.look.facts.dnskeys.known) return std::nullopt;  // What is served is not known.
  const Finding* name_servers = replaced_name_servers(step);
  if (name_servers == nullptr) return std::nullopt;
  const Finding* chain = lost_chain(step, *name_servers);
  if (chain == nullptr || (is_planned(*name_servers) && is_planned(*chain))) return std::nullopt;
  const std::set<std::string> trusted = trusted_keys(step);
  if (trusted.empty() || own_key_serves(step, trusted)) return std::nullopt;
  Finding finding = begin_change(step, Code::TAKEOVER_SUSPECTED, Severity::kCritical);
  finding.data["keys_before"] = std::vector<std::string>(trusted.begin(), trusted.end());
  finding.data["ds_before"] = texts_of(*chain, "ds_before");
  finding.data["ns_before"] = texts_of(*name_servers, "ns_before");
  finding.message = "Name servers, DS and keys of " + step.maker.zone_text() +
                    " were replaced within a week without overlap: the delegation may be in foreign "
                    "hands. Ask the registrar at once, and have the domain locked.";
  return finding;
}

}  // namespace anchorwatch::change
