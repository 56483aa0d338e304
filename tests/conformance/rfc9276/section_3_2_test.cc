// SPDX-License-Identifier: Apache-2.0
// RFC 9276 §3.2: a validator may treat answers with too many NSEC3 iterations as insecure, and does
// so without computing the hashes.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc9276Section32, LimitIsInclusiveAndCostsNothing) {
  ValidationPolicy policy;
  for (const std::uint16_t iterations : {std::uint16_t{0}, std::uint16_t{50}, std::uint16_t{51}}) {
    ZoneSigner zone("example.",
                    {.denial = ZoneSigner::Denial::kNsec3, .nsec3_iterations = iterations});
    zone.add_key(SigningKey(15));
    zone.sign();
    const dns::Message message = zone.answer("nope.example.", dns::RrType::kA);
    FreshCrypto crypto;
    const AnswerVerdict verdict =
        validate_answer({*message.question, message.rcode, message.answer, message.authority},
                        zone.keys(), ZoneSigner::kNow, policy, crypto.context);
    const bool over = iterations > policy.max_nsec3_iterations;
    EXPECT_EQ(verdict.verdict, over ? insecure(Reason::kNsec3Iterations) : secure());
    EXPECT_EQ(crypto.budget.nsec3_hash_blocks == WorkBudget().nsec3_hash_blocks, over);
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
