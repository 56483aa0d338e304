// SPDX-License-Identifier: Apache-2.0
// Sink: where events go. One method; everything about retries and order is the dispatcher's.
//
// Threading: loop thread only. Blocking: never.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "anchorwatch/core/severity.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::outbox {

enum class DeliveryVerdict : std::uint8_t {
  kDelivered,
  kRetry,    ///< Try again later: no connection, 5xx, 429.
  kReject,   ///< Trying again cannot help: 4xx. The row becomes a dead letter.
};

struct DeliveryResult {
  DeliveryVerdict verdict = DeliveryVerdict::kRetry;
  std::string error;                                     ///< For v_delivery.last_error; empty when delivered.
  std::optional<std::chrono::seconds> retry_after;       ///< The receiver's own wish (RFC 9110 §10.2.3).
};

class Sink {
 public:
  virtual ~Sink() = default;
  /// Configured name, unique.
  [[nodiscard]] virtual const std::string& name() const = 0;
  /// Attempts for one event before it becomes a dead letter.
  [[nodiscard]] virtual int max_attempts() const = 0;
  /// Delivers one event; `done` runs exactly once, never before this call returns.
  virtual void deliver(const store::PendingDelivery& delivery,
                       std::function<void(DeliveryResult)> done) = 0;
};

}  // namespace anchorwatch::outbox
