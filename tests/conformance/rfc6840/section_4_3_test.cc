// SPDX-License-Identifier: Apache-2.0
// RFC 6840 §4.3: a proof of no data must show that there is no CNAME either.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc6840Section43, CnameBitMustBeClear) {
  for (const ZoneSigner::Denial denial : {ZoneSigner::Denial::kNsec, ZoneSigner::Denial::kNsec3}) {
    ZoneSigner zone("example.", {.denial = denial});
    zone.add_key(SigningKey(15));
    zone.add("alias CNAME www\nwww A 192.0.2.1");
    zone.sign();
    // NODATA for another type, with the record of the alias as the proof.
    dns::Message forged = zone.answer("alias.example.", dns::RrType::kDs);
    forged.answer.clear();
    forged.authority.clear();
    for (const dns::RRset& set : zone.sets()) {
      if (set.type == dns::RrType::kNsec || set.type == dns::RrType::kNsec3) {
        forged.authority.push_back(set);
      }
    }
    forged.question = dns::Question{name_of("alias.example."), dns::RrType::kTxt};
    const AnswerVerdict verdict = judge(forged, zone);
    EXPECT_EQ(verdict.verdict, bogus(Reason::kDenialInvalid));
    EXPECT_EQ(verdict.denial.value().result, DenialResult::kTypeInBitmap);
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
