// SPDX-License-Identifier: Apache-2.0
// Each DS against the published keys. A standby DS or a retired key is legal: one working entry is
// enough (RFC 6840 §5.11), and signers of a multi-signer zone each have their own (RFC 8901).
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dnssec::DsState;

/// What one DS leads to over all servers.
struct DsOverview {
  dns::Ds ds;
  std::map<DsState, ServerSet> states;
  const dns::Dnskey* key = nullptr;  ///< A key that it fits, or that has its tag.
  [[nodiscard]] bool has(DsState state) const { return states.count(state) != 0; }
  [[nodiscard]] const ServerSet& at(DsState state) const { return states.at(state); }
};

std::vector<DsOverview> overview(const Context& context) {
  std::vector<DsOverview> out;
  for (std::size_t index = 0; index < context.entry.ds.size(); ++index) {
    const auto ds = dns::decode_ds(context.entry.ds[index]);
    if (!ds) continue;
    DsOverview row;
    row.ds = *ds;
    for (const KeyView& view : context.key_views) {
      if (!view.key_set || index >= view.ds.size()) continue;
      const dnssec::DsVerdict& verdict = view.ds[index];
      merge(row.states[verdict.state], view.servers);
      if (verdict.key_index && row.key == nullptr) {
        const auto& decoded = context.key_sets[*view.key_set].decoded[*verdict.key_index];
        if (decoded) row.key = &*decoded;
      }
    }
    if (!row.states.empty()) out.push_back(std::move(row));
  }
  return out;
}

bool some_entry(const std::vector<DsOverview>& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [](const DsOverview& row) { return row.has(DsState::kSigns); });
}

class DsRules {
 public:
  DsRules(const Context& context, FindingSink& sink)
      : context_(context), sink_(sink), rows_(overview(context)), entry_(some_entry(rows_)) {}

  void run() {
    for (const DsOverview& row : rows_) {
      not_sep(row);
      if (row.has(DsState::kSigns)) continue;
      orphan(row);
      mismatch(row);
      not_signing(row);
      bad_signature(row);
      unusable_key(row, DsState::kNotZoneKey, FindingCode::DS_KEY_NOT_ZONE_KEY,
                   "is no zone key (Zone Key flag clear, or protocol other than 3)");
      unusable_key(row, DsState::kRevoked, FindingCode::DS_KEY_REVOKED, "is revoked");
    }
    missing_algorithms();
  }

 private:
  Finding start(FindingCode code, const DsOverview& row) const {
    Finding finding =
        FindingSink::start(code, key_subject(context_, row.ds.key_tag, row.ds.algorithm));
    note_key(finding, row.ds.key_tag, row.ds.algorithm);
    finding.data["digest_type"] = std::int64_t{row.ds.digest_type};
    return finding;
  }

  void orphan(const DsOverview& row) {
    if (!row.has(DsState::kNoKey) || row.states.size() != 1) return;
    Finding finding = start(FindingCode::DS_ORPHAN, row);
    note_servers(finding, context_, row.at(DsState::kNoKey));
    finding.message =
        ds_text(row.ds) + " at the parent names a key that no server of " +
        context_.zone.to_text() +
        " publishes. This is right for a standby DS or during a rollover; otherwise have "
        "it removed.";
    sink_.add(std::move(finding));
  }

  void mismatch(const DsOverview& row) {
    if (!row.has(DsState::kDigestMismatch)) return;
    // A key elsewhere fits: two keys share the tag.
    if (row.has(DsState::kKeyNotSigning) || row.has(DsState::kKeySignatureBad)) return;
    Finding finding = start(FindingCode::DS_DIGEST_MISMATCH, row);
    if (!entry_) finding.severity = Severity::kCritical;
    note_servers(finding, context_, row.at(DsState::kDigestMismatch));
    finding.message =
        ds_text(row.ds) + " has the tag of a published key of " + context_.zone.to_text() +
        ", but its digest or algorithm does not fit that key. Compare what was given to "
        "the registrar with the key, digit by digit.";
    sink_.add(std::move(finding));
  }

  void not_signing(const DsOverview& row) {
    if (!row.has(DsState::kKeyNotSigning) || row.has(DsState::kKeySignatureBad)) return;
    Finding finding = start(FindingCode::DS_KEY_NOT_SIGNING, row);
    note_servers(finding, context_, row.at(DsState::kKeyNotSigning));
    finding.message =
        "The published " + key_text(row.ds.key_tag, row.ds.algorithm) + " of " +
        context_.zone.to_text() +
        " has a DS and does not sign the DNSKEY RRset. This is right for a standby or a "
        "retired key; otherwise let the signer use it.";
    sink_.add(std::move(finding));
  }

  void bad_signature(const DsOverview& row) {
    if (!row.has(DsState::kKeySignatureBad) || !fails_cryptography(row)) return;
    Finding finding = start(FindingCode::DS_KEY_BAD_SIGNATURE, row);
    if (!entry_) finding.severity = Severity::kCritical;
    note_servers(finding, context_, row.at(DsState::kKeySignatureBad));
    finding.message = "The signature of " + key_text(row.ds.key_tag, row.ds.algorithm) +
                      ", which has a DS, over the DNSKEY RRset does not verify at " +
                      server_text(context_, row.at(DsState::kKeySignatureBad)) +
                      ". Sign the DNSKEY RRset again.";
    sink_.add(std::move(finding));
  }

  /// Out of time is another finding; this one is about signatures that do not verify.
  [[nodiscard]] bool fails_cryptography(const DsOverview& row) const {
    for (const KeyView& view : context_.key_views) {
      if (view.set == nullptr) continue;
      for (const dnssec::SignatureVerdict& signature : view.signatures) {
        const dns::Rrsig& rrsig = view.set->rrsigs[signature.rrsig_index];
        const bool by_key = rrsig.key_tag == row.ds.key_tag && rrsig.algorithm == row.ds.algorithm;
        if (by_key && (signature.state == dnssec::SignatureState::kInvalid ||
                       signature.state == dnssec::SignatureState::kMalformed)) {
          return true;
        }
      }
    }
    return false;
  }

  void unusable_key(const DsOverview& row, DsState state, FindingCode code, const char* why) {
    if (!row.has(state)) return;
    Finding finding = start(code, row);
    finding.severity = entry_ ? Severity::kWarning : Severity::kCritical;
    note_servers(finding, context_, row.at(state));
    finding.message = ds_text(row.ds) + " points to a key that " + why +
                      ", so this DS is no entry to " + context_.zone.to_text() +
                      ". Have it replaced by the DS of a usable key.";
    sink_.add(std::move(finding));
  }

  void not_sep(const DsOverview& row) {
    const bool fits = row.has(DsState::kSigns) || row.has(DsState::kKeyNotSigning);
    if (!fits || row.key == nullptr || row.key->sep()) return;
    Finding finding = start(FindingCode::DS_KEY_NOT_SEP, row);
    // Where one key signs everything the flag means even less.
    std::size_t zone_keys = 0;
    for (const KeySet& keys : context_.key_sets) {
      zone_keys = std::max(zone_keys, keys.keys.dnskeys.size());
    }
    if (zone_keys == 1) finding.severity = Severity::kInfo;
    finding.message = ds_text(row.ds) +
                      " points to a key whose SEP flag is clear. Validators do not "
                      "care (RFC 6840 6.2); tools that look for key-signing keys may.";
    sink_.add(std::move(finding));
  }

  void missing_algorithms() {
    if (!entry_) return;
    std::map<std::uint8_t, bool> works;
    for (const DsOverview& row : rows_) {
      if (dnssec::relies_on(row.ds.algorithm, context_.input.policy.validation)) {
        works[row.ds.algorithm] = works[row.ds.algorithm] || row.has(DsState::kSigns);
      }
    }
    for (const auto& [algorithm, working] : works) {
      if (working) continue;
      Subject subject = zone_subject(context_);
      subject.algorithm = algorithm;
      Finding finding = FindingSink::start(FindingCode::SEP_MISSING_FOR_ALG, std::move(subject));
      finding.data["algorithm"] = std::int64_t{algorithm};
      finding.message = "The DS set of " + context_.zone.to_text() + " names " +
                        dnssec::algorithm_name(algorithm) +
                        ", but no key of that algorithm that has a DS signs the DNSKEY RRset. Sign "
                        "with it, or have that DS removed.";
      sink_.add(std::move(finding));
    }
  }

  const Context& context_;
  FindingSink& sink_;
  std::vector<DsOverview> rows_;
  bool entry_;
};

}  // namespace

void ds_records(const Context& context, FindingSink& sink) {
  if (context.entry.ds.empty() || context.entry.from_anchors || !context.ds_stands()) return;
  DsRules(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
