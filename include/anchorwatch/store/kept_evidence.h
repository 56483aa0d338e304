// SPDX-License-Identifier: Apache-2.0
// What is kept of a look so that it can be judged again: bodies of evidence/codec.h and when they held.
//
// Threading: value types, any thread.
#pragma once

#include <optional>
#include <string>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/digest.h"
#include "anchorwatch/dns/name.h"

namespace anchorwatch::store {

/// Whether evidence is kept, and for how long.
struct EvidenceRetention {
  bool keep = false;
  int days = 90;
  int looks_per_zone = 200;  ///< The oldest go first.
};

/// Of a look whose judgement was news.
struct KeptEvidence {
  Bytes body;             ///< Of evidence::encode.
  Digest digest;          ///< Content address: equal evidence of a zone is stored once.
  bool complete = false;  ///< A full look with all questions.
};

/// Of a zone above others, for all of them.
struct KeptAncestor {
  dns::Name zone;
  UnixSeconds at = 0;
  Digest link;            ///< What it was judged to: of its ChainLink.
  Bytes body;
};

/// One kept look at a zone, as a reader gets it.
struct KeptLook {
  UnixSeconds first_seen_at = 0;  ///< The look.
  UnixSeconds last_seen_at = 0;   ///< The last look before the next kept one; nothing that was told changed until then.
  std::optional<UnixSeconds> seen_before_at, full_before_at;  ///< The looks before it.
  std::int64_t evidence = 0;      ///< For Reader::evidence.
  Digest digest;
  bool complete = false;
  bool renewed = false;           ///< Later looks up to last_seen_at showed other signatures or TTLs.
  bool current = false;
  std::string status, status_worst, reason, observation, delegation;  ///< As told then.
  std::int64_t octets = 0;
};

}  // namespace anchorwatch::store
