// SPDX-License-Identifier: Apache-2.0
// The whole daemon on virtual time: a signed tree of zones on a scripted network, a real store, and
// a sink that keeps what it is told. An hour passes at once.
#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/daemon/app.h"
#include "anchorwatch/inventory/inventory_builder.h"
#include "anchorwatch/sqlite/database.h"
#include "anchorwatch/store/sqlite_store.h"

#include "support/scripted_transport.h"
#include "support/temp_dir.h"
#include "support/virtual_executor.h"

namespace anchorwatch::daemon {
namespace {

using dns::RrType;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::vector<std::string> kRootServers{"198.41.0.4", "199.9.14.201"};
const std::vector<std::string> kTldServers{"192.5.6.30", "194.0.0.53"};
const std::vector<std::string> kHosters{"9.9.9.10", "149.112.112.10", "2620:fe::10"};

/// What the sink was told.
using Told = std::vector<nlohmann::json>;

class KeepingSink final : public outbox::Sink {
 public:
  KeepingSink(Executor& executor, Told& told) : executor_(executor), told_(told) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] int max_attempts() const override { return 3; }
  void deliver(const store::PendingDelivery& delivery,
               std::function<void(outbox::DeliveryResult)> done) override {
    told_.push_back(nlohmann::json::parse(delivery.payload));
    executor_.post([done = std::move(done)] {
      done({outbox::DeliveryVerdict::kDelivered, {}, std::nullopt});
    });
  }

 private:
  std::string name_ = "keeper";
  Executor& executor_;
  Told& told_;
};

/// A signed tree: the root, "test." and zones below it, two servers each.
class Tree {
 public:
  explicit Tree(ScriptedTransport& transport) : transport_(transport) {}

  /// Makes zones z0 to z`zones`-1, those that are there already excepted.
  void build(int zones) {
    for (int i = 0; i < zones; ++i) {
      const std::string name = "z" + std::to_string(i) + ".test.";
      if (ds_.contains(name)) continue;
      const auto zone = make(name, SigningKey(13), "ns1.hoster.test.", "ns2.hoster.test.");
      zone->add("@ A 9.9.9.80\n");
      zone->sign();
      ds_[name] = zone->ds().at(0);
      transport_.serve(kHosters, zone);
    }
    publish_tld();
    const auto root = make(".", root_key_, "a.roots.", "b.roots.");
    root->add("a.roots A " + kRootServers[0] + "\nb.roots A " + kRootServers[1] + "\n");
    delegate(*root, "test.", "a.nic.test.", "b.nic.test.");
    root->add("a.nic.test A " + kTldServers[0] + "\nb.nic.test A " + kTldServers[1] + "\n");
    root->add_record(name_of("test."), RrType::kDs, tld_key_.ds(name_of("test.")));
    root->sign();
    transport_.serve(kRootServers, root);
  }
  /// The root signs with a key that nobody has as an anchor; built anew it shows.
  void change_root_key() { root_key_ = SigningKey(13); }
  /// The parent takes the DS of a zone away.
  void remove_ds(const std::string& zone) {
    ds_.at(zone).clear();
    publish_tld();
  }

  [[nodiscard]] std::string hints() const {
    return ". 1 NS a.roots.\n. 1 NS b.roots.\na.roots. 1 A " + kRootServers[0] + "\nb.roots. 1 A " +
           kRootServers[1] + "\n";
  }
  [[nodiscard]] std::string anchor() const {
    const Bytes ds = root_key_.ds(dns::Name());
    return ". IN DS " + std::to_string(read_u16(ds, 0)) + " " + std::to_string(octet(ds, 2)) + " " +
           std::to_string(octet(ds, 3)) + " " + to_hex(ds.substr(4)) + "\n";
  }
  [[nodiscard]] std::string list() const {
    std::string out;
    for (const auto& [name, ds] : ds_) out += name + "\n";
    return out;
  }

 private:
  static void add_ns(ZoneSigner& zone, const std::string& owner, const std::string& target) {
    zone.add_record(name_of(owner), RrType::kNs, name_of(target).wire());
  }
  static void delegate(ZoneSigner& zone, const std::string& child, const std::string& first,
                       const std::string& second) {
    add_ns(zone, child, first);
    add_ns(zone, child, second);
  }
  static std::shared_ptr<ZoneSigner> make(const std::string& apex, const SigningKey& key,
                                          const std::string& first, const std::string& second) {
    const auto zone = std::make_shared<ZoneSigner>(apex);
    zone->at(apex, RrType::kNs).rdatas.clear();
    delegate(*zone, apex, first, second);
    zone->add_key(key);
    return zone;
  }
  void publish_tld() {
    const auto tld = make("test.", tld_key_, "a.nic.test.", "b.nic.test.");
    tld->add("a.nic A " + kTldServers[0] + "\nb.nic A " + kTldServers[1] + "\n");
    tld->add("ns1.hoster A " + kHosters[0] + "\nns2.hoster A " + kHosters[1] + "\n");
    tld->add("ns2.hoster AAAA " + kHosters[2] + "\n");
    for (const auto& [name, ds] : ds_) {
      delegate(*tld, name, "ns1.hoster.test.", "ns2.hoster.test.");
      if (!ds.empty()) tld->add_record(name_of(name), RrType::kDs, ds);
    }
    tld->sign();
    transport_.serve(kTldServers, tld);
  }

  ScriptedTransport& transport_;
  SigningKey root_key_{13};
  SigningKey tld_key_{13};
  std::map<std::string, Bytes> ds_;
};

/// The machine's clock, which somebody sets.
class SetClock final : public Clock {
 public:
  explicit SetClock(const Clock& clock) : clock_(clock) {}
  [[nodiscard]] UnixSeconds now() const override { return clock_.now() + offset; }
  [[nodiscard]] MonoTime mono() const override { return clock_.mono(); }
  UnixSeconds offset = 0;

 private:
  const Clock& clock_;
};

class WatchTest : public ::testing::Test {
 protected:
  ~WatchTest() override { stop(); }

  void watch(int zones) {
    tree_.build(zones);
    start();
  }
  void start() {
    std::optional<Result<void>> started;
    begin(&started);
    executor_.run_ready();
    ASSERT_TRUE(started);
    ASSERT_TRUE(*started) << started->error().message();
  }
  void begin(std::optional<Result<void>>* started) {
    store::SqliteStoreOptions options;
    options.path = dir_.file("anchorwatch.db");
    options.threading = store::StoreThreading::kInline;
    store_ = store::SqliteStore::open(options, executor_).value();
    app_ = std::make_unique<App>(
        AppPorts{executor_, clock_, random_, transport_, *store_, *store_, log::Logger()});
    app_->start(generation(), [started](Result<void> result) { *started = std::move(result); });
  }
  void stop() {
    if (!app_) return;
    bool stopped = false;
    app_->stop([&] { stopped = true; });
    executor_.run_for(minutes(2));
    EXPECT_TRUE(stopped);
    app_.reset();
    store_.reset();
  }
  Generation generation() {
    Generation made;
    made.engine.root_hints = tree_.hints();
    EXPECT_TRUE(made.engine.anchors.add_text(tree_.anchor()));
    made.schedule.parallel = parallel_;
    made.engine.policy.severity = severity_;
    made.routes = {{"keeper", Severity::kInfo}};
    made.sinks.push_back(std::make_unique<KeepingSink>(executor_, told_));
    inventory::InventoryBuilder builder;
    builder.add_text(tree_.list(), "zones.txt");
    made.inventory = std::move(builder.finish().inventory);
    return made;
  }
  /// Lets time pass and forgets what was told until now.
  void settle(Duration span) {
    executor_.run_for(span);
    told_.clear();
  }
  [[nodiscard]] std::vector<std::string> types() const {
    std::vector<std::string> out;
    for (const nlohmann::json& event : told_) out.push_back(event.at("type").get<std::string>());
    return out;
  }
  /// For the messages of assertions.
  [[nodiscard]] std::string dump() const {
    std::string out;
    for (const nlohmann::json& event : told_) {
      out += "\n" + event.at("time").get<std::string>() + " " +
             event.at("type").get<std::string>() + " " + event.at("severity").get<std::string>() +
             " " + event.at("zone").dump() + " " + event.at("summary").get<std::string>();
    }
    return out;
  }
  std::map<std::string, store::StoredZone> stored() {
    std::map<std::string, store::StoredZone> out;
    const auto keep = [&](const std::vector<store::StoredZone>& part) {
      for (const store::StoredZone& zone : part) out[zone.name.to_text()] = zone;
    };
    store_->load_all(keep, [](Result<void> all) { EXPECT_TRUE(all); });
    executor_.run_ready();
    return out;
  }

  /// From now on a server leaves out the signature of the SOA of z1.test., for `span` since it was first
  /// asked.
  void turn_odd(const std::string& server, Duration span) {
    transport_.alter(server, [this, span](const net::Request& request, dns::Message& message) {
      if (request.question != dns::Question{name_of("z1.test."), RrType::kSoa}) return;
      if (odd_since_ == 0) odd_since_ = executor_.now();
      if (seconds(executor_.now() - odd_since_) >= span) return;
      for (dns::RRset& set : message.answer) set.rrsigs.clear();
    });
  }
  /// Seconds from the first odd answer to the event.
  [[nodiscard]] UnixSeconds delay_of(const nlohmann::json& event) const {
    return parse_time(event.at("time").get<std::string>()).value_or(0) - odd_since_;
  }

  UnixSeconds odd_since_ = 0;
  int parallel_ = 256;
  judge::SeverityMap severity_;  ///< As [severity] has it.
  TempDir dir_;
  VirtualExecutor executor_;
  SetClock clock_{executor_};
  SeededRandom random_{11};
  ScriptedTransport transport_{executor_, executor_};
  Tree tree_{transport_};
  Told told_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<App> app_;
};

TEST_F(WatchTest, AQuietHourTellsOfTheInventoryOnly) {
  watch(5);
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), ElementsAre("inventory.changed")) << dump();
  const auto zones = stored();
  ASSERT_THAT(zones, SizeIs(5));
  for (const auto& [name, zone] : zones) {
    EXPECT_EQ(zone.summary.verdict.status, dnssec::SecurityStatus::kSecure) << name;
    EXPECT_EQ(zone.summary.observation, judge::Observation::kOk) << name;
    EXPECT_TRUE(zone.summary.baseline);
    EXPECT_GT(zone.summary.last_checked_at, executor_.now() - 1100) << name;
    EXPECT_GT(zone.due.core_at, executor_.now() - 1) << name;
  }
  EXPECT_LT(transport_.count, 600U);
}

TEST_F(WatchTest, WhereNothingIsNewLittleIsAsked) {
  watch(5);
  settle(minutes(2));  // Each zone had its first look, a full one.
  transport_.keep_requests();
  executor_.run_for(hours(12));
  std::map<RrType, int> asked;
  for (const auto& sent : transport_.sent) ++asked[sent.request.question.type];
  // A core look every 15 minutes: 48 rounds of five zones. Of each zone the DS is asked once.
  EXPECT_GE(asked[RrType::kDs], 5 * 44);
  EXPECT_LE(asked[RrType::kDs], 5 * 52 + 30);
  // A full look every six hours at three addresses; core looks that grew into full ones would
  // be 48.
  for (const RrType type : {RrType::kMx, RrType::kTxt, RrType::kCaa, RrType::kCds}) {
    EXPECT_GE(asked[type], 5 * 3 * 1) << dns::to_string(type);
    EXPECT_LE(asked[type], 5 * 3 * 3) << dns::to_string(type);
  }
  EXPECT_THAT(types(), IsEmpty()) << dump();
}

TEST_F(WatchTest, ARemovedDsIsToldWithTheStatus) {
  watch(3);
  settle(hours(1));
  tree_.remove_ds("z1.test.");
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), Contains("ds.removed").Times(1)) << dump();
  EXPECT_THAT(types(), Contains("zone.status_changed").Times(1)) << dump();
  for (const nlohmann::json& event : told_) {
    EXPECT_EQ(event.at("zone"), "z1.test.") << event.dump();
    const std::string type = event.at("type");
    if (type != "ds.removed" && type != "zone.status_changed") continue;
    // Security loss is an error at least.
    EXPECT_THAT(event.at("severity"), ::testing::AnyOf("error", "critical")) << event.dump();
  }
  EXPECT_EQ(stored().at("z1.test.").summary.verdict.status, dnssec::SecurityStatus::kInsecure);
  told_.clear();
  executor_.run_for(hours(8));
  EXPECT_THAT(types(), IsEmpty()) << "told again: " << dump();
}

TEST_F(WatchTest, ABlindMonitorBlamesNobody) {
  watch(5);
  settle(hours(1));
  for (const std::string& server : kRootServers) transport_.silence(server);
  executor_.run_for(hours(3));
  EXPECT_THAT(types(), ElementsAre("monitor.blind")) << dump();
  EXPECT_EQ(told_.at(0).at("finding").at("code"), "MONITOR_BLIND");
  EXPECT_NE(app_->status_line().find("BLIND"), std::string::npos);
  for (const auto& [name, zone] : stored()) {
    EXPECT_EQ(zone.summary.verdict, dnssec::indeterminate(dnssec::Reason::kStale)) << name;
    EXPECT_EQ(zone.summary.observation, judge::Observation::kStale) << name;
  }
  const std::string blind = told_.at(0).at("id");
  told_.clear();
  for (const std::string& server : kRootServers) transport_.speak(server);
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), ElementsAre("monitor.recovered")) << dump();
  EXPECT_EQ(told_.at(0).at("caused_by"), blind);
  for (const auto& [name, zone] : stored()) {
    EXPECT_GT(zone.summary.last_checked_at, executor_.now() - 1100) << name << " was lost";
    EXPECT_EQ(zone.summary.verdict, dnssec::secure()) << name;
  }
}

TEST_F(WatchTest, WhileBlindAStatusIsKeptForThreeIntervals) {
  watch(3);
  settle(hours(1));
  for (const std::string& server : kRootServers) transport_.silence(server);
  const UnixSeconds since = executor_.now();
  executor_.run_for(minutes(20));
  for (const auto& [name, zone] : stored()) EXPECT_EQ(zone.summary.verdict, dnssec::secure()) << name;
  while (executor_.now() < since + 3 * 900 + 60) executor_.run_for(seconds(30));
  for (const auto& [name, zone] : stored()) {
    EXPECT_EQ(zone.summary.verdict.reason, dnssec::Reason::kStale) << name;
    EXPECT_GE(zone.summary.status_since_at, zone.summary.last_observed_at + 3 * 900) << name;
    EXPECT_LE(zone.summary.status_since_at, zone.summary.last_observed_at + 3 * 900 + 5) << name;
  }
  EXPECT_THAT(types(), ElementsAre("monitor.blind")) << dump();
}

TEST_F(WatchTest, LooksThatAreLateAreToldOnce) {
  watch(3);
  settle(hours(1));
  stop();
  parallel_ = 0;  // Nobody ever gets a turn.
  start();
  executor_.run_for(hours(6));
  ASSERT_THAT(types(), ElementsAre("monitor.lag")) << dump();
  EXPECT_EQ(told_.at(0).at("severity"), "warning");
  EXPECT_GE(told_.at(0).at("after").at("zones_stale"), 1) << dump();
  for (const auto& [name, zone] : stored()) EXPECT_EQ(zone.summary.verdict.reason, dnssec::Reason::kStale) << name;
}

TEST_F(WatchTest, ALongPauseIsNoLateness) {
  watch(3);
  settle(hours(1));
  stop();
  executor_.run_for(hours(48));
  start();
  executor_.run_for(hours(2));
  EXPECT_THAT(types(), IsEmpty()) << dump();
  for (const auto& [name, zone] : stored()) EXPECT_EQ(zone.summary.verdict, dnssec::secure()) << name;
}

TEST_F(WatchTest, ADeadNetworkIsBlindnessToo) {
  watch(5);
  settle(hours(1));
  for (const auto* servers : {&kRootServers, &kTldServers, &kHosters}) {
    for (const std::string& server : *servers) transport_.silence(server);
  }
  executor_.run_for(hours(2));
  EXPECT_THAT(types(), ElementsAre("monitor.blind")) << dump();
  for (const auto* servers : {&kRootServers, &kTldServers, &kHosters}) {
    for (const std::string& server : *servers) transport_.speak(server);
  }
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), ElementsAre("monitor.blind", "monitor.recovered")) << dump();
}

TEST_F(WatchTest, ASilentServerUnderManyZonesIsOneIncident) {
  watch(20);
  settle(hours(1));
  transport_.silence(kHosters[0]);
  executor_.run_for(hours(2));
  ASSERT_THAT(types(), Contains("incident.opened").Times(1)) << dump();
  EXPECT_THAT(types(), ElementsAre("incident.opened")) << dump();
  EXPECT_EQ(told_.at(0).at("severity"), "warning");
  EXPECT_EQ(told_.at(0).at("zone"), nullptr);
  const std::string incident = told_.at(0).at("incident");
  told_.clear();
  transport_.speak(kHosters[0]);
  executor_.run_for(hours(2));
  EXPECT_THAT(types(), ElementsAre("incident.closed")) << dump();
  EXPECT_EQ(told_.at(0).at("incident"), incident);
}

TEST_F(WatchTest, AnOutageSurvivesARestartAndIsNotToldTwice) {
  watch(4);
  settle(hours(1));
  transport_.silence(kHosters[1]);
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), ElementsAre("incident.opened")) << dump();
  told_.clear();
  stop();
  start();
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), IsEmpty()) << dump();
  transport_.speak(kHosters[1]);
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), ElementsAre("incident.closed")) << dump();
}

TEST_F(WatchTest, ARestartKeepsDueTimes) {
  watch(6);
  settle(minutes(40));
  const auto before = stored();
  stop();
  start();
  const auto after = stored();
  UnixSeconds first = before.begin()->second.due.core_at;
  UnixSeconds last = 0;
  for (const auto& [name, zone] : before) {
    EXPECT_EQ(after.at(name).due.core_at, zone.due.core_at) << name;
    EXPECT_EQ(after.at(name).due.full_at, zone.due.full_at) << name;
    first = std::min(first, zone.due.core_at);
    last = std::max(last, zone.due.core_at);
  }
  const std::uint64_t asked = transport_.count;
  if (first > executor_.now() + 1) {
    executor_.run_for(seconds(first - executor_.now() - 1));
    EXPECT_EQ(transport_.count, asked) << "looked before it was due";
  }
  executor_.run_for(seconds(last - executor_.now() + 20));
  for (const auto& [name, zone] : stored()) {
    EXPECT_GE(zone.summary.last_checked_at, before.at(name).due.core_at) << name;
  }
  EXPECT_THAT(types(), IsEmpty()) << "a restart is no change: " << dump();
}

TEST_F(WatchTest, AReloadTakesZonesInAndOut) {
  watch(3);
  settle(hours(1));
  tree_.build(4);
  bool reloaded = false;
  app_->reload(generation(), [&](Result<void> result) { reloaded = result.has_value(); });
  executor_.run_for(minutes(2));
  EXPECT_TRUE(reloaded);
  EXPECT_THAT(types(), Contains("inventory.changed").Times(1)) << dump();
  EXPECT_TRUE(stored().at("z3.test.").summary.baseline) << "a new zone waits a minute at most";
}

TEST_F(WatchTest, AReloadDuringTheStartWaitsForIt) {
  tree_.build(3);
  std::optional<Result<void>> started;
  begin(&started);
  app_->report_bad_reload("a slip");
  tree_.build(4);
  bool reloaded = false;
  app_->reload(generation(), [&](Result<void> result) {
    EXPECT_TRUE(started) << "the start is over";
    reloaded = result.has_value();
  });
  EXPECT_FALSE(reloaded);
  executor_.run_for(minutes(2));
  ASSERT_TRUE(started);
  EXPECT_TRUE(*started);
  EXPECT_TRUE(reloaded);
  EXPECT_EQ(stored().at("z3.test.").summary.verdict.status, dnssec::SecurityStatus::kSecure);
}

TEST_F(WatchTest, MutesThatCannotBeReadAreToldAndReadAgain) {
  const auto change_schema = [&](const char* sql) {
    sqlite::OpenOptions options;
    options.mode = sqlite::OpenMode::kReadWrite;
    const Result<void> done = sqlite::Database::open(dir_.file("anchorwatch.db"), options).value().exec(sql);
    ASSERT_TRUE(done) << done.error().message();
  };
  tree_.build(3);
  std::optional<Result<void>> started;
  begin(&started);
  change_schema("ALTER TABLE mute RENAME TO mute_away");
  executor_.run_for(minutes(10));
  ASSERT_TRUE(started);
  EXPECT_TRUE(*started) << "zones are watched all the same";
  EXPECT_THAT(types(), Contains("monitor.store").Times(1)) << dump();
  EXPECT_THAT(app_->status_line(), ::testing::HasSubstr("mutes cannot be read"));
  told_.clear();
  change_schema("ALTER TABLE mute_away RENAME TO mute");
  executor_.run_for(minutes(2));
  EXPECT_THAT(types(), ElementsAre("monitor.recovered")) << dump();
  EXPECT_EQ(app_->status_line().find("mutes"), std::string::npos);
}

TEST_F(WatchTest, AStopDuringTheStartIsTheEnd) {
  tree_.build(3);
  transport_.keep_requests();
  std::optional<Result<void>> started;
  begin(&started);
  stop();
  ASSERT_TRUE(started);
  EXPECT_FALSE(*started);
  EXPECT_EQ(transport_.sent.size(), 0U) << "nothing was asked";
}

TEST_F(WatchTest, AnOddMomentOfOneServerPagesNobody) {
  watch(3);
  settle(hours(1));
  turn_odd(kHosters[0], seconds(15));
  executor_.run_for(hours(2));
  EXPECT_NE(odd_since_, 0) << "nothing was odd";
  EXPECT_THAT(types(), IsEmpty()) << dump();
  EXPECT_THAT(stored().at("z1.test.").summary.pending, IsEmpty());
}

TEST_F(WatchTest, WhatOneServerGoesOnSayingIsToldWithinAMinute) {
  watch(3);
  settle(hours(1));
  turn_odd(kHosters[0], hours(24));
  executor_.run_for(hours(1));
  ASSERT_THAT(types(), Contains("finding.opened")) << dump();
  for (const nlohmann::json& event : told_) {
    EXPECT_EQ(event.at("type"), "finding.opened") << event.dump();
    EXPECT_EQ(event.at("zone"), "z1.test.");
    if (event.at("severity") != "warning" && event.at("severity") != "error") continue;
    EXPECT_GE(delay_of(event), 19) << event.dump();
    EXPECT_LE(delay_of(event), 60) << event.dump();
    EXPECT_EQ(event.at("confidence"), "confirmed") << event.dump();
    EXPECT_LE(parse_time(event.at("window").at("first_after").get<std::string>()).value_or(0), odd_since_ + 5);
  }
  told_.clear();
  executor_.run_for(hours(8));
  EXPECT_THAT(types(), IsEmpty()) << "told again: " << dump();
}

TEST_F(WatchTest, WhatAllServersSayIsToldAtOnce) {
  watch(3);
  settle(hours(1));
  for (const std::string& server : kHosters) turn_odd(server, hours(24));
  executor_.run_for(hours(1));
  ASSERT_THAT(types(), Contains("finding.opened")) << dump();
  EXPECT_THAT(types(), Contains("zone.status_changed").Times(1)) << dump();
  for (const nlohmann::json& event : told_) EXPECT_LE(delay_of(event), 10) << event.dump();
}

TEST_F(WatchTest, ADoubtSurvivesARestart) {
  watch(3);
  settle(hours(1));
  turn_odd(kHosters[1], hours(24));
  while (odd_since_ == 0) executor_.run_for(seconds(5));
  executor_.run_for(seconds(5));
  EXPECT_THAT(types(), IsEmpty()) << dump();
  const auto before = stored().at("z1.test.").summary.pending;
  EXPECT_THAT(before, ::testing::Not(IsEmpty()));
  stop();
  start();
  EXPECT_EQ(stored().at("z1.test.").summary.pending, before);
  executor_.run_for(seconds(60));
  EXPECT_THAT(types(), Contains("finding.opened")) << dump();
}

/// Answers whatever it is asked, as a resolver on the path does.
std::optional<net::Reply> intercept(const net::Request& request) {
  dns::Message message;
  message.rcode = dns::kRcodeServFail;
  return ScriptedTransport::reply_of(request, std::move(message));
}

TEST_F(WatchTest, SomebodyOnThePathCostsThatFamilyOnly) {
  watch(3);
  settle(hours(1));
  transport_.script("2001:db8::53", intercept);
  transport_.keep_requests();
  executor_.run_for(hours(2));
  EXPECT_THAT(types(), ElementsAre("monitor.family")) << dump();
  const nlohmann::json event = told_.at(0);
  EXPECT_EQ(event.at("severity"), "error");
  EXPECT_EQ(event.at("finding").at("code"), "PORT53_HIJACKED");
  EXPECT_EQ(event.at("runbook"), "docs/findings/PORT53_HIJACKED.md");
  const MonoTime told = transport_.sent.front().at + minutes(20);
  for (const auto& sent : transport_.sent) {
    const bool nobody = sent.request.address == ScriptedTransport::address_of("2001:db8::53");
    const bool late = sent.at > told && !nobody;
    EXPECT_TRUE(!late || sent.request.address.family() == IpFamily::kV4) << sent.request.address.to_text();
  }
  for (const auto& [name, zone] : stored()) EXPECT_EQ(zone.summary.verdict, dnssec::secure()) << name;
  told_.clear();
  transport_.script("2001:db8::53", [](const net::Request&) { return std::nullopt; });
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), ElementsAre("monitor.recovered")) << dump();
}

TEST_F(WatchTest, TheOperatorsSeveritiesHoldForFindingsOfTheMonitor) {
  severity_ = {{judge::FindingCode::PORT53_HIJACKED, Severity::kCritical}, {judge::FindingCode::MONITOR_BLIND, Severity::kNotice},
               {judge::FindingCode::CLOCK_UNTRUSTED, Severity::kInfo}};
  const auto told_as = [&](const std::string& type, const std::string& severity) {
    ASSERT_THAT(types(), ElementsAre(type)) << dump();
    EXPECT_EQ(told_.at(0).at("severity"), severity) << dump();
    if (told_.at(0).contains("finding") && !told_.at(0).at("finding").is_null()) {
      EXPECT_EQ(told_.at(0).at("finding").at("severity"), severity);
    }
    told_.clear();
  };
  watch(3);
  settle(hours(1));
  transport_.script("2001:db8::53", intercept);
  executor_.run_for(hours(1));
  told_as("monitor.family", "critical");
  transport_.script("2001:db8::53", [](const net::Request&) { return std::nullopt; });
  executor_.run_for(hours(1));
  told_as("monitor.recovered", "critical");
  clock_.offset = 3600;
  executor_.run_for(hours(1));
  told_as("monitor.clock", "info");
  for (const std::string& server : kRootServers) transport_.silence(server);
  executor_.run_for(hours(1));
  told_as("monitor.blind", "notice");
  app_->reload(generation(), [](const Result<void>& result) { EXPECT_TRUE(result); });
  executor_.run_for(minutes(1));
  for (const std::string& server : kRootServers) transport_.speak(server);
  executor_.run_for(hours(1));
  told_as("monitor.recovered", "notice");
}

TEST_F(WatchTest, SomebodyOnEveryPathBlinds) {
  watch(3);
  settle(hours(1));
  transport_.script("192.0.2.53", intercept);
  transport_.script("2001:db8::53", intercept);
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), ElementsAre("monitor.blind")) << dump();
  EXPECT_EQ(told_.at(0).at("finding").at("code"), "PORT53_HIJACKED");
  EXPECT_THAT(told_.at(0).at("summary").get<std::string>(), ::testing::HasSubstr("192.0.2.53"));
}

TEST_F(WatchTest, AClockThatJumpsIsTold) {
  watch(3);
  settle(hours(1));
  clock_.offset = 3600;
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), ElementsAre("monitor.clock")) << dump();
  EXPECT_EQ(told_.at(0).at("finding").at("code"), "CLOCK_UNTRUSTED");
  EXPECT_EQ(told_.at(0).at("severity"), "warning") << "the root agrees with it";
  EXPECT_NEAR(told_.at(0).at("after").at("seconds").get<int>(), 3600, 2);
}

TEST_F(WatchTest, AClockThatTheRootDisagreesWithBlinds) {
  severity_ = {{judge::FindingCode::CLOCK_UNTRUSTED, Severity::kInfo}};
  watch(3);
  settle(hours(1));
  clock_.offset = 400 * 86400;
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), ElementsAre("monitor.blind")) << dump();
  EXPECT_EQ(told_.at(0).at("finding").at("code"), "CLOCK_UNTRUSTED");
  EXPECT_EQ(told_.at(0).at("finding").at("severity"), "info") << "as the operator wants";
  EXPECT_EQ(told_.at(0).at("severity"), "error") << "to be blind is worse than a clock that is wrong";
  for (const auto& [name, zone] : stored()) {
    EXPECT_NE(zone.summary.verdict.status, dnssec::SecurityStatus::kBogus) << name;
  }
  told_.clear();
  clock_.offset = 0;
  executor_.run_for(hours(1));
  EXPECT_THAT(types(), ElementsAre("monitor.recovered")) << dump();
  for (const auto& [name, zone] : stored()) EXPECT_EQ(zone.summary.verdict, dnssec::secure()) << name;
}

TEST_F(WatchTest, AnchorsThatTheRootLeftBehindBlind) {
  watch(3);
  settle(hours(1));
  tree_.change_root_key();
  tree_.build(3);
  executor_.run_for(hours(3));
  ASSERT_THAT(types(), ElementsAre("monitor.blind")) << dump();
  EXPECT_EQ(told_.at(0).at("finding").at("code"), "ANCHOR_STALE");
}

}  // namespace
}  // namespace anchorwatch::daemon
