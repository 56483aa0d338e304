// SPDX-License-Identifier: Apache-2.0
// RFC 6672 §5.3.1: the CNAME that a server makes from a DNAME is not signed; the validator makes it
// again and compares.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc6672Section531, SynthesisedCname) {
  ZoneSigner zone("example.");
  zone.add_key(SigningKey(15));
  zone.add("old DNAME new.example.\nwww.new A 192.0.2.1");
  zone.sign();
  dns::Message message = zone.answer("www.old.example.", dns::RrType::kA);
  const dns::RRset* cname =
      dns::find_rrset(message.answer, name_of("www.old.example."), dns::RrType::kCname);
  ASSERT_NE(cname, nullptr);
  EXPECT_TRUE(cname->rrsigs.empty());
  EXPECT_EQ(judge(message, zone).verdict, secure());
  for (dns::RRset& set : message.answer) {
    if (set.type == dns::RrType::kCname) set.rdatas = {name_of("forged.example.").wire()};
  }
  EXPECT_EQ(judge(message, zone).verdict, bogus(Reason::kAnswerMalformed));
}

}  // namespace
}  // namespace anchorwatch::dnssec
