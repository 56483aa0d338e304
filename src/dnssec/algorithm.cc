// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/algorithm.h"

#include <array>

namespace anchorwatch::dnssec {
namespace {

struct Row {
  std::uint8_t number;
  const char* name;
  Standing standing;
};

// IANA "DNS Security Algorithm Numbers", column "Use for DNSSEC Signing" (RFC 9904, 9905, 9906).
constexpr std::array kAlgorithms{
    Row{1, "RSAMD5", Standing::kMustNot},
    Row{3, "DSA", Standing::kMustNot},
    Row{5, "RSASHA1", Standing::kMustNot},
    Row{6, "DSA-NSEC3-SHA1", Standing::kMustNot},
    Row{7, "RSASHA1-NSEC3-SHA1", Standing::kMustNot},
    Row{8, "RSASHA256", Standing::kRecommended},
    Row{10, "RSASHA512", Standing::kNotRecommended},
    Row{12, "ECC-GOST", Standing::kMustNot},
    Row{13, "ECDSAP256SHA256", Standing::kRecommended},
    Row{14, "ECDSAP384SHA384", Standing::kMay},
    Row{15, "ED25519", Standing::kRecommended},
    Row{16, "ED448", Standing::kMay},
    Row{17, "SM2SM3", Standing::kMay},
    Row{23, "ECC-GOST12", Standing::kMay},
    Row{0, "DELETE", Standing::kMustNot},
    Row{2, "DH", Standing::kMustNot},
    Row{252, "INDIRECT", Standing::kMustNot},
    Row{253, "PRIVATEDNS", Standing::kMustNot},
    Row{254, "PRIVATEOID", Standing::kMustNot},
};

// IANA "Digest Algorithms" for DS, column "Use for DNSSEC Delegation".
constexpr std::array kDigests{
    Row{1, "SHA-1", Standing::kMustNot},           Row{2, "SHA-256", Standing::kRecommended},
    Row{3, "GOST R 34.11-94", Standing::kMustNot}, Row{4, "SHA-384", Standing::kMay},
    Row{5, "GOST R 34.11-2012", Standing::kMay},   Row{6, "SM3", Standing::kMay},
};

template <std::size_t N>
const Row* find(const std::array<Row, N>& rows, std::uint8_t number) {
  for (const Row& row : rows) {
    if (row.number == number) return &row;
  }
  return nullptr;
}

bool is_sha1_algorithm(std::uint8_t algorithm) { return algorithm == 5 || algorithm == 7; }

}  // namespace

std::string algorithm_name(std::uint8_t algorithm) {
  const Row* row = find(kAlgorithms, algorithm);
  return row != nullptr ? row->name : "algorithm " + std::to_string(algorithm);
}

std::string digest_name(std::uint8_t digest_type) {
  const Row* row = find(kDigests, digest_type);
  return row != nullptr ? row->name : "digest type " + std::to_string(digest_type);
}

Standing algorithm_standing(std::uint8_t algorithm) {
  const Row* row = find(kAlgorithms, algorithm);
  if (row != nullptr) return row->standing;
  return algorithm_is_illegal(algorithm) ? Standing::kMustNot : Standing::kUnassigned;
}

Standing digest_standing(std::uint8_t digest_type) {
  const Row* row = find(kDigests, digest_type);
  if (row != nullptr) return row->standing;
  return digest_is_illegal(digest_type) ? Standing::kMustNot : Standing::kUnassigned;
}

bool algorithm_is_illegal(std::uint8_t algorithm) {
  // 4, 9, 11 and 123–251 are reserved; 2 and 252 never signed zones; 253–255 are private or
  // reserved.
  return algorithm == 0 || algorithm == 2 || algorithm == 4 || algorithm == 9 || algorithm == 11 ||
         algorithm >= 123;
}

bool digest_is_illegal(std::uint8_t digest_type) {
  // 0 stands only in a CDS that asks for deletion (RFC 8078 §4); RFC 9157 reserves 128 and above.
  return digest_type == 0 || digest_type >= 128;
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

bool relies_on(std::uint8_t algorithm, const ValidationPolicy& policy) {
  return can_verify(algorithm) && (policy.rely_on_sha1 || !is_sha1_algorithm(algorithm));
}

bool can_digest(std::uint8_t digest_type) {
  return digest_type == 1 || digest_type == 2 || digest_type == 4;
}

bool relies_on_digest(std::uint8_t digest_type, const ValidationPolicy& policy) {
  return can_digest(digest_type) && (policy.rely_on_sha1 || digest_type != 1);
}

}  // namespace anchorwatch::dnssec
