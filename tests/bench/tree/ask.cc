// SPDX-License-Identifier: Apache-2.0
#include "ask.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include "wire.h"

namespace bench {

namespace {

constexpr int kPatienceMs = 15'000;
constexpr unsigned kAuthenticData = 0x0020;

Wire question(unsigned id, const Wire& name, std::uint16_t rrtype) {
  Wire out;
  put16(out, id);
  put16(out, 0x0100);  // RD
  put16(out, 1);
  put32(out, 0);
  put16(out, 1);
  out += name;
  put16(out, rrtype);
  put16(out, 1);
  out.push_back('\0');
  put16(out, type::kOpt);
  put16(out, 1232);
  put32(out, 0x8000);  // DO
  put16(out, 0);
  return out;
}

class Asking {
 public:
  Asking(const Spec& spec, const AskOptions& options, int fd) : spec_(spec), options_(options), fd_(fd) {}

  void run() {
    total_ = std::uint64_t{options_.count} * options_.types.size();
    while (next_ < total_ && next_ < options_.window) send_next();
    while (answers_ < next_) {
      pollfd ready{fd_, POLLIN, 0};
      if (::poll(&ready, 1, kPatienceMs) <= 0) return;  // What is missing then shows in the sums.
      read_all();
    }
  }

  void print(double seconds) const {
    std::string rcodes;
    for (const auto& [code, number] : rcodes_) {
      rcodes += (rcodes.empty() ? "\"" : ", \"") + std::to_string(code) + "\": " + std::to_string(number);
    }
    std::fprintf(stdout, "{\"asked\": %llu, \"answers\": %llu, \"authentic\": %llu, \"rcodes\": {%s}, \"seconds\": %.3f}\n",
                 static_cast<unsigned long long>(total_), static_cast<unsigned long long>(answers_),
                 static_cast<unsigned long long>(authentic_), rcodes.c_str(), seconds);
  }

  [[nodiscard]] bool complete() const { return answers_ == total_; }

 private:
  void send_next() {
    const auto zone = options_.first + static_cast<std::uint32_t>(next_ / options_.types.size());
    const std::uint16_t rrtype = options_.types[next_ % options_.types.size()];
    const Wire out = question(static_cast<unsigned>(next_ & 0xFFFFU), name_wire(spec_.zone_name(zone % spec_.zones)), rrtype);
    static_cast<void>(send(fd_, out.data(), out.size(), 0));
    ++next_;
  }

  void read_all() {
    std::array<char, 65536> buffer;
    for (ssize_t size; (size = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT)) >= 12;) {
      const unsigned flags = get16({buffer.data(), static_cast<std::size_t>(size)}, 2);
      ++answers_;
      ++rcodes_[flags & 15U];
      if ((flags & kAuthenticData) != 0) ++authentic_;
      if (next_ < total_) send_next();
    }
  }

  const Spec& spec_;
  const AskOptions& options_;
  int fd_;
  std::uint64_t total_ = 0, next_ = 0, answers_ = 0, authentic_ = 0;
  std::map<unsigned, std::uint64_t> rcodes_;
};

}  // namespace

std::vector<std::uint16_t> types_of(const std::string& text) {
  std::vector<std::uint16_t> types;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    types.push_back(static_cast<std::uint16_t>(std::strtoul(word.c_str(), nullptr, 10)));
  }
  return types;
}

int ask(const Spec& spec, const AskOptions& options) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(options.port);
  if (options.types.empty() || inet_pton(AF_INET, options.server.c_str(), &where.sin_addr) != 1 ||
      connect(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
    std::fputs("benchtree: no such server, or no types to ask for\n", stderr);
    return 64;
  }
  const auto started = std::chrono::steady_clock::now();
  Asking asking(spec, options, fd);
  asking.run();
  asking.print(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  close(fd);
  return asking.complete() ? 0 : 1;
}

}  // namespace bench
