// SPDX-License-Identifier: Apache-2.0
// One full look: judged, its facts drawn, compared with the state before.
#include <benchmark/benchmark.h>

#include "scene.h"

namespace anchorwatch::bench {
namespace {

constexpr UnixSeconds kNow = ZoneSigner::kNow;

void judge_zone(benchmark::State& state, ZoneSigner::Denial denial, bool remembered) {
  const Scene scene(denial);
  dnssec::KeyCache keys;
  auto memo = std::make_unique<dnssec::VerifyMemo>(4096);
  int verifications = 0;
  for (auto _ : state) {
    if (!remembered) {
      state.PauseTiming();
      memo = std::make_unique<dnssec::VerifyMemo>(4096);
      state.ResumeTiming();
    }
    auto judgement = scene.judged(*memo, keys);
    verifications = judgement.verifications;
    benchmark::DoNotOptimize(judgement);
  }
  state.counters["verifications"] = verifications;
}
BENCHMARK_CAPTURE(judge_zone, nsec_new, ZoneSigner::Denial::kNsec, false);
BENCHMARK_CAPTURE(judge_zone, nsec_remembered, ZoneSigner::Denial::kNsec, true);
BENCHMARK_CAPTURE(judge_zone, nsec3_new, ZoneSigner::Denial::kNsec3, false);
BENCHMARK_CAPTURE(judge_zone, nsec3_remembered, ZoneSigner::Denial::kNsec3, true);

struct Judged {
  Judged() : judgement(scene.judged(memo, keys)), facts(judge::extract_facts(scene.look(), judgement)) {}
  [[nodiscard]] change::ZoneUpdate advance(const change::ZoneState& before, const judge::ZoneFacts& seen, UnixSeconds at) const {
    return change::advance(entry, before, {judgement, seen, evidence::Depth::kFull, scene.look().digest(), at});
  }

  Scene scene;
  dnssec::VerifyMemo memo{4096};
  dnssec::KeyCache keys;
  judge::Judgement judgement;
  judge::ZoneFacts facts;
  inventory::ZoneEntry entry = entry_of("zone.test.");
};

void diff_extract_facts(benchmark::State& state) {
  const Judged judged;
  for (auto _ : state) {
    auto facts = judge::extract_facts(judged.scene.look(), judged.judgement);
    benchmark::DoNotOptimize(facts);
  }
}
BENCHMARK(diff_extract_facts);

void diff(benchmark::State& state, bool another_ds) {
  const Judged judged;
  const change::ZoneState before = judged.advance({}, judged.facts, kNow).state;
  judge::ZoneFacts seen = judged.facts;
  if (another_ds && !seen.ds.values.empty()) {
    seen.ds.values.push_back(seen.ds.values.front());
    seen.ds.values.back().rdata.back() ^= 1;
  }
  std::size_t events = 0;
  for (auto _ : state) {
    auto update = judged.advance(before, seen, kNow + 900);
    events = update.events.size();
    benchmark::DoNotOptimize(update);
  }
  state.counters["events"] = static_cast<double>(events);
}
BENCHMARK_CAPTURE(diff, nothing_new, false);
BENCHMARK_CAPTURE(diff, another_ds, true);

}  // namespace
}  // namespace anchorwatch::bench
