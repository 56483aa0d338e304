// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/store/instance_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace anchorwatch::store {
namespace {

Error io_error(const std::string& path, const char* doing) {
  return {ErrorCode::kIo, "lock file " + path + ": " + doing + ": " +
                              std::error_code(errno, std::generic_category()).message()};
}

/// What the holder wrote; empty where nothing readable stands there.
std::string holder_of(int descriptor) {
  std::array<char, 24> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::size_t end = holder.find_first_not_of("0123456789");
  return holder.substr(0, end);
}

}  // namespace

Result<InstanceLock> InstanceLock::acquire(const std::string& directory) {
  const std::string path = directory + "/anchorwatch.lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) return io_error(path, "cannot open it");
  InstanceLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_error(path, "cannot lock it");
    const std::string holder = holder_of(descriptor);
    return Error(ErrorCode::kBusy, "the database in " + directory + " is in use by " +
                                       (holder.empty() ? "another process" : "process " + holder) +
                                       " (" + path + "); stop that one first");
  }
  const std::string own = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, own.data(), own.size(), 0) != static_cast<ssize_t>(own.size())) {
    return io_error(path, "cannot write to it");
  }
  return lock;
}

InstanceLock::InstanceLock(InstanceLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

InstanceLock& InstanceLock::operator=(InstanceLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

// The file stays: removing it would let two processes lock two files of one name.
InstanceLock::~InstanceLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace anchorwatch::store
