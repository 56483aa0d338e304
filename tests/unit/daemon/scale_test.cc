// SPDX-License-Identifier: Apache-2.0
// The daemon on virtual time over thousands of zones, some of which have dead, slow, hostile or
// overloaded servers: the others are looked at in time.
//
// Nothing is signed here, and no trust anchor is set: what counts is when which server is asked.
#include <algorithm>
#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anchorwatch/daemon/app.h"
#include "anchorwatch/inventory/inventory_builder.h"
#include "anchorwatch/pipeline/poll_round.h"
#include "anchorwatch/schedule/phase.h"
#include "anchorwatch/store/reader.h"
#include "anchorwatch/store/sqlite_store.h"

#include "support/scripted_transport.h"
#include "support/temp_dir.h"
#include "support/virtual_executor.h"

namespace anchorwatch::daemon {
namespace {

using dns::RrType;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

enum class Kind { kHealthy, kDead, kSlow, kHostile, kBusy };

/// A root, "test." and zones z0.test., z1.test. … with one server each, all unsigned.
class Net final : public net::DnsTransport {
 public:
  Net(VirtualExecutor& executor, std::vector<Kind> zones) : executor_(executor), zones_(std::move(zones)) {
    for (std::size_t zone = 0; zone < zones_.size(); ++zone) {
      kind_of_[ScriptedTransport::address_of(server_of(zone))] = zones_[zone];
    }
    // Where no server is, nobody answers (PORT53_HIJACKED).
    kind_of_[ScriptedTransport::address_of("192.0.2.53")] = Kind::kDead;
    kind_of_[ScriptedTransport::address_of("2001:db8::53")] = Kind::kDead;
  }

  void exchange(const net::Request& request, std::function<void(net::Reply)> done) override {
    note(request);
    const auto kind = kind_of_.find(request.address);
    const Kind how = kind == kind_of_.end() ? Kind::kHealthy : kind->second;  // The root, "test.".
    net::Reply reply;  // A time-out.
    Duration wait = request.timeout;
    if (how == Kind::kHostile && request.protocol == net::Protocol::kUdp) {
      reply.state = net::ReplyState::kMalformed;
      wait = milliseconds(5);
    } else if (how != Kind::kDead && how != Kind::kHostile) {
      reply = ScriptedTransport::reply_of(request, answer(request.question));
      wait = how == Kind::kSlow ? milliseconds(600) : milliseconds(5);
    }
    reply.rtt = wait;
    executor_.call_after(wait, [done = std::move(done), reply = std::move(reply)]() mutable { done(std::move(reply)); });
  }

  static std::string name_of_zone(std::size_t zone) { return "z" + std::to_string(zone) + ".test."; }
  /// When a look at each zone came to its server.
  std::map<std::size_t, std::vector<UnixSeconds>> looks;

 private:
  /// A provider has twenty zones; those that are busy share one server.
  [[nodiscard]] std::string server_of(std::size_t zone) const {
    const std::string kind = std::to_string(11 + static_cast<int>(zones_[zone]));
    if (zones_[zone] == Kind::kBusy) return kind + ".0.0.1";
    return kind + "." + std::to_string(zone / 20 / 250) + "." + std::to_string(zone / 20 % 250) + ".1";
  }
  static std::optional<std::size_t> zone_of(const dns::Name& name) {
    if (name.label_count() < 2 || !name.is_below(name_of("test."))) return std::nullopt;
    const std::string text = name.suffix(2).to_text();
    if (text.size() < 2 || text[0] != 'z') return std::nullopt;
    return std::stoul(text.substr(1));
  }
  void note(const net::Request& request) {
    if (request.question.type != RrType::kDnskey) return;
    if (const auto zone = zone_of(request.question.name)) looks[*zone].push_back(executor_.now());
  }
  [[nodiscard]] dns::Message answer(const dns::Question& question) const {
    dns::Message message;
    const auto zone = zone_of(question.name);
    const bool at_parent = zone && question.name.label_count() == 2 && question.type == RrType::kDs;
    const std::string apex = zone && !at_parent ? name_of_zone(*zone) : "test.";
    message.aa = true;
    if (question.name.label_count() == 1 && question.type == RrType::kNs) {
      message.aa = false;
      message.authority = records_of("test. 86400 NS a.nic.test.");
      message.additional = records_of("a.nic.test. 86400 A 9.9.9.1");
    } else if (zone && question.name.label_count() == 2 && question.type == RrType::kNs) {
      const std::string host = "ns1." + apex;
      message.answer = records_of(apex + " 86400 NS " + host);
      message.additional = records_of(host + " 86400 A " + server_of(*zone));
    } else if (question.type == RrType::kSoa && question.name.label_count() != 1) {
      message.answer = records_of((question.name.is_root() ? "." : apex) + " 3600 SOA a. b. 1 3600 600 86400 300");
    } else {
      message.authority = records_of(apex + " 3600 SOA a. b. 1 3600 600 86400 300");
    }
    return message;
  }

  VirtualExecutor& executor_;
  std::vector<Kind> zones_;
  std::map<IpAddress, Kind> kind_of_;
};

class ScaleTest : public ::testing::Test {
 protected:
  void watch(std::vector<Kind> zones, const Generation& settings) {
    kinds_ = zones;
    net_.emplace(executor_, std::move(zones));
    executor_.set_step_limit(1'000'000'000);
    store::SqliteStoreOptions options;
    options.path = dir_.file("anchorwatch.db");
    options.threading = store::StoreThreading::kInline;
    store_ = store::SqliteStore::open(options, executor_).value();
    app_ = std::make_unique<App>(AppPorts{executor_, executor_, random_, *net_, *store_, *store_, log::Logger()});
    Generation made;
    made.engine.asker.rates = settings.engine.asker.rates;
    made.schedule = settings.schedule;
    made.engine.root_hints = ". 1 NS a.roots.\na.roots. 1 A 9.9.8.1\n";
    // The tree has one server where the world has dozens.
    made.engine.asker.rates.operators.push_back({"tree", {IpPrefix::from_text("9.9.0.0/16").value()}, 1000, 1000});
    std::string list;
    for (std::size_t zone = 0; zone < kinds_.size(); ++zone) list += Net::name_of_zone(zone) + "\n";
    inventory::InventoryBuilder builder;
    builder.add_text(list, "zones.txt");
    made.inventory = std::move(builder.finish().inventory);
    interval_ = made.schedule.interval;
    std::optional<Result<void>> started;
    app_->start(std::move(made), [&](Result<void> result) { started = std::move(result); });
    executor_.run_ready();
    ASSERT_TRUE(started && *started);
  }
  void stop() {
    bool stopped = false;
    app_->stop([&] { stopped = true; });
    executor_.run_for(minutes(3));
    EXPECT_TRUE(stopped);
    app_.reset();
  }
  /// Of the intervals of healthy zones between two moments, the share in which the first look came within a tenth of
  /// the interval after the zone's phase.
  [[nodiscard]] double share_in_time(UnixSeconds from, UnixSeconds to) {
    int in_time = 0;
    int all = 0;
    for (std::size_t zone = 0; zone < kinds_.size(); ++zone) {
      if (kinds_[zone] != Kind::kHealthy) continue;
      const std::string wire = name_of(Net::name_of_zone(zone)).wire();
      const UnixSeconds length = interval_.count();
      UnixSeconds begin = from - from % length + schedule::phase(wire, interval_).count();
      if (begin < from) begin += length;
      for (; begin + length <= to; begin += length) {
        ++all;
        const std::vector<UnixSeconds>& looks = net_->looks[zone];
        const auto first = std::lower_bound(looks.begin(), looks.end(), begin);
        if (first != looks.end() && *first <= begin + length / 10) ++in_time;
      }
    }
    EXPECT_GT(all, 0);
    return all == 0 ? 0 : static_cast<double>(in_time) / all;
  }
  [[nodiscard]] std::vector<std::string> events() {
    std::vector<std::string> types;
    auto reader = store::Reader::open(dir_.file("anchorwatch.db"));
    const std::vector<store::EventRow> all = reader->events({}).value();
    for (const store::EventRow& event : all) {
      if (event.type.starts_with("monitor.")) types.push_back(event.type);
    }
    return types;
  }

  TempDir dir_;
  VirtualExecutor executor_;
  SeededRandom random_{11};
  std::optional<Net> net_;
  std::vector<Kind> kinds_;
  std::chrono::seconds interval_{0};
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<App> app_;
};

TEST_F(ScaleTest, DeadSlowAndHostileServersDelayNobodyElse) {
  std::vector<Kind> zones(3000, Kind::kHealthy);
  for (std::size_t i = 0; i < 40; ++i) zones[i] = Kind::kDead;
  for (std::size_t i = 40; i < 80; ++i) zones[i] = Kind::kSlow;
  for (std::size_t i = 80; i < 120; ++i) zones[i] = Kind::kHostile;
  Generation settings;
  settings.schedule.parallel = 8;  // As many for three thousand zones as 256 for a hundred thousand.
  watch(zones, settings);
  executor_.run_for(minutes(15));
  const UnixSeconds from = executor_.now();
  executor_.run_for(minutes(45));
  EXPECT_GE(share_in_time(from, executor_.now()), 0.99) << app_->status_line();
  EXPECT_THAT(events(), ::testing::IsEmpty()) << app_->status_line();
  stop();
}

TEST_F(ScaleTest, AnOverloadedProviderDelaysItsOwnZonesOnlyAndIsTold) {
  // 1,500 zones need 10 queries a second for core looks alone, and the server allows four.
  std::vector<Kind> zones(2000, Kind::kHealthy);
  for (std::size_t i = 0; i < 1500; ++i) zones[i] = Kind::kBusy;
  Generation settings;
  settings.schedule.interval = minutes(5);
  settings.schedule.full_interval = hours(1);
  settings.schedule.parallel = 16;
  settings.engine.asker.rates.operators = {{"busy", {IpPrefix::from_text("15.0.0.0/24").value()}, 4, 4}};
  watch(zones, settings);
  executor_.run_for(minutes(15));
  const UnixSeconds from = executor_.now();
  executor_.run_for(minutes(60));
  EXPECT_GE(share_in_time(from, executor_.now()), 0.99) << app_->status_line();
  EXPECT_THAT(events(), ::testing::ElementsAre("monitor.lag")) << app_->status_line();
  // Its queries go on as fast as they may, none of them wasted on waiting looks.
  std::size_t busy_looks = 0;
  for (std::size_t i = 0; i < 1500; ++i) busy_looks += net_->looks[i].size();
  EXPECT_GT(busy_looks, 500U);
  stop();
}

/// `anchorwatch poll` over the same network.
TEST_F(ScaleTest, ARoundAsksProvidersSideBySide) {
  kinds_.assign(1000, Kind::kHealthy);
  for (std::size_t i = 0; i < 500; ++i) kinds_[i] = Kind::kBusy;
  net_.emplace(executor_, kinds_);
  executor_.set_step_limit(1'000'000'000);
  store::SqliteStoreOptions options;
  options.path = dir_.file("anchorwatch.db");
  options.threading = store::StoreThreading::kInline;
  store_ = store::SqliteStore::open(options, executor_).value();
  pipeline::EngineOptions settings;
  settings.root_hints = ". 1 NS a.roots.\na.roots. 1 A 9.9.8.1\n";
  settings.asker.rates.operators = {{"busy", {IpPrefix::from_text("15.0.0.0/24").value()}, 4, 4},
                                    {"tree", {IpPrefix::from_text("9.9.0.0/16").value()}, 1000, 1000}};
  pipeline::Engine engine({executor_, executor_, random_, *net_}, std::move(settings));
  ASSERT_TRUE(engine.start());
  pipeline::Sight sight(engine.locator(), engine.ancestors(), engine.judge(), [](const change::Event&) {});
  pipeline::Outages outages;
  pipeline::Incidents incidents;
  pipeline::Silences silences;
  pipeline::EventRouter router({});
  const pipeline::LookTools tools{engine.collector(), engine.ancestors(), engine.whole_zones(), engine.judge(), *store_,
                                  sight,              outages,            incidents, silences,  router,          engine.confirmation()};
  pipeline::ZoneLooks looks(tools);
  pipeline::Portfolio portfolio;
  std::string list;
  for (std::size_t zone = 0; zone < kinds_.size(); ++zone) list += Net::name_of_zone(zone) + "\n";
  inventory::InventoryBuilder builder;
  builder.add_text(list, "zones.txt");
  const inventory::Inventory inventory = std::move(builder.finish().inventory);
  store_->sync_inventory(inventory.zones(), executor_.now(), [](const Result<store::InventoryChange>&) {});
  portfolio.adopt(inventory, nullptr);
  const UnixSeconds begun = executor_.now();
  pipeline::RoundOrder order;
  order.depth = evidence::Depth::kCore;
  order.parallel = 16;
  std::optional<pipeline::PollSums> sums;
  const auto round = [](pipeline::Portfolio* zones, pipeline::ZoneLooks* with, pipeline::LookTools its,
                        const Clock* clock, pipeline::RoundOrder how,
                        std::optional<pipeline::PollSums>* out) -> Task<void> {
    pipeline::PollSums made = co_await pipeline::poll_round(zones, with, its, clock, how);
    *out = made;
  };
  spawn(round(&portfolio, &looks, tools, &executor_, order, &sums));
  executor_.run_for(minutes(10));
  ASSERT_TRUE(sums) << "500 zones with two queries each, at four a second";
  EXPECT_EQ(sums->zones, 1000);
  UnixSeconds last_healthy = 0;
  for (std::size_t i = 500; i < 1000; ++i) last_healthy = std::max(last_healthy, net_->looks[i].back());
  EXPECT_LT(last_healthy - begun, 60) << "they waited for the busy provider";
}

}  // namespace
}  // namespace anchorwatch::daemon
