// SPDX-License-Identifier: Apache-2.0
#include "tcp_exchange.h"

#include <utility>

#include "reply_match.h"
#include "socket_address.h"

namespace anchorwatch::net {

TcpExchange::TcpExchange(TransportCore& core, const Request& request, ReplyCallback done,
                         Finished finished)
    : core_(core),
      request_(request),
      done_(std::move(done)),
      finished_(std::move(finished)),
      id_(static_cast<std::uint16_t>(core.random.next() & 0xffffU)),
      started_at_(core.executor.mono()) {}

TcpExchange::~TcpExchange() {
  if (handle_) handle_.state().owner = nullptr;
}

int TcpExchange::connect() {
  begun_ = true;
  started_at_ = core_.executor.mono();
  Connection connection;
  connection.owner = this;
  const Bytes query = dns::encode_query(request_.question, id_, request_.options);
  append_u16(connection.query, static_cast<std::uint16_t>(query.size()));
  connection.query += query;

  handle_ = Handle(std::move(connection));
  const int status =
      handle_.open([&](uv_tcp_t* handle) { return uv_tcp_init(core_.executor.loop(), handle); });
  if (status < 0) return status;
  const SocketAddress to = make_socket_address(request_.address, request_.port);
  return uv_tcp_connect(&handle_.state().connect, handle_.get(), to.get(),
                        [](uv_connect_t* request, int result) {
                          auto* tcp = reinterpret_cast<uv_tcp_t*>(request->handle);
                          TcpExchange* owner = Handle::state_of(tcp).owner;
                          if (owner != nullptr) owner->on_connected(result);
                        });
}

void TcpExchange::on_connected(int status) {
  if (status < 0) return fail(uv_strerror(status));
  connected_ = true;
  Connection& connection = handle_.state();
  auto* stream = reinterpret_cast<uv_stream_t*>(handle_.get());
  const uv_buf_t out =
      uv_buf_init(connection.query.data(), static_cast<unsigned>(connection.query.size()));
  status = uv_write(&connection.write, stream, &out, 1, [](uv_write_t* request, int result) {
    auto* tcp = reinterpret_cast<uv_tcp_t*>(request->handle);
    TcpExchange* owner = Handle::state_of(tcp).owner;
    if (result < 0 && owner != nullptr) owner->fail(uv_strerror(result));
  });
  if (status < 0) return fail(uv_strerror(status));
  status = uv_read_start(
      stream,
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        TcpExchange* owner = Handle::state_of(reinterpret_cast<uv_tcp_t*>(handle)).owner;
        *buffer = uv_buf_init(owner->core_.buffer.get(), 64 * 1024);
      },
      [](uv_stream_t* handle, ssize_t size, const uv_buf_t* buffer) {
        TcpExchange* owner = Handle::state_of(reinterpret_cast<uv_tcp_t*>(handle)).owner;
        if (size != 0 && owner != nullptr) owner->on_read(size, buffer->base);
      });
  if (status < 0) fail(uv_strerror(status));
}

void TcpExchange::on_read(ssize_t size, const char* data) {
  if (size == UV_EOF) {
    return fail(received_.empty() ? "the connection was closed without an answer"
                                  : "the connection was closed in the middle of an answer");
  }
  if (size < 0) return fail(uv_strerror(static_cast<int>(size)));
  received_.append(data, static_cast<std::size_t>(size));
  if (received_.size() < 2) return;
  const std::size_t length = read_u16(received_, 0);
  if (received_.size() >= 2 + length) on_message(BytesView(received_).substr(2, length));
}

Result<dns::Message> TcpExchange::decode(BytesView wire) const {
  // Of a zone only the first message is read, and of that only whether it is one.
  if (request_.question.type == dns::RrType::kAxfr) return dns::decode_transfer_start(wire);
  return dns::decode_message(wire, request_.options.rr_class);
}

void TcpExchange::on_message(BytesView wire) {
  Reply reply;
  reply.rtt = elapsed();
  reply.state = ReplyState::kMalformed;
  const bool same_id = wire.size() >= 2 && read_u16(wire, 0) == id_;
  const ReplyMatch match = match_reply(wire, request_.question, request_.options.rr_class);
  if (match == ReplyMatch::kTooShort) {
    reply.detail = "the message is cut short";
  } else if (!same_id || match == ReplyMatch::kOther) {
    reply.detail = "the answer over TCP has another id or question";
    reply.rejected = 1;
  } else if (auto message = decode(wire)) {
    reply.state = ReplyState::kMessage;
    reply.message = *std::move(message);
  } else {
    reply.detail = message.error().message();
  }
  finish(std::move(reply));
}

std::string TcpExchange::waiting_for() const {
  const std::string peer = peer_text(request_.address, request_.port) + " over TCP: ";
  if (!connected_) return peer + "no connection";
  return peer + (received_.empty() ? "no answer" : "the answer is too slow");
}

void TcpExchange::fail(const std::string& what) {
  const std::string peer = peer_text(request_.address, request_.port) + " over TCP: ";
  finish(TransportCore::network_error(peer + what, elapsed()));
}

void TcpExchange::finish(Reply reply) {
  handle_.state().owner = nullptr;
  const Finished finished = std::move(finished_);
  finished(*this, std::move(reply));
}

}  // namespace anchorwatch::net
