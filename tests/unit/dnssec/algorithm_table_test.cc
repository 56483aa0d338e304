// SPDX-License-Identifier: Apache-2.0
// The table of algorithms: what is compiled in, what an operator may write, and what that changes.
#include "anchorwatch/dnssec/algorithm_table.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "anchorwatch/dnssec/algorithm.h"

namespace anchorwatch::dnssec {
namespace {

std::string why(const std::string& text) {
  const auto table = AlgorithmTable::parse(text);
  return table ? "good" : table.error().message();
}

ValidationPolicy policy_of(const std::string& rows) {
  auto table = AlgorithmTable::parse("version 2030-01-02\n" + rows);
  EXPECT_TRUE(table) << table.error().message();
  ValidationPolicy policy;
  policy.algorithms = std::make_shared<const AlgorithmTable>(*std::move(table));
  return policy;
}

TEST(AlgorithmTable, TheFileIsWhatIsCompiledIn) {
  std::ifstream file(std::string(ANCHORWATCH_SOURCE_DIR) + "/config/algorithms.txt");
  std::ostringstream text;
  text << file.rdbuf();
  const auto table = AlgorithmTable::parse(text.str());
  ASSERT_TRUE(table) << table.error().message();
  const AlgorithmTable& builtin = *AlgorithmTable::builtin();
  EXPECT_EQ(table->content(), builtin.content());
  EXPECT_EQ(table->version(), builtin.version());
  EXPECT_NE(builtin.source().find("RFC 8624, 9904, 9905, 9906"), std::string::npos);
  for (int i = 0; i < 256; ++i) {
    const auto number = static_cast<std::uint8_t>(i);
    const AlgorithmRow* algorithm = builtin.algorithm(number);
    const AlgorithmRow* digest = builtin.digest(number);
    EXPECT_EQ(algorithm != nullptr && algorithm->verify, can_verify(number)) << i;
    EXPECT_EQ(digest != nullptr && digest->verify, can_digest(number)) << i;
  }
}

TEST(AlgorithmTable, Rows) {
  const auto table = AlgorithmTable::parse(
      "# comment\nversion 2030-01-02 # date\r\nsource  the list;  of 2030  # here\n\n"
      "algorithm 13 P256 must-not yes no\n\tdigest 200 NEW recommended no no");
  ASSERT_TRUE(table) << table.error().message();
  EXPECT_EQ(table->version(), "2030-01-02");
  EXPECT_EQ(table->source(), "the list;  of 2030");
  EXPECT_EQ(*table->algorithm(13), (AlgorithmRow{"P256", Standing::kMustNot, true, false}));
  EXPECT_EQ(*table->digest(200), (AlgorithmRow{"NEW", Standing::kRecommended, false, false}));
  EXPECT_EQ(table->algorithm(200), nullptr);
  EXPECT_FALSE(table->digest_is_illegal(200));
  EXPECT_TRUE(table->digest_is_illegal(201));
}

TEST(AlgorithmTable, MistakesHaveAPlace) {
  EXPECT_EQ(why(""), "0:1: there is no line \"version YYYY-MM-DD\"");
  EXPECT_EQ(why("version today\n"), "1:1: must be a date: version YYYY-MM-DD");
  EXPECT_EQ(why("version 2030-01-02\nversion 2030-01-02\n"), "2:1: version stands there twice");
  EXPECT_EQ(why("\n  algo 1 X may no no\n"), "2:3: \"algo\" is none of: version, source, algorithm, digest");
  EXPECT_EQ(why("algorithm 1 X may no\n"), "1:1: must have five values: number, name, signing, verify, rely");
  EXPECT_EQ(why("algorithm 256 X may no no\n"), "1:11: \"256\" is not a number from 0 to 255");
  EXPECT_EQ(why("digest 1 X may no no\ndigest 1 X may no no\n"), "2:8: digest 1 stands there twice");
  EXPECT_EQ(why("algorithm 8 X should yes yes\n"),
            "1:15: \"should\" is none of: recommended, may, not-recommended, must-not");
  EXPECT_EQ(why("algorithm 8 X may yes maybe\n"), "1:23: \"maybe\" is neither yes nor no");
}

TEST(AlgorithmTable, NoMoreThanTheBuildCanDo) {
  EXPECT_EQ(why("algorithm 12 ECC-GOST may yes no\n"), "1:27: this build cannot verify algorithm 12 (ECC-GOST)");
  EXPECT_EQ(why("digest 3 GOST may yes yes\n"), "1:19: this build cannot verify digest 3 (GOST)");
  EXPECT_EQ(why("algorithm 8 RSASHA256 may no yes\n"), "1:30: cannot rely on what is not verified");
}

TEST(AlgorithmTable, SwitchesDecide) {
  const ValidationPolicy policy = policy_of(
      "algorithm 5 RSASHA1 must-not yes yes\nalgorithm 8 RSASHA256 may yes no\n"
      "algorithm 13 P256 may no no\ndigest 1 SHA-1 may yes yes\ndigest 2 SHA-256 may yes no\n");
  EXPECT_TRUE(relies_on(5, policy));
  EXPECT_TRUE(verifies(8, policy));
  EXPECT_FALSE(relies_on(8, policy));
  EXPECT_FALSE(verifies(13, policy));
  EXPECT_FALSE(relies_on(13, policy));
  EXPECT_FALSE(relies_on(15, policy));  // Not in the table.
  EXPECT_TRUE(relies_on_digest(1, policy));
  EXPECT_TRUE(computes_digest(2, policy));
  EXPECT_FALSE(relies_on_digest(2, policy));
  EXPECT_FALSE(computes_digest(4, policy));
}

TEST(AlgorithmTable, Sha1SwitchActsOnTop) {
  ValidationPolicy policy = policy_of("algorithm 5 RSASHA1 must-not no no\n");
  EXPECT_FALSE(verifies(5, policy));
  policy.rely_on_sha1 = true;
  EXPECT_TRUE(verifies(5, policy));
  EXPECT_TRUE(relies_on(5, policy));
  EXPECT_TRUE(relies_on(7, policy));
  EXPECT_TRUE(relies_on_digest(1, policy));
  EXPECT_FALSE(relies_on(8, policy));
}

TEST(AlgorithmTable, ContentTellsTablesApart) {
  const auto content = [](const std::string& rows) { return policy_of(rows).algorithms->content(); };
  const Digest one = content("algorithm 8 RSASHA256 may yes yes\n");
  EXPECT_EQ(one, content("source elsewhere\nalgorithm 8 RSASHA256 may yes yes # same\n"));
  EXPECT_NE(one, content("algorithm 8 RSASHA256 may yes no\n"));
  EXPECT_NE(one, content("algorithm 8 RSASHA256 must-not yes yes\n"));
  EXPECT_NE(one, content("algorithm 10 RSASHA256 may yes yes\n"));
  EXPECT_NE(content("digest 2 SHA-256 may yes yes\n"), content("algorithm 8 SHA-256 may yes yes\n"));
}

}  // namespace
}  // namespace anchorwatch::dnssec
