// SPDX-License-Identifier: Apache-2.0
// The unusual questions as queries, and what of their replies is kept.
//
// Threading: pure functions, any thread.
// Standards: RFC 8906 §8, RFC 6891 §6.1, RFC 7873 §5, RFC 4892, RFC 5001, RFC 5936 §2.2.
#pragma once

#include "anchorwatch/dns/message.h"
#include "anchorwatch/evidence/behaviour.h"
#include "anchorwatch/net/transport.h"

namespace anchorwatch::probe {

/// What a question needs to know about the server.
struct BehaviourTarget {
  dns::Name zone;
  bool edns = true;      ///< The server speaks EDNS.
  Bytes client_cookie;   ///< 8 octets.
  Bytes server_cookie;   ///< What the server gave; empty: nothing yet.
};

struct BehaviourQuestion {
  dns::Question question;
  dns::QueryOptions options;
  net::Protocol protocol = net::Protocol::kUdp;
};

BehaviourQuestion question_for(evidence::BehaviourKind kind, const BehaviourTarget& target);

/// What the reply means. `alive_after` is left to the caller.
evidence::BehaviourLook read_reply(evidence::BehaviourKind kind, const BehaviourQuestion& asked,
                                   const BehaviourTarget& target, const net::Reply& reply);

/// The server's part of a cookie in a reply; empty when there is none.
Bytes server_cookie_in(const net::Reply& reply);

/// Whether the look shows nothing that a second try should confirm.
bool settled(const evidence::BehaviourLook& look);

}  // namespace anchorwatch::probe
