// SPDX-License-Identifier: Apache-2.0
// Looks at one zone over a scripted network: what is asked again, what is judged again, what stays open.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anchorwatch/pipeline/engine.h"
#include "anchorwatch/pipeline/zone_looks.h"
#include "anchorwatch/store/sqlite_store.h"

#include "support/scripted_transport.h"
#include "support/temp_dir.h"
#include "support/virtual_executor.h"

namespace anchorwatch::pipeline {
namespace {

using dns::RrType;
using evidence::Depth;
using judge::FindingCode;
using std::chrono::hours;
using std::chrono::seconds;
using ::testing::IsSupersetOf;

constexpr const char* kRoot = "198.41.0.4";
const std::vector<std::string> kServers{"9.9.9.10", "9.9.9.11"};

/// What only extra and unusual questions show; planted by ZoneLooksTest::plant_faults().
const std::set<FindingCode> kPlanted{FindingCode::CSYNC_PRESENT,          FindingCode::CSYNC_MALFORMED,
                                     FindingCode::ZONEMD_SERIAL_MISMATCH, FindingCode::GLUE_EXTRA,
                                     FindingCode::AXFR_OPEN,              FindingCode::EDNS_OPTION};

class ZoneLooksTest : public ::testing::Test {
 protected:
  ZoneLooksTest() {
    store::SqliteStoreOptions options;
    options.path = dir_.file("anchorwatch.db");
    options.threading = store::StoreThreading::kInline;
    store_ = store::SqliteStore::open(options, executor_).value();
    zone_ = make_zone();
    for (const std::string& server : kServers) {
      transport_.alter(server, [this](const net::Request& request, dns::Message& message) { alter(request, message); });
    }
    transport_.keep_requests();
  }

  [[nodiscard]] std::shared_ptr<ZoneSigner> make_zone() const {
    auto zone = std::make_shared<ZoneSigner>("example.");
    zone->at("example.", RrType::kNs).rdatas.clear();
    zone->add("@ NS ns1\n@ NS ns2\nns1 A 9.9.9.10\nns2 A 9.9.9.11\n@ A 9.9.9.80\n@ TXT \"x\"\n");
    zone->add_key(key_);
    return zone;
  }
  /// A fault for each kind of question that only findings need.
  void plant_faults() {
    Bytes csync;
    append_u32(csync, 1);
    append_u16(csync, 4);  // A flag that does not exist.
    zone_->add_record(zone_->apex(), RrType::kCsync, csync + type_bitmap_of({RrType::kNs}));
    Bytes zonemd;
    append_u32(zonemd, 4711);  // No serial of this zone.
    zone_->add_record(zone_->apex(), RrType::kZonemd, zonemd + Bytes("\1\1", 2) + Bytes(48, 'x'));
    zone_->add("ns1 A 9.9.9.99\n");
    faulty_ = true;
  }
  void serve() {
    zone_->sign();
    transport_.serve(kServers, zone_);
    publish_root(zone_->ds());
  }
  void publish_root(const std::vector<Bytes>& ds) {
    const auto root = std::make_shared<ZoneSigner>(".");
    root->at(".", RrType::kNs).rdatas.clear();
    root->add_record(dns::Name(), RrType::kNs, name_of("a.roots.").wire());
    root->add("a.roots A 198.41.0.4\nexample NS ns1.example\nexample NS ns2.example\n");
    root->add("ns1.example A 9.9.9.10\nns2.example A 9.9.9.11\n");
    for (const Bytes& rdata : ds) root->add_record(name_of("example."), RrType::kDs, rdata);
    root->add_key(root_key_);
    root->sign();
    transport_.serve(kRoot, root);
  }
  /// A new process over the same store.
  void start() {
    looks_.reset();
    sight_.reset();
    engine_.reset();
    EngineOptions options;
    options.root_hints = ". 1 NS a.roots.\na.roots. 1 A 198.41.0.4\n";
    const Bytes ds = root_key_.ds(dns::Name());
    EXPECT_TRUE(options.anchors.add_text(". IN DS " + std::to_string(read_u16(ds, 0)) + " " +
                                         std::to_string(octet(ds, 2)) + " 2 " + to_hex(ds.substr(4)) + "\n"));
    engine_ = std::make_unique<Engine>(EnginePorts{executor_, executor_, random_, transport_}, std::move(options));
    EXPECT_TRUE(engine_->start());
    sight_ = std::make_unique<Sight>(engine_->locator(), engine_->ancestors(), engine_->judge(),
                                     [](const change::Event&) {});
    looks_ = std::make_unique<ZoneLooks>(LookTools{engine_->collector(), engine_->ancestors(), engine_->whole_zones(),
                                                   engine_->judge(), *store_, *sight_, outages_, incidents_, silences_, router_,
                                                   change::ConfirmationPolicy{.needed = 1}});
  }

  LookOutcome look(Depth depth = Depth::kFull, bool escalate = true) {
    if (!engine_) start();
    transport_.sent.clear();
    LookOrder order;
    order.zone.name = zone_->apex();
    order.zone.settings = std::make_shared<const inventory::ZoneSettings>(settings_);
    order.summary = summary_;
    order.depth = depth;
    order.escalate = escalate;
    std::optional<LookOutcome> outcome;
    const auto run = [](ZoneLooks* looks, LookOrder what, std::optional<LookOutcome>* out) -> Task<void> {
      LookOutcome made = co_await looks->look(what);
      *out = made;
    };
    spawn(run(looks_.get(), order, &outcome));
    executor_.run_for(seconds(60));
    EXPECT_TRUE(outcome.has_value());
    summary_ = outcome->summary;
    return *outcome;
  }
  /// How often the servers of the zone were asked for the type at its apex since the last look began.
  [[nodiscard]] std::size_t asked(RrType type) const {
    return static_cast<std::size_t>(
        std::count_if(transport_.sent.begin(), transport_.sent.end(), [&](const ScriptedTransport::Sent& sent) {
          return sent.request.question == dns::Question{zone_->apex(), type} &&
                 sent.request.address != ScriptedTransport::address_of(kRoot);
        }));
  }
  [[nodiscard]] change::ZoneState state() {
    std::optional<change::ZoneState> out;
    store_->load(zone_->apex(), [&](Result<change::ZoneState> loaded) { out = std::move(loaded).value(); });
    executor_.run_ready();
    return out.value();
  }
  [[nodiscard]] std::set<FindingCode> open_codes() {
    std::set<FindingCode> codes;
    for (const change::OpenFinding& open : state().open_findings) codes.insert(open.finding.code);
    return codes;
  }

  bool live_ = false;    ///< Each answer is signed when it is asked for.
  bool bogus_ = false;   ///< … and badly.
  bool faulty_ = false;  ///< NSID is refused, and transfers are not.
  TempDir dir_;
  VirtualExecutor executor_;
  SeededRandom random_{5};
  ScriptedTransport transport_{executor_, executor_};
  SigningKey root_key_{13}, key_{13};
  std::shared_ptr<ZoneSigner> zone_;
  Outages outages_;
  Incidents incidents_;
  Silences silences_;
  EventRouter router_{{}};
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Sight> sight_;
  std::unique_ptr<ZoneLooks> looks_;
  change::ZoneSummary summary_;
  inventory::ZoneSettings settings_;

 private:
  void alter(const net::Request& request, dns::Message& message) {
    if (faulty_ && request.options.request_nsid) {
      message.answer.clear();
      message.authority.clear();
      message.rcode = dns::kRcodeFormErr;
      return;
    }
    if (faulty_ && request.question.type == RrType::kAxfr) {
      message.rcode = dns::kRcodeNoError;
      message.aa = true;
      message.answer = {zone_->at("example.", RrType::kSoa)};
    }
    if (live_) sign(message.answer);
    if (live_) sign(message.authority);
  }
  /// No signature of ECDSA ever comes twice.
  void sign(std::vector<dns::RRset>& section) {
    SignOptions options;
    options.inception = executor_.now() - 7200;
    options.expiration = executor_.now() + 7 * 86400;
    for (dns::RRset& set : section) {
      if (set.rrsigs.empty()) continue;
      zone_->sign_again(set, key_, options);
      if (bogus_) set.rrsigs[0].signature[7] ^= 1;
    }
  }
};

TEST_F(ZoneLooksTest, ExtraQuestionsAreAskedOnceInADay) {
  serve();
  const LookOutcome first = look();
  EXPECT_EQ(first.result, LookResult::kJudged);
  EXPECT_EQ(first.summary.verdict, dnssec::secure());
  EXPECT_EQ(asked(RrType::kZonemd), 2U);
  EXPECT_EQ(asked(RrType::kAxfr), 2U);
  const LookOutcome second = look();
  EXPECT_EQ(second.result, LookResult::kUnchanged);
  EXPECT_EQ(second.verifications, 0);
  EXPECT_EQ(asked(RrType::kTxt), 2U);
  EXPECT_EQ(asked(RrType::kZonemd), 0U);
  EXPECT_EQ(asked(RrType::kAxfr), 0U);
  executor_.run_for(hours(24));
  look();
  EXPECT_EQ(asked(RrType::kZonemd), 2U);
  EXPECT_EQ(asked(RrType::kAxfr), 2U);
}

TEST_F(ZoneLooksTest, AZoneThatIsSignedLiveIsVerifiedAndNotAskedEverything) {
  live_ = true;
  plant_faults();
  serve();
  const LookOutcome first = look();
  EXPECT_EQ(first.summary.verdict, dnssec::secure());
  EXPECT_THAT(open_codes(), IsSupersetOf(kPlanted));
  EXPECT_EQ(asked(RrType::kZonemd), 2U);
  const change::ZoneState before = state();
  for (const bool new_process : {false, true}) {
    if (new_process) start();
    const LookOutcome again = look();
    EXPECT_EQ(again.result, LookResult::kJudged);
    EXPECT_EQ(again.depth, Depth::kFull);
    EXPECT_EQ(again.events, 0);
    EXPECT_EQ(asked(RrType::kTxt), 2U);
    for (const RrType type : {RrType::kZonemd, RrType::kCsync, RrType::kNsec, RrType::kAxfr}) {
      EXPECT_EQ(asked(type), 0U) << dns::to_string(type);
    }
    // At least DNSKEY, SOA, NS, A, TXT and five proofs of two records each, at two servers.
    EXPECT_GE(again.verifications, 2 * (5 + 5 * 2));
    EXPECT_LT(again.verifications, first.verifications);
    EXPECT_THAT(open_codes(), IsSupersetOf(kPlanted));
    const change::ZoneState after = state();
    EXPECT_EQ(after.open_findings.size(), before.open_findings.size());
    EXPECT_EQ(after.facts.csync, before.facts.csync);
    EXPECT_EQ(after.summary.snapshot, before.summary.snapshot);
    EXPECT_EQ(after.summary.full_evidence, before.summary.full_evidence);
    EXPECT_NE(after.summary.ordinary_evidence, before.summary.ordinary_evidence);
  }
  executor_.run_for(hours(24));
  look();
  EXPECT_EQ(asked(RrType::kZonemd), 2U);
  EXPECT_THAT(open_codes(), IsSupersetOf(kPlanted));
}

TEST_F(ZoneLooksTest, LiveSignaturesThatBecomeBogusAreFoundAtOnce) {
  live_ = true;
  plant_faults();
  serve();
  look();
  bogus_ = true;
  const LookOutcome broken = look();
  EXPECT_EQ(broken.summary.verdict.status, dnssec::SecurityStatus::kBogus);
  EXPECT_TRUE(open_codes().contains(FindingCode::SIG_INVALID)) << broken.events;
  EXPECT_THAT(open_codes(), IsSupersetOf(kPlanted));
  EXPECT_GT(broken.events, 0);
  bogus_ = false;
  const LookOutcome mended = look();
  EXPECT_EQ(mended.summary.verdict, dnssec::secure());
  EXPECT_FALSE(open_codes().contains(FindingCode::SIG_INVALID));
}

TEST_F(ZoneLooksTest, NewDataOfALiveZoneMakesALookAskEverything) {
  live_ = true;
  serve();
  look();
  look();
  EXPECT_EQ(asked(RrType::kZonemd), 0U);
  zone_ = make_zone();
  zone_->add("@ TXT \"y\"\n");
  serve();
  look();
  EXPECT_EQ(asked(RrType::kZonemd), 2U);
  look();
  EXPECT_EQ(asked(RrType::kZonemd), 0U);
}

TEST_F(ZoneLooksTest, ACoreLookAtALiveZoneStandsByItselfWhileNothingElseIsNew) {
  live_ = true;
  plant_faults();
  serve();
  look();
  const change::ZoneState before = state();
  for (int i = 0; i < 2; ++i) {
    const LookOutcome core = look(Depth::kCore);
    EXPECT_EQ(core.result, LookResult::kJudged);
    EXPECT_EQ(core.depth, Depth::kCore);
    EXPECT_EQ(core.verifications, 4) << "DNSKEY and SOA at two servers";
    EXPECT_EQ(asked(RrType::kTxt), 0U);
    EXPECT_EQ(core.summary.verdict, dnssec::secure());
    EXPECT_EQ(core.summary.last_full_at, before.summary.last_full_at);
    EXPECT_LE(core.summary.valid_until_at, before.summary.valid_until_at);
    EXPECT_EQ(state().open_findings.size(), before.open_findings.size());
  }
  look();
  EXPECT_EQ(asked(RrType::kTxt), 2U);
  EXPECT_EQ(asked(RrType::kZonemd), 0U);
  EXPECT_THAT(open_codes(), IsSupersetOf(kPlanted));
  executor_.run_for(seconds(summary_.valid_until_at - executor_.now()));
  EXPECT_EQ(look(Depth::kCore).depth, Depth::kFull) << "the rest may have changed by the clock alone";
}

TEST_F(ZoneLooksTest, ACoreLookAtALiveZoneThatShowsMoreBecomesAFullOne) {
  live_ = true;
  serve();
  look();
  bogus_ = true;
  const LookOutcome broken = look(Depth::kCore);
  EXPECT_EQ(broken.depth, Depth::kFull);
  EXPECT_EQ(broken.summary.verdict.status, dnssec::SecurityStatus::kBogus);
  bogus_ = false;
  EXPECT_EQ(look(Depth::kCore).depth, Depth::kFull);
  EXPECT_EQ(summary_.verdict, dnssec::secure());
  EXPECT_EQ(look(Depth::kCore).depth, Depth::kCore);
  publish_root({});
  EXPECT_EQ(look(Depth::kCore).depth, Depth::kFull);
  EXPECT_EQ(summary_.verdict.status, dnssec::SecurityStatus::kInsecure);
}

// The answers that an earlier look had were "nothing new", although looks in between had judged others.
TEST_F(ZoneLooksTest, WhatWasJudgedInBetweenIsNotForgotten) {
  settings_.denial_probe = false;  // Its name, and so the proof, changes with the day.
  serve();
  look();
  for (const Depth between : {Depth::kCore, Depth::kFull}) {
    live_ = bogus_ = true;
    EXPECT_EQ(look(between, false).summary.verdict.status, dnssec::SecurityStatus::kBogus);
    live_ = bogus_ = false;
    executor_.run_for(between == Depth::kFull ? hours(24) : hours(0));
    EXPECT_EQ(look().summary.verdict, dnssec::secure()) << static_cast<int>(between);
    EXPECT_FALSE(open_codes().contains(FindingCode::SIG_INVALID));
  }
}

}  // namespace
}  // namespace anchorwatch::pipeline
