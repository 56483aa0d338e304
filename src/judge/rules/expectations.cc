// SPDX-License-Identifier: Apache-2.0
// What the owner expects, and limits of our own.
#include <algorithm>
#include <set>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dnssec::SecurityStatus;

void add_part(std::string& message, const char* title, const std::vector<std::string>& items) {
  if (!items.empty()) message.append(title).append(list_text(items));
}

void expect_signed(const Context& context, FindingSink& sink) {
  if (context.expect() != Expect::kSigned) return;
  const bool absent = context.delegation == DelegationState::kAbsent;
  const SecurityStatus status = context.verdict.status;
  if (!absent && (status == SecurityStatus::kSecure || status == SecurityStatus::kIndeterminate)) {
    return;
  }
  Finding finding = FindingSink::start(FindingCode::EXPECT_SIGNED, zone_subject(context));
  finding.data["status"] = std::string(dnssec::to_string(status));
  finding.data["reason"] = std::string(dnssec::to_string(context.verdict.reason));
  finding.message = context.zone.to_text() + " should be signed and secure, but it is " +
                    (absent ? std::string("not delegated")
                            : std::string(dnssec::to_string(status)) + ": " +
                                  dnssec::describe(context.verdict.reason)) +
                    ".";
  sink.add(std::move(finding));
}

void expect_unsigned(const Context& context, FindingSink& sink) {
  if (context.expect() != Expect::kUnsigned) return;
  const bool has_ds = !context.entry.ds.empty() || !context.entry.shown_ds.empty();
  const bool secure = context.verdict.status == SecurityStatus::kSecure;
  if (!secure && (!has_ds || context.entry.from_anchors)) return;
  Finding finding = FindingSink::start(FindingCode::EXPECT_UNSIGNED, zone_subject(context));
  finding.data["status"] = std::string(dnssec::to_string(context.verdict.status));
  finding.message = context.zone.to_text() + " should be unsigned, but " +
                    (secure ? "it is secure" : "the parent has a DS for it") +
                    ". Correct the expectation, or have the DS removed.";
  sink.add(std::move(finding));
}

/// Algorithms that really sign something, by the keys that are published.
std::set<std::uint8_t> used_algorithms(const Context& context) {
  std::set<std::uint8_t> published, used;
  for (const KeySet& keys : context.key_sets) {
    for (const auto& key : keys.decoded) {
      if (key && key->zone_key() && !key->revoked()) published.insert(key->algorithm);
    }
  }
  for (const SetView& view : context.sets) {
    for (const dns::Rrsig& rrsig : view.set->rrsigs) {
      if (published.contains(rrsig.algorithm)) used.insert(rrsig.algorithm);
    }
  }
  return used;
}

void expect_algorithms(const Context& context, FindingSink& sink) {
  const std::vector<std::uint8_t>& allowed = context.input.expectation.algorithms;
  if (allowed.empty() || !context.signed_anywhere()) return;
  const std::set<std::uint8_t> used = used_algorithms(context);
  if (used.empty()) return;
  std::vector<std::string> undeclared, missing;
  for (const std::uint8_t algorithm : used) {
    if (std::find(allowed.begin(), allowed.end(), algorithm) == allowed.end()) {
      undeclared.push_back(dnssec::algorithm_name(algorithm));
    }
  }
  for (const std::uint8_t algorithm : std::set<std::uint8_t>(allowed.begin(), allowed.end())) {
    if (!used.contains(algorithm)) missing.push_back(dnssec::algorithm_name(algorithm));
  }
  if (undeclared.empty() && missing.empty()) return;
  Finding finding = FindingSink::start(FindingCode::EXPECT_ALGORITHM, zone_subject(context));
  finding.data["undeclared"] = undeclared;
  finding.data["missing"] = missing;
  finding.message = "The algorithms of " + context.zone.to_text() + " are not the declared ones";
  add_part(finding.message, "; not declared: ", undeclared);
  add_part(finding.message, "; without signature: ", missing);
  finding.message += ". Correct the signer or the declaration.";
  sink.add(std::move(finding));
}

bool same_key(const Bytes& left, const Bytes& right) {
  const auto one = dns::decode_ds(left);
  const auto two = dns::decode_ds(right);
  return one && two && one->key_tag == two->key_tag && one->algorithm == two->algorithm &&
         one->digest_type != two->digest_type;
}

bool holds(const std::vector<Bytes>& list, const Bytes& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool holds_key(const std::vector<Bytes>& list, const Bytes& value) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Bytes& each) { return same_key(each, value); });
}

void expect_ds(const Context& context, FindingSink& sink) {
  const std::vector<Bytes>& declared = context.input.expectation.expect_ds;
  const bool known = context.entry.no_ds_proven || !context.entry.ds.empty();
  if (declared.empty() || !known || context.entry.from_anchors) return;
  const std::vector<Bytes>& present = context.entry.ds;
  std::vector<std::string> added, lacking;
  bool foreign = false;
  for (const Bytes& rdata : present) {
    if (holds(declared, rdata)) continue;
    foreign = foreign || !holds_key(declared, rdata);
    added.push_back(dns::rdata_to_text(dns::RrType::kDs, rdata));
  }
  bool some_present = false;
  bool all_by_key = true;
  for (const Bytes& rdata : declared) {
    if (holds(present, rdata)) {
      some_present = true;
      continue;
    }
    all_by_key = all_by_key && holds_key(present, rdata);
    lacking.push_back(dns::rdata_to_text(dns::RrType::kDs, rdata));
  }
  if (added.empty() && lacking.empty()) return;
  Finding finding = FindingSink::start(FindingCode::EXPECT_DS, zone_subject(context));
  if (foreign) {
    if (context.expect() == Expect::kSigned) finding.severity = Severity::kCritical;
  } else if (all_by_key && !present.empty()) {
    finding.severity = Severity::kWarning;  // Another digest of a declared key.
  } else if (some_present && added.empty()) {
    finding.severity = Severity::kNotice;  // A declared standby is not there yet.
  }
  finding.data["undeclared"] = added;
  finding.data["missing"] = lacking;
  finding.message = "The DS set of " + context.zone.to_text() + " is not the declared one";
  add_part(finding.message, "; not declared: ", added);
  add_part(finding.message, "; missing: ", lacking);
  finding.message += ". If nobody planned this, ask the registrar who changed it.";
  sink.add(std::move(finding));
}

}  // namespace

void expectations(const Context& context, FindingSink& sink) {
  if (context.evidence.depth == evidence::Depth::kAncestor) return;
  expect_signed(context, sink);
  expect_unsigned(context, sink);
  expect_algorithms(context, sink);
  expect_ds(context, sink);
}

void work_limits(const Context& context, FindingSink& sink) {
  std::vector<std::string> limits;
  if (context.verdict_limited || context.diagnosis_limited) limits.emplace_back("cryptographic work");
  for (const evidence::LookLimit limit : context.evidence.limits) {
    limits.emplace_back(evidence::to_string(limit));
  }
  if (limits.empty()) return;
  Finding finding = FindingSink::start(FindingCode::WORK_LIMIT, zone_subject(context));
  const bool verdict = context.verdict.status == dnssec::SecurityStatus::kIndeterminate;
  if (verdict) finding.severity = Severity::kError;
  finding.data["limits"] = limits;
  finding.message =
      "Checking " + context.zone.to_text() + " reached a limit (" + list_text(limits) +
      "), so part of the " + (verdict ? "verdict" : "diagnosis") +
      " is missing. Floods of keys, signatures, NSEC3 iterations, name servers or delegations cause "
      "this.";
  sink.add(std::move(finding));
}

}  // namespace anchorwatch::judge::rules
