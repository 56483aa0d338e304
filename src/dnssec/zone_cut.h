// SPDX-License-Identifier: Apache-2.0
// Signs in an answer that a name belongs to a zone below the one asked.
#pragma once

#include "anchorwatch/dnssec/answer.h"

namespace anchorwatch::dnssec {

/// Whether all signatures of `set` name a signer below `zone`: data of a child, or a lie.
bool signed_by_child(const dns::RRset& set, const dns::Name& zone);

/// Whether the answer shows `name` to be data of a child zone or a referral to it. Only a hint: the
/// child is not judged here, so that a lie cannot turn bogus into secure.
bool shows_child_zone(const AnswerView& answer, const dns::Name& zone, const dns::Name& name);

}  // namespace anchorwatch::dnssec
