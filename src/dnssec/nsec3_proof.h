// SPDX-License-Identifier: Apache-2.0
// The questions of denial.h, answered by NSEC3 records of one set of parameters.
// Standards: RFC 5155 §8.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/dnssec/denial.h"

namespace anchorwatch::dnssec {

/// NSEC3 records that agree in iterations and salt, and what they say.
class Nsec3Chain {
 public:
  Nsec3Chain(const dns::Name& zone, std::uint16_t iterations, Bytes salt, WorkBudget& budget)
      : zone_(zone), iterations_(iterations), salt_(std::move(salt)), budget_(budget) {}

  void add(const DenialRecords::Nsec3Record& record) { records_.push_back(&record); }
  [[nodiscard]] bool has_parameters(const dns::Nsec3& data) const {
    return data.iterations == iterations_ && data.salt == salt_;
  }
  [[nodiscard]] std::uint16_t iterations() const { return iterations_; }

  DenialProof nxdomain(const dns::Name& name);
  DenialProof nodata(const dns::Name& name, dns::RrType type);
  DenialProof no_ds(const dns::Name& name);
  DenialProof wildcard_expansion(const dns::Name& name, const dns::Name& encloser);

 private:
  using Record = DenialRecords::Nsec3Record;
  /// RFC 5155 §8.3: the closest encloser matches, the next closer name is covered.
  struct CloserProof {
    DenialResult result = DenialResult::kNoClosestEncloser;
    dns::Name encloser;
    const Record* cover = nullptr;  ///< Of the next closer name.
  };
  CloserProof prove_closest_encloser(const dns::Name& name);
  DenialProof wildcard_nodata(const CloserProof& closer, dns::RrType type);

  /// Empty when the budget is spent.
  const Bytes& hash(const dns::Name& name);
  const Record* find_match(const dns::Name& name);
  const Record* find_cover(const dns::Name& name);
  /// `result`, or kLimit when a hash could not be computed on the way.
  [[nodiscard]] DenialProof finish(DenialResult result,
                                   std::optional<dns::Name> encloser = std::nullopt) const;

  const dns::Name& zone_;
  std::uint16_t iterations_;
  Bytes salt_;
  WorkBudget& budget_;
  std::vector<const Record*> records_;
  std::vector<std::pair<dns::Name, Bytes>> hashes_;  // A proof asks for the same few names again.
  bool limit_ = false;
};

}  // namespace anchorwatch::dnssec
