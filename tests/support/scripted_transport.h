// SPDX-License-Identifier: Apache-2.0
// ScriptedTransport: a network that answers from zones of ZoneSigner, or as a test says, on virtual
// time.
//
//   transport.serve("192.0.2.1", zone);        // That address has the zone.
//   transport.silence("192.0.2.1");            // It answers nothing any more.
//   transport.script("192.0.2.2", handler);    // The test answers itself.
//
// An address that has a zone and its parent answers for the deepest one; DS questions go to the
// parent. Referrals carry the glue that the zone has.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anchorwatch/core/executor.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/net/transport.h"

#include "support/zone_signer.h"

namespace anchorwatch {

class ScriptedTransport final : public net::DnsTransport {
 public:
  using Zone = std::shared_ptr<const ZoneSigner>;
  /// Nothing: the question is lost.
  using Handler = std::function<std::optional<net::Reply>(const net::Request&)>;
  struct Sent {
    net::Request request;
    MonoTime at{};
  };

  ScriptedTransport(Executor& executor, const Clock& clock) : executor_(executor), clock_(clock) {}

  /// Adds a zone to an address, or replaces it by another edition.
  void serve(std::string_view address, const Zone& zone) {
    hosts_[address_of(address)][zone->apex()] = zone;
  }
  void serve(const std::vector<std::string>& addresses, const Zone& zone) {
    for (const std::string& address : addresses) serve(address, zone);
  }
  void silence(std::string_view address) { silent_.insert(address_of(address)); }
  void speak(std::string_view address) { silent_.erase(address_of(address)); }
  void script(std::string_view address, Handler handler) {
    handlers_[address_of(address)] = std::move(handler);
  }
  /// Changes what an address with zones answers.
  void alter(std::string_view address, std::function<void(const net::Request&, dns::Message&)> change) {
    changes_[address_of(address)] = std::move(change);
  }
  /// Keeps every request in `sent`.
  void keep_requests() { keeps_ = true; }

  void exchange(const net::Request& request, std::function<void(net::Reply)> done) override {
    ++count;
    if (keeps_) sent.push_back({request, clock_.mono()});
    std::optional<net::Reply> reply = answer_to(request);
    const Duration wait = reply ? rtt : request.timeout;
    if (!reply) reply.emplace();  // A time-out.
    if (reply->rtt == Duration::zero()) reply->rtt = wait;
    executor_.call_after(wait, [done = std::move(done), reply = std::move(*reply)]() mutable {
      done(std::move(reply));
    });
  }

  /// The message as a reply to `request`: question and EDNS are filled in.
  static net::Reply reply_of(const net::Request& request, dns::Message message) {
    net::Reply reply;
    reply.state = net::ReplyState::kMessage;
    message.qr = true;
    message.question = request.question;
    message.written_name = request.question.name.wire();
    if (request.options.mixed_case) message.written_name = dns::with_mixed_case(message.written_name);
    message.rd = request.options.recursion_desired;
    if (request.options.edns) {
      message.edns.emplace();
      message.edns->udp_size = 1232;
      message.edns->dnssec_ok = request.options.dnssec_ok;
    }
    message.wire_size = 512;
    reply.message = std::move(message);
    return reply;
  }
  static IpAddress address_of(std::string_view text) { return IpAddress::from_text(text).value(); }

  Duration rtt = std::chrono::milliseconds(5);
  std::uint64_t count = 0;  ///< Requests so far.
  std::vector<Sent> sent;

 private:
  std::optional<net::Reply> answer_to(const net::Request& request) {
    if (silent_.contains(request.address)) return std::nullopt;
    if (const auto handler = handlers_.find(request.address); handler != handlers_.end()) {
      return handler->second(request);
    }
    const auto host = hosts_.find(request.address);
    if (host == hosts_.end()) return std::nullopt;
    const ZoneSigner* zone = zone_for(host->second, request.question);
    dns::Message message;
    if (request.options.edns_version > 0) {
      message.rcode = dns::kRcodeBadVers;
    } else if (zone == nullptr || request.options.rr_class != dns::kClassIn ||
               request.question.type == dns::RrType::kAxfr) {
      message.rcode = dns::kRcodeRefused;
    } else {
      message = zone->answer(request.question.name.to_text(), request.question.type);
      if (!message.aa) add_glue(*zone, message);
    }
    if (const auto change = changes_.find(request.address); change != changes_.end()) {
      change->second(request, message);
    }
    return reply_of(request, std::move(message));
  }

  static const ZoneSigner* zone_for(const std::map<dns::Name, Zone>& zones,
                                    const dns::Question& question) {
    const ZoneSigner* best = nullptr;
    for (const auto& [apex, zone] : zones) {
      if (!question.name.is_at_or_below(apex)) continue;
      // The parent has the DS, where it is there too.
      if (question.type == dns::RrType::kDs && question.name == apex && best != nullptr) continue;
      if (best == nullptr || apex.is_below(best->apex())) best = zone.get();
    }
    return best;
  }

  static void add_glue(const ZoneSigner& zone, dns::Message& message) {
    std::set<dns::Name> hosts;
    for (const dns::RRset& set : message.authority) {
      if (set.type != dns::RrType::kNs) continue;
      for (const Bytes& rdata : set.rdatas) hosts.insert(dns::decode_name(rdata).value());
    }
    for (dns::RRset& set : zone.sets()) {
      const bool address = set.type == dns::RrType::kA || set.type == dns::RrType::kAaaa;
      if (address && hosts.contains(set.owner)) message.additional.push_back(std::move(set));
    }
  }

  std::map<IpAddress, std::function<void(const net::Request&, dns::Message&)>> changes_;
  Executor& executor_;
  const Clock& clock_;
  std::map<IpAddress, std::map<dns::Name, Zone>> hosts_;
  std::map<IpAddress, Handler> handlers_;
  std::set<IpAddress> silent_;
  bool keeps_ = false;
};

}  // namespace anchorwatch
