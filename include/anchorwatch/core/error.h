// SPDX-License-Identifier: Apache-2.0
// Error: why the *program* could not do something. A zone that is bogus is never an Error.
//
// Threading: value type, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace anchorwatch {

/// The closed set of ways in which the program itself can fail.
enum class ErrorCode : std::uint8_t {
  kInvalidArgument,  ///< The caller, the command line or a configuration key asks for nonsense.
  kParse,            ///< Text or wire bytes do not have the promised form.
  kNotFound,         ///< A file, zone or row that should exist does not.
  kTimeout,
  kUnreachable,
  kRefused,        ///< Policy says no, e.g. a special address.
  kLimitExceeded,  ///< A work limit was reached.
  kCorrupt,        ///< Stored data contradicts itself.
  kBusy,           ///< Another process holds what we need.
  kIo,             ///< The operating system said no: disk full, permission, socket.
  kUnsupported,    ///< A newer format or an unknown feature.
  kInternal,
};

/// Returns the stable lower-case name, e.g. "invalid_argument".
const char* to_string(ErrorCode code);

/// A code and a sentence for people that names the file, line, key, zone or server.
class Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }

  /// Puts "context: " before the message and returns the error, for `return std::move(e).with(…)`.
  [[nodiscard]] Error with(const std::string& context) && {
    message_ = context + ": " + message_;
    return std::move(*this);
  }

 private:
  ErrorCode code_;
  std::string message_;
};

}  // namespace anchorwatch
