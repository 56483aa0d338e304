// SPDX-License-Identifier: Apache-2.0
// TestCrypto: an empty memo, an empty key cache and a full budget for one test.
#pragma once

#include "anchorwatch/dnssec/answer.h"
#include "anchorwatch/dnssec/crypto.h"

#include "support/zone_signer.h"

namespace anchorwatch::dnssec {

struct TestCrypto {
  VerifyMemo memo{1024};
  KeyCache keys{1024};
  WorkBudget budget;
  CryptoContext context{memo, keys, budget};
};

inline AnswerVerdict judge_answer(const dns::Message& message, const ZoneKeys& keys,
                                  UnixSeconds now = ZoneSigner::kNow,
                                  const ValidationPolicy& policy = {}) {
  TestCrypto crypto;
  AnswerVerdict verdict =
      validate_answer({*message.question, message.rcode, message.answer, message.authority}, keys,
                      now, policy, crypto.context);
  return verdict;
}

inline DsAnswerVerdict judge_ds_answer(const dns::Message& message, const ZoneKeys& keys,
                                       UnixSeconds now = ZoneSigner::kNow,
                                       const ValidationPolicy& policy = {}) {
  TestCrypto crypto;
  return validate_ds_answer({*message.question, message.rcode, message.answer, message.authority},
                            keys, now, policy, crypto.context);
}

}  // namespace anchorwatch::dnssec
