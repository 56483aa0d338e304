// SPDX-License-Identifier: Apache-2.0
#include "listen.h"

#include <sys/stat.h>
#include <unistd.h>

#include "anchorwatch/control/peer.h"

#include "unix_address.h"

namespace anchorwatch::control {
namespace {

constexpr int kBacklog = 16;
constexpr mode_t kMode = 0660;

Error failed(const std::string& path, const char* doing) {
  return {ErrorCode::kIo, path + ": " + doing + ": " + system_words(errno)};
}

/// Removes a socket behind which nobody listens. Only sockets: a wrong path must cost no file.
Result<void> remove_stale(const std::string& path, const sockaddr_un& address) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode)) return Error(ErrorCode::kIo, path + ": there is something that is no socket");
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return failed(path, "cannot try it");
  const bool alive = connect(probe, as_sockaddr(address), sizeof(address)) == 0 || errno != ECONNREFUSED;
  close(probe);
  if (alive) return Error(ErrorCode::kBusy, path + ": another daemon listens there");
  if (unlink(path.c_str()) != 0) return failed(path, "cannot remove what a daemon before left");
  return {};
}

Result<void> open_to_group(int descriptor, const std::string& path, const std::string& group, const sockaddr_un& address) {
  // The file is born with the mode of the descriptor: there is no moment at which more may connect.
  if (fchmod(descriptor, kMode) != 0) return failed(path, "cannot set its mode");
  if (bind(descriptor, as_sockaddr(address), sizeof(address)) != 0) return failed(path, "cannot make the control socket");
  if (!group.empty()) {
    Result<gid_t> id = group_id(group);
    if (!id) return std::move(id).error();
    if (lchown(path.c_str(), static_cast<uid_t>(-1), *id) != 0) return failed(path, "cannot give it to the group");
  }
  if (chmod(path.c_str(), kMode) != 0) return failed(path, "cannot set its mode");
  if (listen(descriptor, kBacklog) != 0) return failed(path, "cannot listen");
  return {};
}

}  // namespace

Result<int> listen_at(const std::string& path, const std::string& group) {
  Result<sockaddr_un> address = unix_address(path);
  if (!address) return std::move(address).error();
  if (Result<void> removed = remove_stale(path, *address); !removed) return std::move(removed).error();
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return failed(path, "cannot make a socket");
  if (Result<void> opened = open_to_group(descriptor, path, group, *address); !opened) {
    close(descriptor);
    return std::move(opened).error();
  }
  return descriptor;
}

}  // namespace anchorwatch::control
