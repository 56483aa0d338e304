// SPDX-License-Identifier: Apache-2.0
// TcpExchange: one query on its own TCP connection.
//
// Threading: loop thread only. Standards: RFC 7766 §8 (two octets of length before each message).
#pragma once

#include <uv.h>

#include <functional>

#include "anchorwatch/net/uv_handle.h"
#include "transport_core.h"

namespace anchorwatch::net {

class TcpExchange {
 public:
  /// Told once, from the loop, unless the exchange is destroyed before.
  using Finished = std::function<void(TcpExchange&, Reply)>;

  TcpExchange(TransportCore& core, const Request& request, ReplyCallback done, Finished finished);
  ~TcpExchange();
  TcpExchange(const TcpExchange&) = delete;
  TcpExchange& operator=(const TcpExchange&) = delete;

  /// Begins to connect.
  /// @return  a libuv status; if it is negative, `finished` will not be called.
  int connect();
  [[nodiscard]] bool has_begun() const { return begun_; }

  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] ReplyCallback& done() { return done_; }
  TimerId timer = 0;  ///< The total time-out; belongs to the owner.

  [[nodiscard]] Duration elapsed() const { return core_.executor.mono() - started_at_; }
  /// What to say when the time is over.
  [[nodiscard]] std::string waiting_for() const;

 private:
  /// Lives until libuv has let go of the handle.
  struct Connection {
    TcpExchange* owner = nullptr;
    uv_connect_t connect{};
    uv_write_t write{};
    Bytes query;
  };
  using Handle = UvHandle<uv_tcp_t, Connection>;

  void on_connected(int status);
  void on_read(ssize_t size, const char* data);
  void on_message(BytesView wire);
  [[nodiscard]] Result<dns::Message> decode(BytesView wire) const;
  void fail(const std::string& what);
  void finish(Reply reply);

  TransportCore& core_;
  Request request_;
  ReplyCallback done_;
  Finished finished_;
  std::uint16_t id_ = 0;
  Handle handle_;
  Bytes received_;
  bool begun_ = false;
  bool connected_ = false;
  MonoTime started_at_;
};

}  // namespace anchorwatch::net
