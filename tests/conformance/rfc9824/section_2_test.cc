// SPDX-License-Identifier: Apache-2.0
// RFC 9824 §2: an absent name is answered with NOERROR and one NSEC at the name whose bitmap has
// NXNAME. It is not to be taken for an existing name.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc9824Section2, NxnameIsNxdomain) {
  const SigningKey key(13);
  ZoneSigner zone("example.", {.denial = ZoneSigner::Denial::kNone});
  zone.add_key(key);
  zone.sign();
  for (const int rcode : {dns::kRcodeNoError, dns::kRcodeNxDomain}) {
    dns::Message message;
    message.rcode = rcode;
    message.question = dns::Question{name_of("nope.example."), dns::RrType::kA};
    dns::RRset nsec = rrset_of("nope.example. 300 NSEC \\000.nope.example. RRSIG NSEC TYPE128");
    zone.sign_again(nsec, key, zone.sign_options());
    message.authority = {zone.at("example.", dns::RrType::kSoa), nsec};
    EXPECT_EQ(judge(message, zone).verdict, secure());
    EXPECT_EQ(judge(message, zone).kind, AnswerKind::kNxdomain);
    // It says so of one name only.
    message.question = dns::Question{name_of("other.example."), dns::RrType::kA};
    EXPECT_EQ(judge(message, zone).verdict, bogus(Reason::kDenialInvalid));
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
