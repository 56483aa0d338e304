// SPDX-License-Identifier: Apache-2.0
#include "udp_socket.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "icmp_errors.h"
#include "reply_match.h"
#include "socket_address.h"

namespace anchorwatch::net {

namespace {

using Handle = UvHandle<uv_udp_t, UdpSocket*>;

void give_buffer(char* memory, uv_buf_t* buffer) {
  *buffer = uv_buf_init(memory, static_cast<unsigned>(TransportCore::kBufferSize));
}

}  // namespace

UdpSocket::UdpSocket(TransportCore& core)
    : core_(core), handle_(this), opened_at_(core.executor.mono()) {}

UdpSocket::~UdpSocket() {
  for (const auto& [id, pending] : pending_) core_.executor.cancel(pending.timer);
  // Without the stop libuv would go on through the datagrams of the present recvmmsg.
  uv_udp_recv_stop(handle_.get());
  handle_.state() = nullptr;
}

int UdpSocket::open(IpFamily family) {
  const bool is_v4 = family == IpFamily::kV4;
  const auto init_flags = static_cast<unsigned>(is_v4 ? AF_INET : AF_INET6) | UV_UDP_RECVMMSG;
  int status = handle_.open(
      [&](uv_udp_t* handle) { return uv_udp_init_ex(core_.executor.loop(), handle, init_flags); });
  if (status < 0) return status;
  const Bytes any(is_v4 ? 4 : 16, '\0');
  const SocketAddress local = make_socket_address(*IpAddress::from_bytes(any), 0);
  unsigned bind_flags = UV_UDP_LINUX_RECVERR;
  if (!is_v4) bind_flags |= UV_UDP_IPV6ONLY;
  status = uv_udp_bind(handle_.get(), local.get(), bind_flags);
  if (status < 0) return status;
  return uv_udp_recv_start(
      handle_.get(),
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        auto* socket = Handle::state_of(reinterpret_cast<uv_udp_t*>(handle));
        give_buffer(socket->core_.buffer.get(), buffer);
      },
      &UdpSocket::on_receive);
}

bool UdpSocket::is_spent() const {
  return queries_ >= core_.options.queries_per_socket ||
         core_.executor.mono() - opened_at_ >= core_.options.socket_age;
}

std::uint16_t UdpSocket::free_id() {
  while (true) {
    const auto id = static_cast<std::uint16_t>(core_.random.next() & 0xffffU);
    if (!pending_.contains(id)) return id;
  }
}

void UdpSocket::exchange(const Request& request, ReplyCallback done) {
  ++queries_;
  const std::uint16_t id = free_id();
  const MonoTime now = core_.executor.mono();
  const int status = send(dns::encode_query(request.question, id, request.options), request, id);
  if (status < 0) {
    core_.deliver_later(std::move(done), TransportCore::network_error(network_error_text(
                                             request.address, request.port, status)));
    return;
  }
  const TimerId timer = core_.executor.call_after(request.timeout, [this, id] { on_timeout(id); });
  pending_.emplace(id, Pending{request.address, request.port, request.question,
                               request.options.rr_class, std::move(done), now, timer, 0,
                               std::nullopt, {}});
}

int UdpSocket::send(Bytes wire, const Request& request, std::uint16_t id) {
  const SocketAddress to = make_socket_address(request.address, request.port);
  const uv_buf_t buffer = uv_buf_init(wire.data(), static_cast<unsigned>(wire.size()));
  int status = uv_udp_try_send(handle_.get(), &buffer, 1, to.get());
  // The kernel also hands out ICMP errors of earlier queries here.
  if (status < 0 && status != UV_EAGAIN) {
    read_icmp_errors();
    status = uv_udp_try_send(handle_.get(), &buffer, 1, to.get());
  }
  if (status != UV_EAGAIN) return status;
  return send_queued(std::move(wire), to.get(), id);
}

struct UdpSocket::SendRequest {
  uv_udp_send_t raw{};
  Bytes wire;
  std::uint16_t id = 0;
};

int UdpSocket::send_queued(Bytes wire, const sockaddr* to, std::uint16_t id) {
  auto request = std::make_unique<SendRequest>();
  request->wire = std::move(wire);
  request->id = id;
  request->raw.data = request.get();
  const uv_buf_t buffer =
      uv_buf_init(request->wire.data(), static_cast<unsigned>(request->wire.size()));
  const int status =
      uv_udp_send(&request->raw, handle_.get(), &buffer, 1, to, [](uv_udp_send_t* raw, int result) {
        const std::unique_ptr<SendRequest> own(static_cast<SendRequest*>(raw->data));
        UdpSocket* socket = Handle::state_of(raw->handle);
        if (result < 0 && socket != nullptr) socket->fail(own->id, result);
      });
  if (status == 0) std::ignore = request.release();
  return status;
}

void UdpSocket::on_receive(uv_udp_t* handle, ssize_t size, const uv_buf_t* buffer,
                           const sockaddr* from, unsigned flags) {
  UdpSocket* socket = Handle::state_of(handle);
  if (size < 0) {
    socket->read_icmp_errors();
  } else if (from != nullptr) {  // Otherwise there is nothing to read, or the buffer is free again.
    const BytesView wire(buffer->base, static_cast<std::size_t>(size));
    socket->on_datagram(wire, from, (flags & UV_UDP_PARTIAL) != 0);
  }
}

void UdpSocket::on_datagram(BytesView wire, const sockaddr* from, bool is_cut) {
  const auto found = wire.size() < 2 ? pending_.end() : pending_.find(read_u16(wire, 0));
  if (found == pending_.end() || !is_peer(from, found->second.address, found->second.port)) {
    return reject(wire, from, found);
  }
  Pending& pending = found->second;
  const ReplyMatch match = match_reply(wire, pending.question, pending.rr_class);
  if (match == ReplyMatch::kOther) {
    note_other_question(wire, pending);
    return reject(wire, from, found);
  }

  Reply reply;
  reply.rtt = core_.executor.mono() - pending.sent_at;
  reply.state = ReplyState::kMalformed;
  if (match == ReplyMatch::kTooShort || is_cut) {
    reply.detail = "the message is cut short";
  } else if (auto message = dns::decode_message(wire, pending.rr_class)) {
    reply.state = ReplyState::kMessage;
    reply.message = *std::move(message);
  } else {
    reply.detail = message.error().message();
  }
  if (reply.state == ReplyState::kMalformed) {
    if (!pending.malformed) pending.malformed = std::move(reply);
    return;
  }
  const Pending taken = take(found);
  core_.executor.cancel(taken.timer);
  reply.rejected = taken.rejected;
  core_.deliver(taken.done, std::move(reply));
}

void UdpSocket::note_other_question(BytesView wire, Pending& pending) const {
  constexpr std::size_t kFlags = 2;
  constexpr char kResponse = static_cast<char>(0x80);
  // From the right place with the right id: no silence, whatever it is. What only comes back unchanged is no response.
  if (pending.malformed || wire.size() <= kFlags || (wire[kFlags] & kResponse) == 0) return;
  Reply reply;
  reply.rtt = core_.executor.mono() - pending.sent_at;
  reply.state = ReplyState::kMalformed;
  reply.detail = "the message is no answer to the question";
  pending.malformed = std::move(reply);
}

void UdpSocket::reject(BytesView wire, const sockaddr* from, PendingMap::iterator same_id) {
  ++core_.counters.rejected;
  if (same_id != pending_.end()) {
    Pending& pending = same_id->second;
    ++pending.rejected;
    // Right id, port and question: a guess is unlikely, a server with several addresses is not.
    if (pending.other_source.empty() &&
        match_reply(wire, pending.question, pending.rr_class) == ReplyMatch::kAnswers &&
        !is_peer(from, pending.address, pending.port)) {
      pending.other_source = source_text(from);
    }
    return;
  }
  if (wire.size() < 2) return;
  const std::uint16_t id = read_u16(wire, 0);
  if (std::find(timed_out_.begin(), timed_out_.end(), id) != timed_out_.end()) return;
  // A wrong id for a question that we asked there: somebody guesses.
  for (auto& [other_id, pending] : pending_) {
    if (is_peer(from, pending.address, pending.port) &&
        match_reply(wire, pending.question, pending.rr_class) == ReplyMatch::kAnswers) {
      ++pending.rejected;
    }
  }
}

void UdpSocket::on_timeout(std::uint16_t id) {
  timed_out_.push_back(id);
  if (timed_out_.size() > kRememberedIds) timed_out_.pop_front();
  const Pending taken = take(pending_.find(id));
  Reply reply;
  if (taken.malformed) {
    reply = *taken.malformed;
  } else {
    reply.rtt = core_.executor.mono() - taken.sent_at;
    reply.detail = peer_text(taken.address, taken.port) + ": no answer";
  }
  reply.rejected = taken.rejected;
  reply.other_source = taken.other_source;
  core_.deliver(taken.done, std::move(reply));
}

void UdpSocket::read_icmp_errors() {
  uv_os_fd_t fd = -1;
  if (uv_fileno(reinterpret_cast<const uv_handle_t*>(handle_.get()), &fd) < 0) return;
  while (const auto error = read_icmp_error(fd)) {
    const auto found = pending_.find(error->id);
    if (error->status == 0 || found == pending_.end()) continue;
    const Pending& pending = found->second;
    if (is_peer(error->peer.get(), pending.address, pending.port)) fail(error->id, error->status);
  }
}

void UdpSocket::fail(std::uint16_t id, int status) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  Pending taken = take(found);
  core_.executor.cancel(taken.timer);
  Reply reply = TransportCore::network_error(network_error_text(taken.address, taken.port, status),
                                             core_.executor.mono() - taken.sent_at);
  reply.rejected = taken.rejected;
  core_.deliver_later(std::move(taken.done), std::move(reply));
}

void UdpSocket::fail_all(const std::string& detail) {
  for (auto& [id, pending] : std::exchange(pending_, {})) {
    core_.executor.cancel(pending.timer);
    core_.deliver_later(pending.done, TransportCore::network_error(detail));
  }
}

UdpSocket::Pending UdpSocket::take(PendingMap::iterator found) {
  Pending taken = std::move(found->second);
  pending_.erase(found);
  return taken;
}

}  // namespace anchorwatch::net
