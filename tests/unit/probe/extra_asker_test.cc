// SPDX-License-Identifier: Apache-2.0
// The extra questions of a full look on a scripted network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anchorwatch/probe/collector.h"

#include "support/scripted_transport.h"
#include "support/virtual_executor.h"

namespace anchorwatch::probe {
namespace {

using dns::RrType;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kRoot = "198.41.0.4";
constexpr const char* kTest = "192.5.6.30";
constexpr const char* kProvider = "9.9.9.10";

/// child.test. without DS, with CDS and ZONEMD, on a server of prov.test. that signals for it.
class ExtraAskerTest : public ::testing::Test {
 protected:
  ExtraAskerTest() {
    transport_.keep_requests();
    executor_.advance(std::chrono::minutes(1));
    EXPECT_TRUE(cuts_.add_root_hints(std::string(". 1 NS a.\na. 1 A ") + kRoot + "\n"));
    serve(kRoot, ".", std::string("test NS ns.test\nns.test A ") + kTest + "\n");
    serve(kTest, "test.",
          std::string("child NS ns.prov\nprov NS ns.prov\nns.prov A ") + kProvider + "\n");
    const std::string cds = " CDS 1 13 2 " + std::string(64, '5') + "\n";
    serve(kProvider, "prov.test.",
          std::string("ns A ") + kProvider + "\n_dsboot.child.test._signal.ns" + cds);
    serve(kProvider, "child.test.", "@" + cds + "@ ZONEMD 9 1 1 " + std::string(96, 'a') + "\n");
  }
  void serve(const char* address, const char* apex, const std::string& records) {
    const auto zone = std::make_shared<ZoneSigner>(
        apex, ZoneSigner::Options{.denial = ZoneSigner::Denial::kNone});
    zone->add(records);
    zone->sign();
    transport_.serve(address, zone);
  }

  evidence::ZoneEvidence collect(evidence::Depth depth = evidence::Depth::kFull) {
    CollectPlan plan;
    plan.zone = name_of("child.test.");
    plan.depth = depth;
    plan.probes = {{plan.zone, RrType::kSoa}, {plan.zone, RrType::kCds}};
    std::optional<evidence::ZoneEvidence> out;
    spawn([](Collector* collector, CollectPlan wanted,
             std::optional<evidence::ZoneEvidence>* told) -> Task<void> {
      *told = co_await collector->collect(wanted);
    }(&collector_, plan, &out));
    executor_.run_until_idle();
    EXPECT_TRUE(out);
    return out.value_or(evidence::ZoneEvidence());
  }
  [[nodiscard]] std::vector<std::string> asked() const {
    std::vector<std::string> out;
    for (const auto& sent : transport_.sent) {
      out.push_back(sent.request.question.name.to_text() + "/" +
                    dns::to_string(sent.request.question.type));
    }
    return out;
  }

  VirtualExecutor executor_;
  ScriptedTransport transport_{executor_, executor_};
  AskerOptions options_;
  Asker asker_{transport_, executor_, executor_, options_};
  CutCache cuts_;
  Locator locator_{asker_, cuts_, executor_};
  SeededRandom random_{7};
  Collector collector_{asker_, locator_, executor_, random_};
};

TEST_F(ExtraAskerTest, AsksParentServersAndSignallingNames) {
  const evidence::ZoneEvidence look = collect();
  ASSERT_THAT(look.servers, SizeIs(1));
  const evidence::ServerLook& server = look.servers.front();
  const evidence::Answer* zonemd = server.find_extra({look.zone, RrType::kZonemd});
  ASSERT_NE(zonemd, nullptr);
  EXPECT_THAT(zonemd->answer, SizeIs(1));
  // Its serial is not that of the SOA, so the SOA is asked once more.
  EXPECT_NE(server.find_extra({look.zone, RrType::kSoa}), nullptr);
  ASSERT_THAT(look.signals, SizeIs(1));
  EXPECT_EQ(look.signals[0].zone, name_of("prov.test."));
  ASSERT_THAT(look.signals[0].answers, SizeIs(2));
  EXPECT_THAT(look.signals[0].answers[0].answer, SizeIs(1));
  EXPECT_THAT(look.delegation.parents.front().extra, SizeIs(1));
  EXPECT_THAT(asked(), Contains("child._dsync.test./DSYNC"));
}

TEST_F(ExtraAskerTest, CoreLooksAskNothingOfIt) {
  const evidence::ZoneEvidence look = collect(evidence::Depth::kCore);
  EXPECT_THAT(look.servers.front().extra, IsEmpty());
  EXPECT_THAT(look.signals, IsEmpty());
  EXPECT_THAT(asked(), AllOf(Not(Contains("child.test./ZONEMD")),
                             Not(Contains("child._dsync.test./DSYNC"))));
}

TEST_F(ExtraAskerTest, SilenceToExtraQuestionsCostsOneQueryEach) {
  transport_.script(kProvider, [](const net::Request& request) -> std::optional<net::Reply> {
    const RrType type = request.question.type;
    if (type == RrType::kZonemd || type == RrType::kCsync) return std::nullopt;
    ZoneSigner zone("child.test.", {.denial = ZoneSigner::Denial::kNone});
    zone.sign();
    return ScriptedTransport::reply_of(request, zone.answer(request.question.name.to_text(), type));
  });
  const evidence::ZoneEvidence look = collect();
  const evidence::ServerLook& server = look.servers.front();
  ASSERT_THAT(server.extra, SizeIs(2));
  for (const evidence::Answer& answer : server.extra) {
    EXPECT_EQ(answer.state, evidence::AnswerState::kTimeout);
    EXPECT_EQ(answer.attempts, 1);
  }
  EXPECT_TRUE(server.reachable());
  for (const evidence::Answer& answer : server.answers) EXPECT_TRUE(answer.usable());
}

}  // namespace
}  // namespace anchorwatch::probe
