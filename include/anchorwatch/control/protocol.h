// SPDX-License-Identifier: Apache-2.0
// What goes over the control socket: one line of JSON with a request, one line with its answer.
//
//   {"schema":"anchorwatch.control/1","database":"/var/lib/anchorwatch/anchorwatch.db","kind":"audit.note",
//    "arguments":{"note":"…"}}
//   {"schema":"anchorwatch.control/1","values":{…}}  or  {"schema":…,"error":{"code":"refused","message":"…"}}
//
// Who asks stands in neither: the operating system says it (control/peer.h).
//
// Threading: pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "anchorwatch/store/admin.h"

namespace anchorwatch::control {

/// A line may not be longer, final newline included.
inline constexpr std::size_t kMostOctets = 64U * 1024U;

struct Call {
  std::string database;  ///< The one that the asker means; a daemon with another one refuses.
  std::string kind;
  store::AdminValues arguments;
};

std::string encode_call(const Call& call);
/// @errors kParse: no object of this form; kUnsupported: another schema.
Result<Call> decode_call(std::string_view line);

std::string encode_answer(const Result<store::AdminValues>& answer);
/// The error of the other side is the error here.
/// @errors kParse: as decode_call.
Result<store::AdminValues> decode_answer(std::string_view line);

}  // namespace anchorwatch::control
