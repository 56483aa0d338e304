// SPDX-License-Identifier: Apache-2.0
#include "webhook_sink.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "address_guard.h"

namespace anchorwatch::sinks {

namespace {

constexpr std::size_t kMostResponse = 65536;
constexpr std::size_t kShownOfResponse = 120;

struct CurlListDelete {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

void append(std::unique_ptr<curl_slist, CurlListDelete>& list, const std::string& line) {
  list.reset(curl_slist_append(list.release(), line.c_str()));
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kShownOfResponse)) out += c >= ' ' && c < 0x7F ? c : ' ';
  return out;
}

std::optional<IpAddress> address_of(const curl_sockaddr& target) {
  if (target.family == AF_INET) {
    sockaddr_in in{};
    std::copy_n(reinterpret_cast<const char*>(&target.addr), sizeof(in), reinterpret_cast<char*>(&in));
    return IpAddress::from_bytes({reinterpret_cast<const char*>(&in.sin_addr), 4});
  }
  if (target.family == AF_INET6) {
    // curl_sockaddr declares a plain sockaddr but holds room for the address it names.
    return IpAddress::from_bytes({reinterpret_cast<const char*>(&target.addr) + offsetof(sockaddr_in6, sin6_addr), 16});
  }
  return std::nullopt;
}

}  // namespace

struct WebhookSink::Transfer {
  CurlEasy easy{curl_easy_init()};
  std::unique_ptr<curl_slist, CurlListDelete> headers;
  std::string body;
  std::string response;
  std::size_t response_octets = 0;
  std::array<char, CURL_ERROR_SIZE> error{};
  SpecialTargets special = SpecialTargets::kRefused;
  std::string refused;   ///< The address that policy did not allow.

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto* transfer = static_cast<Transfer*>(self);
    const std::size_t octets = size * count;
    transfer->response_octets += octets;
    if (transfer->response.size() < kShownOfResponse) transfer->response.append(data, octets);
    // A receiver that talks without end is cut off.
    return transfer->response_octets > kMostResponse ? 0 : octets;
  }

  static curl_socket_t on_open(void* self, curlsocktype /*purpose*/, curl_sockaddr* target) {
    auto* transfer = static_cast<Transfer*>(self);
    const auto address = address_of(*target);
    if (!address || !may_connect(*address, transfer->special)) {
      transfer->refused = address ? address->to_text() : "an unknown address family";
      return CURL_SOCKET_BAD;
    }
    return socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
  }

  outbox::DeliveryResult result(CURLcode code) {
    outbox::DeliveryResult out;
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (!refused.empty()) {
      out.error = "special address " + refused + " refused (allow_special_addresses)";
      return out;  // Names may point elsewhere tomorrow: try again.
    }
    // A full answer that was too long is still an answer: its status counts.
    if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && status != 0)) {
      out.error = error[0] != '\0' ? printable(error.data()) : curl_easy_strerror(code);
      return out;
    }
    out.verdict = verdict_of_status(status);
    if (out.verdict == outbox::DeliveryVerdict::kDelivered) return out;
    out.error = "HTTP " + std::to_string(status) + " " + printable(response);
    curl_off_t wait = 0;
    if (curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0) {
      out.retry_after = std::chrono::seconds(wait);
    }
    return out;
  }
};

outbox::DeliveryVerdict verdict_of_status(long status) {
  if (status >= 200 && status < 300) return outbox::DeliveryVerdict::kDelivered;
  if (status == 408 || status == 425 || status == 429 || status >= 500) return outbox::DeliveryVerdict::kRetry;
  return outbox::DeliveryVerdict::kReject;
}

WebhookSink::WebhookSink(config::SinkConfig config, WebhookSecrets secrets, std::shared_ptr<CurlMulti> curl,
                         net::UvExecutor& executor, const Clock& clock)
    : config_(std::move(config)), secrets_(std::move(secrets)), curl_(std::move(curl)), executor_(executor), clock_(clock) {}

WebhookSink::~WebhookSink() = default;

void WebhookSink::prepare(Transfer& transfer) const {
  CURL* easy = transfer.easy.get();
  transfer.special = config_.allow_special_addresses ? SpecialTargets::kAllowed : SpecialTargets::kRefused;
  curl_easy_setopt(easy, CURLOPT_URL, config_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, config_.allow_special_addresses ? "https,http" : "https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // No proxy from the environment: it would undo the address check.
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(config_.timeout.count() * 1000));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(config_.timeout.count() * 1000));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "anchorwatch/" ANCHORWATCH_VERSION);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer.body.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
  if (!config_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, config_.ca_file.c_str());
}

void WebhookSink::deliver(const store::PendingDelivery& delivery, std::function<void(outbox::DeliveryResult)> done) {
  Result<std::string> body = standard_body(delivery.payload);
  if (!body) {
    executor_.post([done = std::move(done), text = body.error().message()] {
      done({outbox::DeliveryVerdict::kReject, text, std::nullopt});
    });
    return;
  }
  auto transfer = std::make_shared<Transfer>();
  transfer->body = *std::move(body);
  const UnixSeconds at = clock_.now();
  append(transfer->headers, "Content-Type: application/json");
  append(transfer->headers, "Expect:");  // No extra round trip for a body this small.
  append(transfer->headers, "webhook-id: " + delivery.event_id);
  append(transfer->headers, "webhook-timestamp: " + std::to_string(at));
  if (!secrets_.keys.empty()) {
    append(transfer->headers, "webhook-signature: " + webhook_signature(secrets_, delivery.event_id, at, transfer->body));
  }
  prepare(*transfer);
  curl_->add(transfer->easy.get(), [transfer, done = std::move(done)](CURLcode code) { done(transfer->result(code)); });
}

}  // namespace anchorwatch::sinks
