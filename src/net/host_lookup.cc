// SPDX-License-Identifier: Apache-2.0
#include "host_lookup.h"

#include <netdb.h>
#include <uv.h>

#include <cstring>
#include <memory>
#include <utility>

namespace anchorwatch::net {

struct HostLookup::Job {
  uv_getaddrinfo_t raw{};
  HostLookup* owner = nullptr;  ///< Null when nobody waits any more.
  std::string host;
  Done done;

  void finish(int status, const addrinfo* found) {
    if (owner == nullptr) return;
    owner->job_ = nullptr;
    if (status < 0) {
      return done(Error(ErrorCode::kUnreachable, host + ": " + uv_strerror(status)));
    }
    std::vector<SocketAddress> addresses;
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
      if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
      SocketAddress& address = addresses.emplace_back();
      std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    }
    done(std::move(addresses));
  }
};

HostLookup::HostLookup(UvExecutor& executor, const std::string& host, std::uint16_t port, Done done)
    : job_(new Job) {
  job_->owner = this;
  job_->host = host;
  job_->done = std::move(done);
  job_->raw.data = job_;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;  // One entry for each address.
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  const auto on_answer = [](uv_getaddrinfo_t* raw, int result, addrinfo* found) {
    const std::unique_ptr<Job> job(static_cast<Job*>(raw->data));
    const std::unique_ptr<addrinfo, decltype(&uv_freeaddrinfo)> list(found, &uv_freeaddrinfo);
    job->finish(result, found);
  };
  const int status = uv_getaddrinfo(executor.loop(), &job_->raw, on_answer, host.c_str(),
                                    std::to_string(port).c_str(), &hints);
  if (status == 0) return;
  // A bad name or no memory: said on the loop as well, like any other failure.
  executor.post([job = std::shared_ptr<Job>(job_), status] { job->finish(status, nullptr); });
}

HostLookup::~HostLookup() {
  if (job_ == nullptr) return;
  job_->owner = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(&job_->raw));
}

}  // namespace anchorwatch::net
