// SPDX-License-Identifier: Apache-2.0
// The DS set at the parent: one event a record.
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/algorithm.h"
#include "anchorwatch/dnssec/crypto.h"

#include "record_text.h"
#include "step.h"

namespace anchorwatch::change {
namespace {

using judge::KeyFact;
using judge::RecordFact;

bool same_record(const RecordFact& left, const RecordFact& right) {
  return left.rdata == right.rdata;
}

/// Whether a DS commits to a key (RFC 4034 §5.2).
bool fits(const Bytes& ds_rdata, const Bytes& key_rdata, const dns::Name& zone) {
  const auto ds = dns::decode_ds(ds_rdata);
  const auto key = dns::decode_dnskey(key_rdata);
  if (!ds || !key || ds->algorithm != key->algorithm || ds->key_tag != dns::key_tag(key_rdata)) {
    return false;
  }
  const Bytes digest = dnssec::ds_digest(ds->digest_type, zone, key_rdata);
  // A digest that cannot be computed here leaves tag and algorithm.
  return digest.empty() || digest == ds->digest;
}

bool fits_any(const Bytes& ds, const std::vector<KeyFact>& keys, const dns::Name& zone) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const KeyFact& key) { return fits(ds, key.rdata, zone); });
}

bool announced_in(const Bytes& ds, const judge::ZoneFacts& facts) {
  const auto in_cds = [&](const RecordFact& cds) { return cds.rdata == ds; };
  const auto in_cdnskey = [&](const RecordFact& key) { return fits(ds, key.rdata, facts.zone); };
  return fits_any(ds, facts.dnskeys.values, facts.zone) ||
         std::any_of(facts.cds.values.begin(), facts.cds.values.end(), in_cds) ||
         std::any_of(facts.cdnskey.values.begin(), facts.cdnskey.values.end(), in_cdnskey);
}

/// Whether a DS that was there before still vouches for the keys that are there now.
bool old_chain_holds(const Step& step) {
  if (!step.was_secure() || !step.is_secure() || !step.look.facts.dnskeys.known) return false;
  const judge::ZoneFacts& now = step.look.facts;
  for (const RecordFact& ds : step.before.facts.ds.values) {
    const bool kept = std::any_of(now.ds.values.begin(), now.ds.values.end(),
                                  [&](const RecordFact& other) { return same_record(ds, other); });
    if (!kept) continue;
    for (const KeyFact& key : now.dnskeys.values) {
      if (key.signs_dnskey && fits(ds.rdata, key.rdata, now.zone)) return true;
    }
  }
  return false;
}

/// Whether keys behind the DS set before announced a DS. Where there was no DS, the keys that were
/// seen before count: that is how a zone becomes secure.
bool is_announced(const Step& step, const Bytes& ds) {
  const bool trusted_before = step.was_secure() || step.before.facts.ds.values.empty();
  if (trusted_before && announced_in(ds, step.before.facts)) return true;
  return old_chain_holds(step) && announced_in(ds, step.look.facts);
}

Severity severity_of_added(const Step& step, bool announced) {
  if (!announced) return step.loss();
  return severity_of_change(step, Severity::kNotice);
}

/// Whether no record of the set before is left and somebody unknown put another set there.
bool was_usurped(const Step& step) {
  const auto& now = step.look.facts.ds.values;
  const auto gone = missing_in(step.before.facts.ds.values, now, same_record);
  return gone.size() == step.before.facts.ds.values.size() &&
         std::none_of(now.begin(), now.end(),
                      [&](const RecordFact& fact) { return is_announced(step, fact.rdata); });
}

Severity severity_of_removed(const Step& step) {
  if (step.look.facts.ds.values.empty() || was_usurped(step)) return step.loss();
  return severity_of_change(step, Severity::kNotice);
}

std::string sentence(const Step& step, const RecordFact& fact, bool added, bool announced) {
  std::string text = "DS " + describe_ds(fact.rdata);
  text += added ? " was added at the parent of " : " was removed at the parent of ";
  text += step.maker.zone_text();
  const std::size_t left = step.look.facts.ds.values.size();
  if (added) {
    text += announced ? "; it fits a key that the zone had announced."
                      : "; no key behind the DS set before had announced it.";
  } else if (left == 0) {
    text += "; no DS is left, so resolvers treat the zone as unsigned.";
  } else {
    text += "; " + std::to_string(left) + " DS " + (left == 1 ? "remains." : "remain.");
  }
  return text;
}

void tell_ds(Step& step, const RecordFact& fact, EventType type) {
  const bool added = type == EventType::kDsAdded;
  const bool announced = added && is_announced(step, fact.rdata);
  Event event = step.maker.make(type, "ds", ds_subject(fact.rdata));
  event.severity = added ? severity_of_added(step, announced) : severity_of_removed(step);
  event.summary = sentence(step, fact, added, announced);
  event.side = "parent";
  event.before = {{"ds", record_texts(dns::RrType::kDs, step.before.facts.ds.values)}};
  event.after = {{"ds", record_texts(dns::RrType::kDs, step.look.facts.ds.values)}};
  add_ds_fields(added ? event.after : event.before, fact.rdata);
  event.last_before = last_seen(step.before.summary.observation == judge::Observation::kOk
                                    ? step.before.summary.last_observed_at
                                    : step.before.summary.parent_seen_at);
  event.confidence =
      confidence_of(added ? fact.servers.size() : reachable(step.look.judgement.parents));
  step.tell(std::move(event), step.chain_root);
}

}  // namespace

void compare_ds(Step& step) {
  const auto& before = step.before.facts.ds;
  const auto& now = step.look.facts.ds;
  if (!before.known || !now.known) return;
  for (const RecordFact& fact : missing_in(before.values, now.values, same_record)) {
    tell_ds(step, fact, EventType::kDsRemoved);
  }
  for (const RecordFact& fact : missing_in(now.values, before.values, same_record)) {
    tell_ds(step, fact, EventType::kDsAdded);
  }
}

}  // namespace anchorwatch::change
