// SPDX-License-Identifier: Apache-2.0
// WebhookSink: one POST for each event, format `standard`, signed as Standard Webhooks.
//
// Threading: loop thread only. Blocking: never.
// Standards: Standard Webhooks 1.0.0; RFC 9110 §10.2.3 (Retry-After).
// Limits:    8 connections a host, 64 KiB of a response, no redirects, https unless special targets are allowed.
#pragma once

#include <memory>
#include <string>

#include "anchorwatch/config/sink_config.h"
#include "anchorwatch/outbox/sink.h"
#include "anchorwatch/sinks/standard_webhooks.h"
#include "curl_multi.h"

namespace anchorwatch::sinks {

class WebhookSink final : public outbox::Sink {
 public:
  /// `curl` is shared by all webhooks of a configuration.
  WebhookSink(config::SinkConfig config, WebhookSecrets secrets, std::shared_ptr<CurlMulti> curl, net::UvExecutor& executor,
              const Clock& clock);
  ~WebhookSink() override;
  [[nodiscard]] const std::string& name() const override { return config_.name; }
  [[nodiscard]] int max_attempts() const override { return static_cast<int>(config_.retry_max) + 1; }
  void deliver(const store::PendingDelivery& delivery, std::function<void(outbox::DeliveryResult)> done) override;

 private:
  struct Transfer;
  void prepare(Transfer& transfer) const;

  config::SinkConfig config_;
  WebhookSecrets secrets_;
  std::shared_ptr<CurlMulti> curl_;
  net::UvExecutor& executor_;
  const Clock& clock_;
};

/// What an HTTP status means for the row: 2xx delivered; 408, 425, 429 and 5xx again; else refused.
outbox::DeliveryVerdict verdict_of_status(long status);

}  // namespace anchorwatch::sinks
