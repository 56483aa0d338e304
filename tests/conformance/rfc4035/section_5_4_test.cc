// SPDX-License-Identifier: Apache-2.0
// RFC 4035 §5.4: a name error is proven only when NSEC records exclude both the name and every
// wildcard that could have matched it.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc4035Section54, WildcardMustBeExcludedToo) {
  ZoneSigner zone("example.");
  zone.add_key(SigningKey(15));
  zone.add("alpha A 192.0.2.1\ndelta A 192.0.2.2\n* A 192.0.2.3");
  zone.sign();
  // A forger hides the wildcard: NXDOMAIN with the NSEC that covers the name.
  dns::Message forged = zone.answer("beta.example.", dns::RrType::kA);
  forged.answer.clear();
  forged.rcode = dns::kRcodeNxDomain;
  EXPECT_EQ(judge(forged, zone).verdict, bogus(Reason::kDenialInvalid));
}

}  // namespace
}  // namespace anchorwatch::dnssec
