// SPDX-License-Identifier: Apache-2.0
#include "syslog_sink.h"

namespace anchorwatch::sinks {

void SyslogSink::deliver(const store::PendingDelivery& delivery, std::function<void(outbox::DeliveryResult)> done) {
  Result<Bytes> message = to_rfc5424(delivery.payload, style_);
  if (!message) {
    executor_.post([done = std::move(done), text = message.error().message()] {
      done({outbox::DeliveryVerdict::kReject, text, std::nullopt});
    });
    return;
  }
  channel_->send(*std::move(message), [done = std::move(done)](Result<void> sent) {
    if (sent) {
      done({outbox::DeliveryVerdict::kDelivered, {}, std::nullopt});
    } else {
      done({outbox::DeliveryVerdict::kRetry, sent.error().message(), std::nullopt});
    }
  });
}

}  // namespace anchorwatch::sinks
