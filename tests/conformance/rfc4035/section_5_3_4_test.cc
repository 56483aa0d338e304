// SPDX-License-Identifier: Apache-2.0
// RFC 4035 §5.3.4: a positive answer expanded from a wildcard is authentic only with the proof that
// no closer name exists.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc4035Section534, WildcardMustNotAnswerForAnExistingName) {
  ZoneSigner zone("example.");
  zone.add_key(SigningKey(15));
  zone.add("* TXT wild\nwww A 192.0.2.1");
  zone.sign();
  dns::Message message = zone.answer("nope.example.", dns::RrType::kTxt);
  EXPECT_EQ(judge(message, zone).verdict, secure());
  // The same record as an answer for a name that exists: no honest NSEC can help.
  message.question = dns::Question{name_of("www.example."), dns::RrType::kTxt};
  message.answer[0].owner = name_of("www.example.");
  EXPECT_EQ(judge(message, zone).verdict, bogus(Reason::kDenialInvalid));
  message.authority = zone.answer("www.example.", dns::RrType::kTxt).authority;
  EXPECT_EQ(judge(message, zone).verdict, bogus(Reason::kDenialInvalid));
}

}  // namespace
}  // namespace anchorwatch::dnssec
