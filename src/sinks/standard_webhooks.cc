// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/sinks/standard_webhooks.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <nlohmann/json.hpp>
#include <sstream>

namespace anchorwatch::sinks {

namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kFewestOctets = 16;
constexpr std::size_t kMostOctets = 64;

Bytes hmac_sha256(const Bytes& key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int length = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, text.size(), mac.data(), &length) == nullptr) {
    return {};
  }
  return {mac.begin(), mac.begin() + length};
}

}  // namespace

Result<WebhookSecrets> parse_webhook_secrets(std::string_view text) {
  WebhookSecrets secrets;
  std::istringstream words{std::string(text)};
  std::string word;
  while (words >> word) {
    if (word.compare(0, kPrefix.size(), kPrefix) != 0) {
      return Error(ErrorCode::kParse, "a webhook secret starts with whsec_ and goes on in base64");
    }
    std::optional<Bytes> key = from_base64(std::string_view(word).substr(kPrefix.size()));
    if (!key || key->size() < kFewestOctets || key->size() > kMostOctets) {
      return Error(ErrorCode::kParse, "a webhook secret is whsec_ and the base64 form of 24 to 64 random octets");
    }
    secrets.keys.push_back(*std::move(key));
  }
  if (secrets.keys.empty()) return Error(ErrorCode::kParse, "there is no webhook secret in it");
  return secrets;
}

std::string webhook_signature(const WebhookSecrets& secrets, std::string_view id, UnixSeconds at, std::string_view body) {
  std::string signed_text(id);
  signed_text += '.';
  signed_text += std::to_string(at);
  signed_text += '.';
  signed_text += body;
  std::string signatures;
  for (const Bytes& key : secrets.keys) {
    signatures += (signatures.empty() ? "v1," : " v1,") + to_base64(hmac_sha256(key, signed_text));
  }
  return signatures;
}

Result<std::string> standard_body(std::string_view payload) {
  nlohmann::ordered_json event = nlohmann::ordered_json::parse(payload, nullptr, false);
  if (!event.is_object() || !event.contains("type") || !event.contains("time")) {
    return Error(ErrorCode::kParse, "the stored event has no type or time");
  }
  nlohmann::ordered_json body{{"type", event["type"]}, {"timestamp", event["time"]}};
  body["data"] = std::move(event);
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace anchorwatch::sinks
