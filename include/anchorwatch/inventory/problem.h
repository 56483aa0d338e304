// SPDX-License-Identifier: Apache-2.0
// Problem: a mistake in a file that a person wrote, with its place. Several are reported at once.
//
// Threading: value types, any thread.
// Limits:    a list keeps the first kMaxProblems and counts the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace anchorwatch::inventory {

struct Problem {
  std::string file;
  std::uint32_t line = 0;    ///< From 1; 0: the file as a whole.
  std::uint32_t column = 0;  ///< From 1, in characters; 0: the line as a whole.
  std::string key;           ///< Configuration key or CSV column; may be empty.
  std::string message;       ///< A sentence without final dot that says what to do.

  /// "zones.csv:3:14: expect: …", the form that editors jump to.
  [[nodiscard]] std::string to_text() const;
  bool operator==(const Problem&) const = default;
};

/// The most problems that are kept: more say nothing new.
inline constexpr std::size_t kMaxProblems = 20;

class ProblemList {
 public:
  void add(Problem problem);
  [[nodiscard]] bool empty() const { return problems_.empty(); }
  /// In the order of discovery, at most kMaxProblems.
  [[nodiscard]] const std::vector<Problem>& all() const { return problems_; }
  /// How many more there were.
  [[nodiscard]] std::size_t left_out() const { return left_out_; }
  /// One line a problem, and "and N more" at the end; empty when there is none.
  [[nodiscard]] std::string to_text() const;

 private:
  std::vector<Problem> problems_;
  std::size_t left_out_ = 0;
};

}  // namespace anchorwatch::inventory
