// SPDX-License-Identifier: Apache-2.0
// Logger: the program's own log, for the person who runs it. Events for others go to sinks.
//
// Levels: error: the operator must act, or data was lost; warning: something is odd and handled; info:
// start, stop, reload, a sink that fails or recovers; debug: each look. Info does not grow with traffic.
//
// Threading: any thread. Blocking: standard error.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace anchorwatch::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };

struct LoggerOptions {
  Level min_level = Level::kInfo;
  /// "<4>"-style priorities before each line instead of a time: the journal adds its own
  /// (sd-daemon(3)). Set when $JOURNAL_STREAM is there.
  bool journal = false;
};

/// A handle; copies write to the same place. A default-made Logger writes nothing.
class Logger {
 public:
  Logger() = default;
  explicit Logger(const LoggerOptions& options);
  void debug(std::string_view text) const { write(Level::kDebug, text); }
  void info(std::string_view text) const { write(Level::kInfo, text); }
  void warning(std::string_view text) const { write(Level::kWarning, text); }
  void error(std::string_view text) const { write(Level::kError, text); }
  /// Control characters in `text` are made visible: names come from the network.
  void write(Level level, std::string_view text) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace anchorwatch::log
