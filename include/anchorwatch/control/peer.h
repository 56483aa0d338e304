// SPDX-License-Identifier: Apache-2.0
// Who asks: users as the operating system knows them.
//
// Threading: any thread. Blocking: disk (the user data base).
#pragma once

#include <sys/types.h>

#include <string>

#include "anchorwatch/core/result.h"

namespace anchorwatch::control {

/// The user's name, or "uid 1234" for one without a name.
std::string user_name(uid_t uid);
/// Who runs this process.
std::string own_user();
/// Who is at the other end of a connected local socket.
/// @errors kIo: the system does not say.
Result<uid_t> peer_uid(int descriptor);
/// @errors kNotFound: no such group.
Result<gid_t> group_id(const std::string& name);

}  // namespace anchorwatch::control
