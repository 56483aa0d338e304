// SPDX-License-Identifier: Apache-2.0
// Whom the chain of trust vouched for: which DS was announced, and by whom.
//
// The findings of the area `change` that are open are the memory of what was trusted before the first
// step that nobody announced (data: keys_before, ds_before, ns_before). So a hijack in several steps is
// still measured against the owner's keys, not against those of the step before.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "step.h"

namespace anchorwatch::change {

struct Memory {
  std::set<std::string> keys;        ///< key_id of validated keys.
  std::set<std::string> ds;          ///< Presentation form.
  std::set<std::string> unexpected;  ///< DS records that nobody announced, presentation form.
  /// WENT_INSECURE, DS_UNEXPECTED or TAKEOVER_SUSPECTED is open, or the delegation is gone.
  bool in_doubt = false;
  /// What stood at the parent before the delegation went; empty where it is there.
  std::vector<std::string> gone_ds, gone_ns, gone_keys;
};

Memory memory_of(const ZoneState& state);

/// SHA-256 over algorithm and public key, in hexadecimal: v_dnskey.key_sha256. Flags make no other key.
std::string key_id(const Bytes& rdata);
bool same_key(const judge::KeyFact& left, const judge::KeyFact& right);
/// Algorithms of keys that may sign: revoked keys sign nothing but the key set.
std::set<std::uint8_t> key_algorithms(const std::vector<judge::KeyFact>& keys);

/// Whether a DS commits to a key (RFC 4034 §5.2).
bool ds_fits(const Bytes& ds, const Bytes& key, const dns::Name& zone);
/// Whether a key's signature over the DNSKEY RRset holds: it is in time, and none by it was found bad.
bool signs_soundly(const Step& step, const judge::KeyFact& key);
/// Whether keys that were trusted before, or that a DS which stayed vouches for, announced a DS. Where
/// there never was a DS, the keys that were seen before count: that is how a zone becomes secure.
bool is_announced(const Step& step, const Bytes& ds);
/// Whether a DS that stood before, and that somebody had announced, vouches now for the key of `ds`.
bool vouched_by_old_chain(const Step& step, const Bytes& ds);
/// Whether CDS or CDNSKEY records ask for a DS.
bool is_requested(const judge::ZoneFacts& facts, const Bytes& ds);

}  // namespace anchorwatch::change
