// SPDX-License-Identifier: Apache-2.0
// ExpectedSignatures: the signatures that a judgement may have to verify, told beforehand, since many together cost less
// than each alone. What is told changes no result: others are verified as well, and these need not be.
//
// Threading: what is expected belongs to the thread that told it. Of several objects on a thread the newest counts; when
// it ends, nothing is expected.
#pragma once

#include <vector>

#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::dnssec {

class ExpectedSignatures {
 public:
  /// @param rrsigs  must live as long as this object. Algorithms that gain nothing are passed over.
  explicit ExpectedSignatures(const std::vector<const dns::Rrsig*>& rrsigs);
  ~ExpectedSignatures();
  ExpectedSignatures(const ExpectedSignatures&) = delete;
  ExpectedSignatures& operator=(const ExpectedSignatures&) = delete;
};

}  // namespace anchorwatch::dnssec
