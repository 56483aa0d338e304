// SPDX-License-Identifier: Apache-2.0
// Examples printed in RFCs: a key, a set with its signature, and a time within its validity.
#pragma once

#include <string_view>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/answer.h"
#include "anchorwatch/dnssec/ds_chain.h"
#include "anchorwatch/dnssec/signed_rrset.h"

#include "support/zone_signer.h"

namespace anchorwatch::dnssec {

/// An empty memo and a full budget.
struct FreshCrypto {
  VerifyMemo memo{64};
  KeyCache keys{64};
  WorkBudget budget;
  CryptoContext context{memo, keys, budget};
};

/// Validates the one signed set in `text` with the DNSKEY there.
inline Verdict validate_example(std::string_view text, UnixSeconds now,
                                const ValidationPolicy& policy = {}) {
  FreshCrypto crypto;
  ZoneKeys keys;
  dns::RRset signed_set;
  for (const dns::RRset& set : records_of(text)) {
    if (set.type == dns::RrType::kDnskey) keys = {set.owner, set.rdatas};
    if (!set.rrsigs.empty()) signed_set = set;
  }
  return validate_rrset(signed_set, keys, now, policy, crypto.context).verdict;
}

/// Whether the DS in `text` is the digest of the DNSKEY there.
inline bool ds_fits_key(std::string_view text) {
  Bytes ds, key;
  dns::Name owner;
  for (const dns::RRset& set : records_of(text)) {
    if (set.type == dns::RrType::kDs) ds = set.rdatas.at(0);
    if (set.type == dns::RrType::kDnskey) key = set.rdatas.at(0);
    if (set.type == dns::RrType::kDnskey) owner = set.owner;
  }
  const auto decoded = dns::decode_ds(ds);
  return decoded && decoded->key_tag == dns::key_tag(key) &&
         decoded->digest == ds_digest(decoded->digest_type, owner, key);
}

inline AnswerVerdict judge(const dns::Message& message, const ZoneSigner& zone,
                           UnixSeconds now = ZoneSigner::kNow,
                           const ValidationPolicy& policy = {}) {
  FreshCrypto crypto;
  return validate_answer({*message.question, message.rcode, message.answer, message.authority},
                         zone.keys(), now, policy, crypto.context);
}

inline DsAnswerVerdict judge_ds(const dns::Message& message, const ZoneSigner& parent) {
  FreshCrypto crypto;
  return validate_ds_answer({*message.question, message.rcode, message.answer, message.authority},
                            parent.keys(), ZoneSigner::kNow, {}, crypto.context);
}

}  // namespace anchorwatch::dnssec
