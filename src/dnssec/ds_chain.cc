// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/ds_chain.h"

#include <algorithm>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/rrsig_time.h"

#include "key_facts.h"
#include "signature_judge.h"

namespace anchorwatch::dnssec {
namespace {

constexpr std::uint8_t kSha1 = 1;

std::size_t digest_size(std::uint8_t digest_type) {
  switch (digest_type) {
    case 1: return 20;
    case 2: return 32;
    case 4: return 48;
    default: return 0;
  }
}

bool is_usable(const dns::Ds& ds, const ValidationPolicy& policy) {
  return relies_on(ds.algorithm, policy) && relies_on_digest(ds.digest_type, policy);
}

// RFC 4509 §3: with a stronger DS that can be used, SHA-1 ones are ignored.
bool has_strong_ds(const std::vector<Bytes>& ds_rdatas, const ValidationPolicy& policy) {
  return std::any_of(ds_rdatas.begin(), ds_rdatas.end(), [&](const Bytes& rdata) {
    const auto ds = dns::decode_ds(rdata);
    return ds && is_usable(*ds, policy) && ds->digest_type != kSha1;
  });
}

// Judges each DS against the published keys, without their signatures.
class DsMatcher {
 public:
  DsMatcher(const dns::RRset& dnskeys, bool ignore_sha1, const ValidationPolicy& policy,
            WorkBudget& budget)
      : dnskeys_(dnskeys),
        keys_(read_key_facts(dnskeys.rdatas)),
        ignore_sha1_(ignore_sha1),
        policy_(policy),
        budget_(budget) {}

  // kKeyNotSigning stands for "fits a key that may sign"; the signatures come later.
  DsVerdict match(const Bytes& rdata, std::size_t index) {
    DsVerdict verdict;
    verdict.ds_index = index;
    const auto ds = dns::decode_ds(rdata);
    if (!ds) {
      verdict.state = DsState::kMalformed;
      return verdict;
    }
    verdict.key_index = first_with_tag(ds->key_tag);
    if (const auto unfit = cannot_use(*ds)) {
      verdict.state = *unfit;
      return verdict;
    }
    verdict.state = verdict.key_index ? DsState::kDigestMismatch : DsState::kNoKey;
    find_key(*ds, verdict);
    return verdict;
  }

 private:
  [[nodiscard]] std::optional<DsState> cannot_use(const dns::Ds& ds) const {
    if (!relies_on(ds.algorithm, policy_)) return DsState::kUnsupportedAlgorithm;
    if (ignore_sha1_ && ds.digest_type == kSha1) return DsState::kIgnoredDigest;
    if (!relies_on_digest(ds.digest_type, policy_)) return DsState::kUnsupportedDigest;
    if (ds.digest.size() != digest_size(ds.digest_type)) return DsState::kMalformed;
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::size_t> first_with_tag(std::uint16_t tag) const {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (keys_[i].readable && keys_[i].tag == tag) return i;
    }
    return std::nullopt;
  }

  // RFC 4034 §5.2: tag and algorithm select, the digest decides.
  void find_key(const dns::Ds& ds, DsVerdict& verdict) {
    for (std::size_t i = 0; i < dnskeys_.rdatas.size(); ++i) {
      if (!keys_[i].fits(ds.algorithm, ds.key_tag)) continue;
      if (budget_.ds_digests <= 0) {
        budget_.exhausted = true;
        verdict.state = DsState::kNotChecked;
        return;
      }
      if (ds_digest(ds.digest_type, dnskeys_.owner, dnskeys_.rdatas[i]) != ds.digest) {
        --budget_.ds_digests;
        continue;
      }
      verdict.key_index = i;
      verdict.state = state_of(keys_[i]);
      return;
    }
  }

  // RFC 4035 §5.2 and RFC 5011 §2.1: a revoked key is no entry to the zone.
  static DsState state_of(const KeyFacts& key) {
    if (!key.zone_key()) return DsState::kNotZoneKey;
    return key.revoked() ? DsState::kRevoked : DsState::kKeyNotSigning;
  }

  const dns::RRset& dnskeys_;
  std::vector<KeyFacts> keys_;
  bool ignore_sha1_;
  const ValidationPolicy& policy_;
  WorkBudget& budget_;
};

// What the signatures by one key over the DNSKEY RRset are worth.
DsState entry_state(std::size_t key_index, const dns::RRset& dnskeys,
                    const std::vector<SignatureVerdict>& signatures) {
  const auto key = dns::decode_dnskey(dnskeys.rdatas[key_index]);
  const std::uint16_t tag = dns::key_tag(dnskeys.rdatas[key_index]);
  DsState state = DsState::kKeyNotSigning;
  for (const SignatureVerdict& signature : signatures) {
    if (signature.state == SignatureState::kNotChecked) {
      // Which key made it is not known: it may be any that has its tag.
      const dns::Rrsig& rrsig = dnskeys.rrsigs[signature.rrsig_index];
      if (key && rrsig.key_tag == tag && rrsig.algorithm == key->algorithm) {
        state = DsState::kNotChecked;
      }
      continue;
    }
    if (signature.key_index != key_index) continue;
    if (signature.state == SignatureState::kValid) return DsState::kSigns;
    if (state == DsState::kKeyNotSigning) state = DsState::kKeySignatureBad;
  }
  return state;
}

bool has_state(const KeysVerdict& out, DsState state) {
  return std::any_of(out.ds.begin(), out.ds.end(),
                     [&](const DsVerdict& ds) { return ds.state == state; });
}

bool is_entry(const KeysVerdict& out, std::size_t key_index, DsState state) {
  return std::any_of(out.ds.begin(), out.ds.end(), [&](const DsVerdict& ds) {
    return ds.state == state && ds.key_index == key_index;
  });
}

Reason reason_of_bad_entry(const KeysVerdict& out) {
  std::vector<SignatureVerdict> by_entries;
  for (const SignatureVerdict& signature : out.signatures) {
    if (signature.key_index && is_entry(out, *signature.key_index, DsState::kKeySignatureBad)) {
      by_entries.push_back(signature);
    }
  }
  return fault_reason(by_entries);
}

// The DS that came farthest names the fault.
Verdict fault(const KeysVerdict& out) {
  if (has_state(out, DsState::kNotChecked)) return indeterminate(Reason::kLimit);
  if (has_state(out, DsState::kKeySignatureBad)) return bogus(reason_of_bad_entry(out));
  if (has_state(out, DsState::kKeyNotSigning)) return bogus(Reason::kSignatureMissing);
  if (has_state(out, DsState::kNotZoneKey) || has_state(out, DsState::kRevoked)) {
    return bogus(Reason::kKeyNotZoneKey);
  }
  return bogus(Reason::kDsMismatch);
}

// Judges the signatures and turns each kKeyNotSigning into what it is.
void judge_entries(const dns::RRset& dnskeys, UnixSeconds now, const ValidationPolicy& policy,
                   CryptoContext& crypto, KeysVerdict& out) {
  const ZoneKeys keys{dnskeys.owner, dnskeys.rdatas};
  const ZoneView view{keys, now, policy, crypto};
  out.signatures = judge_signatures(dnskeys, view, [&](std::size_t key_index) {
                     return is_entry(out, key_index, DsState::kKeyNotSigning);
                   }).verdicts;
  for (DsVerdict& ds : out.ds) {
    if (ds.state == DsState::kKeyNotSigning) {
      ds.state = entry_state(*ds.key_index, dnskeys, out.signatures);
    }
  }
  for (const SignatureVerdict& signature : out.signatures) {
    if (signature.state == SignatureState::kValid && signature.key_index &&
        is_entry(out, *signature.key_index, DsState::kSigns)) {
      const dns::Rrsig& rrsig = dnskeys.rrsigs[signature.rrsig_index];
      out.valid_until = std::max(out.valid_until, expand_rrsig_time(rrsig.expiration, now));
    }
  }
}

}  // namespace

const char* to_string(DsState state) {
  switch (state) {
    case DsState::kSigns: return "signs";
    case DsState::kKeyNotSigning: return "key_not_signing";
    case DsState::kKeySignatureBad: return "key_signature_bad";
    case DsState::kNoKey: return "no_key";
    case DsState::kDigestMismatch: return "digest_mismatch";
    case DsState::kNotZoneKey: return "not_zone_key";
    case DsState::kRevoked: return "revoked";
    case DsState::kUnsupportedAlgorithm: return "unsupported_algorithm";
    case DsState::kUnsupportedDigest: return "unsupported_digest";
    case DsState::kIgnoredDigest: return "ignored_digest";
    case DsState::kMalformed: return "malformed";
    case DsState::kNotChecked: return "not_checked";
  }
  return "not_checked";
}

bool has_usable_ds(const std::vector<Bytes>& ds_rdatas, const ValidationPolicy& policy,
                   Reason* why_not) {
  Reason reason = ds_rdatas.empty() ? Reason::kNoDs : Reason::kUnsupportedAlgorithm;
  for (const Bytes& rdata : ds_rdatas) {
    const auto ds = dns::decode_ds(rdata);
    // An undecodable DS is not of an unknown kind: it does not make the zone insecure.
    if (!ds || is_usable(*ds, policy)) return true;
    if (relies_on(ds->algorithm, policy)) reason = Reason::kUnsupportedDigest;
  }
  if (why_not != nullptr) *why_not = reason;
  return false;
}

KeysVerdict validate_dnskeys(const std::vector<Bytes>& ds_rdatas, const dns::RRset& dnskeys,
                             UnixSeconds now, const ValidationPolicy& policy,
                             CryptoContext& crypto) {
  KeysVerdict out;
  DsMatcher matcher(dnskeys, has_strong_ds(ds_rdatas, policy), policy, crypto.budget);
  for (std::size_t i = 0; i < ds_rdatas.size(); ++i) {
    out.ds.push_back(matcher.match(ds_rdatas[i], i));
  }
  if (!dnskeys.rdatas.empty()) judge_entries(dnskeys, now, policy, crypto, out);
  Reason why_not{};
  if (!has_usable_ds(ds_rdatas, policy, &why_not)) {
    out.verdict = insecure(why_not);
  } else if (dnskeys.rdatas.empty()) {
    out.verdict = bogus(Reason::kDnskeyMissing);
  } else if (has_state(out, DsState::kSigns)) {
    out.verdict = secure();
  } else {
    out.verdict = fault(out);
  }
  return out;
}

}  // namespace anchorwatch::dnssec
