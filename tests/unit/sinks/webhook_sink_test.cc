// SPDX-License-Identifier: Apache-2.0
#include "../../../src/sinks/webhook_sink.h"

#include <algorithm>
#include <deque>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/net/loopback.h"

namespace anchorwatch::sinks {
namespace {

using net::testing::run_bounded;
using net::testing::StreamServer;
using outbox::DeliveryResult;
using outbox::DeliveryVerdict;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kPayload =
    R"({"id":"01J0","type":"ds.removed","time":"2026-01-01T00:00:00Z","severity":"error"})";
constexpr UnixSeconds kNow = 1767225600;

struct HttpRequest {
  std::string line;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;
};

/// The first whole request in `bytes`, which is taken out.
std::optional<HttpRequest> take_request(Bytes& bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == Bytes::npos) return std::nullopt;
  HttpRequest request;
  std::size_t at = bytes.find("\r\n");
  request.line = bytes.substr(0, at);
  while (at < end) {
    const std::size_t begin = at + 2;
    at = bytes.find("\r\n", begin);
    std::string name = bytes.substr(begin, bytes.find(':', begin) - begin);
    const std::string value = bytes.substr(begin + name.size() + 2, at - begin - name.size() - 2);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    request.headers[name] = value;
  }
  const std::size_t length = std::stoul("0" + request.headers["content-length"]);
  if (bytes.size() < end + 4 + length) return std::nullopt;
  request.body = bytes.substr(end + 4, length);
  bytes.erase(0, end + 4 + length);
  return request;
}

std::string response(const std::string& status, const std::string& headers = "",
                     const std::string& body = "") {
  return "HTTP/1.1 " + status + "\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class WebhookSinkTest : public ::testing::Test {
 protected:
  WebhookSinkTest() {
    config_.name = "siem";
    config_.url = "http://127.0.0.1:" + std::to_string(server_.port()) + "/hook?x=1";
    config_.allow_special_addresses = true;
    config_.timeout = seconds(4);
  }
  std::unique_ptr<WebhookSink> sink() {
    return std::make_unique<WebhookSink>(config_, secrets_, std::make_shared<CurlMulti>(executor_),
                                         executor_, clock_);
  }
  DeliveryResult deliver(WebhookSink& sink, const std::string& payload = kPayload) {
    store::PendingDelivery delivery;
    delivery.event_id = "01J0";
    delivery.payload = payload;
    std::optional<DeliveryResult> result;
    sink.deliver(delivery, [&](DeliveryResult told) {
      EXPECT_FALSE(result);
      result = std::move(told);
      executor_.stop();
    });
    EXPECT_FALSE(result) << "done ran before deliver returned";
    run_bounded(executor_);
    EXPECT_TRUE(result);
    return result.value_or(DeliveryResult());
  }
  DeliveryResult deliver_once() {
    const auto made = sink();
    return deliver(*made);
  }
  DeliveryResult answered(const std::string& bytes) {
    responses_ = {bytes};
    return deliver_once();
  }

  void serve(StreamServer& server, int fd, Bytes& received) {
    while (auto request = take_request(received)) {
      requests_.push_back(*std::move(request));
      if (responses_.empty()) {
        server.close_connections();
        return;
      }
      const std::string bytes = responses_.front();
      if (responses_.size() > 1) responses_.pop_front();
      const int room = 1 << 20;
      ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
      EXPECT_GT(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), 0);
    }
  }

  net::UvExecutor executor_{1};
  SystemClock elapsed_;
  FixedClock clock_{kNow, elapsed_};
  config::SinkConfig config_;
  WebhookSecrets secrets_;
  std::vector<HttpRequest> requests_;
  std::deque<std::string> responses_;  ///< The last one stays; none: the connection is closed.
  StreamServer server_{
      executor_, StreamServer::bound(),
      [this](StreamServer& server, int fd, Bytes& received) { serve(server, fd, received); }};
};

TEST_F(WebhookSinkTest, PostsASignedEvent) {
  const std::string text =
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_" + to_base64(Bytes(32, 'n'));
  secrets_ = parse_webhook_secrets(text).value();
  const DeliveryResult result = answered(response("204 No Content"));
  EXPECT_EQ(result.verdict, DeliveryVerdict::kDelivered);
  EXPECT_EQ(result.error, "");
  EXPECT_FALSE(result.retry_after);
  ASSERT_THAT(requests_, SizeIs(1));
  HttpRequest& request = requests_[0];
  EXPECT_EQ(request.line, "POST /hook?x=1 HTTP/1.1");
  EXPECT_EQ(request.body, standard_body(kPayload).value());
  EXPECT_EQ(request.headers["content-type"], "application/json");
  EXPECT_THAT(request.headers["user-agent"], StartsWith("anchorwatch/"));
  EXPECT_EQ(request.headers.count("expect"), 0U);
  EXPECT_EQ(request.headers["webhook-id"], "01J0");
  EXPECT_EQ(request.headers["webhook-timestamp"], std::to_string(kNow));
  // What a receiver does.
  EXPECT_EQ(request.headers["webhook-signature"],
            webhook_signature(secrets_, request.headers["webhook-id"],
                              std::stoll(request.headers["webhook-timestamp"]), request.body));
  EXPECT_EQ(std::count(request.headers["webhook-signature"].begin(),
                       request.headers["webhook-signature"].end(), ' '),
            1);
}

TEST_F(WebhookSinkTest, WithoutSecretsThereIsNoSignature) {
  answered(response("200 OK"));
  ASSERT_THAT(requests_, SizeIs(1));
  EXPECT_EQ(requests_[0].headers.count("webhook-signature"), 0U);
  EXPECT_EQ(requests_[0].headers.count("webhook-id"), 1U);
}

TEST_F(WebhookSinkTest, AServersTroubleIsTriedAgain) {
  for (const char* status : {"500 Oops", "502 Bad Gateway", "503 Busy", "408 Slow", "425 Early"}) {
    const DeliveryResult result = answered(response(status, "", "come back\x1b[31m\nlater"));
    EXPECT_EQ(result.verdict, DeliveryVerdict::kRetry) << status;
    EXPECT_EQ(result.error, "HTTP " + std::string(status, 3) + " come back [31m later");
    EXPECT_FALSE(result.retry_after);
  }
}

TEST_F(WebhookSinkTest, ARefusalIsFinal) {
  for (const char* status : {"400 Bad", "401 No", "404 Gone", "410 Gone", "413 Big"}) {
    EXPECT_EQ(answered(response(status)).verdict, DeliveryVerdict::kReject) << status;
  }
}

TEST_F(WebhookSinkTest, TooManyRequestsSaysWhenToComeBack) {
  const DeliveryResult result = answered(response("429 Too Many", "Retry-After: 120\r\n"));
  EXPECT_EQ(result.verdict, DeliveryVerdict::kRetry);
  EXPECT_EQ(result.retry_after, seconds(120));
}

TEST_F(WebhookSinkTest, RedirectsAreNotFollowed) {
  const DeliveryResult result = answered(response("307 There", "Location: /elsewhere\r\n"));
  EXPECT_EQ(result.verdict, DeliveryVerdict::kReject);
  EXPECT_THAT(result.error, StartsWith("HTTP 307"));
  EXPECT_THAT(requests_, SizeIs(1));
}

TEST_F(WebhookSinkTest, AnEndlessAnswerIsCutAndItsStatusCounts) {
  const std::string endless =
      "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + std::string(150000, 'x');
  EXPECT_EQ(answered(endless).verdict, DeliveryVerdict::kDelivered);
  const DeliveryResult result =
      answered("HTTP/1.1 404 No\r\nConnection: close\r\n\r\n" + std::string(150000, 'y'));
  EXPECT_EQ(result.verdict, DeliveryVerdict::kReject);
  EXPECT_LT(result.error.size(), 200U);
}

TEST_F(WebhookSinkTest, AClosedConnectionIsTriedAgain) {
  const DeliveryResult result = deliver_once();
  EXPECT_EQ(result.verdict, DeliveryVerdict::kRetry);
  EXPECT_NE(result.error, "");
}

TEST_F(WebhookSinkTest, NobodyListeningIsTriedAgain) {
  const net::testing::TestSocket unused = StreamServer::bound();
  config_.url = "http://127.0.0.1:" + std::to_string(unused.port()) + "/";
  const DeliveryResult result = deliver_once();
  EXPECT_EQ(result.verdict, DeliveryVerdict::kRetry);
  EXPECT_NE(result.error, "");
}

TEST_F(WebhookSinkTest, WhatIsNotHttpIsTriedAgain) {
  EXPECT_EQ(answered("SSH-2.0-OpenSSH_9.2\r\n").verdict, DeliveryVerdict::kRetry);
}

TEST_F(WebhookSinkTest, SpecialAddressesAreRefusedUnlessAllowed) {
  config_.allow_special_addresses = false;
  for (const char* host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"}) {
    config_.url = std::string("https://") + host + ":" + std::to_string(server_.port()) + "/";
    const DeliveryResult result = deliver_once();
    EXPECT_EQ(result.verdict, DeliveryVerdict::kRetry) << "a name may point elsewhere tomorrow";
    EXPECT_THAT(result.error, HasSubstr("refused (allow_special_addresses)"));
  }
  EXPECT_EQ(server_.accepted(), 0);
}

TEST_F(WebhookSinkTest, MetadataServicesAreRefusedEvenWhereSpecialOnesAreAllowed) {
  for (const char* host : {"169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]"}) {
    config_.url = std::string("http://") + host + "/latest/meta-data";
    const DeliveryResult result = deliver_once();
    EXPECT_EQ(result.verdict, DeliveryVerdict::kRetry);
    EXPECT_THAT(result.error, HasSubstr("refused"));
  }
}

TEST_F(WebhookSinkTest, PlainHttpNeedsTheSameKey) {
  config_.allow_special_addresses = false;
  const DeliveryResult result = deliver_once();
  EXPECT_NE(result.verdict, DeliveryVerdict::kDelivered);
  EXPECT_NE(result.error, "");
  EXPECT_EQ(server_.accepted(), 0);
}

TEST_F(WebhookSinkTest, WhatIsNoEventIsNotSent) {
  const auto made = sink();
  const DeliveryResult result = deliver(*made, "{}");
  EXPECT_EQ(result.verdict, DeliveryVerdict::kReject);
  EXPECT_NE(result.error, "");
  EXPECT_EQ(server_.accepted(), 0);
}

TEST_F(WebhookSinkTest, ManyAtOnceShareFewConnections) {
  responses_ = {response("200 OK")};
  const auto made = sink();
  int delivered = 0;
  for (int i = 0; i < 40; ++i) {
    store::PendingDelivery delivery;
    delivery.event_id = "e" + std::to_string(i);
    delivery.payload = kPayload;
    made->deliver(delivery, [&](const DeliveryResult& result) {
      EXPECT_EQ(result.verdict, DeliveryVerdict::kDelivered) << result.error;
      if (++delivered == 40) executor_.stop();
    });
  }
  run_bounded(executor_);
  EXPECT_EQ(delivered, 40);
  EXPECT_THAT(requests_, SizeIs(40));
  EXPECT_LE(server_.accepted(), 8);
}

TEST_F(WebhookSinkTest, ASinkMayGoWhileADeliveryIsInFlight) {
  auto made = sink();
  bool told = false;
  store::PendingDelivery delivery;
  delivery.payload = kPayload;
  made->deliver(delivery, [&told](const DeliveryResult&) { told = true; });
  made.reset();
  executor_.post([this] { executor_.stop(); });
  run_bounded(executor_);
  EXPECT_FALSE(told);
}

TEST_F(WebhookSinkTest, CountsTheFirstAttemptToo) {
  config_.retry_max = 0;
  EXPECT_EQ(sink()->max_attempts(), 1);
  config_.retry_max = 40;
  EXPECT_EQ(sink()->max_attempts(), 41);
  EXPECT_EQ(sink()->name(), "siem");
}

}  // namespace
}  // namespace anchorwatch::sinks
