// SPDX-License-Identifier: Apache-2.0
// InstanceLock: at most one process writes to a state directory. The kernel drops the lock when its
// holder dies, however it dies.
//
// Threading: one thread. Blocking: disk.
#pragma once

#include <string>

#include "anchorwatch/core/result.h"

namespace anchorwatch::store {

class InstanceLock {
 public:
  /// Locks `directory`/anchorwatch.lock and writes this process's id into it.
  /// @errors kBusy: somebody else holds it; the message names the process. kIo: with the system's
  /// words.
  static Result<InstanceLock> acquire(const std::string& directory);
  /// Holds nothing.
  InstanceLock() = default;

  InstanceLock(InstanceLock&& other) noexcept;
  InstanceLock& operator=(InstanceLock&& other) noexcept;
  InstanceLock(const InstanceLock&) = delete;
  InstanceLock& operator=(const InstanceLock&) = delete;
  ~InstanceLock();

 private:
  explicit InstanceLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

/// The directory that a database file lies in.
std::string directory_of(const std::string& path);

}  // namespace anchorwatch::store
