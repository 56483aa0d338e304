// SPDX-License-Identifier: Apache-2.0
#include "trust.h"

#include "anchorwatch/core/digest.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/crypto.h"

#include "change_findings.h"
#include "plan_match.h"

namespace anchorwatch::change {
namespace {

using judge::FindingCode;
using judge::KeyFact;
using judge::RecordFact;

void add_texts(std::set<std::string>& into, const judge::Finding& finding, const char* field) {
  for (const std::string& text : texts_of(finding, field)) into.insert(text);
}

std::string ds_text(const Bytes& rdata) { return dns::rdata_to_text(dns::RrType::kDs, rdata); }

bool fits_any(const Bytes& ds, const std::vector<KeyFact>& keys, const dns::Name& zone) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const KeyFact& key) { return ds_fits(ds, key.rdata, zone); });
}

bool announced_in(const Bytes& ds, const judge::ZoneFacts& facts) {
  return fits_any(ds, facts.dnskeys.values, facts.zone) || is_requested(facts, ds);
}

/// Whether a key of the owner, as remembered, is the one behind a DS.
bool fits_remembered(const Step& step, const Bytes& ds) {
  for (const judge::ZoneFacts* facts : {&step.before.facts, &step.look.facts}) {
    for (const KeyFact& key : facts->dnskeys.values) {
      if (step.memory.keys.count(key_id(key.rdata)) > 0 && ds_fits(ds, key.rdata, step.zone.name)) {
        return true;
      }
    }
  }
  return false;
}

/// Whether a DS that was there before still vouches for the keys that are there now.
bool old_chain_holds(const Step& step) {
  if (!step.was_secure() || !step.is_secure() || !step.look.facts.dnskeys.known) return false;
  const judge::ZoneFacts& now = step.look.facts;
  for (const RecordFact& ds : step.before.facts.ds.values) {
    if (step.memory.unexpected.count(ds_text(ds.rdata)) > 0) continue;
    const bool kept = std::any_of(now.ds.values.begin(), now.ds.values.end(),
                                  [&](const RecordFact& other) { return ds.rdata == other.rdata; });
    if (!kept) continue;
    for (const KeyFact& key : now.dnskeys.values) {
      if (ds_fits(ds.rdata, key.rdata, now.zone) && signs_soundly(step, key)) return true;
    }
  }
  return false;
}

}  // namespace

Memory memory_of(const ZoneState& state) {
  Memory memory;
  for (const OpenFinding& open : state.open_findings) {
    const judge::Finding& finding = open.finding;
    switch (finding.code) {
      case FindingCode::DS_UNEXPECTED:
        add_texts(memory.unexpected, finding, "ds");
        memory.in_doubt = true;
        break;
      case FindingCode::DELEGATION_ABSENT:
        memory.gone_ds = texts_of(finding, "ds_before");
        memory.gone_ns = texts_of(finding, "ns_before");
        memory.gone_keys = texts_of(finding, "keys_before");
        memory.in_doubt = memory.in_doubt || !memory.gone_ds.empty();
        break;
      case FindingCode::WENT_INSECURE:
      case FindingCode::TAKEOVER_SUSPECTED: memory.in_doubt = true; break;
      case FindingCode::NS_UNEXPECTED: break;
      default: continue;
    }
    add_texts(memory.keys, finding, "keys_before");
    add_texts(memory.ds, finding, "ds_before");
  }
  for (const std::string& foreign : memory.unexpected) memory.ds.erase(foreign);
  return memory;
}

std::string key_id(const Bytes& rdata) {
  const auto key = dns::decode_dnskey(rdata);
  Bytes identity = rdata;
  if (key) {
    identity.assign(1, static_cast<char>(key->algorithm));
    identity += key->public_key;
  }
  return to_hex(sha256(identity).bytes());
}

bool same_key(const KeyFact& left, const KeyFact& right) {
  const auto a = dns::decode_dnskey(left.rdata);
  const auto b = dns::decode_dnskey(right.rdata);
  if (!a || !b) return left.rdata == right.rdata;
  return a->algorithm == b->algorithm && a->public_key == b->public_key;
}

std::set<std::uint8_t> key_algorithms(const std::vector<KeyFact>& keys) {
  std::set<std::uint8_t> found;
  for (const KeyFact& key : keys) {
    const auto fields = dns::decode_dnskey(key.rdata);
    if (fields && fields->zone_key() && !fields->revoked()) found.insert(fields->algorithm);
  }
  return found;
}

bool ds_fits(const Bytes& ds_rdata, const Bytes& key_rdata, const dns::Name& zone) {
  const auto ds = dns::decode_ds(ds_rdata);
  const auto key = dns::decode_dnskey(key_rdata);
  if (!ds || !key || ds->algorithm != key->algorithm || ds->key_tag != dns::key_tag(key_rdata)) {
    return false;
  }
  const Bytes digest = dnssec::ds_digest(ds->digest_type, zone, key_rdata);
  // A digest that cannot be computed here leaves tag and algorithm.
  return digest.empty() || digest == ds->digest;
}

bool signs_soundly(const Step& step, const KeyFact& key) {
  const auto fields = dns::decode_dnskey(key.rdata);
  if (!fields || !key.signs_dnskey) return false;
  const std::uint16_t tag = dns::key_tag(key.rdata);
  const judge::Judgement& judgement = step.look.judgement;
  // Whoever publishes a foreign key set can put anything that looks like an old signature beside it.
  if (judgement.work_limit != judge::WorkLimitHit::kNone) return false;
  for (const judge::Finding& finding : judgement.findings) {
    const bool bad = finding.code == FindingCode::DS_KEY_BAD_SIGNATURE;
    if (bad && (!finding.subject.key_tag || *finding.subject.key_tag == tag)) return false;
  }
  const auto& signatures = step.look.facts.rrsigs;
  if (!signatures.known) return true;
  return std::any_of(signatures.values.begin(), signatures.values.end(),
                     [&](const judge::RrsigFact& signature) {
                       return signature.type == dns::RrType::kDnskey && signature.key_tag == tag &&
                              signature.algorithm == fields->algorithm &&
                              signature.inception <= step.look.at &&
                              step.look.at <= signature.expiration;
                     });
}

bool vouched_by_old_chain(const Step& step, const Bytes& ds) {
  return old_chain_holds(step) && announced_in(ds, step.look.facts);
}

bool is_announced(const Step& step, const Bytes& ds) {
  if (plan_for_ds(step, ds) != nullptr) return true;
  if (vouched_by_old_chain(step, ds)) return true;
  if (step.memory.in_doubt) {
    return step.memory.ds.count(ds_text(ds)) > 0 || fits_remembered(step, ds);
  }
  const bool trusted_before = step.was_secure() || step.before.facts.ds.values.empty();
  return trusted_before && announced_in(ds, step.before.facts);
}

bool is_requested(const judge::ZoneFacts& facts, const Bytes& ds) {
  const auto in_cds = [&](const RecordFact& cds) { return cds.rdata == ds; };
  const auto in_cdnskey = [&](const RecordFact& key) { return ds_fits(ds, key.rdata, facts.zone); };
  return std::any_of(facts.cds.values.begin(), facts.cds.values.end(), in_cds) ||
         std::any_of(facts.cdnskey.values.begin(), facts.cdnskey.values.end(), in_cdnskey);
}

}  // namespace anchorwatch::change
