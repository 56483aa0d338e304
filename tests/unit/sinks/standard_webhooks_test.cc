// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/sinks/standard_webhooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace anchorwatch::sinks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The example of the Standard Webhooks specification.
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr UnixSeconds kAt = 1614265330;
constexpr const char* kBody = R"({"test": 2432232314})";
constexpr const char* kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

std::string secret_of(std::size_t octets, char fill = 'k') {
  return "whsec_" + to_base64(Bytes(octets, fill));
}

TEST(StandardWebhooks, SignsTheReferenceMessage) {
  const WebhookSecrets secrets = parse_webhook_secrets(kSecret).value();
  EXPECT_EQ(webhook_signature(secrets, kId, kAt, kBody), kSignature);
}

TEST(StandardWebhooks, EveryPartOfTheMessageIsSigned) {
  const WebhookSecrets secrets = parse_webhook_secrets(kSecret).value();
  EXPECT_NE(webhook_signature(secrets, "msg_other", kAt, kBody), kSignature);
  EXPECT_NE(webhook_signature(secrets, kId, kAt + 1, kBody), kSignature);
  EXPECT_NE(webhook_signature(secrets, kId, kAt, "{}"), kSignature);
}

TEST(StandardWebhooks, SignsWithEachSecretInTheOrderOfTheFile) {
  const std::string next = secret_of(32);
  const WebhookSecrets both =
      parse_webhook_secrets("\n " + next + "\t\r\n" + kSecret + "\n").value();
  ASSERT_EQ(both.keys.size(), 2U);
  const WebhookSecrets only_next = parse_webhook_secrets(next).value();
  EXPECT_EQ(webhook_signature(both, kId, kAt, kBody),
            webhook_signature(only_next, kId, kAt, kBody) + " " + kSignature);
}

TEST(StandardWebhooks, NoSecretsGiveNoSignature) {
  EXPECT_EQ(webhook_signature({}, kId, kAt, kBody), "");
}

TEST(StandardWebhooks, BoundsTheLengthOfSecrets) {
  EXPECT_FALSE(parse_webhook_secrets(secret_of(15)));
  EXPECT_TRUE(parse_webhook_secrets(secret_of(16)));
  EXPECT_TRUE(parse_webhook_secrets(secret_of(64)));
  EXPECT_FALSE(parse_webhook_secrets(secret_of(65)));
}

TEST(StandardWebhooks, RefusesBadSecretsAndNeverShowsThem) {
  const std::string telling = "SECRETsecretSECRETsecretSECRETsecret";
  for (const std::string& text :
       {telling, "WHSEC_" + telling, "whsec-" + telling, "whsec_" + telling + "*",
        "whsec_" + telling + "=====", std::string("whsec_"), "whpk_" + telling,
        std::string(kSecret) + " " + telling, "whsec_" + telling.substr(0, 8),
        "whsec_" + telling + telling + telling + telling}) {
    const Result<WebhookSecrets> secrets = parse_webhook_secrets(text);
    ASSERT_FALSE(secrets) << text;
    EXPECT_EQ(secrets.error().code(), ErrorCode::kParse);
    EXPECT_THAT(secrets.error().message(), Not(HasSubstr("SECRET")));
    EXPECT_THAT(secrets.error().message(), Not(HasSubstr("MfKQ9r8G")));
  }
  for (const char* nothing : {"", " \n\t"}) EXPECT_FALSE(parse_webhook_secrets(nothing));
}

TEST(StandardWebhooks, BodyWrapsTheEvent) {
  EXPECT_EQ(standard_body(R"({"id":"1","type":"ds.removed","time":"2026-01-01T00:00:00Z","b":[1]})")
                .value(),
            R"({"type":"ds.removed","timestamp":"2026-01-01T00:00:00Z","data":)"
            R"({"id":"1","type":"ds.removed","time":"2026-01-01T00:00:00Z","b":[1]}})");
}

TEST(StandardWebhooks, BodyRefusesWhatIsNoEvent) {
  for (const char* payload : {"", "{", "[]", "{}", R"({"type":"x"})", R"({"time":"x"})", "null"}) {
    const Result<std::string> body = standard_body(payload);
    ASSERT_FALSE(body) << payload;
    EXPECT_EQ(body.error().code(), ErrorCode::kParse);
  }
}

}  // namespace
}  // namespace anchorwatch::sinks
