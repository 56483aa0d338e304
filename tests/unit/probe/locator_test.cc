// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/locator.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scripted_transport.h"
#include "support/virtual_executor.h"

namespace anchorwatch::probe {
namespace {

using dns::RrType;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kRoot = "198.41.0.4";
constexpr const char* kRoot2 = "199.9.14.201";
constexpr const char* kTest = "192.5.6.30";
constexpr const char* kOther = "192.33.14.30";

std::vector<std::string> texts(const std::vector<IpAddress>& addresses) {
  std::vector<std::string> out;
  for (const IpAddress& address : addresses) out.push_back(address.to_text());
  return out;
}

/// "test." and "other." below a root with two servers. Zones are not signed: nothing here
/// validates.
class LocatorTest : public ::testing::Test {
 protected:
  LocatorTest() {
    transport_.keep_requests();
    executor_.advance(minutes(1));
    EXPECT_TRUE(cuts_.add_root_hints(std::string(". 1 NS a.\n. 1 NS b.\na. 1 A ") + kRoot +
                                     "\nb. 1 A " + kRoot2 + "\n"));
    for (const char* server : {kRoot, kRoot2}) {
      serve(server, ".",
            std::string("test NS ns.test\nother NS ns.other\nns.test A ") + kTest +
                "\nns.other A " + kOther + "\n");
    }
  }
  void serve(const char* address, const char* apex, const std::string& records) {
    const auto zone = std::make_shared<ZoneSigner>(
        apex, ZoneSigner::Options{.denial = ZoneSigner::Denial::kNone});
    zone->add(records);
    zone->sign();
    transport_.serve(address, zone);
  }

  Located locate_parent(const char* zone) {
    std::optional<Located> out;
    start(zone, &out);
    executor_.run_until_idle();
    EXPECT_TRUE(out);
    return out.value_or(Located());
  }
  void start(const char* zone, std::optional<Located>* out) {
    spawn([](Locator* locator, dns::Name name, LookScopePtr scope,
             std::optional<Located>* told) -> Task<void> {
      *told = co_await locator->locate_parent(name, scope);
    }(&locator_, name_of(zone), scope_, out));
  }
  std::vector<evidence::NameServer> resolve(const std::vector<const char*>& names,
                                            bool all = true) {
    std::vector<evidence::NameServer> servers;
    for (const char* name : names) servers.emplace_back().name = name_of(name);
    std::optional<std::vector<evidence::NameServer>> out;
    spawn([](Locator* locator, std::vector<evidence::NameServer> wanted, bool every,
             LookScopePtr scope,
             std::optional<std::vector<evidence::NameServer>>* told) -> Task<void> {
      *told = co_await locator->resolve(wanted, every, scope);
    }(&locator_, servers, all, scope_, &out));
    executor_.run_until_idle();
    EXPECT_TRUE(out);
    return out.value_or(std::vector<evidence::NameServer>());
  }
  /// What the servers at these addresses were asked, as "name/type".
  std::vector<std::string> asked(const std::vector<std::string>& addresses) {
    std::vector<std::string> out;
    for (const auto& sent : transport_.sent) {
      const std::string address = sent.request.address.to_text();
      if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) continue;
      out.push_back(sent.request.question.name.to_text() + "/" +
                    dns::to_string(sent.request.question.type));
    }
    return out;
  }
  std::vector<std::string> asked_root() { return asked({kRoot, kRoot2}); }

  VirtualExecutor executor_;
  ScriptedTransport transport_{executor_, executor_};
  AskerOptions options_;
  Asker asker_{transport_, executor_, executor_, options_};
  CutCache cuts_;
  Locator locator_{asker_, cuts_, executor_};
  LookScopePtr scope_ = std::make_shared<LookScope>();
};

TEST_F(LocatorTest, WalksDownOneLabelAtATime) {
  serve(kTest, "test.", "a NS ns.a\nns.a A 9.9.9.10\n");
  serve("9.9.9.10", "a.test.", "secret.b NS ns.b\nns.b A 9.9.9.11\n");
  const Located located = locate_parent("secret.b.a.test.");
  ASSERT_TRUE(located.parent) << located.failure;
  EXPECT_EQ(located.parent->zone.to_text(), "a.test.");
  ASSERT_THAT(located.parent->name_servers, SizeIs(1));
  EXPECT_THAT(texts(located.parent->name_servers[0].addresses), ElementsAre("9.9.9.10"));
  // Nobody learns more of the name than needed.
  EXPECT_THAT(asked_root(), ElementsAre("test./NS"));
  EXPECT_THAT(asked({kTest}), ElementsAre("a.test./NS"));
  EXPECT_THAT(asked({"9.9.9.10"}), ElementsAre("b.a.test./NS"));
  transport_.sent.clear();
  EXPECT_TRUE(locate_parent("other-zone.b.a.test.").parent);
  EXPECT_THAT(transport_.sent, IsEmpty()) << "all of it is known";
}

TEST_F(LocatorTest, WhatIsLearntExpires) {
  serve(kTest, "test.", "");
  locate_parent("a.test.");
  executor_.advance(std::chrono::hours(7));
  transport_.sent.clear();
  locate_parent("a.test.");
  EXPECT_THAT(asked_root(), ElementsAre("test./NS"));
}

TEST_F(LocatorTest, ManyWalksShareOneStep) {
  std::vector<std::optional<Located>> located(50);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < located.size(); ++i)
    names.push_back("z" + std::to_string(i) + ".test.");
  for (std::size_t i = 0; i < located.size(); ++i) start(names[i].c_str(), &located[i]);
  executor_.run_until_idle();
  for (const auto& each : located) {
    ASSERT_TRUE(each);
    ASSERT_TRUE(each->parent);
    EXPECT_EQ(each->parent->zone.to_text(), "test.");
  }
  EXPECT_THAT(asked_root(), ElementsAre("test./NS"));
}

TEST_F(LocatorTest, ASharedStepThatFailsFailsForAll) {
  transport_.silence(kRoot);
  transport_.silence(kRoot2);
  std::vector<std::optional<Located>> located(5);
  for (auto& each : located) start("a.test.", &each);
  executor_.run_until_idle();
  for (const auto& each : located) {
    ASSERT_TRUE(each);
    EXPECT_FALSE(each->parent);
    EXPECT_THAT(each->failure, HasSubstr("from the servers of . about test."));
  }
  // It is asked again the next time.
  transport_.speak(kRoot);
  EXPECT_TRUE(locate_parent("a.test.").parent);
}

TEST_F(LocatorTest, TheNextServerIsAskedWhereOneIsOfNoUse) {
  transport_.silence(kRoot);
  for (const char* zone : {"a.test.", "a.other."}) {
    EXPECT_TRUE(locate_parent(zone).parent) << zone;
  }
  transport_.script(kTest, [](const net::Request& request) {
    dns::Message message;
    message.rcode = dns::kRcodeRefused;
    return ScriptedTransport::reply_of(request, message);
  });
  const Located located = locate_parent("x.a.test.");
  EXPECT_FALSE(located.parent);
  EXPECT_THAT(located.failure, HasSubstr("servers of test. about a.test. (REFUSED)"));
  ASSERT_TRUE(located.reached);
  EXPECT_EQ(located.reached->zone, name_of("test."));
}

TEST_F(LocatorTest, AStubIsItsOwnParent) {
  cuts_.add_stub(name_of("corp.test."), {IpAddress::from_text("9.9.9.12").value()});
  const Located located = locate_parent("corp.test.");
  ASSERT_TRUE(located.parent);
  EXPECT_EQ(located.parent->zone.to_text(), "corp.test.");
  EXPECT_THAT(transport_.sent, IsEmpty());
}

TEST_F(LocatorTest, TheRootIsItsOwnParent) {
  const Located located = locate_parent(".");
  ASSERT_TRUE(located.parent);
  EXPECT_TRUE(located.parent->zone.is_root());
  EXPECT_THAT(transport_.sent, IsEmpty());
}

TEST_F(LocatorTest, LooksUpServersWithoutGlueOnce) {
  serve(kOther, "other.", "ns1 A 9.9.9.20\nns1 AAAA 2620:fe::20\nns2 A 9.9.9.21\n");
  auto servers = resolve({"ns1.other.", "ns2.other."});
  ASSERT_THAT(servers, SizeIs(2));
  EXPECT_THAT(texts(servers[0].addresses), ElementsAre("9.9.9.20", "2620:fe::20"));
  EXPECT_TRUE(servers[0].looked_up);
  EXPECT_EQ(servers[0].failure, "");
  EXPECT_THAT(texts(servers[1].addresses), ElementsAre("9.9.9.21"));
  transport_.sent.clear();
  resolve({"ns1.other.", "ns2.other."});
  EXPECT_THAT(transport_.sent, IsEmpty());
}

TEST_F(LocatorTest, OneAddressIsEnoughToGoOn) {
  serve(kOther, "other.", "ns1 A 9.9.9.20\nns2 A 9.9.9.21\n");
  const auto servers = resolve({"ns1.other.", "ns2.other."}, false);
  EXPECT_THAT(servers[0].addresses, SizeIs(1));
  EXPECT_THAT(servers[1].addresses, IsEmpty());
  for (const std::string& question : asked({kOther}))
    EXPECT_THAT(question, HasSubstr("ns1.other."));
}

TEST_F(LocatorTest, SaysWhyAServerHasNoAddress) {
  serve(kOther, "other.", "alias CNAME ns1\nns1 A 9.9.9.20\nempty TXT \"x\"\n");
  transport_.silence(kTest);
  const auto servers = resolve({"alias.other.", "empty.other.", "none.other.", "ns.x.test."});
  ASSERT_THAT(servers, SizeIs(4));
  for (const evidence::NameServer& server : servers) EXPECT_THAT(server.addresses, IsEmpty());
  EXPECT_TRUE(servers[0].is_alias);
  EXPECT_THAT(servers[0].failure, HasSubstr("is an alias"));
  EXPECT_EQ(servers[1].failure, "empty.other. has no address");
  EXPECT_EQ(servers[2].failure, "none.other. does not exist");
  EXPECT_THAT(servers[3].failure, HasSubstr("no usable answer"));
  EXPECT_TRUE(servers[2].looked_up);
  EXPECT_FALSE(servers[3].looked_up) << "silence is no fact about the name";
}

TEST_F(LocatorTest, ServersThatNeedEachOtherEndInAFailure) {
  // a.test. is served by a name in b.test., and the other way round; nobody has glue.
  serve(kTest, "test.", "a NS ns.b\nb NS ns.a\n");
  const auto servers = resolve({"ns.a.test."});
  EXPECT_THAT(servers[0].addresses, IsEmpty());
  EXPECT_NE(servers[0].failure, "");
  EXPECT_LT(transport_.count, 100U);
  EXPECT_EQ(executor_.pending_timers(), 0U);
  const Located located = locate_parent("x.a.test.");
  EXPECT_TRUE(located.parent) << "the cut itself is known";
}

TEST_F(LocatorTest, HalfAnAnswerIsNotKeptForLong) {
  serve(kOther, "other.", "");
  transport_.script(kOther, [](const net::Request& request) -> std::optional<net::Reply> {
    if (request.question.type == RrType::kAaaa) return std::nullopt;
    dns::Message message;
    if (request.question.type == RrType::kA)
      message.answer = records_of("ns1.other. 86400 A 9.9.9.20");
    return ScriptedTransport::reply_of(request, message);
  });
  EXPECT_THAT(texts(resolve({"ns1.other."})[0].addresses), ElementsAre("9.9.9.20"));
  transport_.sent.clear();
  executor_.advance(minutes(2));
  resolve({"ns1.other."});
  EXPECT_THAT(asked({kOther}), ::testing::Contains("ns1.other./AAAA"));
}

TEST_F(LocatorTest, SilentServersComeLast) {
  std::vector<evidence::NameServer> servers(1);
  for (const char* address : {"9.9.9.1", "9.9.9.2", "9.9.9.3"}) {
    servers[0].addresses.push_back(IpAddress::from_text(address).value());
  }
  std::set<std::string> firsts;
  for (int i = 0; i < 3; ++i) firsts.insert(locator_.rotated(servers).front().to_text());
  EXPECT_THAT(firsts, SizeIs(3)) << "the load is spread";
  dns::Question question{name_of("x.test."), RrType::kSoa};
  for (int i = 0; i < 2; ++i) {
    spawn(
        [](Asker* asker, IpAddress address, dns::Question what, LookScopePtr scope) -> Task<void> {
          AskMode mode;
          evidence::Answer answer = co_await asker->ask(address, what, scope, mode);
          EXPECT_FALSE(answer.answered());
        }(&asker_, servers[0].addresses[1], question, scope_));
    executor_.run_until_idle();
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(locator_.rotated(servers).back().to_text(), "9.9.9.2");
}

/// Fails on NS, as load balancers do, and answers everything else from `zone`.
ScriptedTransport::Handler fails_on_ns(std::shared_ptr<const ZoneSigner> zone) {
  return [zone = std::move(zone)](const net::Request& request) {
    dns::Message message;
    if (request.question.type == RrType::kNs) {
      message.rcode = dns::kRcodeServFail;
    } else {
      message = zone->answer(request.question.name.to_text(), request.question.type);
    }
    return std::optional(ScriptedTransport::reply_of(request, std::move(message)));
  };
}

TEST_F(LocatorTest, ServersThatFailOnNsAreAskedForTheNameItself) {
  const auto zone = std::make_shared<ZoneSigner>("test.", ZoneSigner::Options{});
  zone->add_key(SigningKey(15, SigningKey::kKsk, 1));
  zone->add("www.lb A 192.0.2.9\nsub NS ns.sub\nns.sub A 192.0.2.10\n");
  zone->sign();
  transport_.script(kTest, fails_on_ns(zone));
  const Located plain = locate_parent("x.www.lb.test.");
  ASSERT_TRUE(plain.parent) << plain.failure;
  EXPECT_EQ(plain.parent->zone, name_of("test.")) << "no zone below shows itself";
  const Located below = locate_parent("x.sub.test.");
  ASSERT_TRUE(below.parent) << below.failure;
  EXPECT_EQ(below.parent->zone, name_of("sub.test.")) << "the referral to the question itself counts";
}

TEST_F(LocatorTest, ZonesOnTheServersOfTheirParentShowInSignaturesAndAnchors) {
  const auto zone = std::make_shared<ZoneSigner>("deep.shop.test.", ZoneSigner::Options{});
  zone->add_key(SigningKey(15, SigningKey::kKsk, 1));
  zone->add("www A 192.0.2.9\n");
  zone->sign();
  transport_.script(kTest, fails_on_ns(zone));
  cuts_.add_apex(name_of("shop.test."));
  const Located located = locate_parent("x.www.deep.shop.test.");
  ASSERT_TRUE(located.parent) << located.failure;
  EXPECT_EQ(located.parent->zone, name_of("deep.shop.test."));
  EXPECT_TRUE(located.parent->shared);
  const Located anchored = locate_parent("deep.shop.test.");
  ASSERT_TRUE(anchored.parent);
  EXPECT_EQ(anchored.parent->zone, name_of("shop.test."));
}

TEST_F(LocatorTest, AReferralUpwardsTellsNothingOfTheNameItself) {
  transport_.script(kTest, [](const net::Request& request) {
    dns::Message message;
    if (request.question.type == RrType::kNs) {
      message.rcode = dns::kRcodeServFail;
    } else {
      dns::RRset root;
      root.type = RrType::kNs;
      root.rdatas = {name_of("a.").wire()};
      message.authority = {root};
    }
    return std::optional(ScriptedTransport::reply_of(request, std::move(message)));
  });
  const Located located = locate_parent("x.www.test.");
  EXPECT_FALSE(located.parent);
  EXPECT_THAT(located.failure, HasSubstr("test."));
}

}  // namespace
}  // namespace anchorwatch::probe
