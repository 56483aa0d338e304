// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/engine.h"

namespace anchorwatch::pipeline {

Engine::Engine(EnginePorts ports, EngineOptions options)
    : executor_(ports.executor),
      clock_(ports.clock),
      random_(ports.random),
      options_(std::move(options)),
      asker_(ports.transport, executor_, clock_, options_.asker),
      locator_(asker_, cuts_, clock_),
      collector_(asker_, locator_, clock_, random_, options_.server_facts, options_.full_looks),
      whole_zones_(executor_, ports.transport, random_, options_.asker.port),
      judge_{executor_, clock_, options_.anchors, options_.policy, memo_, keys_, history_},
      ancestors_(collector_, locator_, judge_) {}

Result<void> Engine::start() {
  if (options_.asker.forwarding()) {
    cuts_.add_forwarders(options_.asker.forwarders);
  } else {
    Result<void> hints = cuts_.add_root_hints(options_.root_hints);
    if (!hints) return hints;
  }
  for (const auto& [zone, anchors] : options_.anchors.anchors()) cuts_.add_apex(zone);
  for (const Stub& stub : options_.stubs) cuts_.add_stub(stub.zone, stub.servers);
  return {};
}

void Engine::forget() {
  locator_.forget();
  ancestors_.forget();
  collector_.forget();
}

}  // namespace anchorwatch::pipeline
