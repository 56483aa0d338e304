// SPDX-License-Identifier: Apache-2.0
// DS_CHANGED and DS_UNEXPECTED: a DS set that follows keys which were trusted before, and one that does not.
#include "anchorwatch/dns/rdata.h"

#include "change_findings.h"
#include "plan_match.h"
#include "record_text.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

using judge::Finding;
using Code = judge::FindingCode;
using judge::RecordFact;

bool same_record(const RecordFact& left, const RecordFact& right) {
  return left.rdata == right.rdata;
}

/// Both sets are known and are not the same.
bool is_changed(const Step& step) {
  const auto& before = step.before.facts.ds;
  const auto& now = step.look.facts.ds;
  if (!before.known || !now.known) return false;
  return !missing_in(before.values, now.values, same_record).empty() ||
         !missing_in(now.values, before.values, same_record).empty();
}

bool is_declared(const Step& step, const Bytes& ds) {
  const auto& declared = step.zone.settings->expectation.expect_ds;
  return std::find(declared.begin(), declared.end(), ds) != declared.end();
}

/// The first DS of a zone that was insecure: BECAME_SECURE tells that.
bool is_first_ds(const Step& step) {
  return step.before.facts.ds.values.empty() && !step.memory.in_doubt && step.is_secure();
}

/// Records that came now without an announcement, or before and still without one.
std::vector<RecordFact> strangers(const Step& step) {
  std::vector<RecordFact> found;
  const auto& now = step.look.facts.ds.values;
  const bool first = is_first_ds(step);
  for (const RecordFact& ds : now) {
    const std::string text = dns::rdata_to_text(dns::RrType::kDs, ds.rdata);
    if (is_declared(step, ds.rdata) || plan_for_ds(step, ds.rdata) != nullptr) continue;
    if (step.memory.unexpected.count(text) > 0) {
      if (!vouched_by_old_chain(step, ds.rdata)) found.push_back(ds);
      continue;
    }
    const auto& before = step.before.facts.ds.values;
    const bool is_new = std::none_of(before.begin(), before.end(),
                                     [&](const RecordFact& old) { return same_record(old, ds); });
    if (is_new && !first && !is_announced(step, ds.rdata)) found.push_back(ds);
  }
  return found;
}

bool lacks_its_key(const Step& step, const RecordFact& ds) {
  const auto& keys = step.look.facts.dnskeys;
  if (!keys.known) return false;
  return std::none_of(keys.values.begin(), keys.values.end(), [&](const judge::KeyFact& key) {
    return ds_fits(ds.rdata, key.rdata, step.zone.name);
  });
}

bool was_requested(const Step& step, const RecordFact& ds) {
  return is_requested(step.before.facts, ds.rdata) ||
         (is_requested(step.look.facts, ds.rdata) && vouched_by_old_chain(step, ds.rdata));
}

/// Whether what came was asked for by keys that were trusted, and what went was not (RFC 7344 §4.1).
bool follows_request(const Step& step) {
  const auto& before = step.before.facts.ds.values;
  const auto& now = step.look.facts.ds.values;
  const auto requested = [&](const RecordFact& ds) { return was_requested(step, ds); };
  const auto added = missing_in(now, before, same_record);
  const auto removed = missing_in(before, now, same_record);
  return std::any_of(now.begin(), now.end(), requested) &&
         std::all_of(added.begin(), added.end(), requested) &&
         std::none_of(removed.begin(), removed.end(), requested);
}

}  // namespace

std::optional<Finding> ds_changed(const Step& step, const Finding* open) {
  const bool chain_held = step.was_secure() && step.is_secure();
  const auto& now = step.look.facts.ds.values;
  if (!is_changed(step) || !chain_held || now.empty() || step.before.facts.ds.values.empty() ||
      !strangers(step).empty()) {
    return go_on(step, open);
  }
  const bool asked_for = follows_request(step);
  Finding finding = begin_change(step, Code::DS_CHANGED, asked_for ? Severity::kInfo : Severity::kNotice);
  finding.data["ds"] = record_texts(dns::RrType::kDs, now);
  finding.message = "The DS set of " + step.maker.zone_text() + " changed and the chain of trust held; " +
                    (asked_for ? "the zone had asked for it by CDS or CDNSKEY."
                               : "its keys were known before. Check that it was planned.");
  for (const RecordFact& ds : missing_in(now, step.before.facts.ds.values, same_record)) {
    if (const PlannedChange* plan = plan_for_ds(step, ds.rdata)) set_planned(finding, *plan);
  }
  return finding;
}

std::optional<Finding> ds_unexpected(const Step& step, const Finding* open) {
  if (!step.look.facts.ds.known || !step.before.facts.ds.known) return go_on(step, open);
  const std::vector<RecordFact> foreign = strangers(step);
  if (foreign.empty()) return std::nullopt;
  const std::vector<std::string> texts = record_texts(dns::RrType::kDs, foreign);
  if (open != nullptr && texts_of(*open, "ds") == texts) return go_on(step, open);
  const bool keyless = std::any_of(foreign.begin(), foreign.end(), [&](const RecordFact& ds) {
    return lacks_its_key(step, ds);
  });
  Finding finding =
      begin_change(step, Code::DS_UNEXPECTED, keyless ? Severity::kCritical : step.loss());
  // Of several, the first knows what was trusted.
  if (open != nullptr) {
    for (const char* field : {"keys_before", "ds_before", "ns_before"}) {
      finding.data[field] = texts_of(*open, field);
    }
  }
  finding.data["ds"] = texts;
  finding.message = "The parent of " + step.maker.zone_text() + " published DS " +
                    describe_ds(foreign.front().rdata) +
                    (foreign.size() > 1 ? " and others" : "") +
                    ", which no key behind the DS set before had announced" +
                    (keyless ? " and whose key the zone does not publish" : "") +
                    ". Whoever holds its key can sign for the zone: ask the registrar who added it.";
  if (find_in(step.look.judgement.findings, Code::EXPECT_DS) != nullptr) {
    finding.caused_by = Code::EXPECT_DS;
  }
  return finding;
}

}  // namespace anchorwatch::change
