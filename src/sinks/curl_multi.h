// SPDX-License-Identifier: Apache-2.0
// CurlMulti: libcurl's transfers on the loop.
//
// Threading: loop thread only. Blocking: never (names are resolved by libcurl's threads).
#pragma once

#include <curl/curl.h>

#include <functional>
#include <map>
#include <memory>

#include "anchorwatch/net/fd_watcher.h"
#include "anchorwatch/net/uv_executor.h"

namespace anchorwatch::sinks {

struct CurlEasyDelete {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using CurlEasy = std::unique_ptr<CURL, CurlEasyDelete>;

class CurlMulti {
 public:
  using Done = std::function<void(CURLcode)>;

  explicit CurlMulti(net::UvExecutor& executor);
  /// Transfers in progress are dropped; their callbacks never run.
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  /// Starts a transfer. `easy` lives until after `done`; `done` runs once, never before this call returns.
  void add(CURL* easy, Done done);

 private:
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* watched);
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  void act(curl_socket_t socket, int events);
  void collect();

  net::UvExecutor& executor_;
  CURLM* multi_;
  std::map<curl_socket_t, std::unique_ptr<net::FdWatcher>> watchers_;
  std::map<CURL*, Done> transfers_;
  TimerId timer_ = 0;
};

}  // namespace anchorwatch::sinks
