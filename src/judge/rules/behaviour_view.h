// SPDX-License-Identifier: Apache-2.0
// How one server took the unusual questions, for the rules of this folder.
//
// Threading: pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "../context.h"

namespace anchorwatch::judge::rules {

/// The look, where the server's reply, or its proven silence, says something; else null.
const evidence::BehaviourLook* seen(const Context& context, std::size_t server,
                                    evidence::BehaviourKind kind);

/// Why the answer is not the ordinary one: "REFUSED", "no answer", "an empty answer"; empty when it is,
/// or when nothing was seen.
std::string failure(const evidence::BehaviourLook* look);

/// Codes of this folder that this look could not judge at the server: their questions were not put, or
/// got lost. Findings with these codes stay as they are.
std::vector<FindingCode> open_questions(const Context& context, std::size_t server);

}  // namespace anchorwatch::judge::rules
