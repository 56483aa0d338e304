// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/algorithm.h"

namespace anchorwatch::dnssec {
namespace {

constexpr std::uint8_t kSha1Digest = 1;

bool is_sha1_algorithm(std::uint8_t algorithm) { return algorithm == 5 || algorithm == 7; }

}  // namespace

std::string algorithm_name(std::uint8_t algorithm) {
  const AlgorithmRow* row = AlgorithmTable::builtin()->algorithm(algorithm);
  return row != nullptr ? row->name : "algorithm " + std::to_string(algorithm);
}

std::string digest_name(std::uint8_t digest_type) {
  const AlgorithmRow* row = AlgorithmTable::builtin()->digest(digest_type);
  return row != nullptr ? row->name : "digest type " + std::to_string(digest_type);
}

bool can_verify(std::uint8_t algorithm) {
  switch (algorithm) {
    case 5:
    case 7:
    case 8:
    case 10:
    case 13:
    case 14:
    case 15:
    case 16: return true;
    default: return false;
  }
}

bool verifies(std::uint8_t algorithm, const ValidationPolicy& policy) {
  if (policy.rely_on_sha1 && is_sha1_algorithm(algorithm)) return true;
  const AlgorithmRow* row = policy.algorithms->algorithm(algorithm);
  return row != nullptr && row->verify;
}

bool relies_on(std::uint8_t algorithm, const ValidationPolicy& policy) {
  if (policy.rely_on_sha1 && is_sha1_algorithm(algorithm)) return true;
  const AlgorithmRow* row = policy.algorithms->algorithm(algorithm);
  return row != nullptr && row->rely;
}

bool can_digest(std::uint8_t digest_type) {
  return digest_type == 1 || digest_type == 2 || digest_type == 4;
}

bool computes_digest(std::uint8_t digest_type, const ValidationPolicy& policy) {
  if (policy.rely_on_sha1 && digest_type == kSha1Digest) return true;
  const AlgorithmRow* row = policy.algorithms->digest(digest_type);
  return row != nullptr && row->verify;
}

bool relies_on_digest(std::uint8_t digest_type, const ValidationPolicy& policy) {
  if (policy.rely_on_sha1 && digest_type == kSha1Digest) return true;
  const AlgorithmRow* row = policy.algorithms->digest(digest_type);
  return row != nullptr && row->rely;
}

}  // namespace anchorwatch::dnssec
