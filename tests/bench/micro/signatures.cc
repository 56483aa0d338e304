// SPDX-License-Identifier: Apache-2.0
// Canonical octets, verification (P-256), and what both are measured against: OpenSSL alone.
#include <benchmark/benchmark.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <stdexcept>

#include "anchorwatch/dnssec/crypto.h"

#include "scene.h"

namespace anchorwatch::bench {
namespace {

void canonicalise_signed_octets(benchmark::State& state) {
  const std::vector<Signed> sets = Scene().signed_sets();
  std::size_t at = 0;
  for (auto _ : state) {
    const Signed& one = sets[at++ % sets.size()];
    auto octets = dnssec::signed_octets(one.set, one.rrsig);
    benchmark::DoNotOptimize(octets);
  }
}
BENCHMARK(canonicalise_signed_octets);

void canonicalise_evidence_digest(benchmark::State& state) {
  const Scene scene;
  for (auto _ : state) {
    auto digest = scene.look().digest();
    benchmark::DoNotOptimize(digest);
  }
}
BENCHMARK(canonicalise_evidence_digest);

void verify(benchmark::State& state, bool remembered) {
  const std::vector<Signed> sets = Scene().signed_sets();
  auto memo = std::make_unique<dnssec::VerifyMemo>(4096);
  dnssec::KeyCache keys;
  dnssec::WorkBudget budget;
  while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(sets.size()))) {
    if (!remembered) {
      state.PauseTiming();
      memo = std::make_unique<dnssec::VerifyMemo>(4096);
      state.ResumeTiming();
    }
    dnssec::CryptoContext crypto{*memo, keys, budget};
    for (const Signed& one : sets) {
      const auto result = dnssec::verify_signature(one.set, one.rrsig, one.dnskey, crypto);
      if (result != dnssec::CryptoResult::kValid) throw std::logic_error("a signature of the benchmark is not valid");
    }
  }
  state.counters["reused"] = static_cast<double>(budget.reused) / static_cast<double>(state.iterations());
}
BENCHMARK_CAPTURE(verify, new_signature, false);
BENCHMARK_CAPTURE(verify, remembered, true);

void verify_openssl_alone(benchmark::State& state) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const std::string octets(200, 'x');
  const auto* data = reinterpret_cast<const unsigned char*>(octets.data());
  unsigned char signature[128];
  std::size_t length = sizeof signature;
  if (EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context, signature, &length, data, octets.size()) != 1) {
    throw std::logic_error("OpenSSL cannot sign");
  }
  for (auto _ : state) {
    EVP_MD_CTX_reset(context);
    EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
    if (EVP_DigestVerify(context, signature, length, data, octets.size()) != 1) throw std::logic_error("not valid");
  }
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
}
BENCHMARK(verify_openssl_alone);

}  // namespace
}  // namespace anchorwatch::bench
