// SPDX-License-Identifier: Apache-2.0
// SyslogSink: RFC 5424 messages over a unix socket, UDP (RFC 5426) or TCP (octet counting, RFC 6587).
//
// Threading: loop thread only.
#pragma once

#include <memory>
#include <string>

#include "anchorwatch/config/sink_config.h"
#include "anchorwatch/net/byte_channel.h"
#include "anchorwatch/outbox/sink.h"
#include "anchorwatch/sinks/syslog_format.h"

namespace anchorwatch::sinks {

class SyslogSink final : public outbox::Sink {
 public:
  SyslogSink(config::SinkConfig config, SyslogStyle style, std::unique_ptr<net::ByteChannel> channel, Executor& executor)
      : config_(std::move(config)), style_(std::move(style)), channel_(std::move(channel)), executor_(executor) {}
  [[nodiscard]] const std::string& name() const override { return config_.name; }
  [[nodiscard]] int max_attempts() const override { return static_cast<int>(config_.retry_max) + 1; }
  void deliver(const store::PendingDelivery& delivery, std::function<void(outbox::DeliveryResult)> done) override;

 private:
  config::SinkConfig config_;
  SyslogStyle style_;
  std::unique_ptr<net::ByteChannel> channel_;
  Executor& executor_;
};

}  // namespace anchorwatch::sinks
