// SPDX-License-Identifier: Apache-2.0
// Denial of existence: what a set of authentic NSEC or NSEC3 records proves about a name.
//
// Each function is a question; the answer is an enum, never a bool. Records that are not authentic
// must not be passed in.
//
// Standards: RFC 4035 §5.4, RFC 5155 §8, RFC 6840 §4, RFC 9077, RFC 9276, RFC 9824.
// Limits:    NSEC3 hashing spends WorkBudget::nsec3_hash_blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dns/rrset.h"
#include "anchorwatch/dnssec/algorithm.h"
#include "anchorwatch/dnssec/crypto.h"

namespace anchorwatch::dnssec {

/// Authentic denial records of one answer, all of one zone.
struct DenialRecords {
  dns::Name zone;  ///< The signer of the records.
  struct NsecRecord {
    dns::Name owner;
    dns::Nsec data;
    int signature_labels = 0;  ///< RRSIG Labels: fewer than the owner's mean a wildcard-expanded NSEC.
  };
  struct Nsec3Record {
    Bytes owner_hash;
    dns::Nsec3 data;
  };
  std::vector<NsecRecord> nsec;
  std::vector<Nsec3Record> nsec3;
  bool malformed = false;      ///< Some record could not be decoded or has a bad owner label.
  bool unknown_hash = false;   ///< Some NSEC3 has a hash algorithm ≠ 1 or unknown flags (ignored, §8.1, §8.2).
  [[nodiscard]] bool empty() const { return nsec.empty() && nsec3.empty(); }
};
/// Decodes authentic NSEC/NSEC3 RRsets; those that do not decode are left out and noted.
DenialRecords collect_denial(const dns::Name& zone, const std::vector<const dns::RRset*>& authentic);

/// How far a proof got. Everything but kProven, kOptOut and kIterations is a failure with its name.
enum class DenialResult : std::uint8_t {
  kProven,
  kOptOut,              ///< Proven only as "insecure if it exists": an opt-out NSEC3 spans the name.
  kIterations,          ///< NSEC3 iterations above the limit: treat as insecure (RFC 9276 §3.2).
  kMissing,             ///< No usable record at all.
  kNameNotCovered,      ///< No NSEC covers the name.
  kNextCloserNotCovered,
  kWildcardNotCovered,  ///< Nothing excludes the wildcard.
  kNoClosestEncloser,
  kTypeInBitmap,        ///< The matching record lists the type, or CNAME.
  kNoMatch,             ///< No record matches the name for NODATA.
  kNameCovered,         ///< NODATA claimed, but the records say that the name does not exist.
  kHasSoa,              ///< No-DS proof by the child's own record (RFC 6840 §4.4).
  kHasDs,
  kLacksNs,
  kAncestorRecord,      ///< Only an ancestor-delegation or DNAME record was offered (RFC 6840 §4.1).
  kLimit,
};
const char* to_string(DenialResult result);

struct DenialProof {
  DenialResult result = DenialResult::kMissing;
  bool compact = false;               ///< RFC 9824: the name is absent although the RCODE is NOERROR.
  std::optional<dns::Name> closest_encloser;
};

/// Does `name` not exist (and no wildcard could have answered)?
DenialProof prove_nxdomain(const DenialRecords& records, const dns::Name& name,
                           const ValidationPolicy& policy, WorkBudget& budget);
/// Does `name` have no `type` (it exists, is an empty non-terminal, or a wildcard lacks the type)?
DenialProof prove_nodata(const DenialRecords& records, const dns::Name& name, dns::RrType type,
                         const ValidationPolicy& policy, WorkBudget& budget);
/// Is `name`, a delegation in records.zone, without DS? kOptOut also says so: securely insecure.
DenialProof prove_no_ds(const DenialRecords& records, const dns::Name& name,
                        const ValidationPolicy& policy, WorkBudget& budget);
/// For a wildcard answer: does no name closer than `encloser` exist on the way to `name`?
DenialProof prove_wildcard_expansion(const DenialRecords& records, const dns::Name& name,
                                     const dns::Name& encloser, const ValidationPolicy& policy,
                                     WorkBudget& budget);

/// Whether `name` lies strictly between `owner` and `next` in canonical order, the last NSEC of a zone
/// wrapping to the apex.
bool nsec_covers(const dns::Name& owner, const dns::Name& next, const dns::Name& name);

}  // namespace anchorwatch::dnssec
