// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/cut.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/zone_signer.h"

namespace anchorwatch::probe {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr UnixSeconds kNow = 1767225600;
constexpr const char* kHints =
    ". 3600000 NS A.Root.test.\n. 3600000 NS b.root.test.\n"
    "a.root.test. 3600000 A 198.41.0.4\na.root.test. 3600000 AAAA 2001:503:ba3e::2:30\n"
    "b.root.test. 3600000 A 199.9.14.201\nother.test. 3600000 A 192.0.2.1\n";

std::vector<std::string> texts(const std::vector<IpAddress>& addresses) {
  std::vector<std::string> out;
  for (const IpAddress& address : addresses) out.push_back(address.to_text());
  return out;
}

Cut cut_of(std::string_view zone, UnixSeconds expires_at) {
  Cut cut;
  cut.zone = name_of(zone);
  cut.expires_at = expires_at;
  return cut;
}

evidence::Answer referral(std::string_view authority, std::string_view additional) {
  evidence::Answer answer;
  answer.state = evidence::AnswerState::kAnswered;
  answer.authority = records_of(authority);
  answer.additional = records_of(additional);
  return answer;
}

TEST(RootHints, GiveTheRootAndItsAddresses) {
  CutCache cuts;
  ASSERT_TRUE(cuts.add_root_hints(kHints));
  const CutPtr root = cuts.find(dns::Name(), kNow);
  ASSERT_TRUE(root);
  EXPECT_TRUE(root->configured);
  ASSERT_THAT(root->name_servers, SizeIs(2));
  EXPECT_EQ(root->name_servers[0].name.to_text(), "a.root.test.");
  EXPECT_THAT(texts(root->name_servers[0].addresses),
              ElementsAre("198.41.0.4", "2001:503:ba3e::2:30"));
  EXPECT_THAT(texts(root->name_servers[1].addresses), ElementsAre("199.9.14.201"));
}

TEST(RootHints, ThatCannotBeUsedAreRefused) {
  const std::pair<const char*, ErrorCode> cases[] = {
      {"this is no zone file", ErrorCode::kParse},
      {". NS", ErrorCode::kParse},
      {"", ErrorCode::kInvalidArgument},
      {"; only a comment\n", ErrorCode::kInvalidArgument},
      {". 1 NS a.test.\n", ErrorCode::kInvalidArgument},
      {"a.test. 1 A 198.41.0.4\n", ErrorCode::kInvalidArgument},
      {"test. 1 NS a.test.\na.test. 1 A 198.41.0.4\n", ErrorCode::kInvalidArgument},
      {". 1 NS a.test.\nb.test. 1 A 198.41.0.4\n", ErrorCode::kInvalidArgument}};
  for (const auto& [text, code] : cases) {
    CutCache cuts;
    const Result<void> added = cuts.add_root_hints(text);
    ASSERT_FALSE(added) << text;
    EXPECT_EQ(added.error().code(), code) << text;
    EXPECT_THAT(added.error().message(), HasSubstr("root hints"));
  }
}

TEST(Referral, GlueCountsOnlyInTheBailiwickOfTheParent) {
  const evidence::Answer answer = referral(
      "example.test. 900 NS ns1.example.test.\nexample.test. 900 NS ns.other.test.\n"
      "example.test. 900 NS ns.victim.invalid.\n",
      "ns1.example.test. A 198.51.100.1\nns.other.test. A 198.51.100.2\n"
      "ns.victim.invalid. A 203.0.113.66\nnot-a-server.test. A 203.0.113.67\n");
  std::uint32_t ttl = 0;
  const auto servers = name_servers_in(answer, name_of("example.test."), name_of("test."), &ttl);
  EXPECT_EQ(ttl, 900U);
  ASSERT_THAT(servers, SizeIs(3));
  EXPECT_EQ(servers[0].name.to_text(), "ns.victim.invalid.");
  EXPECT_THAT(servers[0].glue, IsEmpty());
  EXPECT_THAT(servers[0].addresses, IsEmpty());
  EXPECT_EQ(servers[1].name.to_text(), "ns1.example.test.");
  EXPECT_THAT(texts(servers[1].glue), ElementsAre("198.51.100.1"));
  EXPECT_EQ(servers[2].name.to_text(), "ns.other.test.");
  EXPECT_THAT(texts(servers[2].addresses), ElementsAre("198.51.100.2"));
}

TEST(Referral, GlueIsSortedWithoutDuplicates) {
  evidence::Answer answer =
      referral("example. NS ns.example.\n",
               "ns.example. AAAA 2001:db8::2\nns.example. A 192.0.2.9\nns.example. A 192.0.2.1\n");
  answer.additional.push_back(answer.additional.back());
  const auto servers = name_servers_in(answer, name_of("example."), dns::Name(), nullptr);
  ASSERT_THAT(servers, SizeIs(1));
  EXPECT_THAT(texts(servers[0].glue), ElementsAre("192.0.2.1", "192.0.2.9", "2001:db8::2"));
}

TEST(Referral, OnlyTheNsSetOfTheChildCounts) {
  evidence::Answer answer = referral("other.test. NS ns.other.test.\ntest. NS ns.test.\n", "");
  EXPECT_THAT(name_servers_in(answer, name_of("example.test."), name_of("test."), nullptr),
              IsEmpty());
  // An authoritative answer (parent and child on one server) comes before the authority section.
  answer.answer = records_of("example.test. NS ns1.example.test.\n");
  answer.authority = records_of("example.test. NS ns2.example.test.\n");
  const auto servers = name_servers_in(answer, name_of("example.test."), name_of("test."), nullptr);
  ASSERT_THAT(servers, SizeIs(1));
  EXPECT_EQ(servers[0].name.to_text(), "ns1.example.test.");
}

class CutCacheTest : public ::testing::Test {
 protected:
  CutCacheTest() { EXPECT_TRUE(cuts_.add_root_hints(kHints)); }
  std::string deepest(std::string_view name, UnixSeconds now = kNow) {
    return cuts_.deepest(name_of(name), now)->zone.to_text();
  }
  CutCache cuts_;
};

TEST_F(CutCacheTest, FindsTheDeepestCutThatIsAlive) {
  cuts_.put(cut_of("test.", kNow + 100));
  cuts_.put(cut_of("example.test.", kNow + 10));
  EXPECT_EQ(deepest("www.example.test."), "example.test.");
  EXPECT_EQ(deepest("EXAMPLE.test."), "example.test.");
  EXPECT_EQ(deepest("notexample.test."), "test.");
  EXPECT_EQ(deepest("www.example.test.", kNow + 9), "example.test.");
  EXPECT_EQ(deepest("www.example.test.", kNow + 10), "test.");
  EXPECT_EQ(deepest("www.example.test.", kNow + 100), ".");
  EXPECT_EQ(deepest(".", kNow + 1000000000), ".") << "hints never expire";
}

TEST_F(CutCacheTest, WhatIsConfiguredWins) {
  cuts_.add_stub(name_of("corp.test."), {IpAddress::from_text("10.0.0.2").value(),
                                         IpAddress::from_text("10.0.0.1").value()});
  cuts_.put(cut_of("corp.test.", kNow + 100));
  cuts_.put(cut_of(".", kNow + 100));
  const CutPtr stub = cuts_.find(name_of("corp.test."), kNow + 1000);
  ASSERT_TRUE(stub);
  EXPECT_TRUE(stub->configured);
  EXPECT_THAT(texts(stub->name_servers.at(0).addresses), ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_TRUE(cuts_.find(dns::Name(), kNow)->configured);
}

TEST_F(CutCacheTest, RemembersWhatIsNoCutForAWhile) {
  const dns::Name name = name_of("empty.test.");
  EXPECT_FALSE(cuts_.known_no_cut(name, kNow));
  cuts_.put_no_cut(name, kNow + 10);
  EXPECT_TRUE(cuts_.known_no_cut(name, kNow + 9));
  EXPECT_FALSE(cuts_.known_no_cut(name, kNow + 10));
  cuts_.put_no_cut(name, kNow + 100);
  cuts_.put(cut_of("empty.test.", kNow + 50));
  EXPECT_FALSE(cuts_.known_no_cut(name, kNow)) << "it was delegated meanwhile";
}

TEST_F(CutCacheTest, ForgetsOnlyWhatWasLearnt) {
  cuts_.add_stub(name_of("corp.test."), {IpAddress::from_text("10.0.0.1").value()});
  cuts_.put(cut_of("test.", kNow + 100));
  cuts_.put_no_cut(name_of("a.test."), kNow + 100);
  cuts_.forget();
  EXPECT_EQ(deepest("a.test."), ".");
  EXPECT_EQ(deepest("a.corp.test."), "corp.test.");
  EXPECT_FALSE(cuts_.known_no_cut(name_of("a.test."), kNow));
}

}  // namespace
}  // namespace anchorwatch::probe
