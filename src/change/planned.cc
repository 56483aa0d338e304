// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/change/planned.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

namespace anchorwatch::change {
namespace {

constexpr std::array kKinds{PlanKind::kDs, PlanKind::kKeys, PlanKind::kRollover, PlanKind::kAlgorithm,
                            PlanKind::kNs, PlanKind::kInsecure, PlanKind::kSecure, PlanKind::kOperator};

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

template <typename Number>
bool is_number(const std::string& text, Number most) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value <= most;
}

bool is_tag(const std::string& text) { return is_number<std::uint32_t>(text, 65535); }

/// Without leading zeros.
std::string plain_number(const std::string& text) {
  const std::size_t first = std::min(text.find_first_not_of('0'), text.size() - 1);
  return text.substr(first);
}

std::string lower_hex(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char each) {
    return static_cast<char>(each >= 'A' && each <= 'Z' ? each - 'A' + 'a' : each);
  });
  return text;
}

bool is_hex(const std::string& text) {
  return !text.empty() && text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

const char* to_string(PlanKind kind) {
  switch (kind) {
    case PlanKind::kDs: return "ds";
    case PlanKind::kKeys: return "keys";
    case PlanKind::kRollover: return "rollover";
    case PlanKind::kAlgorithm: return "algorithm";
    case PlanKind::kNs: return "ns";
    case PlanKind::kInsecure: return "insecure";
    case PlanKind::kSecure: return "secure";
    case PlanKind::kOperator: return "operator";
  }
  return "ds";
}

std::optional<PlanKind> parse_plan_kind(std::string_view text) {
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(), [text](PlanKind kind) { return text == to_string(kind); });
  if (found == kKinds.end()) return std::nullopt;
  return *found;
}

std::string plan_kinds_text() {
  std::string text;
  for (const PlanKind kind : kKinds) text.append(text.empty() ? "" : ", ").append(to_string(kind));
  return text;
}

Grants grants_of(PlanKind kind) {
  switch (kind) {
    case PlanKind::kDs: return {.ds = true};
    case PlanKind::kKeys: return {.keys = true};
    case PlanKind::kRollover: return {.ds = true, .keys = true};
    case PlanKind::kAlgorithm:
    case PlanKind::kSecure: return {.ds = true, .keys = true, .algorithms = true};
    case PlanKind::kNs: return {.name_servers = true};
    case PlanKind::kInsecure: return {.insecure = true};
    case PlanKind::kOperator: return {.ds = true, .keys = true, .algorithms = true, .name_servers = true};
  }
  return {};
}

bool PlannedChange::names_ds(std::uint16_t tag, const std::string& text) const {
  const Result<std::string> normal = normalise_ds(text);
  return has(ds, std::to_string(tag)) || (normal && has(ds, *normal));
}

bool PlannedChange::names_key(std::uint16_t tag, const std::string& key_sha256) const {
  return has(keys, std::to_string(tag)) || has(keys, key_sha256);
}

bool PlannedChange::names_server(const std::string& name) const { return has(ns, name); }

Digest Plans::digest() const {
  Hasher hasher;
  for (const PlannedChange& plan : approved) {
    hasher.field(plan.id).field(to_string(plan.kind));
    hasher.number(static_cast<std::uint64_t>(plan.from)).number(static_cast<std::uint64_t>(plan.until));
    for (const auto* list : {&plan.ds, &plan.keys, &plan.ns}) {
      hasher.number(list->size());
      for (const std::string& each : *list) hasher.field(each);
    }
  }
  return hasher.finish();
}

Result<std::string> normalise_ds(const std::string& text) {
  if (is_tag(text)) return plain_number(text);
  std::istringstream words(text);
  std::string tag, algorithm, type, digest, more;
  words >> tag >> algorithm >> type;
  while (words >> more) digest += more;
  digest = lower_hex(std::move(digest));
  if (!is_tag(tag) || !is_number<std::uint32_t>(algorithm, 255) || !is_number<std::uint32_t>(type, 255) || !is_hex(digest)) {
    return Error(ErrorCode::kInvalidArgument, text + ": neither a key tag nor a DS, \"tag algorithm type digest\"");
  }
  return plain_number(tag) + " " + plain_number(algorithm) + " " + plain_number(type) + " " + digest;
}

Result<std::string> normalise_key(const std::string& text) {
  if (is_tag(text)) return plain_number(text);
  std::string id = lower_hex(text);
  if (id.size() == 64 && is_hex(id)) return id;
  return Error(ErrorCode::kInvalidArgument, text + ": neither a key tag nor a key id, the 64 digits of v_dnskey.key_sha256");
}

}  // namespace anchorwatch::change
