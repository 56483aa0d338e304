// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <memory>

#include "anchorwatch/inventory/suggest.h"
#include "anchorwatch/judge/finding.h"
#include "commands.h"
#include "common_options.h"
#include "exit_status.h"

namespace anchorwatch::cli {

namespace {

void print_row(const judge::FindingInfo& row) {
  static_cast<void>(std::printf("%.*s\n  %.*s\n\n  area      %.*s\n  severity  %s (default; what it does to resolvers now decides)\n"
                                "  about a   %.*s\n  RFC       %.*s\n",
                                static_cast<int>(row.name.size()), row.name.data(),
                                static_cast<int>(row.meaning.size()), row.meaning.data(),
                                static_cast<int>(row.area.size()), row.area.data(), to_string(row.severity),
                                static_cast<int>(row.scope.size()), row.scope.data(),
                                static_cast<int>(row.rfc.size()), row.rfc.data()));
}

int list_all() {
  for (const judge::FindingInfo& row : judge::all_findings()) {
    static_cast<void>(std::printf("%-32.*s %-9s %.*s\n", static_cast<int>(row.name.size()), row.name.data(),
                                  to_string(row.severity), static_cast<int>(row.meaning.size()), row.meaning.data()));
  }
  return kFine;
}

int explain(std::string code) {
  if (code.empty()) return list_all();
  std::transform(code.begin(), code.end(), code.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (const auto found = judge::parse_finding_code(code)) {
    print_row(judge::info(*found));
    return kFine;
  }
  std::vector<std::string_view> names;
  for (const judge::FindingInfo& row : judge::all_findings()) names.push_back(row.name);
  complain("no finding is called " + code + inventory::did_you_mean(code, names) + "; 'anchorwatch explain' lists all");
  return kUsage;
}

}  // namespace

Run add_explain(CLI::App& app) {
  auto code = std::make_shared<std::string>();
  app.add_option("code", *code, "the code, e.g. SIG_EXPIRED; without one all are listed");
  return [code] { return explain(*code); };
}

}  // namespace anchorwatch::cli
