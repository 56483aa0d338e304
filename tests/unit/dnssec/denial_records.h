// SPDX-License-Identifier: Apache-2.0
// Short forms for NSEC and NSEC3 records in tests.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "anchorwatch/dnssec/denial.h"

#include "support/zone_signer.h"

namespace anchorwatch::dnssec {

using Types = std::initializer_list<dns::RrType>;

inline DenialRecords::NsecRecord nsec(std::string_view owner, std::string_view next, Types types) {
  DenialRecords::NsecRecord record;
  record.owner = name_of(owner);
  record.data = dns::decode_nsec(name_of(next).wire() + type_bitmap_of(types)).value();
  record.signature_labels = record.owner.rrsig_label_count();
  return record;
}

inline DenialRecords nsec_zone(std::initializer_list<DenialRecords::NsecRecord> records) {
  DenialRecords out;
  out.zone = name_of("example.");
  out.nsec = records;
  return out;
}

/// NSEC3 records without salt that match or cover names of their choice.
class Nsec3Maker {
 public:
  explicit Nsec3Maker(std::uint16_t iterations = 0) : iterations_(iterations) {}

  [[nodiscard]] Bytes hash(std::string_view name) const {
    WorkBudget budget;
    budget.nsec3_hash_blocks = 1 << 24;
    return nsec3_hash(name_of(name), "", iterations_, budget);
  }
  /// A record for `name`; it covers nothing but the hash just above.
  [[nodiscard]] DenialRecords::Nsec3Record match(std::string_view name, Types types) const {
    const Bytes owner = hash(name);
    return record(owner, step(owner, 2), 0, types);
  }
  /// A record that covers `name` and the hashes just around it.
  [[nodiscard]] DenialRecords::Nsec3Record cover(std::string_view name,
                                                 std::uint8_t flags = 0) const {
    const Bytes at = hash(name);
    return record(step(at, -1), step(at, 1), flags, {dns::RrType::kA});
  }

 private:
  static Bytes step(Bytes hash, int by) {
    for (std::size_t i = hash.size(); i-- > 0 && by != 0;) {
      const int sum = octet(hash, i) + by;
      hash[i] = static_cast<char>(sum & 0xff);
      by = sum < 0 ? -1 : sum >> 8;
    }
    return hash;
  }
  [[nodiscard]] DenialRecords::Nsec3Record record(Bytes owner, Bytes next, std::uint8_t flags,
                                                  Types types) const {
    DenialRecords::Nsec3Record out;
    out.owner_hash = std::move(owner);
    out.data.hash_algorithm = 1;
    out.data.flags = flags;
    out.data.iterations = iterations_;
    out.data.next_hash = std::move(next);
    out.data.types = dns::TypeBitmap::decode(type_bitmap_of(types)).value();
    return out;
  }

  std::uint16_t iterations_;
};

inline DenialRecords nsec3_zone(std::initializer_list<DenialRecords::Nsec3Record> records) {
  DenialRecords out;
  out.zone = name_of("example.");
  out.nsec3 = records;
  return out;
}

/// The four questions with a full budget and the usual policy.
struct Ask {
  WorkBudget budget;
  ValidationPolicy policy;
  DenialProof nxdomain(const DenialRecords& records, std::string_view name) {
    return prove_nxdomain(records, name_of(name), policy, budget);
  }
  DenialProof nodata(const DenialRecords& records, std::string_view name, dns::RrType type) {
    return prove_nodata(records, name_of(name), type, policy, budget);
  }
  DenialProof no_ds(const DenialRecords& records, std::string_view name) {
    return prove_no_ds(records, name_of(name), policy, budget);
  }
  DenialProof expansion(const DenialRecords& records, std::string_view name,
                        std::string_view encloser) {
    return prove_wildcard_expansion(records, name_of(name), name_of(encloser), policy, budget);
  }
};

}  // namespace anchorwatch::dnssec
