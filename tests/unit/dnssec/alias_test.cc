// SPDX-License-Identifier: Apache-2.0
// Answers that go through CNAME and DNAME.
#include <gtest/gtest.h>

#include "anchorwatch/dns/rdata.h"

#include "test_crypto.h"

namespace anchorwatch::dnssec {
namespace {

using enum dns::RrType;

class Alias : public testing::Test {
 protected:
  Alias() {
    zone_.add_key(SigningKey(15));
    zone_.add(
        "www A 192.0.2.1\n"
        "one CNAME two\n"
        "two CNAME www\n"
        "out CNAME www.other.\n"
        "away CNAME out\n"
        "nodata CNAME sub.deep\n"
        "x.deep A 192.0.2.2\n"
        "sub.deep TXT here\n"
        "gone CNAME nope\n"
        "*.wild CNAME www\n"
        "loop1 CNAME loop2\n"
        "loop2 CNAME loop1\n"
        "child NS ns.child\n"
        "ns.child A 192.0.2.3\n"
        "down CNAME www.child\n"
        "tree DNAME www.other.\n"
        "home DNAME deep\n");
    zone_.sign();
  }
  AnswerVerdict judge(const dns::Message& message) { return judge_answer(message, zone_.keys()); }
  static dns::RRset& set(dns::Message& message, std::string_view owner) {
    for (dns::RRset& candidate : message.answer) {
      if (candidate.owner == name_of(owner)) return candidate;
    }
    throw std::runtime_error("no such set");
  }

  ZoneSigner zone_{"example."};
};

TEST_F(Alias, ChainInTheZone) {
  dns::Message message = zone_.answer("one.example.", kA);
  EXPECT_EQ(message.answer.size(), 3U);
  const AnswerVerdict verdict = judge(message);
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.kind, AnswerKind::kPositive);
  EXPECT_EQ(verdict.sets.size(), 3U);
  EXPECT_FALSE(verdict.target.has_value());
}

// RFC 6672 §3.3: signed or not, validators do not follow a DNAME that a wildcard made.
TEST_F(Alias, DnameOfAWildcard) {
  zone_.add("*.many DNAME deep\n");
  zone_.sign();
  dns::Message message = zone_.answer("a.many.example.", kDname);
  EXPECT_EQ(judge(message).verdict, secure());
  message.question = dns::Question{name_of("x.a.many.example."), kA};
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kAnswerMalformed));
}

TEST_F(Alias, WeakestHopCounts) {
  for (const char* hop : {"one.example.", "two.example.", "www.example."}) {
    dns::Message message = zone_.answer("one.example.", kA);
    set(message, hop).rrsigs.clear();
    EXPECT_EQ(judge(message).verdict, bogus(Reason::kSignatureMissing)) << hop;
  }
}

TEST_F(Alias, QuestionForTheAliasItself) {
  const AnswerVerdict verdict = judge(zone_.answer("one.example.", kCname));
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.kind, AnswerKind::kPositive);
}

TEST_F(Alias, LeavesTheZone) {
  for (const char* name : {"out.example.", "away.example."}) {
    const AnswerVerdict verdict = judge(zone_.answer(name, kA));
    EXPECT_EQ(verdict.verdict, secure());
    EXPECT_EQ(verdict.kind, AnswerKind::kAlias);
    EXPECT_EQ(verdict.target, name_of("www.other."));
  }
}

TEST_F(Alias, GoesDownToAChildZone) {
  const AnswerVerdict verdict = judge(zone_.answer("down.example.", kA));
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.kind, AnswerKind::kAlias);
  EXPECT_EQ(verdict.target, name_of("www.child.example."));
}

// The server has the unsigned child too and shows the parent's record with its empty answer.
TEST_F(Alias, GoesDownToAnUnsignedChildOnTheSameServer) {
  dns::Message message = zone_.answer("down.example.", kA);
  message.authority = {zone_.at("child.example.", kNsec)};
  EXPECT_EQ(judge(message).verdict, secure());
  EXPECT_EQ(judge(message).target, name_of("www.child.example."));
  // Without an alias it is a denial that proves nothing.
  message.question = dns::Question{name_of("www.child.example."), kA};
  message.answer.clear();
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDenialInvalid));
}

// The proof that the child has no DS, sent along instead of an end (RFC 4035 §3.1.4.1, RFC 2308 §2.2).
TEST_F(Alias, ProofOfAnUnsignedChildDecidesAboutTheTarget) {
  dns::Message message = zone_.answer("down.example.", kA);
  message.authority.clear();
  EXPECT_FALSE(judge(message).target_insecure_below);
  message.authority = {zone_.at("child.example.", kNsec)};
  EXPECT_EQ(judge(message).target_insecure_below, name_of("child.example."));
  message.authority.front().rrsigs.clear();
  EXPECT_FALSE(judge(message).target_insecure_below) << "what is not authentic proves nothing";
}

TEST_F(Alias, EndsInNodataOrNxdomain) {
  const AnswerVerdict nodata = judge(zone_.answer("nodata.example.", kA));
  EXPECT_EQ(nodata.verdict, secure());
  EXPECT_EQ(nodata.kind, AnswerKind::kNodata);
  const AnswerVerdict gone = judge(zone_.answer("gone.example.", kA));
  EXPECT_EQ(gone.verdict, secure());
  EXPECT_EQ(gone.kind, AnswerKind::kNxdomain);
}

TEST_F(Alias, NegativeEndNeedsItsProof) {
  dns::Message message = zone_.answer("gone.example.", kA);
  std::erase_if(message.authority, [](const dns::RRset& set) { return set.type == kNsec; });
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDenialMissing));
  message = zone_.answer("nodata.example.", kA);
  std::erase_if(message.authority, [](const dns::RRset& set) { return set.type == kNsec; });
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDenialMissing));
}

// A server that does not follow its own aliases leaves the rest to another question.
TEST_F(Alias, UnfinishedChain) {
  dns::Message message = zone_.answer("one.example.", kA);
  message.answer.resize(1);
  const AnswerVerdict verdict = judge(message);
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.kind, AnswerKind::kAlias);
  EXPECT_EQ(verdict.target, name_of("two.example."));
  message.rcode = dns::kRcodeNxDomain;
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDenialMissing));
}

TEST_F(Alias, Wildcard) {
  dns::Message message = zone_.answer("x.wild.example.", kA);
  EXPECT_EQ(judge(message).verdict, secure());
  EXPECT_EQ(judge(message).kind, AnswerKind::kPositive);
  message.authority.clear();
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDenialMissing));
}

TEST_F(Alias, LoopEndsWithWhatItsAliasesAreWorth) {
  dns::Message message = zone_.answer("loop1.example.", kA);
  const AnswerVerdict verdict = judge(message);
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.sets.size(), 2U) << "each set is judged once";
  set(message, "loop2.example.").rrsigs.clear();
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kSignatureMissing));
}

TEST_F(Alias, TwoCnamesAtOneName) {
  for (const dns::RrType type : {kA, kCname}) {
    dns::Message message = zone_.answer("one.example.", type);
    dns::RRset& cname = set(message, "one.example.");
    cname.rdatas.push_back(name_of("zzz.example.").wire());
    zone_.sign_again(cname, SigningKey(15), zone_.sign_options());
    EXPECT_EQ(judge(message).verdict, bogus(Reason::kAnswerMalformed));
  }
}

TEST_F(Alias, DnameLeavesTheZone) {
  dns::Message message = zone_.answer("a.b.tree.example.", kA);
  const AnswerVerdict verdict = judge(message);
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.kind, AnswerKind::kAlias);
  EXPECT_EQ(verdict.target, name_of("a.b.www.other."));
  // The computed CNAME may be left out; a signature on it is of no use.
  std::erase_if(message.answer, [](const dns::RRset& set) { return set.type == kCname; });
  EXPECT_EQ(judge(message).target, name_of("a.b.www.other."));
}

TEST_F(Alias, DnameInTheZone) {
  const AnswerVerdict verdict = judge(zone_.answer("x.home.example.", kA));
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.kind, AnswerKind::kPositive);
  EXPECT_EQ(judge(zone_.answer("nope.home.example.", kA)).kind, AnswerKind::kNxdomain);
  EXPECT_EQ(judge(zone_.answer("nope.home.example.", kA)).verdict, secure());
}

TEST_F(Alias, DnameDoesNotApplyToItsOwner) {
  EXPECT_EQ(judge(zone_.answer("tree.example.", kDname)).kind, AnswerKind::kPositive);
  EXPECT_EQ(judge(zone_.answer("tree.example.", kA)).kind, AnswerKind::kNodata);
}

TEST_F(Alias, DnameFaults) {
  dns::Message message = zone_.answer("a.tree.example.", kA);
  set(message, "a.tree.example.").rdatas[0] = name_of("evil.other.").wire();
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kAnswerMalformed));
  message = zone_.answer("a.tree.example.", kA);
  set(message, "tree.example.").rrsigs.clear();
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kSignatureMissing));
  message = zone_.answer("a.tree.example.", kA);
  set(message, "tree.example.").rdatas.push_back(name_of("zzz.other.").wire());
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kAnswerMalformed));
}

TEST_F(Alias, DnameTooLong) {
  std::string label(60, 'a');
  ZoneSigner zone("example.");
  zone.add_key(SigningKey(15));
  zone.add("d DNAME " + label + "." + label + "." + label + ".example.");
  zone.sign();
  dns::Message message = zone.answer("d.example.", kDname);
  message.question = dns::Question{name_of(label + "." + label + ".d.example."), kA};
  EXPECT_EQ(judge_answer(message, zone.keys()).verdict, bogus(Reason::kAnswerMalformed));
}

}  // namespace
}  // namespace anchorwatch::dnssec
