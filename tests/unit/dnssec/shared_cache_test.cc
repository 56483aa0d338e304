// SPDX-License-Identifier: Apache-2.0
// Worker threads share the memo and the key cache (run with -DANCHORWATCH_SANITIZE=thread).
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "test_crypto.h"

namespace anchorwatch::dnssec {
namespace {

TEST(SharedCaches, ThreadsAgree) {
  std::vector<ZoneSigner> zones;
  for (const int algorithm : {8, 13, 15, 16}) {
    zones.emplace_back("example.");
    zones.back().add_key(SigningKey(static_cast<std::uint8_t>(algorithm)));
    zones.back().sign();
  }
  VerifyMemo memo(32);  // So small that entries come and go.
  KeyCache keys(2);
  std::atomic<int> secure_answers = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        for (const ZoneSigner& zone : zones) {
          WorkBudget budget;
          CryptoContext crypto{memo, keys, budget};
          const dns::Message message = zone.answer("nope.example.", dns::RrType::kA);
          const AnswerVerdict verdict =
              validate_answer({*message.question, message.rcode, message.answer, message.authority},
                              zone.keys(), ZoneSigner::kNow, {}, crypto);
          if (verdict.verdict == secure()) ++secure_answers;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(secure_answers, 4 * 20 * 4);
}

}  // namespace
}  // namespace anchorwatch::dnssec
