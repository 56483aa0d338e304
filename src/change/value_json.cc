// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/change/value_json.h"

#include <nlohmann/json.hpp>

namespace anchorwatch::change {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<std::vector<std::string>> texts_of(const json& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const json& element : value) {
    if (!element.is_string()) return std::nullopt;
    texts.push_back(element.get<std::string>());
  }
  return texts;
}

}  // namespace

std::string values_to_json(const EventData& values) {
  json object = json::object();
  for (const auto& [key, value] : values) {
    std::visit([&, &name = key](const auto& held) { object[name] = held; }, value);
  }
  return dump(object);
}

std::optional<EventData> parse_values(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  EventData values;
  for (const auto& [key, value] : object.items()) {
    if (value.is_number_integer()) {
      values.emplace(key, value.get<std::int64_t>());
    } else if (value.is_string()) {
      values.emplace(key, value.get<std::string>());
    } else if (auto texts = texts_of(value)) {
      values.emplace(key, *std::move(texts));
    } else {
      return std::nullopt;
    }
  }
  return values;
}

std::string texts_to_json(const std::vector<std::string>& texts) { return dump(json(texts)); }

std::optional<std::vector<std::string>> parse_texts(std::string_view text) {
  return texts_of(json::parse(text, nullptr, false));
}

std::string pending_to_json(const std::vector<PendingFinding>& pending) {
  json list = json::array();
  for (const PendingFinding& each : pending) {
    list.push_back({{"code", judge::info(each.code).name},
                    {"subject", each.subject},
                    {"seen", each.seen},
                    {"looks", each.looks},
                    {"since", each.since},
                    {"last_before", each.last_before}});
  }
  return dump(list);
}

std::vector<PendingFinding> parse_pending(std::string_view text) {
  std::vector<PendingFinding> pending;
  const json list = json::parse(text, nullptr, false);
  if (!list.is_array()) return pending;
  const auto number = [](const json& item, const char* key) {
    const auto at = item.find(key);
    return at != item.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
  };
  for (const json& item : list) {
    if (!item.is_object() || !item.contains("code") || !item["code"].is_string()) continue;
    if (!item.contains("subject") || !item["subject"].is_string()) continue;
    const auto code = judge::parse_finding_code(item["code"].get<std::string>());
    if (!code) continue;
    pending.push_back({*code, item["subject"].get<std::string>(), static_cast<int>(number(item, "seen")),
                       static_cast<int>(number(item, "looks")), number(item, "since"),
                       number(item, "last_before")});
  }
  return pending;
}

}  // namespace anchorwatch::change
