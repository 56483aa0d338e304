// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/config/load.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "anchorwatch/config/sink_config.h"

#include "draft.h"

namespace anchorwatch::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileSize = std::size_t{4} << 20U;
constexpr std::size_t kMaxFragments = 1000;
constexpr std::size_t kMaxAnchorFile = std::size_t{16} << 20U;

void read_file(const std::string& path, Draft& draft) {
  const auto text = inventory::read_text_file(path, kMaxFileSize);
  if (text) {
    draft.read(path, *text);
  } else {
    draft.add_error({path, 0, 0, "", text.error().message()});
  }
}

/// conf.d/*.toml beside the main file, in the order of names.
std::vector<std::string> fragments(const std::string& main_file, Draft& draft) {
  const fs::path directory = fs::path(main_file).parent_path() / "conf.d";
  std::vector<std::string> files;
  std::error_code error;
  if (!fs::exists(directory, error)) return files;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() != ".toml" || path.filename().string().front() == '.') continue;
    files.push_back(path.string());
  }
  if (error) {
    draft.add_error(
        {directory.string(), 0, 0, "", "cannot read the directory: " + error.message()});
  }
  if (files.size() > kMaxFragments) {
    draft.add_error({directory.string(), 0, 0, "", "holds more than 1,000 files"});
    files.clear();
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Config default_config() { return {}; }

ConfigLoad parse_config(const std::vector<ConfigText>& texts) {
  Draft draft;
  for (const ConfigText& text : texts) draft.read(text.file, text.text);
  return draft.finish();
}

ConfigLoad load_config(const std::string& path) {
  Draft draft;
  read_file(path, draft);
  for (const std::string& file : fragments(path, draft)) read_file(file, draft);
  return draft.finish();
}

inventory::ProblemList check_files(const Config& config) {
  inventory::ProblemList problems;
  const auto check = [&](const std::string& key, const std::string& path) {
    if (path.empty()) return;
    const auto text = inventory::read_text_file(path, kMaxAnchorFile);
    if (!text) problems.add(config.error_at(key, path + ": " + text.error().message()));
  };
  // With forwarders or stubs alone the root need not be reached, yet anchors are looked for there.
  check("dns.root_hints", config.dns.root_hints);
  check("validation.algorithms", config.validation.algorithms);
  for (const std::string& path : config.dns.trust_anchors) check("dns.trust_anchors", path);
  for (std::size_t i = 0; i < config.stubs.size(); ++i) {
    const std::string key = "stub[" + std::to_string(i) + "].trust_anchors";
    for (const std::string& path : config.stubs[i].trust_anchors) check(key, path);
  }
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    const SinkConfig& sink = config.sinks[i];
    const std::string origin = "sink[" + std::to_string(i) + "]";
    check(origin + ".ca_file", sink.ca_file);
    if (!sink.enabled || sink.secret.empty()) continue;
    const auto secret = read_secret(sink.secret, credentials_directory());
    if (!secret) problems.add(config.error_at(origin + ".secret_file", secret.error().message()));
  }
  return problems;
}

inventory::InventoryLoad load_inventory(const Config& config) {
  constexpr std::size_t kMaxInventory = std::size_t{1} << 30U;
  inventory::InventoryBuilder builder(config.defaults, config.tag_severity);
  for (const std::string& path : config.inventory_files) {
    const auto text = inventory::read_text_file(path, kMaxInventory);
    if (text) {
      builder.add_text(*text, path);
    } else {
      builder.add_problem(config.error_at("inventory.files", path + ": " + text.error().message()));
    }
  }
  for (const ZoneConfig& zone : config.zones) {
    builder.add_zone(zone.name, zone.settings, zone.file, zone.line, zone.column);
  }
  return builder.finish();
}

}  // namespace anchorwatch::config
