// SPDX-License-Identifier: Apache-2.0
// Each CDS and CDNSKEY record against the published keys, and the signatures over the sets.
#include <algorithm>

#include "cds_view.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;
using dnssec::SignatureState;

constexpr RrType kSignalTypes[] = {RrType::kCds, RrType::kCdnskey};

void no_key(const Context& context, const SignalSet& set, const Bytes& rdata, const KeyRef& ref,
            bool another_works, FindingSink& sink) {
  Subject subject = key_subject(context, ref.tag, ref.algorithm);
  subject.type = set.type;
  Finding finding = FindingSink::start(FindingCode::CDS_NO_KEY, std::move(subject));
  if (another_works) finding.severity = Severity::kNotice;
  note_key(finding, ref.tag, ref.algorithm);
  note_servers(finding, context, set.servers);
  finding.data["record"] = dns::rdata_to_text(set.type, rdata);
  finding.message = "A " + dns::to_string(set.type) + " record of " + context.zone.to_text() +
                    " asks for " + key_text(ref.tag, ref.algorithm) +
                    ", which is not in the DNSKEY RRset. This is right for a standby DS; otherwise "
                    "correct it.";
  sink.add(std::move(finding));
}

void flags(const Context& context, const SignalSet& set, const KeyRef& ref, BytesView dnskey,
           FindingSink& sink) {
  const auto key = dns::decode_dnskey(dnskey);
  if (!key || (key->zone_key() && key->sep())) return;
  Finding finding =
      FindingSink::start(FindingCode::CDS_KEY_FLAGS, key_subject(context, ref.tag, ref.algorithm));
  if (key->zone_key()) finding.severity = Severity::kNotice;
  note_key(finding, ref.tag, ref.algorithm);
  note_servers(finding, context, set.servers);
  finding.message = dns::to_string(set.type) + " of " + context.zone.to_text() + " asks for " +
                    key_text(ref.tag, ref.algorithm) + ", whose " +
                    (key->zone_key() ? "SEP flag is clear. The flag is only a hint."
                                     : "Zone Key flag is clear: such a DS can never work.");
  sink.add(std::move(finding));
}

void not_signing(const Context& context, const SignalSet& set, const KeyRef& ref,
                 FindingSink& sink) {
  Finding finding = FindingSink::start(FindingCode::CDS_KEY_NOT_SIGNING,
                                       key_subject(context, ref.tag, ref.algorithm));
  note_key(finding, ref.tag, ref.algorithm);
  note_servers(finding, context, set.servers);
  finding.message = dns::to_string(set.type) + " of " + context.zone.to_text() + " asks for " +
                    key_text(ref.tag, ref.algorithm) +
                    ", which does not sign the DNSKEY RRset. This is right for a standby key or a "
                    "double-DS rollover.";
  sink.add(std::move(finding));
}

void records_of(const Context& context, const SignalSet& set, FindingSink& sink) {
  struct Key {
    const Bytes* published;
    bool signs;
  };
  std::vector<Key> keys;  // By record.
  keys.reserve(set.records.size());
  for (const Bytes& rdata : set.records) {
    const Bytes* key = published_key(context, set.type, rdata);
    keys.push_back({key, key != nullptr && signs_keys(context, *key)});
  }
  const bool works = std::any_of(keys.begin(), keys.end(), [](const Key& key) { return key.signs; });
  for (std::size_t i = 0; i < set.records.size(); ++i) {
    const Bytes& rdata = set.records[i];
    const auto ref = wanted_key(set.type, rdata);
    if (!ref) continue;
    if (set.type == RrType::kCds) {
      const auto ds = dns::decode_ds(rdata);
      if (ds && !dnssec::can_digest(ds->digest_type)) continue;  // Cannot be told here.
    }
    const Bytes* key = keys[i].published;
    if (key == nullptr) {
      no_key(context, set, rdata, *ref, works, sink);
      continue;
    }
    flags(context, set, *ref, *key, sink);
    if (!keys[i].signs && works) not_signing(context, set, *ref, sink);
  }
}

/// What one look at the signatures of one set gives.
struct SignalSignatures {
  ServerSet unsigned_at, bad_at, unknown_at;
  bool bad_covered = true, unknown_covered = true;
  bool by_ds_key = false;
  bool seen = false;
};

void look_at(const Context& context, const SetView& view, SignalSignatures& out) {
  out.seen = true;
  if (view.set->rrsigs.empty()) {
    merge(out.unsigned_at, *view.servers);
    return;
  }
  const bool covered =
      std::any_of(view.signatures->begin(), view.signatures->end(),
                  [](const auto& signature) { return signature.state == SignatureState::kValid; });
  for (const dnssec::SignatureVerdict& signature : *view.signatures) {
    switch (signature.state) {
      case SignatureState::kValid:
        if (signature.key_index && view.key_set) {
          const KeySet& keys = context.key_sets[*view.key_set];
          out.by_ds_key = out.by_ds_key || has_ds(context, keys.keys.dnskeys[*signature.key_index]);
        }
        break;
      case SignatureState::kUnknownKey:
        merge(out.unknown_at, *view.servers);
        out.unknown_covered = out.unknown_covered && covered;
        break;
      case SignatureState::kExpired:
      case SignatureState::kNotYetValid:
      case SignatureState::kInvalid:
      case SignatureState::kRevokedKey:
      case SignatureState::kNotZoneKey:
      case SignatureState::kDatesReversed:
      case SignatureState::kWrongSigner:
      case SignatureState::kTooManyLabels:
      case SignatureState::kMalformed:
        merge(out.bad_at, *view.servers);
        out.bad_covered = out.bad_covered && covered;
        break;
      case SignatureState::kUnsupported:
      case SignatureState::kNotChecked: break;
    }
  }
}

void report(const Context& context, RrType type, FindingCode code, const ServerSet& servers,
            std::optional<Severity> severity, const char* what, FindingSink& sink) {
  if (servers.empty()) return;
  Subject subject = zone_subject(context);
  subject.type = type;
  Finding finding = FindingSink::start(code, std::move(subject));
  if (severity) finding.severity = *severity;
  note_servers(finding, context, servers);
  finding.message = "The " + dns::to_string(type) + " set of " + context.zone.to_text() + " from " +
                    server_text(context, servers) + " " + what;
  sink.add(std::move(finding));
}

void signatures_of(const Context& context, const SignalSet& set, FindingSink& sink) {
  SignalSignatures seen;
  for (const SetView& view : context.sets) {
    if (view.set->type == set.type && view.set->owner == context.zone) {
      look_at(context, view, seen);
    }
  }
  if (!seen.seen) return;
  ServerSet unsigned_at;
  for (const std::size_t server : seen.unsigned_at) {
    if (context.states[server].has_signatures) unsigned_at.push_back(server);
  }
  std::optional<Severity> base;
  if (!context.ds_stands()) base = Severity::kWarning;
  report(context, set.type, FindingCode::CDS_UNSIGNED, unsigned_at, base,
         "has no signature, so validators reject it and a parent must ignore it. Sign it.", sink);
  report(context, set.type, FindingCode::CDS_BAD_SIG, seen.bad_at,
         seen.bad_covered ? Severity::kWarning : base,
         "has a signature that does not hold. Sign it again.", sink);
  report(context, set.type, FindingCode::CDS_UNKNOWN_SIGNER, seen.unknown_at,
         seen.unknown_covered ? Severity::kNotice : base,
         "is signed by a key that is not in the DNSKEY RRset. Publish that key or sign again.",
         sink);
  const auto repeats_ds = [&] {
    return std::all_of(set.records.begin(), set.records.end(), [&](const Bytes& rdata) {
      const Bytes* key = published_key(context, set.type, rdata);
      return key != nullptr && has_ds(context, *key);
    });
  };
  const bool secure = context.chain.status == dnssec::SecurityStatus::kSecure;
  if (secure && !context.entry.from_anchors && set.validated && !seen.by_ds_key && !repeats_ds()) {
    report(context, set.type, FindingCode::CDS_NOT_SIGNED_BY_DS_KEY, set.servers, std::nullopt,
           "is not signed by a key that the present DS set names, so a parent must ignore it "
           "(RFC 7344 4.1). Sign it with that key.",
           sink);
  }
}

}  // namespace

void cds_records(const Context& context, FindingSink& sink) {
  for (const RrType type : kSignalTypes) {
    const SignalSet set = signal_set(context, type);
    if (set.records.empty()) continue;
    if (context.signed_anywhere()) {
      records_of(context, set, sink);
      continue;
    }
    if (context.key_views.empty()) continue;
    Subject subject = zone_subject(context);
    subject.type = type;
    Finding finding = FindingSink::start(FindingCode::CDS_NO_KEY, std::move(subject));
    note_servers(finding, context, set.servers);
    finding.message = context.zone.to_text() + " publishes " + dns::to_string(type) +
                      " but no DNSKEY, so it asks for nothing that could work. Remove it.";
    sink.add(std::move(finding));
  }
}

void cds_signatures(const Context& context, FindingSink& sink) {
  if (!context.signed_anywhere()) return;
  for (const RrType type : kSignalTypes) {
    const SignalSet set = signal_set(context, type);
    if (!set.records.empty()) signatures_of(context, set, sink);
  }
}

}  // namespace anchorwatch::judge::rules
