// SPDX-License-Identifier: Apache-2.0
// UdpSocket: one port of the pool with the queries that went out on it.
//
// Threading: loop thread only.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>

#include "anchorwatch/net/uv_handle.h"
#include "transport_core.h"

namespace anchorwatch::net {

class UdpSocket {
 public:
  explicit UdpSocket(TransportCore& core);
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  /// Opens the socket on a port of the kernel's choice.
  /// @return  a libuv status.
  int open(IpFamily family);
  /// Sends and waits. @pre in_flight() ≤ kMaxInFlight.
  void exchange(const Request& request, ReplyCallback done);
  /// Ends everything in flight with an error, on the loop soon.
  void fail_all(const std::string& detail);

  [[nodiscard]] std::size_t in_flight() const { return pending_.size(); }
  /// Whether it is time for another port.
  [[nodiscard]] bool is_spent() const;

  static constexpr std::size_t kRememberedIds = 64;
  /// Half of the ids: free ones are found quickly and guessing stays hard.
  static constexpr std::size_t kMaxInFlight = 32768;

 private:
  struct Pending {
    IpAddress address;
    std::uint16_t port;
    dns::Question question;
    std::uint16_t rr_class;
    ReplyCallback done;
    MonoTime sent_at;
    TimerId timer;
    int rejected = 0;
    std::optional<Reply> malformed;  ///< The first; delivered if nothing better comes.
    std::string other_source;        ///< Where a fitting answer came from that was not asked.
  };
  struct SendRequest;
  using PendingMap = std::unordered_map<std::uint16_t, Pending>;

  static void on_receive(uv_udp_t* handle, ssize_t size, const uv_buf_t* buffer,
                         const sockaddr* from, unsigned flags);
  void on_datagram(BytesView wire, const sockaddr* from, bool is_cut);
  void note_other_question(BytesView wire, Pending& pending) const;
  void on_timeout(std::uint16_t id);
  void reject(BytesView wire, const sockaddr* from, PendingMap::iterator same_id);
  std::uint16_t free_id();
  int send(Bytes wire, const Request& request, std::uint16_t id);
  int send_queued(Bytes wire, const sockaddr* to, std::uint16_t id);
  void read_icmp_errors();
  void fail(std::uint16_t id, int status);
  Pending take(PendingMap::iterator found);

  TransportCore& core_;
  UvHandle<uv_udp_t, UdpSocket*> handle_;
  PendingMap pending_;
  MonoTime opened_at_;
  std::uint32_t queries_ = 0;
  std::deque<std::uint16_t> timed_out_;  ///< The last ids: their answers are late, not suspicious.
};

}  // namespace anchorwatch::net
