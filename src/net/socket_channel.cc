// SPDX-License-Identifier: Apache-2.0
#include "socket_channel.h"

#include <sys/socket.h>
#include <uv.h>

#include <array>
#include <cerrno>
#include <utility>

namespace anchorwatch::net {

SocketChannel::SocketChannel(UvExecutor& executor, Endpoint endpoint, ByteChannelOptions options)
    : executor_(executor),
      endpoint_(std::move(endpoint)),
      options_(options),
      self_(std::make_shared<SocketChannel*>(this)) {}

SocketChannel::~SocketChannel() { executor_.cancel(timer_); }

void SocketChannel::send(Bytes message, Done done) {
  if (queued_bytes_ + message.size() > options_.max_queued_bytes) {
    return complete(std::move(done),
                    Error(ErrorCode::kLimitExceeded, endpoint_.url + ": the queue is full"));
  }
  queued_bytes_ += message.size();
  queue_.push_back({std::move(message), std::move(done)});
  if (queue_.size() > 1) return;  // The first is being connected for, or waits to be written.
  last_progress_ = executor_.mono();
  if (timer_ == 0) watch_progress(options_.timeout);
  if (!socket_.fd.is_open()) return connect();
  // The event that tells of a closed connection may still be on its way.
  if (socket_.is_stream && peer_has_closed()) return on_broken(io_error(EPIPE));
  flush();
}

// Connecting.

void SocketChannel::connect() {
  connector_ = std::make_unique<SocketConnector>(
      executor_, endpoint_,
      [this](Result<ConnectedSocket> result) { on_connected(std::move(result)); });
  connector_->start();
}

void SocketChannel::on_connected(Result<ConnectedSocket> result) {
  connector_.reset();
  if (!result) return fail_all(result.error());
  last_progress_ = executor_.mono();
  socket_ = *std::move(result);
  is_fresh_ = true;
  watcher_.emplace(executor_, socket_.fd.get(), [this](FdEvents events) { on_ready(events); });
  flush();
}

void SocketChannel::disconnect() {
  watcher_.reset();
  socket_.fd.reset();
  head_.reset();
  head_written_ = 0;
  look_up_again_ = false;
}

void SocketChannel::on_ready(FdEvents events) {
  if (socket_.is_stream && (events.readable || events.error) && peer_has_closed()) {
    return on_broken(io_error(EPIPE));
  }
  flush();
}

bool SocketChannel::peer_has_closed() {
  std::array<char, 4096> ignored{};
  for (int i = 0; i < 16; ++i) {
    const ssize_t size = ::recv(socket_.fd.get(), ignored.data(), ignored.size(), MSG_DONTWAIT);
    if (size == 0) return true;
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno != EAGAIN;
  }
  return false;
}

// Writing.

void SocketChannel::flush() {
  while (!queue_.empty()) {
    const int error = write_head();
    if (error == 0 || error == EINTR) continue;
    if (error == EAGAIN) return watch(true);
    if (error == EMSGSIZE) {
      finish_head(Error(ErrorCode::kLimitExceeded, endpoint_.url + ": too long for a datagram"));
    } else if (endpoint_.kind == Endpoint::Kind::kUdp) {
      // Tells of an earlier datagram, but this one would fare no better.
      finish_head(io_error(error));
      look_up_again_ = true;
    } else {
      return on_broken(io_error(error));
    }
  }
  if (look_up_again_) return disconnect();
  watch(false);
}

int SocketChannel::write_head() {
  if (!head_) {
    head_ = socket_.is_stream ? framed(queue_.front().message) : queue_.front().message;
    head_written_ = 0;
  }
  const ssize_t size = ::send(socket_.fd.get(), head_->data() + head_written_,
                              head_->size() - head_written_, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (size < 0) return errno;
  last_progress_ = executor_.mono();
  is_fresh_ = false;
  head_written_ += static_cast<std::size_t>(size);
  if (head_written_ >= head_->size()) finish_head({});
  return 0;
}

void SocketChannel::on_broken(const Error& error) {
  const bool was_cut = head_written_ > 0;
  const bool was_fresh = is_fresh_;
  disconnect();
  if (was_fresh) return fail_all(error);  // A second attempt would go the same way.
  if (was_cut) finish_head(error);
  if (!queue_.empty()) connect();
}

void SocketChannel::watch(bool for_writing) {
  const auto watching = watcher_->watch({socket_.is_stream, for_writing, false});
  if (!watching) fail_all(watching.error());
}

Bytes SocketChannel::framed(const Bytes& message) const {
  switch (options_.framing) {
    case StreamFraming::kNone:
      return message;
    case StreamFraming::kNewline:
      return message + '\n';
    case StreamFraming::kOctetCounting:
      return std::to_string(message.size()) + ' ' + message;
  }
  return message;
}

Error SocketChannel::io_error(int error) const {
  return {ErrorCode::kIo, endpoint_.url + ": " + uv_strerror(-error)};
}

// Telling.

void SocketChannel::finish_head(Result<void> result) {
  Item item = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= item.message.size();
  head_.reset();
  head_written_ = 0;
  complete(std::move(item.done), std::move(result));
}

void SocketChannel::fail_all(const Error& error) {
  connector_.reset();
  disconnect();
  while (!queue_.empty()) finish_head(error);
}

void SocketChannel::complete(Done done, Result<void> result) {
  completed_.push_back({std::move(done), std::move(result)});
  if (completed_.size() > 1) return;
  executor_.post([weak = std::weak_ptr<SocketChannel*>(self_)] { deliver(weak); });
}

void SocketChannel::deliver(const std::weak_ptr<SocketChannel*>& weak) {
  std::vector<Completion> batch;
  if (const auto self = weak.lock()) batch.swap((*self)->completed_);
  for (Completion& completion : batch) {
    if (weak.expired()) return;  // A callback has destroyed the channel.
    if (completion.done) completion.done(std::move(completion.result));
  }
}

void SocketChannel::watch_progress(Duration delay) {
  timer_ = executor_.call_after(delay, [this] {
    timer_ = 0;
    if (queue_.empty()) return;
    const Duration left = last_progress_ + options_.timeout - executor_.mono();
    if (left > Duration::zero()) return watch_progress(left);
    fail_all(Error(ErrorCode::kTimeout, endpoint_.url + ": no progress"));
  });
}

Result<std::unique_ptr<ByteChannel>> open_byte_channel(UvExecutor& executor, std::string_view url,
                                                       ByteChannelOptions options) {
  auto endpoint = Endpoint::parse(url);
  if (!endpoint) return std::move(endpoint).error();
  return std::unique_ptr<ByteChannel>(
      std::make_unique<SocketChannel>(executor, *std::move(endpoint), options));
}

}  // namespace anchorwatch::net
