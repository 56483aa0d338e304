// SPDX-License-Identifier: Apache-2.0
// What resolvers make of the versions that they may hold: which combinations fail, and from when to when.
//
// Resolvers keep what they could validate: a server that is odd for a moment leaves nothing behind.
//
// Exact within the resolution of the looks: a split is certain where it follows from every moment at which the
// changes may have happened, possible where it follows from one of them.
//
// Threading: pure functions, any thread.
// Standards: RFC 4035 §5.2, §5.3; RFC 6840 §5.11; RFC 7583 §3.
// Limits:    kMostVersions ^ 3 combinations, each a few comparisons.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/dns/name.h"
#include "anchorwatch/dnssec/algorithm.h"
#include "anchorwatch/history/zone_history.h"

namespace anchorwatch::history {

/// Why a combination does not validate.
enum class Fault : std::uint8_t {
  kNone,           ///< It validates, or no DS asks for that.
  kNoKeys,         ///< A DS set with a zone without keys.
  kNoEntry,        ///< No DS leads to a key that signs the key set.
  kNotSigned,      ///< Data without a signature.
  kSignerUnknown,  ///< Data signed only by keys that are not in the key set.
};
const char* to_string(Fault fault);

/// One DS set, key set and RRset that a resolver may join although they do not fit. Positions in the history; the same
/// three may come twice, with a time between in which one of them is held by nobody.
struct Split {
  std::size_t ds = 0, keys = 0, signers = 0;
  Fault fault = Fault::kNone;
  Span possible;  ///< Never empty.
  Span certain;   ///< May be empty.
  bool operator==(const Split&) const = default;
};

/// Whether a resolver with these three gets an answer.
Fault combine(const DsSet& ds, const KeySet& keys, const Signers& signers, const dns::Name& zone,
              const dnssec::ValidationPolicy& policy);

/// The combinations that fail at `now` or later, in the order of their ends. What is wrong with the state that is
/// served (all three served) is left to the verdict.
std::vector<Split> find_splits(const ZoneHistory& history, const dns::Name& zone,
                               const dnssec::ValidationPolicy& policy, UnixSeconds now);

/// "Resolvers that hold the DNSKEY set from before T fail until U: no DS (12345) leads to a key that signs it."
std::string describe(const ZoneHistory& history, const Split& split);

/// One change of a zone, not yet made. Empty parts stay as they are.
struct Step {
  std::vector<Bytes> add_ds, remove_ds;              ///< RDATAs.
  std::vector<Bytes> add_keys, remove_keys;          ///< RDATAs.
  std::vector<Signers::Key> sign_with, cease_to_sign_with;  ///< For all data of the zone.
  std::vector<Bytes> sign_keys_with, cease_to_sign_keys_with;  ///< DNSKEY RDATAs.
};

/// The history as it would go on if the step were made at `at`.
ZoneHistory after_step(const ZoneHistory& history, const Step& step, UnixSeconds at);

struct StepOutlook {
  /// The first moment, `now` or later, at which nobody fails because of the step. Nothing: it breaks the zone
  /// whenever it is made, as long as nothing else changes first.
  std::optional<UnixSeconds> safe_from;
  ZoneHistory after;          ///< If it were made now.
  std::vector<Split> splits;  ///< What fails then because of it; positions in `after`.
};

/// Whether a change is safe now, and if not, when it will be.
StepOutlook look_ahead(const ZoneHistory& history, const Step& step, const dns::Name& zone,
                       const dnssec::ValidationPolicy& policy, UnixSeconds now);

}  // namespace anchorwatch::history
