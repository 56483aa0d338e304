// SPDX-License-Identifier: Apache-2.0
// NotifySocket: tells systemd how the daemon is (sd_notify(3)); does nothing elsewhere.
//
// Threading: any thread. Blocking: one datagram.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "anchorwatch/core/clock.h"

namespace anchorwatch::daemon {

class NotifySocket {
 public:
  /// Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID.
  NotifySocket();
  /// Sends one datagram, e.g. "READY=1\nSTATUS=…". Errors are ignored: systemd may be gone.
  void send(const std::string& text) const;
  /// How often the watchdog wants to hear from us, if it does.
  [[nodiscard]] std::optional<Duration> watchdog() const { return watchdog_; }

 private:
  std::string path_;
  std::optional<Duration> watchdog_;
};

}  // namespace anchorwatch::daemon
