// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/sinks/make_sink.h"

#include <unistd.h>

#include "syslog_sink.h"
#include "webhook_sink.h"

namespace anchorwatch::sinks {

namespace {

/// Receivers must take 2,048 octets in a datagram; more may be cut (RFC 5424 §6.1, RFC 5426 §3.2).
constexpr std::size_t kMostDatagram = 2048;
constexpr std::size_t kMostStream = 8192;

using SinkResult = Result<std::unique_ptr<outbox::Sink>>;

SinkResult make_syslog(const config::SinkConfig& config, const SinkContext& context) {
  const bool stream = config.address.transport == config::SyslogTransport::kTcp;
  net::ByteChannelOptions options;
  options.timeout = config.timeout;
  options.framing = stream ? net::StreamFraming::kOctetCounting : net::StreamFraming::kNewline;
  Result<std::unique_ptr<net::ByteChannel>> channel =
      net::open_byte_channel(context.executor, config.address.to_text(), options);
  if (!channel) return std::move(channel).error().with("address");
  SyslogStyle style;
  style.facility = config.facility;
  style.hostname = context.observer;
  style.process_id = std::to_string(getpid());
  style.max_octets = stream ? kMostStream : kMostDatagram;
  return std::unique_ptr<outbox::Sink>(
      std::make_unique<SyslogSink>(config, std::move(style), *std::move(channel), context.executor));
}

SinkResult make_webhook(const config::SinkConfig& config, const SinkContext& context,
                        const std::shared_ptr<CurlMulti>& curl) {
  WebhookSecrets secrets;
  if (!config.secret.empty()) {
    Result<std::string> text = config::read_secret(config.secret, config::credentials_directory());
    if (!text) return std::move(text).error().with("secret_file");
    Result<WebhookSecrets> parsed = parse_webhook_secrets(*text);
    if (!parsed) return std::move(parsed).error().with("secret_file " + config.secret.path);
    secrets = *std::move(parsed);
  }
  if (!config.ca_file.empty() && access(config.ca_file.c_str(), R_OK) != 0) {
    return Error(ErrorCode::kNotFound, "ca_file " + config.ca_file + ": cannot be read");
  }
  return std::unique_ptr<outbox::Sink>(
      std::make_unique<WebhookSink>(config, std::move(secrets), curl, context.executor, context.clock));
}

}  // namespace

Result<std::vector<std::unique_ptr<outbox::Sink>>> make_sinks(const std::vector<config::SinkConfig>& configs,
                                                              const SinkContext& context) {
  std::vector<std::unique_ptr<outbox::Sink>> sinks;
  std::shared_ptr<CurlMulti> curl;
  for (const config::SinkConfig& config : configs) {
    if (!config.enabled) continue;
    if (config.type == config::SinkType::kWebhook && !curl) curl = std::make_shared<CurlMulti>(context.executor);
    SinkResult sink = config.type == config::SinkType::kWebhook ? make_webhook(config, context, curl) : make_syslog(config, context);
    if (!sink) return std::move(sink).error().with("sink \"" + config.name + "\"");
    sinks.push_back(*std::move(sink));
  }
  return sinks;
}

}  // namespace anchorwatch::sinks
