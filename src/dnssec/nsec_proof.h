// SPDX-License-Identifier: Apache-2.0
// The questions of denial.h, answered by NSEC records.
// Standards: RFC 4035 §5.4, RFC 6840 §4.1, RFC 9824.
#pragma once

#include "anchorwatch/dnssec/denial.h"

namespace anchorwatch::dnssec {

/// Whether a record is fit to prove anything: owner and next in the zone, only the last one wraps,
/// and not itself expanded from a wildcard.
bool nsec_is_usable(const DenialRecords::NsecRecord& record, const dns::Name& zone);

DenialProof nsec_nxdomain(const DenialRecords& records, const dns::Name& name);
DenialProof nsec_nodata(const DenialRecords& records, const dns::Name& name, dns::RrType type);
DenialProof nsec_no_ds(const DenialRecords& records, const dns::Name& name);
DenialProof nsec_wildcard_expansion(const DenialRecords& records, const dns::Name& name,
                                    const dns::Name& encloser);

}  // namespace anchorwatch::dnssec
