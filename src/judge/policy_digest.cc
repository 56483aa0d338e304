// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "anchorwatch/judge/as_table.h"
#include "anchorwatch/judge/judge.h"

namespace anchorwatch::judge {
namespace {

void add(Hasher& hasher, const SeverityMap& severities) {
  hasher.number(severities.size());
  for (const auto& [code, severity] : severities) {
    hasher.field(info(code).name);
    hasher.number(static_cast<std::uint64_t>(severity));
  }
}

void add(Hasher& hasher, const std::vector<Bytes>& list) {
  hasher.number(list.size());
  for (const Bytes& each : list) hasher.field(each);
}

void add(Hasher& hasher, const Expectation& expectation) {
  hasher.number(static_cast<std::uint64_t>(expectation.expect));
  add(hasher, expectation.expect_ds);
  hasher.number(expectation.algorithms.size());
  for (const std::uint8_t algorithm : expectation.algorithms) hasher.number(algorithm);
  add(hasher, expectation.severity);
}

void add(Hasher& hasher, const dnssec::TrustAnchorSet& anchors) {
  hasher.number(anchors.anchors().size());
  for (const auto& [owner, ds] : anchors.anchors()) {
    hasher.field(owner.wire());
    add(hasher, ds);
  }
  hasher.number(anchors.negatives().size());
  for (const dns::Name& name : anchors.negatives()) hasher.field(name.wire());
}

}  // namespace

Digest digest_of(const JudgePolicy& policy, const dnssec::TrustAnchorSet& anchors,
                 const Expectation& expectation) {
  Hasher hasher;
  hasher.number(policy.validation.rely_on_sha1 ? 1 : 0);
  hasher.number(policy.validation.max_nsec3_iterations);
  hasher.number(static_cast<std::uint64_t>(policy.nested_anchors));
  hasher.raw(policy.validation.algorithms->content().bytes());
  hasher.number(std::bit_cast<std::uint64_t>(policy.expiry.warn));
  hasher.number(std::bit_cast<std::uint64_t>(policy.expiry.critical));
  hasher.number(policy.allow_special_addresses ? 1 : 0);
  hasher.number(policy.as_table != nullptr ? 1 : 0);
  if (policy.as_table != nullptr) hasher.raw(policy.as_table->content().bytes());
  add(hasher, policy.severity);
  add(hasher, anchors);
  add(hasher, expectation);
  return hasher.finish();
}

}  // namespace anchorwatch::judge
