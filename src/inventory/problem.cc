// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/problem.h"

#include <utility>

namespace anchorwatch::inventory {

std::string Problem::to_text() const {
  std::string text = file;
  if (line > 0) text.append(":").append(std::to_string(line));
  if (line > 0 && column > 0) text.append(":").append(std::to_string(column));
  if (!text.empty()) text += ": ";
  if (!key.empty()) text += key + ": ";
  return text + message;
}

void ProblemList::add(Problem problem) {
  if (problems_.size() < kMaxProblems) {
    problems_.push_back(std::move(problem));
  } else {
    ++left_out_;
  }
}

std::string ProblemList::to_text() const {
  std::string text;
  for (const Problem& problem : problems_) text += problem.to_text() + "\n";
  if (left_out_ > 0) text += "and " + std::to_string(left_out_) + " more\n";
  return text;
}

}  // namespace anchorwatch::inventory
