// SPDX-License-Identifier: Apache-2.0
// SocketChannel: the ByteChannel over a socket of any kind.
//
// Threading: loop thread only.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "anchorwatch/net/byte_channel.h"
#include "socket_connector.h"

namespace anchorwatch::net {

class SocketChannel final : public ByteChannel {
 public:
  SocketChannel(UvExecutor& executor, Endpoint endpoint, ByteChannelOptions options);
  ~SocketChannel() override;

  void send(Bytes message, Done done) override;
  [[nodiscard]] std::size_t queued_bytes() const override { return queued_bytes_; }

 private:
  struct Item {
    Bytes message;
    Done done;
  };
  struct Completion {
    Done done;
    Result<void> result;
  };

  void connect();
  void on_connected(Result<ConnectedSocket> result);
  void on_ready(FdEvents events);
  void flush();
  int write_head();
  void on_broken(const Error& error);
  bool peer_has_closed();
  void disconnect();
  void watch(bool for_writing);
  Bytes framed(const Bytes& message) const;
  Error io_error(int error) const;

  void finish_head(Result<void> result);
  void fail_all(const Error& error);
  void complete(Done done, Result<void> result);
  static void deliver(const std::weak_ptr<SocketChannel*>& weak);
  void watch_progress(Duration delay);

  UvExecutor& executor_;
  const Endpoint endpoint_;
  const ByteChannelOptions options_;

  std::deque<Item> queue_;
  std::size_t queued_bytes_ = 0;
  std::vector<Completion> completed_;
  MonoTime last_progress_{};
  TimerId timer_ = 0;

  std::unique_ptr<SocketConnector> connector_;  ///< While connecting.
  ConnectedSocket socket_;
  std::optional<FdWatcher> watcher_;  // After socket_: goes first.
  bool is_fresh_ = false;             ///< Nothing was written on this connection yet.
  bool look_up_again_ = false;        ///< UDP: the receiver seems to be gone.
  std::optional<Bytes> head_;         ///< The first message as it goes over this connection,
  std::size_t head_written_ = 0;      ///< and how much of it went.

  std::shared_ptr<SocketChannel*> self_;  ///< Expires with this.
};

}  // namespace anchorwatch::net
