// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/config/options.h"

#include <map>
#include <utility>

#include "option_table.h"

namespace anchorwatch::config {
namespace {

/// Plain tables and lists of tables, in the order of the documentation.
constexpr std::string_view kTables =
    "daemon dns stub operator scheduler validation expiry confirmation incidents change severity tag monitor history inventory defaults zone "
    "sink";

std::string_view first_part(std::string_view key) { return key.substr(0, key.find('.')); }

std::vector<OptionInfo> collect_options() {
  std::map<std::string_view, std::vector<OptionInfo>> by_table;
  const auto add = [&](const OptionInfo& info) { by_table[first_part(info.key)].push_back(info); };
  for (const auto& row : plain_rows()) add(row.info);
  for (const auto& row : stub_rows()) add(row.info);
  for (const auto& row : operator_rows()) add(row.info);
  for (const auto& row : sink_rows()) add(row.info);
  for (const OptionInfo& info : defaults_options()) add(info);
  for (const OptionInfo& info : zone_options()) add(info);
  add(severity_option());
  add(tag_severity_option());
  std::vector<OptionInfo> options;
  for (const std::string_view table : words(kTables)) {
    const std::vector<OptionInfo>& rows = by_table[table];
    options.insert(options.end(), rows.begin(), rows.end());
  }
  return options;
}

std::string print_probes(const std::vector<inventory::ProbeSpec>& probes) {
  std::vector<std::string> texts;
  for (const inventory::ProbeSpec& probe : probes) texts.push_back(probe.to_text());
  return print(texts);
}

bool needs_restart(std::string_view table) {
  for (const OptionInfo& option : all_options()) {
    if (first_part(option.key) == table && option.reload == Reload::kRestart) return true;
  }
  return false;
}

std::string print_stubs(const Config& config) {
  std::string text;
  for (const StubConfig& stub : config.stubs) {
    for (const auto& row : stub_rows()) text += row.print(stub) + "\n";
  }
  return text;
}

/// Default and limits, for the documentation.
std::string standard_text(const OptionInfo& option) {
  if (option.standard.empty()) return "–";
  if (option.standard == "required" || option.standard.front() == '`') {
    return std::string(option.standard);
  }
  std::string text = "`";
  text += option.standard;
  return text + "`";
}

std::string choices_text(const OptionInfo& option) {
  std::string text;
  for (const std::string_view choice : words(option.choices)) {
    text += text.empty() ? " One of `" : ", `";
    text += choice;
    text += "`";
  }
  return text.empty() ? text : text + ".";
}

std::string range_text(const OptionInfo& option) {
  if (option.min == option.max) return {};
  if (option.type != OptionType::kDuration) {
    return " From " + print(option.min) + " to " + print(option.max) + ".";
  }
  const auto show = [](double number) {
    const std::string text = print(std::chrono::seconds(static_cast<std::int64_t>(number)));
    return text.substr(1, text.size() - 2);
  };
  return " From " + show(option.min) + " to " + show(option.max) + ".";
}

}  // namespace

const char* to_string(OptionType type) {
  switch (type) {
    case OptionType::kBoolean: return "boolean";
    case OptionType::kInteger: return "integer";
    case OptionType::kNumber: return "number";
    case OptionType::kText: return "string";
    case OptionType::kChoice: return "string";
    case OptionType::kDuration: return "duration";
    case OptionType::kPath: return "path";
    case OptionType::kTextList: return "list of strings";
    case OptionType::kIntegerList: return "list of integers";
    case OptionType::kPathList: return "list of paths";
    case OptionType::kSeverityTable: return "table";
  }
  return "unknown";
}

const std::vector<OptionInfo>& all_options() {
  static const std::vector<OptionInfo> options = collect_options();
  return options;
}

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

std::vector<std::pair<std::string, std::string>> effective_values(const Config& config) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const auto& row : plain_rows()) values.emplace_back(row.info.key, row.print(config));
  const inventory::ZoneSettings& defaults = config.defaults;
  values.emplace_back("defaults.expect",
                      print(std::string(judge::to_string(defaults.expectation.expect))));
  values.emplace_back("defaults.probes", print_probes(*defaults.probes));
  values.emplace_back("defaults.denial_probe", print(defaults.denial_probe));
  return values;
}

std::vector<std::string> restart_needed(const Config& running, const Config& wanted) {
  std::vector<std::string> keys;
  for (const auto& row : plain_rows()) {
    if (row.info.reload == Reload::kYes) continue;
    if (row.print(running) != row.print(wanted)) keys.emplace_back(row.info.key);
  }
  if (needs_restart("stub") && print_stubs(running) != print_stubs(wanted)) {
    keys.emplace_back("stub");
  }
  return keys;
}

std::string reference_row(const OptionInfo& option) {
  std::string text = "| `";
  text += option.key;
  text += "` | ";
  text += to_string(option.type);
  text += " | " + standard_text(option) + " | ";
  text += option.unit;
  if (option.unit.empty() && option.type == OptionType::kDuration) text += "s, m, h, d, w";
  text += option.reload == Reload::kYes ? " | yes | " : " | restart | ";
  if (!option.only_for.empty()) {
    text += option.only_for;
    text += " only. ";
  }
  text += option.help;
  return text + choices_text(option) + range_text(option) + " |";
}

}  // namespace anchorwatch::config
