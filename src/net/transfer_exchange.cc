// SPDX-License-Identifier: Apache-2.0
#include "transfer_exchange.h"

#include <utility>

#include "anchorwatch/core/clock.h"

#include "socket_address.h"

namespace anchorwatch::net {

TransferExchange::TransferExchange(TransportCore& core, TransferRequest request, Done done,
                                   Finished finished)
    : core_(core),
      request_(std::move(request)),
      done_(std::move(done)),
      finished_(std::move(finished)) {}

TransferExchange::~TransferExchange() {
  core_.executor.cancel(idle_timer_);
  core_.executor.cancel(timer_);
  if (handle_) handle_.state().owner = nullptr;
}

void TransferExchange::start() {
  timer_ = core_.executor.call_after(request_.timeout, [this] {
    timer_ = 0;
    fail(ErrorCode::kTimeout, "the transfer takes too long");
  });
  wait_for_more();
  const int status = connect();
  if (status == 0) return;
  core_.executor.cancel(timer_);
  timer_ = core_.executor.call_after(Duration::zero(), [this, status] {
    timer_ = 0;
    fail(ErrorCode::kUnreachable, uv_strerror(status));
  });
}

int TransferExchange::connect() {
  Connection connection;
  connection.owner = this;
  handle_ = Handle(std::move(connection));
  const int status =
      handle_.open([&](uv_tcp_t* handle) { return uv_tcp_init(core_.executor.loop(), handle); });
  if (status < 0) return status;
  const SocketAddress to = make_socket_address(request_.address, request_.port);
  return uv_tcp_connect(&handle_.state().connect, handle_.get(), to.get(),
                        [](uv_connect_t* request, int result) {
                          auto* tcp = reinterpret_cast<uv_tcp_t*>(request->handle);
                          TransferExchange* owner = Handle::state_of(tcp).owner;
                          if (owner != nullptr) owner->on_connected(result);
                        });
}

void TransferExchange::on_connected(int status) {
  if (status < 0) return fail(ErrorCode::kUnreachable, uv_strerror(status));
  connected_ = true;
  status = send_query();
  if (status < 0) fail(ErrorCode::kIo, uv_strerror(status));
}

int TransferExchange::send_query() {
  Connection& connection = handle_.state();
  const Bytes query = request_.query(SystemClock().now());
  append_u16(connection.query, static_cast<std::uint16_t>(query.size()));
  connection.query += query;
  auto* stream = reinterpret_cast<uv_stream_t*>(handle_.get());
  const uv_buf_t out =
      uv_buf_init(connection.query.data(), static_cast<unsigned>(connection.query.size()));
  const int status =
      uv_write(&connection.write, stream, &out, 1, [](uv_write_t* request, int result) {
        auto* tcp = reinterpret_cast<uv_tcp_t*>(request->handle);
        TransferExchange* owner = Handle::state_of(tcp).owner;
        if (result < 0 && owner != nullptr) owner->fail(ErrorCode::kIo, uv_strerror(result));
      });
  if (status < 0) return status;
  return uv_read_start(
      stream,
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        TransferExchange* owner = Handle::state_of(reinterpret_cast<uv_tcp_t*>(handle)).owner;
        *buffer = uv_buf_init(owner->core_.buffer.get(), 64 * 1024);
      },
      [](uv_stream_t* handle, ssize_t size, const uv_buf_t* buffer) {
        TransferExchange* owner = Handle::state_of(reinterpret_cast<uv_tcp_t*>(handle)).owner;
        if (size != 0 && owner != nullptr) owner->on_read(size, buffer->base);
      });
}

void TransferExchange::on_read(ssize_t size, const char* data) {
  if (size == UV_EOF) {
    return fail(ErrorCode::kIo, octets_ == 0 ? "the connection was closed without an answer"
                                             : "the connection was closed in the middle");
  }
  if (size < 0) return fail(ErrorCode::kIo, uv_strerror(static_cast<int>(size)));
  octets_ += static_cast<std::uint64_t>(size);
  if (octets_ > request_.max_octets) {
    return fail(ErrorCode::kLimitExceeded,
                "the transfer is longer than " + std::to_string(request_.max_octets) + " octets");
  }
  received_.append(data, static_cast<std::size_t>(size));
  take_messages();
}

bool TransferExchange::take_messages() {
  std::size_t at = 0;
  while (received_.size() - at >= 2) {
    const std::size_t length = read_u16(received_, at);
    if (received_.size() - at < 2 + length) break;
    const BytesView message = BytesView(received_).substr(at + 2, length);
    at += 2 + length;
    Result<bool> taken = request_.on_message(message, SystemClock().now());
    if (!taken) {
      fail(taken.error().code(), taken.error().message());
      return false;
    }
    if (*taken) {
      finish({});
      return false;
    }
  }
  // Only whole messages count as progress: one octet a second is none.
  if (at > 0) wait_for_more();
  received_.erase(0, at);
  return true;
}

void TransferExchange::wait_for_more() {
  core_.executor.cancel(idle_timer_);
  idle_timer_ = core_.executor.call_after(request_.idle_timeout, [this] {
    idle_timer_ = 0;
    fail(ErrorCode::kTimeout, !connected_    ? "no connection"
                              : octets_ == 0 ? "no answer"
                                             : "it stopped in the middle");
  });
}

void TransferExchange::fail(ErrorCode code, const std::string& what) { finish(Error(code, what)); }

void TransferExchange::finish(Result<void> result) {
  if (handle_) handle_.state().owner = nullptr;
  const Finished finished = std::move(finished_);
  finished(*this, std::move(result));
}

void TransferClient::transfer(TransferRequest request, TransferExchange::Done done) {
  auto own = std::make_unique<TransferExchange>(
      core_, std::move(request), std::move(done),
      [this](TransferExchange& finished, Result<void> result) {
        auto node = exchanges_.extract(&finished);
        const TransferExchange::Done call = std::move(finished.done());
        node = {};  // The exchange is gone before anybody is told.
        call(std::move(result));
      });
  TransferExchange* exchange = own.get();
  exchanges_.emplace(exchange, std::move(own));
  exchange->start();
}

void TransferClient::fail_all(const std::string& detail) {
  for (const auto& [raw, exchange] : std::exchange(exchanges_, {})) {
    core_.executor.post(
        [call = std::move(exchange->done()), detail] { call(Error(ErrorCode::kIo, detail)); });
  }
}

}  // namespace anchorwatch::net
