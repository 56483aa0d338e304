// SPDX-License-Identifier: Apache-2.0
// RFC 5155 Appendix A: the hashes of the example zone (salt aabbccdd, 12 iterations).
#include <array>
#include <utility>

#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 12> kHashes{{
    {"example.", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"},
    {"a.example.", "35mthgpgcu1qg68fab165klnsnk3dpvl"},
    {"ai.example.", "gjeqe526plbf1g8mklp59enfd789njgi"},
    {"ns1.example.", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"},
    {"ns2.example.", "q04jkcevqvmu85r014c7dkba38o0ji5r"},
    {"w.example.", "k8udemvp1j2f7eg6jebps17vp3n8i58h"},
    {"*.w.example.", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"},
    {"x.w.example.", "b4um86eghhds6nea196smvmlo4ors995"},
    {"y.w.example.", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"},
    {"x.y.w.example.", "2vptu5timamqttgl4luu9kg21e0aor3s"},
    {"xx.example.", "t644ebqk9bibcna874givr6joj62mlhv"},
    {"2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", "kohar7mbb8dc2ce8a9qvl8hon4k53uhi"},
}};

TEST(Rfc5155AppendixA, Hashes) {
  WorkBudget budget;
  for (const auto& [name, hash] : kHashes) {
    EXPECT_EQ(to_base32hex(nsec3_hash(name_of(name), "\xaa\xbb\xcc\xdd", 12, budget)), hash)
        << name;
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
