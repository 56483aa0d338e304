// SPDX-License-Identifier: Apache-2.0
#include "curl_multi.h"

#include <algorithm>
#include <mutex>
#include <vector>

namespace anchorwatch::sinks {

namespace {

constexpr long kConnectionsPerHost = 8;
constexpr long kConnections = 64;

void initialise_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

CurlMulti::CurlMulti(net::UvExecutor& executor) : executor_(executor), multi_(nullptr) {
  initialise_curl_once();
  multi_ = curl_multi_init();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlMulti::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, kConnectionsPerHost);
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, kConnections);
}

CurlMulti::~CurlMulti() {
  if (timer_ != 0) executor_.cancel(timer_);
  for (const auto& [easy, done] : transfers_) curl_multi_remove_handle(multi_, easy);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, nullptr);
  curl_multi_cleanup(multi_);
}

void CurlMulti::add(CURL* easy, Done done) {
  transfers_[easy] = std::move(done);
  curl_multi_add_handle(multi_, easy);
}

int CurlMulti::on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* self, void* /*watched*/) {
  auto* multi = static_cast<CurlMulti*>(self);
  if (what == CURL_POLL_REMOVE) {
    // libcurl closes the descriptor after this call: the watcher must be gone before.
    multi->watchers_.erase(socket);
    return 0;
  }
  std::unique_ptr<net::FdWatcher>& watcher = multi->watchers_[socket];
  if (!watcher) {
    watcher = std::make_unique<net::FdWatcher>(multi->executor_, socket, [multi, socket](net::FdEvents events) {
      const int bits = (events.readable ? CURL_CSELECT_IN : 0) | (events.writable ? CURL_CSELECT_OUT : 0) |
                       (events.error ? CURL_CSELECT_ERR : 0);
      multi->act(socket, bits);
    });
  }
  net::FdEvents wanted;
  wanted.readable = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
  wanted.writable = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
  return watcher->watch(wanted) ? 0 : -1;
}

int CurlMulti::on_timer(CURLM* /*handle*/, long milliseconds, void* self) {
  auto* multi = static_cast<CurlMulti*>(self);
  if (multi->timer_ != 0) multi->executor_.cancel(std::exchange(multi->timer_, 0));
  if (milliseconds < 0) return 0;
  // Never call into libcurl from inside its own callback: zero means "soon".
  const Duration wait = std::chrono::milliseconds(std::max(milliseconds, 1L));
  multi->timer_ = multi->executor_.call_after(wait, [multi] {
    multi->timer_ = 0;
    multi->act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

void CurlMulti::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  collect();
}

void CurlMulti::collect() {
  struct Finished {
    Done done;
    CURLcode code;
  };
  std::vector<Finished> finished;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto transfer = transfers_.find(easy);
    if (transfer == transfers_.end()) continue;
    finished.push_back({std::move(transfer->second), code});
    transfers_.erase(transfer);
    curl_multi_remove_handle(multi_, easy);
  }
  // Callbacks may add transfers or destroy their own handles: after libcurl's structures are left alone.
  for (Finished& each : finished) executor_.post([done = std::move(each.done), code = each.code] { done(code); });
}

}  // namespace anchorwatch::sinks
