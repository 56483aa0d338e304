// SPDX-License-Identifier: Apache-2.0
// ZoneLooks: one look at one zone from question to commit: collect → judge → advance → store.
//
// Nothing new, nothing done: equal evidence under equal ancestors and an equal policy before `valid_until`
// costs one small update (decision 4). Where only signatures are new, as at every look at a zone that is signed live,
// they are all verified, and the questions that only findings need are still left out.
//
// Threading: loop thread; judging runs on the worker pool, commits on the store's writer thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/inventory/zone_entry.h"
#include "anchorwatch/pipeline/event_router.h"
#include "anchorwatch/pipeline/incidents.h"
#include "anchorwatch/pipeline/outages.h"
#include "anchorwatch/pipeline/plan_book.h"
#include "anchorwatch/pipeline/silences.h"
#include "anchorwatch/pipeline/sight.h"
#include "anchorwatch/probe/ancestors.h"
#include "anchorwatch/probe/whole_zones.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::pipeline {

/// What the scheduler hands over for one look.
struct LookOrder {
  inventory::ZoneEntry zone;
  change::ZoneSummary summary;       ///< As after the last look.
  evidence::Depth depth = evidence::Depth::kFull;
  std::chrono::seconds interval{900};
  std::optional<store::DueTimes> due;   ///< Saved with the look.
  /// A core look that finds something new becomes a full look, if it is more than signatures that change nothing.
  bool escalate = true;
  Duration time_limit = std::chrono::seconds(60);
  /// See CollectPlan::patience.
  Duration patience = Duration::max();
  /// When to look again at a zone with findings that must be seen again; zero: the caller does it at once.
  std::chrono::seconds look_again{0};
  /// Called when the look asks and judges no more, and only waits for the store. Not of every look.
  std::function<void()> on_storing;
};

enum class LookResult : std::uint8_t {
  kJudged,      ///< New evidence was judged and stored.
  kUnchanged,   ///< Nothing new; a small update was stored.
  kBlind,       ///< The monitor does not see; nothing was judged or stored.
  kNotStored,   ///< The store failed; the state before still holds.
  kDeferred,    ///< A server must not be asked yet; nothing was judged or stored.
};

struct LookOutcome {
  LookResult result = LookResult::kBlind;
  change::ZoneSummary summary;       ///< After the look; as before for kBlind, kNotStored and kDeferred.
  evidence::Depth depth = evidence::Depth::kFull;
  int queries = 0, answers = 0, verifications = 0, verifications_reused = 0, events = 0;
  std::int64_t verify_cpu_ns = 0;    ///< CPU time of signature checks.
  std::string error;                 ///< For kNotStored.
  std::optional<store::DueTimes> due;  ///< That were saved.
  IpAddress lane;                    ///< The server that holds the zone up most; unspecified: not known.
};

struct LookTools {
  probe::Collector& collector;
  probe::Ancestors& ancestors;
  probe::WholeZones& whole_zones;
  probe::JudgeTools& judge;
  store::ZoneStore& store;
  Sight& sight;
  Outages& outages;
  Incidents& incidents;
  Silences& silences;
  const EventRouter& router;
  change::ConfirmationPolicy confirmation{};
  const PlanBook* plans = nullptr;  ///< Null: nobody plans anything.
};

class ZoneLooks {
 public:
  explicit ZoneLooks(LookTools tools) : tools_(tools) {
    if (tools_.store.keeps_evidence()) tools_.ancestors.keep_looks();
  }
  /// Looks at one zone. One zone must not be looked at twice at the same time.
  Task<LookOutcome> look(LookOrder order);

 private:
  struct Work;  // One look in progress.
  Task<bool> collect(Work* work);
  Task<void> judge(Work* work);
  Task<void> judge_and_commit(Work* work);
  Task<bool> judge_core_alone(Work* work);
  Task<std::optional<store::ZoneCommit>> compare(Work* work);
  Task<void> commit_unchanged(Work* work);
  Task<Result<change::ZoneState>> load(Work* work);
  Task<bool> commit(Work* work, store::ZoneCommit commit);
  /// Adds the evidence where the look is worth keeping.
  void keep_evidence(const Work& work, const change::ZoneSummary& before, store::ZoneCommit& made) const;
  void keep_ancestors(store::ZoneCommit& commit) const;
  [[nodiscard]] static Digest content_address(const Work& work);
  [[nodiscard]] bool unchanged(const Work& work) const;
  [[nodiscard]] bool only_signatures_are_new(const Work& work) const;
  [[nodiscard]] bool only_core_signatures_are_new(const Work& work) const;
  void note_evidence(const Work& work, const change::ZoneSummary& before, change::ZoneSummary& after) const;
  [[nodiscard]] bool ordinary_part_is_known(Work* work, const evidence::ZoneEvidence& evidence) const;
  [[nodiscard]] static Digest digest_of(const Work& work);
  [[nodiscard]] Digest digest_of(const Work& work, const Digest& above) const;

  LookTools tools_;
};

}  // namespace anchorwatch::pipeline
