// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/control/socket_path.h"

#include <sys/stat.h>

namespace anchorwatch::control {

namespace {

constexpr const char* kDefaultState = "/var/lib/anchorwatch";
constexpr const char* kRuntimeFolder = "/run/anchorwatch";

}  // namespace

std::string socket_path(const std::string& wanted, const std::string& state_dir) {
  if (!wanted.empty()) return wanted;
  struct stat found {};
  const bool packaged = state_dir == kDefaultState && stat(kRuntimeFolder, &found) == 0 && S_ISDIR(found.st_mode);
  return (packaged ? std::string(kRuntimeFolder) : state_dir) + "/control.sock";
}

}  // namespace anchorwatch::control
