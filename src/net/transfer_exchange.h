// SPDX-License-Identifier: Apache-2.0
// TransferExchange: one zone transfer on its own TCP connection.
//
// Threading: loop thread only. Standards: RFC 5936 §4.1, RFC 7766 §8 (framing).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include <uv.h>

#include "anchorwatch/net/uv_handle.h"

#include "transport_core.h"

namespace anchorwatch::net {

class TransferExchange {
 public:
  using Done = std::function<void(Result<void>)>;
  /// Told once, from the loop, unless the exchange is destroyed before.
  using Finished = std::function<void(TransferExchange&, Result<void>)>;

  TransferExchange(TransportCore& core, TransferRequest request, Done done, Finished finished);
  ~TransferExchange();
  TransferExchange(const TransferExchange&) = delete;
  TransferExchange& operator=(const TransferExchange&) = delete;

  void start();
  [[nodiscard]] Done& done() { return done_; }

 private:
  /// Lives until libuv has let go of the handle.
  struct Connection {
    TransferExchange* owner = nullptr;
    uv_connect_t connect{};
    uv_write_t write{};
    Bytes query;
  };
  using Handle = UvHandle<uv_tcp_t, Connection>;

  int connect();
  void on_connected(int status);
  int send_query();
  void on_read(ssize_t size, const char* data);
  /// Hands over the whole messages that were received; false when the exchange is over.
  bool take_messages();
  void wait_for_more();
  void finish(Result<void> result);
  void fail(ErrorCode code, const std::string& what);

  TransportCore& core_;
  TransferRequest request_;
  Done done_;
  Finished finished_;
  Handle handle_;
  Bytes received_;
  std::uint64_t octets_ = 0;
  bool connected_ = false;
  TimerId idle_timer_ = 0;
  TimerId timer_ = 0;
};

/// The transfers that go on.
class TransferClient {
 public:
  explicit TransferClient(TransportCore& core) : core_(core) {}
  void transfer(TransferRequest request, TransferExchange::Done done);
  void fail_all(const std::string& detail);
  [[nodiscard]] std::size_t in_flight() const { return exchanges_.size(); }

 private:
  TransportCore& core_;
  std::unordered_map<TransferExchange*, std::unique_ptr<TransferExchange>> exchanges_;
};

}  // namespace anchorwatch::net
