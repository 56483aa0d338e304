// SPDX-License-Identifier: Apache-2.0
// The store: a thousand zones a batch, as the writer thread takes them. CPU of all threads counts.
#include <benchmark/benchmark.h>

#include <stdexcept>

#include "anchorwatch/net/uv_executor.h"
#include "anchorwatch/store/sqlite_store.h"

#include "scene.h"
#include "support/temp_dir.h"

namespace anchorwatch::bench {
namespace {

constexpr UnixSeconds kNow = ZoneSigner::kNow;
constexpr int kBatch = 1000;

class Database {
 public:
  Database() {
    store::SqliteStoreOptions options;
    options.path = folder_.file("anchorwatch.db");
    store_ = store::SqliteStore::open(std::move(options), executor_).value();
    judgement_ = scene_.judged(memo_, keys_);
    facts_ = judge::extract_facts(scene_.look(), judgement_);
  }

  /// Zones that were never seen before; the first look at each.
  [[nodiscard]] std::vector<store::ZoneCommit> first_looks() {
    std::vector<store::ZoneCommit> commits;
    for (int at = 0; at < kBatch; ++at) {
      const inventory::ZoneEntry entry = entry_of("z" + std::to_string(zones_++) + ".test.");
      judge::ZoneFacts facts = facts_;
      facts.zone = entry.name;
      store::ZoneCommit commit;
      commit.update = change::advance(entry, {}, {judgement_, facts, evidence::Depth::kFull, scene_.look().digest(), kNow});
      commit.facts = std::move(facts);
      commit.servers = judgement_.servers;
      commit.parent_servers = judgement_.parents;
      commit.due = store::DueTimes{kNow + 900, kNow + 21600};
      commits.push_back(std::move(commit));
    }
    return commits;
  }

  /// Stores all and waits until they are there.
  void store(std::vector<store::ZoneCommit> commits) {
    bool worked = true;
    for (store::ZoneCommit& commit : commits) {
      store_->commit(std::move(commit), [&worked](const Result<void>& stored) { worked = worked && stored.has_value(); });
    }
    store_->flush([this, &worked](const Result<void>& stored) {
      worked = worked && stored.has_value();
      executor_.stop();
    });
    executor_.run();
    if (!worked) throw std::logic_error("a commit of the benchmark failed");
  }

 private:
  TempDir folder_;
  net::UvExecutor executor_;
  std::unique_ptr<store::SqliteStore> store_;
  Scene scene_;
  dnssec::VerifyMemo memo_{4096};
  dnssec::KeyCache keys_;
  judge::Judgement judgement_;
  judge::ZoneFacts facts_;
  int zones_ = 0;
};

void commit_first_look(benchmark::State& state) {
  Database database;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<store::ZoneCommit> commits = database.first_looks();
    state.ResumeTiming();
    database.store(std::move(commits));
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(commit_first_look)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond)->MinTime(1);

void commit_nothing_new(benchmark::State& state) {
  Database database;
  std::vector<store::ZoneCommit> commits = database.first_looks();
  database.store(commits);
  UnixSeconds now = kNow;
  for (auto _ : state) {
    state.PauseTiming();
    now += 900;
    for (store::ZoneCommit& commit : commits) {
      commit.summary_only = true;
      commit.facts.reset();
      commit.update.at = commit.update.state.summary.last_checked_at = now;
    }
    std::vector<store::ZoneCommit> copy = commits;
    state.ResumeTiming();
    database.store(std::move(copy));
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(commit_nothing_new)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond)->MinTime(1);

}  // namespace
}  // namespace anchorwatch::bench
