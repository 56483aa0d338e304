// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/control/peer.h"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

namespace anchorwatch::control {

namespace {

constexpr std::size_t kRoom = 64U * 1024U;

}  // namespace

std::string user_name(uid_t uid) {
  std::vector<char> room(kRoom);
  passwd entry{};
  passwd* found = nullptr;
  const bool known = getpwuid_r(uid, &entry, room.data(), room.size(), &found) == 0 && found != nullptr;
  std::string name = known ? found->pw_name : "uid " + std::to_string(uid);
  // It stands in the audit chain and on terminals.
  std::replace_if(name.begin(), name.end(), [](char each) { return static_cast<unsigned char>(each) < 0x20; }, '?');
  return name;
}

std::string own_user() { return user_name(getuid()); }

Result<uid_t> peer_uid(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return Error(ErrorCode::kIo, "the system does not say who asks");
  }
  return peer.uid;
}

Result<gid_t> group_id(const std::string& name) {
  std::vector<char> room(kRoom);
  group entry{};
  group* found = nullptr;
  if (getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found) != 0 || found == nullptr) {
    return Error(ErrorCode::kNotFound, name + ": no such group");
  }
  return found->gr_gid;
}

}  // namespace anchorwatch::control
