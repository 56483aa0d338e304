// SPDX-License-Identifier: Apache-2.0
// What the type bitmap of a matching NSEC or NSEC3 record says; the rules are the same for both.
#pragma once

#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/denial.h"

namespace anchorwatch::dnssec {

/// A record of the parent side of a cut: NS without SOA (RFC 6840 §4.1).
bool is_delegation(const dns::TypeBitmap& types);
/// Whether a record with these types says nothing about names below its owner (RFC 6840 §4.1).
bool hides_names_below(const dns::TypeBitmap& types);
/// RFC 9824 §2: the name itself is declared absent.
bool says_nxname(const dns::TypeBitmap& types);

/// Does a record that matches `name` deny `type`? kProven, kTypeInBitmap, kAncestorRecord or
/// kHasSoa.
/// @param name  the owner that the record stands for: the name asked, or a wildcard.
DenialResult denies_type(const dns::TypeBitmap& types, const dns::Name& name, const dns::Name& zone,
                         dns::RrType type);
/// Does a record that matches a delegation deny its DS? (RFC 6840 §4.4, RFC 5155 §8.9)
DenialResult denies_ds(const dns::TypeBitmap& types);

}  // namespace anchorwatch::dnssec
