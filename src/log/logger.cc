// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/log/logger.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <string>

namespace anchorwatch::log {

namespace {

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::off;
}

const char* journal_prefix(Level level) {
  switch (level) {
    case Level::kDebug:
      return "<7>";
    case Level::kInfo:
      return "<6>";
    case Level::kWarning:
      return "<4>";
    case Level::kError:
      return "<3>";
  }
  return "<6>";
}

std::string visible(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    if (value >= 0x20 && value != 0x7f) {
      out += c;
    } else {
      out += "\\x";
      out += kHex[value >> 4U];
      out += kHex[value & 0xFU];
    }
  }
  return out;
}

}  // namespace

struct Logger::State {
  std::shared_ptr<spdlog::logger> sink;
  bool journal = false;
};

Logger::Logger(const LoggerOptions& options) : state_(std::make_shared<State>()) {
  auto target = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  state_->sink = std::make_shared<spdlog::logger>("anchorwatch", std::move(target));
  state_->journal = options.journal;
  state_->sink->set_level(spdlog_level(options.min_level));
  state_->sink->set_pattern(options.journal ? "%v" : "%Y-%m-%dT%H:%M:%S%z %l %v");
  state_->sink->flush_on(spdlog::level::debug);
}

void Logger::write(Level level, std::string_view text) const {
  if (!state_) return;
  if (state_->journal) {
    state_->sink->log(spdlog_level(level), journal_prefix(level) + visible(text));
  } else {
    state_->sink->log(spdlog_level(level), visible(text));
  }
}

}  // namespace anchorwatch::log
