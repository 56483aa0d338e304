// SPDX-License-Identifier: Apache-2.0
// Changed answers: a set with one bit changed is worth no more than a missing one.
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/core/random.h"

#include "test_crypto.h"

namespace anchorwatch::dnssec {
namespace {

using enum dns::RrType;
using Denial = ZoneSigner::Denial;

class Mutation : public testing::TestWithParam<Denial> {
 protected:
  Mutation() : zone_("example.", {.denial = GetParam()}) {
    zone_.add_key(SigningKey(15));
    zone_.add(
        "www A 192.0.2.1\n"
        "alias CNAME x.wild\n"
        "*.wild A 192.0.2.3\n"
        "tree DNAME wild\n"
        "a.ent TXT text\n"
        "secure NS ns.secure\n"
        "secure DS 1 15 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
        "insecure NS ns.insecure\n");
    zone_.sign();
    keys_ = zone_.keys();
    for (const auto& [name, type] : {std::pair{"www.example.", kA},
                                     {"www.example.", kTxt},
                                     {"alias.example.", kA},
                                     {"y.wild.example.", kA},
                                     {"y.wild.example.", kTxt},
                                     {"z.tree.example.", kA},
                                     {"nope.example.", kA},
                                     {"ent.example.", kA},
                                     {"secure.example.", kDs},
                                     {"insecure.example.", kDs},
                                     {"a.b.nope.example.", kAny}}) {
      messages_.push_back(zone_.answer(name, type));
    }
  }
  AnswerVerdict judge(const dns::Message& message) {
    return validate_answer({*message.question, message.rcode, message.answer, message.authority},
                           keys_, ZoneSigner::kNow, {}, crypto_.context);
  }
  // One way to damage a set.
  static void damage(dns::RRset& set, SeededRandom& random) {
    const auto flip = [&](Bytes& bytes) {
      char& octet = bytes.at(random.below(bytes.size()));
      octet = static_cast<char>(octet ^ (1 << random.below(8)));
    };
    dns::Rrsig none;
    dns::Rrsig& rrsig = set.rrsigs.empty() ? none : set.rrsigs.at(0);
    switch (random.below(8)) {
      case 0: rrsig.labels = static_cast<std::uint8_t>(random.below(256)); break;
      case 1: rrsig.original_ttl ^= 1; break;
      case 2: rrsig.signer = name_of("www.example."); break;
      case 3: rrsig.signature.resize(random.below(80)); break;
      case 4: set.rdatas.at(0).resize(random.below(set.rdatas.at(0).size())); break;
      case 5: set.rrsigs.clear(); break;
      default: flip(set.rdatas.at(0));
    }
  }

  ZoneSigner zone_;
  std::vector<dns::Message> messages_;
  ZoneKeys keys_;
  TestCrypto crypto_;
};
INSTANTIATE_TEST_SUITE_P(Denials, Mutation,
                         testing::Values(Denial::kNsec, Denial::kNsec3, Denial::kNsec3OptOut));

TEST_P(Mutation, DamagedSetIsWorthNoMoreThanAMissingOne) {
  SeededRandom random(7);
  for (const dns::Message& message : messages_) {
    for (int round = 0; round < 200; ++round) {
      dns::Message damaged = message;
      const bool in_answer =
          !damaged.answer.empty() && (damaged.authority.empty() || random.below(2) == 0);
      auto& section = in_answer ? damaged.answer : damaged.authority;
      const std::size_t index = random.below(section.size());
      dns::Message without = damaged;
      auto& shorter = in_answer ? without.answer : without.authority;
      shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(index));
      const dns::RRset before = section[index];
      damage(section[index], random);
      if (section[index].rdatas == before.rdatas && section[index].rrsigs == before.rrsigs)
        continue;
      crypto_.budget = WorkBudget();
      const bool is_secure = judge(damaged).verdict == secure();
      EXPECT_FALSE(is_secure && judge(without).verdict != secure())
          << message.question->name.to_text() << " round " << round;
    }
  }
}

// Any two answers of the zone mixed: what is secure must be what the zone says.
TEST_P(Mutation, SectionsOfOtherAnswersDoNotHelp) {
  for (const dns::Message& message : messages_) {
    const AnswerVerdict honest = judge(message);
    for (const dns::Message& other : messages_) {
      dns::Message mixed = message;
      mixed.answer = other.answer;
      mixed.authority = other.authority;
      mixed.rcode = other.rcode;
      crypto_.budget = WorkBudget();
      const AnswerVerdict verdict = judge(mixed);
      if (verdict.verdict != secure()) continue;
      EXPECT_EQ(verdict.kind, honest.kind)
          << message.question->name.to_text() << " with the answer of "
          << other.question->name.to_text();
    }
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
