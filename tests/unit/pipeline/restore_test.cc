// SPDX-License-Identifier: Apache-2.0
// What a process takes over from the one before, through a real store.
#include "anchorwatch/pipeline/restore.h"

#include "anchorwatch/inventory/inventory_builder.h"

#include "unit/store/store_fixture.h"

namespace anchorwatch::pipeline {
namespace {

using store::kNoon;
using store::World;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class RestoreTest : public store::StoreFixture {
 protected:
  void SetUp() override { open(); }

  template <typename T>
  Result<T> run(Task<Result<T>> task) {
    std::optional<Result<T>> out;
    const auto keep = [](Task<Result<T>> awaited, std::optional<Result<T>>* into) -> Task<void> {
      Result<T> result = co_await awaited;
      into->emplace(std::move(result));
    };
    spawn(keep(std::move(task), &out));
    executor_.run_ready();
    EXPECT_TRUE(out.has_value());
    return std::move(*out);
  }
  Memory memory() { return {*store_, store_.get(), portfolio_, outages_, incidents_, silences_, plans_}; }
  Result<store::AdminValues> ask(const std::string& kind, store::AdminValues arguments) {
    store::AdminRequest request{kind, std::move(arguments), "ann", kNoon, false};
    return wait<store::AdminValues>([&](auto done) { store_->administer(std::move(request), done); });
  }
  void save_fact(const std::string& key, const std::string& text) {
    store::EventCommit commit;
    commit.facts.emplace_back(key, text);
    ASSERT_TRUE(wait<void>([&](auto done) { store_->commit_events(std::move(commit), done); }));
  }
  /// The zones that are new to the store.
  std::vector<std::string> adopt(const std::string& list) {
    inventory::InventoryBuilder builder{inventory::ZoneSettings{}};
    builder.add_text(list, "zones.txt");
    inventory::Inventory inventory = builder.finish().inventory;
    const Result<store::InventoryChange> change = run(adopt_inventory(memory(), &inventory, kNoon));
    EXPECT_TRUE(inventory.empty());
    return change.value().added;
  }

  Portfolio portfolio_;
  Outages outages_;
  Incidents incidents_;
  Silences silences_;
  PlanBook plans_;
};

TEST_F(RestoreTest, ANewProcessKnowsWhatTheOneBeforeKnew) {
  World world;
  adopt("example.com\n");
  look(world, kNoon);
  ASSERT_TRUE(ask("mute.add", {{"code", std::string("SIG_EXPIRED")}, {"reason", std::string("x")}, {"seconds", std::int64_t{60}}}));
  ASSERT_TRUE(ask("change.add", {{"zone", std::string("example.com")}, {"kind", std::string("ds")},
                                 {"until", std::int64_t{kNoon + 60}}}));
  portfolio_ = {};
  EXPECT_THAT(adopt("example.com\n"), IsEmpty());
  ASSERT_TRUE(run(restore_incidents(memory())));
  ASSERT_TRUE(run(restore_plans(memory(), kNoon)));
  ASSERT_TRUE(run(restore_silences(memory(), kNoon)));
  ASSERT_TRUE(run(restore_zones(memory())));
  const Slot& slot = portfolio_.slot(portfolio_.find(world.entry.name).value());
  EXPECT_EQ(slot.summary.verdict.status, dnssec::SecurityStatus::kSecure);
  EXPECT_EQ(slot.summary.last_checked_at, kNoon);
  EXPECT_EQ(slot.due.core_at, kNoon + 900);
  EXPECT_FALSE(silences_.empty());
  EXPECT_EQ(plans_.next_end(), kNoon + 60);
}

TEST_F(RestoreTest, ZonesThatLeftAreRetired) {
  EXPECT_THAT(adopt("a.test\nb.test\n"), SizeIs(2));
  EXPECT_THAT(adopt("b.test\n"), IsEmpty());
  EXPECT_EQ(portfolio_.size(), 1U);
  EXPECT_EQ(number("SELECT count(*) FROM zone WHERE retired_at IS NOT NULL"), 1);
}

TEST_F(RestoreTest, WithoutAdministrationNothingIsPlanned) {
  Memory nobody = memory();
  nobody.admin = nullptr;
  EXPECT_TRUE(run(restore_plans(nobody, kNoon)));
  EXPECT_FALSE(plans_.next_end());
}

TEST_F(RestoreTest, TheNumberingGoesOnAndOutagesThatCannotBeReadAreFoundAnew) {
  EXPECT_EQ(run(restore_monitor(memory())).value().transition, 0U) << "nothing was ever stored";
  save_fact(kTransitionFact, "41");
  save_fact(Outages::kFactKey, "{");
  const MonitorState state = run(restore_monitor(memory())).value();
  EXPECT_EQ(state.transition, 41U);
  EXPECT_THAT(state.outages_fault, Not(IsEmpty()));
}

}  // namespace
}  // namespace anchorwatch::pipeline
