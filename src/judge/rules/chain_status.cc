// SPDX-License-Identifier: Apache-2.0
// The chain of trust as a whole: signed or not, and whether a DS leads in.
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dnssec::Reason;
using dnssec::SecurityStatus;

ServerSet servers_of(const Context& context, bool with_keys) {
  ServerSet set;
  for (const KeyView& view : context.key_views) {
    if ((view.set != nullptr) == with_keys) merge(set, view.servers);
  }
  return set;
}

void zone_unsigned(const Context& context, FindingSink& sink) {
  const bool no_ds = context.entry.ds.empty() && context.entry.shown_ds.empty() &&
                     context.entry.verdict.status == SecurityStatus::kInsecure;
  if (context.signed_anywhere() || context.key_views.empty() || !no_ds) return;
  if (context.expect() == Expect::kUnsigned) return;
  Finding finding = FindingSink::start(FindingCode::ZONE_UNSIGNED, zone_subject(context));
  if (context.expect() == Expect::kSigned) finding.severity = Severity::kCritical;
  note_servers(finding, context, servers_of(context, false));
  finding.message =
      context.zone.to_text() +
      " is not signed: no server publishes a DNSKEY and there is no DS. Sign the zone "
      "and then have the parent publish its DS, or set expect = \"unsigned\".";
  sink.add(std::move(finding));
}

void ds_missing(const Context& context, FindingSink& sink) {
  const Reason reason = context.entry.verdict.reason;
  const bool proven = context.entry.verdict.status == SecurityStatus::kInsecure &&
                      (reason == Reason::kNoDs || reason == Reason::kOptOut ||
                       (reason == Reason::kNsec3Iterations && context.entry.no_ds_proven));
  if (!context.signed_anywhere() || !proven) return;
  if (context.delegation == DelegationState::kAbsent) return;
  Finding finding = FindingSink::start(FindingCode::DS_MISSING_FOR_SIGNED, zone_subject(context));
  if (context.expect() == Expect::kSigned) finding.severity = Severity::kCritical;
  if (context.expect() == Expect::kUnsigned) finding.severity = Severity::kInfo;
  note_servers(finding, context, servers_of(context, true));
  finding.message =
      context.zone.to_text() +
      " is signed, but the parent proves that it has no DS, so resolvers do not use the "
      "signatures. Give the DS of the key-signing key to the registrar.";
  sink.add(std::move(finding));
}

/// The DS set that stands although nothing follows from it here: used for "a DS stands" in words.
void ds_but_unsigned(const Context& context, FindingSink& sink) {
  if (context.entry.ds.empty() || context.signed_anywhere() || context.key_views.empty()) return;
  Finding finding = FindingSink::start(FindingCode::DS_BUT_UNSIGNED, zone_subject(context));
  if (!context.ds_stands()) finding.severity = Severity::kWarning;
  const ServerSet servers = servers_of(context, false);
  note_servers(finding, context, servers);
  finding.data["ds_count"] = static_cast<std::int64_t>(context.entry.ds.size());
  finding.message = "The parent has a DS for " + context.zone.to_text() + ", but " +
                    server_text(context, servers) + " shows no DNSKEY" +
                    (context.ds_stands() ? ", so validating resolvers fail the whole zone" : "") +
                    ". Serve the signed zone again, or have the DS removed first.";
  sink.add(std::move(finding));
}

void no_secure_entry(const Context& context, FindingSink& sink) {
  if (!context.ds_stands()) return;
  ServerSet broken;
  bool works = false;
  Reason reason = Reason::kDsMismatch;
  for (const KeyView& view : context.key_views) {
    works = works || view.verdict.status == SecurityStatus::kSecure;
    if (view.set == nullptr || view.verdict.status != SecurityStatus::kBogus) continue;
    if (broken.empty()) reason = view.verdict.reason;
    merge(broken, view.servers);
  }
  if (broken.empty()) return;
  Finding finding = FindingSink::start(FindingCode::NO_SECURE_ENTRY, zone_subject(context));
  if (works) finding.severity = Severity::kError;
  note_servers(finding, context, broken);
  std::vector<std::string> tags;
  for (const Bytes& rdata : context.entry.ds) {
    if (const auto ds = dns::decode_ds(rdata)) tags.push_back(std::to_string(ds->key_tag));
  }
  finding.data["reason"] = std::string(dnssec::to_string(reason));
  finding.data["ds_key_tags"] = tags;
  finding.message = std::string(context.entry.from_anchors ? "No trust anchor" : "No DS") +
                    " for " + context.zone.to_text() + " (key tags " + list_text(tags) +
                    ") leads to a key that validly signs the DNSKEY RRset at " +
                    server_text(context, broken) + " (" + dnssec::describe(reason) +
                    "). Validating resolvers fail the zone there; publish and sign with the key "
                    "that the DS names, "
                    "or have the DS replaced.";
  sink.add(std::move(finding));
}

void ancestor_bogus(const Context& context, FindingSink& sink) {
  if (context.entry.from_anchors || context.parent_link == nullptr ||
      context.parent_link->verdict.status != SecurityStatus::kBogus) {
    return;
  }
  // The highest bogus zone is the one to repair.
  const std::vector<ChainLink>& links = context.input.ancestors;
  const auto first = std::find_if(links.begin(), links.end(), [](const ChainLink& link) {
    return link.verdict.status == SecurityStatus::kBogus;
  });
  Finding finding = FindingSink::start(FindingCode::ANCESTOR_BOGUS, zone_subject(context));
  finding.data["ancestor"] = first->zone.to_text();
  finding.data["reason"] = std::string(dnssec::to_string(first->verdict.reason));
  finding.message = first->zone.to_text() + ", above " + context.zone.to_text() +
                    ", fails validation (" + dnssec::describe(first->verdict.reason) +
                    "), so this zone fails with it. Its operator has to repair it.";
  sink.add(std::move(finding));
}

void all_ds_unsupported(const Context& context, FindingSink& sink) {
  if (context.entry.ds.empty() || context.ds_stands() ||
      context.entry.verdict.status != SecurityStatus::kInsecure) {
    return;
  }
  Finding finding =
      FindingSink::start(FindingCode::ALG_UNKNOWN_TREATED_INSECURE, zone_subject(context));
  if (context.expect() == Expect::kSigned) finding.severity = Severity::kCritical;
  std::vector<std::string> records;
  for (const Bytes& rdata : context.entry.ds) {
    if (const auto ds = dns::decode_ds(rdata)) records.push_back(ds_text(*ds));
  }
  finding.data["reason"] = std::string(dnssec::to_string(context.entry.verdict.reason));
  finding.message =
      "Validators do not rely on any DS of " + context.zone.to_text() + ": " + list_text(records) +
      ". They treat the zone as unsigned; move to a key and a digest that the registry "
      "recommends (ECDSAP256SHA256, SHA-256).";
  sink.add(std::move(finding));
}

}  // namespace

void chain_status(const Context& context, FindingSink& sink) {
  ancestor_bogus(context, sink);
  zone_unsigned(context, sink);
  ds_missing(context, sink);
  ds_but_unsigned(context, sink);
  no_secure_entry(context, sink);
  all_ds_unsupported(context, sink);
}

}  // namespace anchorwatch::judge::rules
