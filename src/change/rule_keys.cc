// SPDX-License-Identifier: Apache-2.0
// KEYSET_CHANGED, ALG_CHANGED and KEYSET_UNEXPECTED.
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/algorithm.h"

#include "change_findings.h"
#include "plan_match.h"
#include "record_text.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

using judge::Finding;
using Code = judge::FindingCode;
using judge::KeyFact;

/// Both sets are known, from all servers: with some of them missing only the view changes (multi-signer).
bool is_comparable(const Step& step) {
  return step.before.facts.dnskeys.known && step.look.facts.dnskeys.known &&
         step.before.summary.observation == judge::Observation::kOk &&
         step.look.judgement.observation == judge::Observation::kOk;
}

bool is_revoked(const KeyFact& key) {
  const auto fields = dns::decode_dnskey(key.rdata);
  return fields && fields->revoked();
}

std::vector<std::string> describe_all(const std::vector<KeyFact>& keys) {
  std::vector<std::string> texts;
  for (const KeyFact& key : keys) texts.push_back(describe_key(key.rdata));
  return texts;
}

std::vector<KeyFact> newly_revoked(const Step& step) {
  std::vector<KeyFact> found;
  for (const KeyFact& key : step.look.facts.dnskeys.values) {
    for (const KeyFact& old : step.before.facts.dnskeys.values) {
      if (same_key(old, key) && is_revoked(key) && !is_revoked(old)) found.push_back(key);
    }
  }
  return found;
}

std::vector<std::string> algorithm_names(const std::set<std::uint8_t>& numbers) {
  std::vector<std::string> texts;
  for (const std::uint8_t number : numbers) texts.push_back(dnssec::algorithm_name(number));
  return texts;
}

/// Whether a secure zone has no key left of those that it had.
bool all_replaced(const Step& step) {
  if (!is_comparable(step) || !step.was_secure()) return false;
  const auto& before = step.before.facts.dnskeys.values;
  const auto& now = step.look.facts.dnskeys.values;
  return !before.empty() && missing_in(before, now, same_key).size() == before.size();
}

bool has_announced_ds(const Step& step, const KeyFact& key) {
  const auto& records = step.look.facts.ds;
  return records.known && std::any_of(records.values.begin(), records.values.end(),
                                      [&](const judge::RecordFact& ds) {
                                        return ds_fits(ds.rdata, key.rdata, step.zone.name) &&
                                               is_announced(step, ds.rdata);
                                      });
}

judge::Subject subject_of(const Step& step, const KeyFact& key) {
  judge::Subject subject;
  subject.name = step.zone.name;
  subject.key_tag = dns::key_tag(key.rdata);
  if (const auto fields = dns::decode_dnskey(key.rdata)) subject.algorithm = fields->algorithm;
  return subject;
}

bool still_published(const Step& step, const Finding& open) {
  const auto& keys = step.look.facts.dnskeys;
  if (!keys.known) return true;
  const std::vector<std::string> ids = texts_of(open, "key_sha256");
  return std::any_of(keys.values.begin(), keys.values.end(), [&](const KeyFact& key) {
    return std::find(ids.begin(), ids.end(), key_id(key.rdata)) != ids.end();
  });
}

}  // namespace

std::optional<Finding> keyset_changed(const Step& step, const Finding* open) {
  if (!is_comparable(step)) return go_on(step, open);
  const auto& before = step.before.facts.dnskeys.values;
  const auto& now = step.look.facts.dnskeys.values;
  const auto added = describe_all(missing_in(now, before, same_key));
  const auto removed = describe_all(missing_in(before, now, same_key));
  const auto revoked = describe_all(newly_revoked(step));
  if (added.empty() && removed.empty() && revoked.empty()) return go_on(step, open);
  Finding finding = begin_change(step, Code::KEYSET_CHANGED, Severity::kInfo);
  finding.data["added"] = added;
  finding.data["removed"] = removed;
  finding.data["revoked"] = revoked;
  finding.message = "The keys of " + step.maker.zone_text() + " changed";
  if (!added.empty()) finding.message += "; added: " + join_texts(added);
  if (!removed.empty()) finding.message += "; removed: " + join_texts(removed);
  if (!revoked.empty()) finding.message += "; revoked: " + join_texts(revoked);
  finding.message += ".";
  return finding;
}

std::optional<Finding> algorithms_changed(const Step& step, const Finding* open) {
  if (!is_comparable(step)) return go_on(step, open);
  const auto before = key_algorithms(step.before.facts.dnskeys.values);
  const auto now = key_algorithms(step.look.facts.dnskeys.values);
  // A zone that begins or ceases to be signed has other findings for that.
  if (before == now || before.empty() || now.empty()) return go_on(step, open);
  const auto& declared = step.zone.settings->expectation.algorithms;
  const bool fits = !declared.empty() &&
                    std::all_of(now.begin(), now.end(), [&](std::uint8_t number) {
                      return std::find(declared.begin(), declared.end(), number) != declared.end();
                    });
  Finding finding = begin_change(step, Code::ALG_CHANGED, fits ? Severity::kInfo : Severity::kNotice);
  finding.data["algorithms_before"] = algorithm_names(before);
  finding.data["algorithms"] = algorithm_names(now);
  finding.message = "The algorithms of " + step.maker.zone_text() + " changed from " +
                    join_texts(algorithm_names(before)) + " to " + join_texts(algorithm_names(now)) + ".";
  return finding;
}

std::vector<Finding> keys_unexpected(const Step& step) {
  std::vector<Finding> findings;
  for (const OpenFinding& open : step.before.open_findings) {
    if (open.finding.code != Code::KEYSET_UNEXPECTED || !still_published(step, open.finding)) continue;
    if (auto finding = go_on(step, &open.finding)) findings.push_back(*std::move(finding));
  }
  if (!all_replaced(step)) return findings;
  for (const KeyFact& key : step.look.facts.dnskeys.values) {
    const auto fields = dns::decode_dnskey(key.rdata);
    if (!fields || !fields->sep() || !key.signs_dnskey || has_announced_ds(step, key) ||
        plan_for_key(step, key.rdata) != nullptr) {
      continue;
    }
    Finding finding = begin_change(step, Code::KEYSET_UNEXPECTED, Severity::kError);
    finding.subject = subject_of(step, key);
    finding.data["key_sha256"] = std::vector<std::string>{key_id(key.rdata)};
    finding.message = "Key " + describe_key(key.rdata) + " of " + step.maker.zone_text() +
                      " signs at once, and no key of the set before is left. If nobody planned it, find "
                      "out who made it.";
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace anchorwatch::change
