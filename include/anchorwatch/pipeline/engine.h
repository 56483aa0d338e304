// SPDX-License-Identifier: Apache-2.0
// Engine: the eyes of the program, put together: from a transport to looks that can be judged.
// `check`, `poll`, the daemon and the tests on virtual time build the same one.
//
// Threading: loop thread only.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/change/confirmation.h"
#include "anchorwatch/core/executor.h"
#include "anchorwatch/core/random.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/judge/judge.h"
#include "anchorwatch/net/transport.h"
#include "anchorwatch/probe/ancestors.h"
#include "anchorwatch/probe/asker.h"
#include "anchorwatch/probe/collector.h"
#include "anchorwatch/probe/locator.h"
#include "anchorwatch/probe/whole_zones.h"

namespace anchorwatch::pipeline {

/// A private tree: fixed servers, and its anchors among EngineOptions::anchors.
struct Stub {
  dns::Name zone;
  std::vector<IpAddress> servers;
};

struct EngineOptions {
  std::string root_hints;           ///< Zone-file text.
  dnssec::TrustAnchorSet anchors;
  std::vector<Stub> stubs;
  probe::AskerOptions asker;
  judge::JudgePolicy policy;
  change::ConfirmationPolicy confirmation;
  probe::FullLookOptions full_looks;
  Duration server_facts = std::chrono::hours(6);  ///< How long the behaviour of a server is remembered.
};

/// What the world outside gives to an Engine.
struct EnginePorts {
  Executor& executor;
  const Clock& clock;
  Random& random;
  net::DnsTransport& transport;
};

class Engine {
 public:
  Engine(EnginePorts ports, EngineOptions options);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Loads root hints and stubs. @errors kParse, kInvalidArgument: the root hints.
  Result<void> start();

  [[nodiscard]] probe::Collector& collector() { return collector_; }
  [[nodiscard]] probe::Ancestors& ancestors() { return ancestors_; }
  [[nodiscard]] probe::WholeZones& whole_zones() { return whole_zones_; }
  [[nodiscard]] probe::Locator& locator() { return locator_; }
  [[nodiscard]] probe::JudgeTools& judge() { return judge_; }
  [[nodiscard]] const change::ConfirmationPolicy& confirmation() const { return options_.confirmation; }
  [[nodiscard]] const probe::Asker& asker() const { return asker_; }
  [[nodiscard]] Executor& executor() { return executor_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Random& random() { return random_; }
  /// Forgets all that was learnt about ancestors and servers (verified signatures are kept).
  void forget();

 private:
  Executor& executor_;
  const Clock& clock_;
  Random& random_;
  EngineOptions options_;
  /// Prepared keys are large, and those of a zone serve one look; what is shared stays. Signatures are 60 octets.
  static constexpr std::size_t kKeys = 1U << 12U;
  static constexpr std::size_t kSignatures = 1U << 18U;
  dnssec::VerifyMemo memo_{kSignatures};
  dnssec::KeyCache keys_{kKeys};
  judge::WorkHistory history_;
  probe::Asker asker_;
  probe::CutCache cuts_;
  probe::Locator locator_;
  probe::Collector collector_;
  probe::WholeZones whole_zones_;
  probe::JudgeTools judge_;
  probe::Ancestors ancestors_;
};

}  // namespace anchorwatch::pipeline
