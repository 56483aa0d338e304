// SPDX-License-Identifier: Apache-2.0
// CappedFindings: findings about a whole zone, at most a few of each code, so that a zone with a
// million expired signatures makes a report that can be read.
//
// Threading: one judgement, one thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "../sink.h"

namespace anchorwatch::judge::whole_zone {

class CappedFindings {
 public:
  /// Subjects that are named for one code: the first in canonical order.
  static constexpr std::size_t kNamed = 20;

  /// @param source  where the zone came from.
  explicit CappedFindings(std::string source) : source_(std::move(source)) {}

  /// Counts one subject; `fill` makes the sentence and the data of one that will be named.
  /// Faults must come in canonical order of their subjects.
  void note(FindingCode code, Subject subject, Severity severity,
            const std::function<void(Finding&)>& fill);
  [[nodiscard]] bool has(FindingCode code) const { return groups_.contains(code); }
  /// Adds the totals and hands all over.
  void finish(FindingSink& sink);

 private:
  struct Group {
    std::int64_t total = 0;
    std::vector<Finding> named;
    Subject last;  ///< Counted last.
  };
  std::string source_;
  std::map<FindingCode, Group> groups_;
};

}  // namespace anchorwatch::judge::whole_zone
