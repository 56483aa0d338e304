// SPDX-License-Identifier: Apache-2.0
// The table of options against the defaults, the documentation and the example files.
#include "anchorwatch/config/options.h"

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/config/load.h"

namespace anchorwatch::config {
namespace {

std::string source_path(const std::string& file) { return std::string(ANCHORWATCH_SOURCE_DIR) + "/" + file; }

std::string read(const std::string& file) {
  std::ifstream stream(source_path(file));
  EXPECT_TRUE(stream.good()) << file;
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> list;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) list.push_back(line);
  return list;
}

TEST(OptionsTest, TableIsWellFormed) {
  std::set<std::string_view> keys;
  for (const OptionInfo& option : all_options()) {
    EXPECT_TRUE(keys.insert(option.key).second) << option.key;
    EXPECT_NE(option.key.find('.'), std::string_view::npos) << option.key;
    EXPECT_FALSE(option.help.empty()) << option.key;
    EXPECT_TRUE(option.help.ends_with('.')) << option.key;
    EXPECT_LE(option.min, option.max) << option.key;
    EXPECT_EQ(option.type == OptionType::kChoice, !option.choices.empty()) << option.key;
  }
}

TEST(OptionsTest, TableSaysTheRealDefaults) {
  std::map<std::string, std::string> defaults;
  for (const auto& [key, value] : effective_values(default_config())) defaults[key] = value;
  for (const OptionInfo& option : all_options()) {
    const auto actual = defaults.find(std::string(option.key));
    if (actual == defaults.end()) continue;
    EXPECT_EQ(option.standard, actual->second) << option.key;
    defaults.erase(actual);
  }
  EXPECT_TRUE(defaults.empty()) << defaults.begin()->first;
}

TEST(OptionsTest, DefaultsOfSinksAreReal) {
  const auto loaded = parse_config(
      {{"a.toml",
        "[[sink]]\nname = \"s\"\ntype = \"syslog\"\naddress = \"udp://h\"\n"
        "[[sink]]\nname = \"t\"\ntype = \"syslog\"\naddress = \"udp://h\"\n"
        "enabled = true\nmin_severity = \"info\"\nallow_special_addresses = false\n"
        "timeout = \"10s\"\nretry_max = 40\nca_file = \"\"\nfacility = \"daemon\"\n"}});
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  SinkConfig plain = loaded.config.sinks.at(0);
  plain.name = "t";
  EXPECT_EQ(plain, loaded.config.sinks.at(1));
}

TEST(OptionsTest, DocumentationHasEveryKeyAndNoOther) {
  std::multiset<std::string> documented;
  for (const std::string& line : lines(read("docs/configuration.md"))) {
    if (line.starts_with("| `")) documented.insert(line);
  }
  for (const OptionInfo& option : all_options()) {
    const auto row = documented.find(reference_row(option));
    EXPECT_NE(row, documented.end()) << "docs/configuration.md should have the line\n"
                                     << reference_row(option);
    if (row != documented.end()) documented.erase(row);
  }
  for (const std::string& line : documented) ADD_FAILURE() << "no such option: " << line;
}

TEST(OptionsTest, ExampleHasTheDefaults) {
  const auto loaded = load_config(source_path("config/anchorwatch.toml"));
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  EXPECT_EQ(effective_values(loaded.config), effective_values(default_config()));
  EXPECT_TRUE(loaded.config.zones.empty());
  EXPECT_TRUE(loaded.config.sinks.empty());
  EXPECT_TRUE(loaded.config.stubs.empty());
  EXPECT_TRUE(loaded.config.severity.empty());
}

TEST(OptionsTest, ExampleHasEveryKeyAndItsCommentedKeysAreGood) {
  std::string text;
  for (std::string line : lines(read("config/anchorwatch.toml"))) {
    if (line.starts_with('#') && !line.starts_with("# ")) line.erase(0, 1);
    text += line + "\n";
  }
  const auto loaded = parse_config({{"config/anchorwatch.toml", text}});
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  EXPECT_EQ(loaded.config.zones.size(), 2U);
  EXPECT_EQ(loaded.config.sinks.size(), 2U);
  EXPECT_EQ(loaded.config.stubs.size(), 1U);
  EXPECT_EQ(loaded.config.operators.size(), 1U);
  for (const OptionInfo& option : all_options()) {
    if (option.key.ends_with("severity.CODE")) continue;
    const std::string key(option.key.substr(option.key.find('.') + 1));
    EXPECT_NE(text.find("\n" + key + " = "), std::string::npos) << option.key;
  }
}

TEST(OptionsTest, OtherExamplesAreGood) {
  const auto minimal = load_config(source_path("config/minimal.toml"));
  EXPECT_TRUE(minimal.ok()) << minimal.errors.to_text();
  EXPECT_EQ(load_inventory(minimal.config).inventory.size(), 2U);
  inventory::InventoryBuilder builder;
  builder.add_text(read("config/zones.example.csv"), "config/zones.example.csv");
  const auto zones = builder.finish();
  EXPECT_TRUE(zones.ok()) << zones.problems.to_text();
  EXPECT_EQ(zones.inventory.size(), 4U);
}

TEST(OptionsTest, WhatARunningDaemonCannotChange) {
  const Config running = default_config();
  Config wanted = running;
  EXPECT_TRUE(restart_needed(running, wanted).empty());
  wanted.scheduler.interval = std::chrono::seconds(60);
  wanted.defaults.denial_probe = false;
  EXPECT_TRUE(restart_needed(running, wanted).empty());
  wanted.dns.port = 54;
  wanted.daemon.state_dir = "/x";
  wanted.stubs.push_back({});
  EXPECT_EQ(restart_needed(running, wanted),
            (std::vector<std::string>{"daemon.state_dir"}));
}

}  // namespace
}  // namespace anchorwatch::config
