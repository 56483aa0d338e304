// SPDX-License-Identifier: Apache-2.0
// Signatures of Standard Webhooks 1.0.0: HMAC-SHA256 over "id.timestamp.body".
//
// Threading: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/result.h"

namespace anchorwatch::sinks {

/// Keys in the order of the file. Their formatter is missing on purpose: secrets are not printed.
struct WebhookSecrets {
  std::vector<Bytes> keys;
};

/// Reads `whsec_` + base64 secrets separated by white space: several while a secret is being replaced.
/// @errors kParse: none, another prefix, bad base64, fewer than 16 or more than 64 octets. The message
///         never shows the secret.
Result<WebhookSecrets> parse_webhook_secrets(std::string_view text);

/// The value of `webhook-signature`: one "v1,base64" for each key, separated by spaces.
std::string webhook_signature(const WebhookSecrets& secrets, std::string_view id, UnixSeconds at,
                              std::string_view body);

/// The body of format `standard`: {"type","timestamp","data": the event}.
/// @errors kParse: `payload` is no event.
Result<std::string> standard_body(std::string_view payload);

}  // namespace anchorwatch::sinks
