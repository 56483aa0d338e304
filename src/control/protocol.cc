// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/control/protocol.h"

#include <array>
#include <nlohmann/json.hpp>

#include "anchorwatch/change/value_json.h"

namespace anchorwatch::control {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kSchema = "anchorwatch.control/1";

constexpr std::array kCodes{
    ErrorCode::kInvalidArgument, ErrorCode::kParse,       ErrorCode::kNotFound, ErrorCode::kTimeout,
    ErrorCode::kUnreachable,     ErrorCode::kRefused,     ErrorCode::kLimitExceeded, ErrorCode::kCorrupt,
    ErrorCode::kBusy,            ErrorCode::kIo,          ErrorCode::kUnsupported, ErrorCode::kInternal};

ErrorCode parse_code(const std::string& text) {
  for (const ErrorCode code : kCodes) {
    if (text == to_string(code)) return code;
  }
  return ErrorCode::kInternal;
}

std::string line_of(const ordered_json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<json> parse_line(std::string_view line) {
  json object = json::parse(line, nullptr, false);
  if (!object.is_object()) return Error(ErrorCode::kParse, "not a JSON object");
  if (text_in(object, "schema") != kSchema) {
    return Error(ErrorCode::kUnsupported, "schema is not " + std::string(kSchema) + ": is the other side of another version?");
  }
  return object;
}

/// @return nothing where `key` is no object of numbers, texts and lists of texts.
std::optional<store::AdminValues> values_in(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  return change::parse_values(found->dump());
}

}  // namespace

std::string encode_call(const Call& call) {
  ordered_json object{{"schema", kSchema}, {"database", call.database}, {"kind", call.kind}};
  object["arguments"] = json::parse(change::values_to_json(call.arguments));
  return line_of(object);
}

Result<Call> decode_call(std::string_view line) {
  Result<json> object = parse_line(line);
  if (!object) return std::move(object).error();
  Call call;
  call.database = text_in(*object, "database");
  call.kind = text_in(*object, "kind");
  std::optional<store::AdminValues> arguments = values_in(*object, "arguments");
  if (call.kind.empty()) return Error(ErrorCode::kParse, "kind: missing");
  if (!arguments) return Error(ErrorCode::kParse, "arguments: not an object of numbers, texts and lists of texts");
  call.arguments = *std::move(arguments);
  return call;
}

std::string encode_answer(const Result<store::AdminValues>& answer) {
  ordered_json object{{"schema", kSchema}};
  if (answer) {
    object["values"] = json::parse(change::values_to_json(*answer));
  } else {
    object["error"] = {{"code", to_string(answer.error().code())}, {"message", answer.error().message()}};
  }
  return line_of(object);
}

Result<store::AdminValues> decode_answer(std::string_view line) {
  Result<json> object = parse_line(line);
  if (!object) return std::move(object).error();
  if (const auto error = object->find("error"); error != object->end() && error->is_object()) {
    return Error(parse_code(text_in(*error, "code")), text_in(*error, "message"));
  }
  std::optional<store::AdminValues> values = values_in(*object, "values");
  if (!values) return Error(ErrorCode::kParse, "neither values nor error in the answer");
  return *std::move(values);
}

}  // namespace anchorwatch::control
