// SPDX-License-Identifier: Apache-2.0
// A question to an address that no server has. Nobody answers it, except what sits on the path and
// answers for everybody.
#include "anchorwatch/probe/asker.h"

namespace anchorwatch::probe {

namespace {

constexpr const char* kNobodyV4 = "192.0.2.53";    // RFC 5737: for documentation, never routed.
constexpr const char* kNobodyV6 = "2001:db8::53";  // RFC 3849
/// What sits on the path is near, but may look the answer up first.
constexpr Duration kPatience = std::chrono::seconds(1);

}  // namespace

IpAddress nobody(IpFamily family) {
  return IpAddress::from_text(family == IpFamily::kV4 ? kNobodyV4 : kNobodyV6).value();
}

Task<bool> Asker::answers_from_nowhere(IpFamily family) {
  net::Request request;
  request.address = nobody(family);
  request.port = options_.port;
  request.question = dns::Question{dns::Name(), dns::RrType::kSoa};
  request.options.recursion_desired = true;  // Resolvers that intercept refuse less of it.
  request.timeout = kPatience;
  ++counters_.queries;
  Completion<net::Reply> replied;
  transport_.exchange(request, [replied](net::Reply reply) { replied.set(std::move(reply)); });
  const net::Reply reply = co_await replied;
  co_return reply.state == net::ReplyState::kMessage ||
      reply.state == net::ReplyState::kMalformed || !reply.other_source.empty();
}

}  // namespace anchorwatch::probe
