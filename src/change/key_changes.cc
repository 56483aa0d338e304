// SPDX-License-Identifier: Apache-2.0
// The DNSKEY set: one event a key. A key is its algorithm and public key; setting REVOKE changes
// the flags and the tag, not the key.
#include <set>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/algorithm.h"

#include "record_text.h"
#include "spread.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

using judge::KeyFact;

/// A key whose coming and going a parent may have to follow.
bool is_entry_key(const KeyFact& key) {
  const auto fields = dns::decode_dnskey(key.rdata);
  return key.signs_dnskey || (fields && fields->sep());
}

bool is_revoked(const KeyFact& key) {
  const auto fields = dns::decode_dnskey(key.rdata);
  return fields && fields->revoked();
}

Event key_event(const Step& step, EventType type, const KeyFact& key, std::string_view what) {
  Event event = step.maker.make(type, "dnskey", key_subject(key.rdata));
  event.summary =
      "Key " + describe_key(key.rdata) + " " + std::string(what) + step.maker.zone_text();
  event.side = "child";
  event.before = {{"dnskey", record_texts(dns::RrType::kDnskey, step.before.facts.dnskeys.values)}};
  event.after = {{"dnskey", record_texts(dns::RrType::kDnskey, step.look.facts.dnskeys.values)}};
  event.last_before = last_seen(step.before.summary.observation == judge::Observation::kOk
                                    ? step.before.summary.last_observed_at
                                    : step.before.summary.child_seen_at);
  event.confidence =
      confidence_of(type == EventType::kDnskeyRemoved ? reachable(step.look.judgement.servers)
                                                      : key.servers.size());
  return event;
}

void tell_removed(Step& step, const KeyFact& key) {
  Event event = key_event(step, EventType::kDnskeyRemoved, key, "was removed from the keys of ");
  event.severity =
      severity_of_change(step, is_entry_key(key) ? Severity::kNotice : Severity::kInfo);
  add_key_fields(event.before, key.rdata);
  step.tell(std::move(event), step.chain_root);
}

void tell_added(Step& step, const KeyFact& key) {
  Event event = key_event(step, EventType::kDnskeyAdded, key, "was added to the keys of ");
  event.severity =
      severity_of_change(step, is_entry_key(key) ? Severity::kNotice : Severity::kInfo);
  add_key_fields(event.after, key.rdata);
  add_spread(event, key.servers, reachable(step.look.judgement.servers), "servers");
  step.tell(std::move(event), step.chain_root);
}

void tell_revoked(Step& step, const KeyFact& before, const KeyFact& now) {
  Event event = key_event(step, EventType::kDnskeyRevoked, now, "was revoked in the keys of ");
  event.severity = severity_of_change(step, Severity::kNotice);
  add_key_fields(event.before, before.rdata);
  add_key_fields(event.after, now.rdata);
  add_spread(event, now.servers, reachable(step.look.judgement.servers), "servers");
  step.tell(std::move(event), step.chain_root);
}

std::vector<std::string> names(const std::set<std::uint8_t>& numbers) {
  std::vector<std::string> texts;
  for (const std::uint8_t number : numbers) texts.push_back(dnssec::algorithm_name(number));
  return texts;
}

std::string join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined.append(joined.empty() ? "" : ", ").append(text);
  return joined;
}

void compare_algorithms(Step& step) {
  const auto before = key_algorithms(step.before.facts.dnskeys.values);
  const auto now = key_algorithms(step.look.facts.dnskeys.values);
  // A zone that begins or ceases to be signed has other events for that.
  if (before == now || before.empty() || now.empty()) return;
  Event event = step.maker.make(EventType::kAlgorithmChanged, "algorithm", "");
  event.severity = severity_of_change(step, Severity::kNotice);
  event.summary = "The algorithms of the keys of " + step.maker.zone_text() + " changed from " +
                  join(names(before)) + " to " + join(names(now)) + ".";
  event.side = "child";
  event.before = {{"algorithms", names(before)}};
  event.after = {{"algorithms", names(now)}};
  event.last_before = last_seen(step.before.summary.child_seen_at);
  event.confidence = confidence_of(reachable(step.look.judgement.servers));
  step.tell(std::move(event), step.chain_root);
}

}  // namespace

void compare_keys(Step& step) {
  const auto& before = step.before.facts.dnskeys;
  const auto& now = step.look.facts.dnskeys;
  if (!before.known || !now.known) return;
  for (const KeyFact& key : missing_in(before.values, now.values, same_key)) {
    tell_removed(step, key);
  }
  for (const KeyFact& key : missing_in(now.values, before.values, same_key)) tell_added(step, key);
  for (const KeyFact& key : now.values) {
    const auto old = std::find_if(before.values.begin(), before.values.end(),
                                  [&](const KeyFact& other) { return same_key(key, other); });
    if (old == before.values.end() || is_revoked(*old) || !is_revoked(key)) continue;
    tell_revoked(step, *old, key);
  }
  compare_algorithms(step);
}

}  // namespace anchorwatch::change
