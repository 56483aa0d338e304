// SPDX-License-Identifier: Apache-2.0
#include "../../../src/net/reply_match.h"

#include <gtest/gtest.h>

namespace anchorwatch::net {
namespace {

class ReplyMatchTest : public ::testing::Test {
 protected:
  const dns::Question question_{*dns::Name::from_text("www.example."), dns::RrType::kDs};
  const Bytes query_ = dns::encode_query(question_, 7, {});

  [[nodiscard]] Bytes answer() const {
    Bytes wire = query_;
    wire[2] = '\x84';
    return wire;
  }
};

TEST_F(ReplyMatchTest, TakesTheSameQuestionInAnyCase) {
  Bytes wire = answer();
  EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kAnswers);
  wire[13] = 'W';
  wire[18] = 'X';
  EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kAnswers);
}

TEST_F(ReplyMatchTest, RefusesQueriesAndOtherQuestions) {
  EXPECT_EQ(match_reply(query_, question_), ReplyMatch::kOther);
  Bytes wire = answer();
  wire[13] = 'x';
  EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kOther);

  const std::size_t type_at = 12 + question_.name.wire().size();
  for (std::size_t at = type_at; at < type_at + 4; ++at) {
    wire = answer();
    wire[at] = static_cast<char>(wire[at] ^ 1);
    EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kOther) << at;
  }
  wire = answer();
  wire[2] = '\x94';  // Opcode 2.
  EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kOther);
  wire = answer();
  wire[5] = 2;  // Two questions.
  EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kOther);
}

TEST_F(ReplyMatchTest, TellsShortFromOther) {
  const Bytes wire = answer();
  const std::size_t end = 12 + question_.name.wire().size() + 4;
  for (std::size_t size = 0; size < end; ++size) {
    EXPECT_EQ(match_reply(BytesView(wire).substr(0, size), question_), ReplyMatch::kTooShort);
  }
  EXPECT_EQ(match_reply(BytesView(wire).substr(0, end), question_), ReplyMatch::kAnswers);
  Bytes other = wire;
  other[13] = 'x';
  EXPECT_EQ(match_reply(BytesView(other).substr(0, 15), question_), ReplyMatch::kOther);
}

TEST_F(ReplyMatchTest, WithoutAQuestionTakesOnlyWhatCouldNotBeRead) {
  Bytes wire = answer().substr(0, 12);
  wire[5] = 0;
  wire[11] = 0;
  EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kOther);
  wire[3] = dns::kRcodeRefused;
  EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kOther);
  wire[3] = dns::kRcodeFormErr;
  EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kAnswers);
  wire[3] = dns::kRcodeNotImp;
  EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kAnswers);
  wire[2] = '\x86';  // Truncated.
  wire[3] = 0;
  EXPECT_EQ(match_reply(wire, question_), ReplyMatch::kAnswers);
}

}  // namespace
}  // namespace anchorwatch::net
