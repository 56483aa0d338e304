// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/whole_zones.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dns/tsig.h"
#include "anchorwatch/dns/zone_transfer.h"
#include "anchorwatch/probe/zone_file.h"

namespace anchorwatch::probe {
namespace {

using KeyResult = Result<dns::TsigKey>;

KeyResult read_key(const std::string& path) {
  constexpr std::size_t kMostOctets = std::size_t{64} * 1024;
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::kIo, "the key file " + path + " cannot be read"};
  std::string text(kMostOctets, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  KeyResult key = dns::parse_tsig_key(text);
  if (!key) return std::move(key).error().with("the key file " + path);
  return key;
}

/// One transfer as its messages come.
class Incoming {
 public:
  Incoming(dns::Name zone, std::uint16_t id, std::optional<dns::TsigKey> key)
      : zone_(std::move(zone)), id_(id), key_(std::move(key)), reader_(zone_, id) {}

  Bytes query(UnixSeconds now) {
    Bytes query = dns::encode_transfer_query(zone_, id_);
    if (!key_) return query;
    dns::SignedQuery with_key = dns::sign_query(query, *key_, now);
    verifier_.emplace(*key_, std::move(with_key.mac));
    return std::move(with_key.wire);
  }

  Result<bool> take(BytesView message, UnixSeconds now) {
    if (!verifier_) return reader_.take(message);
    Result<Bytes> plain = verifier_->take(message, now);
    if (!plain) {
      // An unsigned refusal proves nothing, but it says more than that it is unsigned.
      const Result<bool> read = reader_.take(message);
      if (read) return std::move(plain).error();
      return Error{read.error().code(),
                   read.error().message() + " (" + plain.error().message() + ")"};
    }
    Result<bool> complete = reader_.take(*plain);
    if (!complete || !*complete) return complete;
    if (Result<void> authentic = verifier_->finish(); !authentic) return authentic.error();
    return true;
  }

  /// The zone in order. @pre complete.
  Result<evidence::ZoneContent> content() {
    return evidence::make_zone_content(zone_, reader_.sets());
  }

 private:
  dns::Name zone_;
  std::uint16_t id_;
  std::optional<dns::TsigKey> key_;
  dns::TransferReader reader_;
  std::optional<dns::TsigVerifier> verifier_;
};

std::string file_stamp(const std::string& path) {
  std::error_code no_size;
  std::error_code no_time;
  const auto size = std::filesystem::file_size(path, no_size);
  const auto time = std::filesystem::last_write_time(path, no_time);
  if (no_size || no_time) return {};
  return std::to_string(size) + " octets " + std::to_string(time.time_since_epoch().count());
}

std::string serial_stamp(const net::Reply& reply, const dns::Name& zone) {
  if (reply.state != net::ReplyState::kMessage || !reply.message.aa) return {};
  const dns::RRset* set = dns::find_rrset(reply.message.answer, zone, dns::RrType::kSoa);
  if (set == nullptr) return {};
  const auto soa = dns::decode_soa(set->rdatas.front());
  return soa ? "serial " + std::to_string(soa->serial) : std::string();
}

}  // namespace

Task<std::string> WholeZones::stamp_of(dns::Name zone, dns::ZoneSource source) {
  if (!source.server) {
    auto stamp = std::make_shared<std::string>();
    std::function<void()> work = [stamp, source] { *stamp = file_stamp(source.file); };
    co_await offload(executor_, work);
    co_return *stamp;
  }
  net::Request request;
  request.address = *source.server;
  request.port = source.port != 0 ? source.port : port_;
  request.protocol = net::Protocol::kTcp;
  request.question = {zone, dns::RrType::kSoa};
  request.timeout = std::chrono::seconds(10);
  Completion<net::Reply> replied;
  transport_.exchange(request, [replied](net::Reply reply) { replied.set(std::move(reply)); });
  const net::Reply reply = co_await replied;
  co_return serial_stamp(reply, zone);
}

Task<evidence::WholeZoneLook> WholeZones::get_if_new(dns::Name zone, dns::ZoneSource source,
                                                     UnixSeconds now) {
  // Before reading: a change meanwhile shows at the next look.
  std::string stamp = co_await stamp_of(zone, source);
  Known& known = known_[zone];
  const bool same = !stamp.empty() && known.stamp == stamp && known.source == source;
  if (same && !known.content.empty() && now < known.valid_until) {
    evidence::WholeZoneLook look;
    look.source = known.name;
    look.known = known.content;
    co_return look;
  }
  known = Known();
  known.source = source;
  known.stamp = stamp;
  co_return co_await get(zone, source);
}

void WholeZones::remember(const dns::Name& zone, const evidence::WholeZoneLook& look,
                          UnixSeconds valid_until, std::optional<judge::WholeZoneOutcome> outcome) {
  Known& known = known_[zone];
  known.name = look.source;
  known.content = look.digest();
  known.valid_until = valid_until;
  known.outcome = std::move(outcome);
}

const judge::WholeZoneOutcome* WholeZones::outcome_of(const dns::Name& zone) const {
  const auto at = known_.find(zone);
  return at == known_.end() || !at->second.outcome ? nullptr : &*at->second.outcome;
}

Task<std::shared_ptr<void>> WholeZones::take_place() {
  std::shared_ptr<Places> places = places_;
  if (places->free > 0) {
    --places->free;
  } else {
    Completion<bool> turn;
    places->waiting.push_back(turn);
    co_await turn;
  }
  std::function<void(void*)> give_back = [places](void*) {
    if (places->waiting.empty()) {
      ++places->free;
      return;
    }
    const Completion<bool> next = places->waiting.front();
    places->waiting.pop_front();
    next.set(true);
  };
  co_return std::shared_ptr<void>(nullptr, give_back);
}

Task<evidence::WholeZoneLook> WholeZones::get(dns::Name zone, dns::ZoneSource source) {
  struct Held {
    std::shared_ptr<void> place;  // Goes after the content.
    std::shared_ptr<const evidence::ZoneContent> content;
  };
  auto held = std::make_shared<Held>();
  held->place = co_await take_place();
  evidence::WholeZoneLook look;
  if (source.server) {
    look = co_await transfer(zone, source);
  } else {
    look = co_await read(zone, source);
  }
  if (look.content != nullptr) {
    held->content = std::move(look.content);
    look.content = std::shared_ptr<const evidence::ZoneContent>(held, held->content.get());
  }
  co_return look;
}

Task<evidence::WholeZoneLook> WholeZones::read(dns::Name zone, dns::ZoneSource source) {
  auto look = std::make_shared<evidence::WholeZoneLook>();
  std::function<void()> work = [look, zone, source] { *look = read_zone_file(source.file, zone); };
  co_await offload(executor_, work);
  co_return std::move(*look);
}

Task<evidence::WholeZoneLook> WholeZones::transfer(dns::Name zone, dns::ZoneSource source) {
  evidence::WholeZoneLook look;
  const std::uint16_t port = source.port != 0 ? source.port : port_;
  look.source = "transfer from " + source.server->to_text() + " port " + std::to_string(port);
  std::optional<dns::TsigKey> key;
  if (!source.tsig_key_file.empty()) {
    auto read = std::make_shared<std::optional<KeyResult>>();
    std::function<void()> work = [read, source] { *read = read_key(source.tsig_key_file); };
    co_await offload(executor_, work);
    if (!**read) {
      look.failure = (*read)->error().message();
      co_return look;
    }
    key = ***read;
  }
  const auto id = static_cast<std::uint16_t>(random_.next() & 0xffffU);
  auto incoming = std::make_shared<Incoming>(zone, id, key);
  net::TransferRequest request;
  request.address = *source.server;
  request.port = port;
  request.query = [incoming](UnixSeconds now) { return incoming->query(now); };
  request.on_message = [incoming](BytesView message, UnixSeconds now) {
    return incoming->take(message, now);
  };
  Completion<Result<void>> finished;
  transport_.transfer(std::move(request),
                      [finished](Result<void> result) { finished.set(std::move(result)); });
  Result<void> result = co_await finished;
  if (!result) {
    look.failure = result.error().message();
    co_return look;
  }
  auto content = std::make_shared<std::optional<Result<evidence::ZoneContent>>>();
  std::function<void()> order = [incoming, content] { content->emplace(incoming->content()); };
  co_await offload(executor_, order);
  if (!**content) {
    look.failure = (*content)->error().message();
    co_return look;
  }
  look.content = std::make_shared<const evidence::ZoneContent>(std::move(***content));
  co_return look;
}

}  // namespace anchorwatch::probe
