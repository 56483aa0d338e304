// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "admin_handler.h"

namespace anchorwatch::store {
namespace {

constexpr std::size_t kMostOctets = 4096;
constexpr std::size_t kMostTexts = 1000;

Error bad(const std::string& name, const std::string& why) {
  return {ErrorCode::kInvalidArgument, name + ": " + why};
}

/// What is wrong with a text; empty: nothing.
std::string fault_of(const std::string& text) {
  if (text.size() > kMostOctets) return "longer than " + std::to_string(kMostOctets) + " octets";
  const bool control = std::any_of(text.begin(), text.end(), [](char each) {
    return static_cast<unsigned char>(each) < 0x20 || each == 0x7f;
  });
  return control ? "contains control characters" : "";
}

std::string fault_of(const change::EventData::mapped_type& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return fault_of(*text);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    if (texts->size() > kMostTexts) return "more than " + std::to_string(kMostTexts) + " values";
    for (const std::string& each : *texts) {
      if (std::string fault = fault_of(each); !fault.empty()) return fault;
    }
  }
  return {};
}

}  // namespace

template <typename T>
const T* AdminArguments::get(const std::string& name) {
  asked_.insert(name);
  const auto found = values_.find(name);
  if (found == values_.end()) return nullptr;
  const T* value = std::get_if<T>(&found->second);
  if (value == nullptr && fault_.empty()) fault_ = name;
  return value;
}

std::string AdminArguments::text(const std::string& name) {
  const auto* value = get<std::string>(name);
  return value == nullptr ? std::string() : *value;
}

std::vector<std::string> AdminArguments::texts(const std::string& name) {
  const auto* value = get<std::vector<std::string>>(name);
  return value == nullptr ? std::vector<std::string>() : *value;
}

std::optional<std::int64_t> AdminArguments::number(const std::string& name) {
  const auto* value = get<std::int64_t>(name);
  if (value == nullptr) return std::nullopt;
  return *value;
}

Result<void> AdminArguments::check(const std::vector<std::string>& required) const {
  if (!fault_.empty()) return bad(fault_, "not of the type that is wanted");
  for (const auto& [name, value] : values_) {
    if (asked_.count(name) == 0) return bad(name, "no such argument");
    if (const std::string fault = fault_of(value); !fault.empty()) return bad(name, fault);
  }
  for (const std::string& name : required) {
    const auto found = values_.find(name);
    if (found == values_.end()) return bad(name, "missing");
    const auto* text = std::get_if<std::string>(&found->second);
    if (text != nullptr && text->empty()) return bad(name, "empty");
  }
  return {};
}

}  // namespace anchorwatch::store
