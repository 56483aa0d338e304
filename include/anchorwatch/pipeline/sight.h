// SPDX-License-Identifier: Apache-2.0
// Sight: does the monitor itself see? Before it blames zones, it asks the root.
//
// Blind means: no root server answers (no network, or port 53 is closed), or the root does not validate
// (wrong clock, answers that somebody changes). While blind no zone is judged. One monitor.blind when
// sight is lost, one monitor.recovered when it is back. An address family
// that does not work here is told once (monitor.family), and not with a finding for each zone; so is one over which
// somebody answers for an address that no server has (PORT53_HIJACKED), and it is not used either. A clock that moves
// by more than the time that passed is told (monitor.clock), and the root is looked at anew at once.
//
// Threading: loop thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/change/event.h"
#include "anchorwatch/probe/ancestors.h"

namespace anchorwatch::pipeline {

/// Why the monitor does not see; no text: it does.
struct SightFault {
  std::string text;
  std::optional<judge::Finding> finding;  ///< What is wrong with the monitor, where that is known.
};

class Sight {
 public:
  using Announce = std::function<void(change::Event)>;

  Sight(probe::Locator& locator, probe::Ancestors& ancestors, probe::JudgeTools& tools, Announce announce);

  /// Whether the monitor sees. Asks the network only when the last answer is older than 15 s while
  /// seeing, 5 s while blind.
  Task<bool> sees();
  /// As `sees`, after a look that saw nothing at all: what was known before does not count.
  Task<bool> sees_after_doubt();
  [[nodiscard]] bool blind() const { return blind_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  /// Continues the numbering of transitions of a former process, so that ids stay unique.
  void restore(std::uint64_t transition, bool blind, std::string reason);
  [[nodiscard]] std::uint64_t transition() const { return transition_; }

 private:
  Task<bool> look();
  Task<SightFault> find_fault();
  void explain(SightFault* fault) const;
  Task<void> ask_nobody();
  Task<void> ask_nobody_over(IpFamily family);
  bool notice_jump();
  void tell_jump(UnixSeconds jump);
  void tell_hijack(IpFamily family);
  change::Event make_event(change::EventType type, Severity severity, const std::string& dedup_key);
  void settle(SightFault fault);
  [[nodiscard]] std::optional<Severity> wanted(judge::FindingCode code) const;
  /// What the operator says of the code ([severity]) counts for the event as well: sinks choose by it.
  void attach(change::Event* event, judge::Finding finding) const;
  void tell_dead_family(IpFamily family);

  probe::Locator& locator_;
  probe::Ancestors& ancestors_;
  probe::JudgeTools& tools_;
  Announce announce_;
  bool blind_ = false;
  std::string reason_;
  std::string blind_event_;
  Severity blind_severity_ = Severity::kError;                           ///< Its end is routed alike.
  Severity hijack_severity_[2] = {Severity::kError, Severity::kError};
  std::uint64_t transition_ = 0;
  std::optional<MonoTime> looked_at_;
  bool looking_ = false;
  bool told_dead_[2] = {false, false};
  bool told_hijack_[2] = {false, false};
  std::optional<std::pair<UnixSeconds, MonoTime>> clocks_;  ///< Both clocks at the last question.
  UnixSeconds jump_ = 0;  ///< How far the clock jumped, until it is told.
  std::optional<MonoTime> learnt_families_at_;
  std::vector<Completion<bool>> waiting_;
};

}  // namespace anchorwatch::pipeline
