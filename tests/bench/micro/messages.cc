// SPDX-License-Identifier: Apache-2.0
// Parsing answers and writing queries.
#include <benchmark/benchmark.h>

#include <stdexcept>

#include "anchorwatch/dns/message.h"

#include "../tree/answer.h"
#include "support/zone_signer.h"

namespace anchorwatch::bench {
namespace {

constexpr std::uint32_t kNow = 1767225600;

/// What a server of the tree answers. @param label  Before the zone's name; empty: the apex.
Bytes answer_of(const std::string& label, dns::RrType type) {
  const ::bench::Spec spec;
  const dns::Question question{name_of(label + spec.zone_name(7)), type};
  const auto query = ::bench::Query::read(dns::encode_query(question, 4711, {}));
  ::bench::Answerer answerer(spec);
  const auto answer = query ? answerer.answer(*query, kNow, false, false) : std::nullopt;
  if (!answer || !dns::decode_message(*answer)) throw std::logic_error("the answer of the benchmark is none");
  return *answer;
}

void parse(benchmark::State& state, const std::string& label, dns::RrType type) {
  const Bytes wire = answer_of(label, type);
  for (auto _ : state) {
    auto message = dns::decode_message(wire);
    benchmark::DoNotOptimize(message);
  }
  state.counters["octets"] = static_cast<double>(wire.size());
}
BENCHMARK_CAPTURE(parse, soa, std::string(), dns::RrType::kSoa);
BENCHMARK_CAPTURE(parse, dnskey, std::string(), dns::RrType::kDnskey);
BENCHMARK_CAPTURE(parse, denial, std::string("nosuch."), dns::RrType::kA);

void query(benchmark::State& state) {
  const dns::Question question{name_of("z0000007.bench."), dns::RrType::kSoa};
  for (auto _ : state) {
    auto wire = dns::encode_query(question, 4711, {});
    benchmark::DoNotOptimize(wire);
  }
}
BENCHMARK(query);

}  // namespace
}  // namespace anchorwatch::bench
