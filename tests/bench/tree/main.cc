// SPDX-License-Identifier: Apache-2.0
// benchtree: makes trees of any size for benchmarks, serves what no ordinary server would, and asks a resolver.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>

#include "ask.h"
#include "make.h"
#include "serve.h"

namespace {

using Options = std::map<std::string, std::string>;

int usage() {
  std::fputs(
      "usage: benchtree make  --dir DIR [--threads N] [--zones N] [--tlds N] [--providers N] [--live SHARE] [--dead SHARE]\n"
      "                       [--slow SHARE] [--hostile SHARE] [--nsec3 SHARE] [--seed TEXT]\n"
      "       benchtree addresses --dir DIR [--groups live,dead,slow,hostile]   those that NSD is to serve\n"
      "       benchtree serve --dir DIR --groups live,dead,slow,hostile [--port P] [--delay MS]\n"
      "       benchtree ask   --dir DIR --server ADDRESS --port P [--first N] [--count N] [--types 6,2,1] [--window N]\n",
      stderr);
  return 64;
}

std::string take(Options& options, const std::string& name, const std::string& otherwise) {
  const auto found = options.find(name);
  if (found == options.end()) return otherwise;
  std::string value = found->second;
  options.erase(found);
  return value;
}

unsigned number(const std::string& text) { return static_cast<unsigned>(std::strtoul(text.c_str(), nullptr, 10)); }

int make(Options options, const std::string& folder) {
  bench::Spec spec;
  const unsigned threads = number(take(options, "threads", "2"));
  spec.made_at = static_cast<std::uint32_t>(std::time(nullptr));
  for (const auto& [name, value] : options) {
    if (!spec.set(name, value)) return usage();
  }
  const std::string failure = bench::make_tree(spec, folder, threads);
  if (failure.empty()) return 0;
  std::fprintf(stderr, "benchtree: %s\n", failure.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0) return usage();
  const std::string verb = argv[1];
  Options options;
  for (int at = 2; at + 1 < argc; at += 2) {
    const std::string name = argv[at];
    if (name.substr(0, 2) != "--") return usage();
    options[name.substr(2)] = argv[at + 1];
  }
  const std::string folder = take(options, "dir", "");
  if (folder.empty()) return usage();
  if (verb == "make") return make(options, folder);
  const std::optional<bench::Spec> spec = bench::Spec::read(folder + "/tree.spec");
  if (!spec) {
    std::fprintf(stderr, "benchtree: %s has no tree.spec that can be read\n", folder.c_str());
    return 1;
  }
  bench::ServeOptions serve;
  serve.groups = bench::groups_of(take(options, "groups", ""));
  serve.port = static_cast<std::uint16_t>(number(take(options, "port", "53")));
  serve.delay_ms = number(take(options, "delay", "400"));
  if (verb == "addresses") return bench::print_addresses(*spec, serve);
  if (verb == "serve") return bench::serve(*spec, serve);
  if (verb != "ask") return usage();
  bench::AskOptions ask;
  ask.server = take(options, "server", "127.0.0.1");
  ask.port = serve.port;
  ask.first = number(take(options, "first", "0"));
  ask.count = number(take(options, "count", std::to_string(spec->zones)));
  ask.window = number(take(options, "window", "32"));
  ask.types = bench::types_of(take(options, "types", "6,2,1,28,15,16,48"));
  return bench::ask(*spec, ask);
}
