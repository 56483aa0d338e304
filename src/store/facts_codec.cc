// SPDX-License-Identifier: Apache-2.0
#include "facts_codec.h"

namespace anchorwatch::store {
namespace {

constexpr std::uint8_t kVersion = 1;

void put(Bytes& out, std::uint8_t value) { append_u8(out, value); }
void put(Bytes& out, BytesView octets) {
  append_u32(out, static_cast<std::uint32_t>(octets.size()));
  out += octets;
}
void put(Bytes& out, const dns::Name& name) { put(out, BytesView(name.wire())); }

template <typename T, typename PutValue>
void put_list(Bytes& out, const std::vector<T>& values, PutValue put_value) {
  append_u32(out, static_cast<std::uint32_t>(values.size()));
  for (const T& value : values) put_value(value);
}

void put(Bytes& out, const std::vector<IpAddress>& addresses) {
  put_list(out, addresses, [&](const IpAddress& address) { put(out, address.bytes()); });
}

template <typename T, typename PutValue>
void put_group(Bytes& out, const judge::FactGroup<T>& group, PutValue put_value) {
  put(out, static_cast<std::uint8_t>(group.known ? 1 : 0));
  put_list(out, group.values, put_value);
}

void put_records(Bytes& out, const judge::FactGroup<judge::RecordFact>& group) {
  put_group(out, group, [&](const judge::RecordFact& fact) {
    put(out, BytesView(fact.rdata));
    append_u32(out, fact.ttl);
    put(out, fact.servers);
  });
}

/// Reads what `put` wrote; after a fault every further value is empty and ok() is false.
class Source {
 public:
  explicit Source(BytesView octets) : rest_(octets) {}
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  BytesView take(std::size_t size) {
    if (rest_.size() < size) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const BytesView taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::uint8_t u8() {
    const BytesView taken = take(1);
    return taken.empty() ? std::uint8_t{0} : octet(taken, 0);
  }
  std::uint16_t u16() {
    const BytesView taken = take(2);
    return taken.empty() ? std::uint16_t{0} : read_u16(taken, 0);
  }
  std::uint32_t u32() {
    const BytesView taken = take(4);
    return taken.empty() ? 0 : read_u32(taken, 0);
  }
  BytesView octets() { return take(u32()); }
  bool flag() { return u8() != 0; }
  dns::Name name() {
    auto name = dns::Name::from_wire(octets());
    ok_ = ok_ && name.has_value();
    return name.value_or(dns::Name());
  }
  template <typename T, typename Get>
  std::vector<T> list(Get get) {
    std::vector<T> values;
    for (std::uint32_t left = u32(); left > 0 && ok_; --left) values.push_back(get());
    return values;
  }
  std::vector<IpAddress> addresses() {
    return list<IpAddress>([this] {
      auto address = IpAddress::from_bytes(octets());
      ok_ = ok_ && address.has_value();
      return address.value_or(IpAddress());
    });
  }
  template <typename T, typename Get>
  judge::FactGroup<T> group(Get get) {
    judge::FactGroup<T> group;
    group.known = flag();
    group.values = list<T>(get);
    return group;
  }

 private:
  BytesView rest_;
  bool ok_ = true;
};

judge::FactGroup<judge::RecordFact> take_records(Source& source) {
  return source.group<judge::RecordFact>([&] {
    judge::RecordFact fact;
    fact.rdata = source.octets();
    fact.ttl = source.u32();
    fact.servers = source.addresses();
    return fact;
  });
}

judge::KeyFact take_key(Source& source) {
  judge::KeyFact fact;
  fact.rdata = source.octets();
  fact.ttl = source.u32();
  fact.servers = source.addresses();
  fact.signs_dnskey = source.flag();
  fact.signs_zone_data = source.flag();
  return fact;
}

judge::DenialFact take_denial(Source& source) {
  judge::DenialFact fact;
  fact.kind = static_cast<judge::DenialKind>(source.u8());
  fact.iterations = source.u16();
  fact.salt = source.octets();
  fact.opt_out = source.flag();
  return fact;
}

}  // namespace

Bytes encode_facts(const judge::ZoneFacts& facts) {
  Bytes out;
  put(out, kVersion);
  put(out, facts.zone);
  put_records(out, facts.ds);
  put_group(out, facts.dnskeys, [&](const judge::KeyFact& fact) {
    put(out, BytesView(fact.rdata));
    append_u32(out, fact.ttl);
    put(out, fact.servers);
    put(out, static_cast<std::uint8_t>(fact.signs_dnskey ? 1 : 0));
    put(out, static_cast<std::uint8_t>(fact.signs_zone_data ? 1 : 0));
  });
  put_group(out, facts.parent_ns, [&](const judge::NameServerFact& fact) {
    put(out, fact.name);
    put(out, fact.glue);
  });
  put_group(out, facts.child_ns, [&](const dns::Name& name) { put(out, name); });
  put_records(out, facts.cds);
  put_records(out, facts.cdnskey);
  put_records(out, facts.csync);
  put_group(out, facts.denial, [&](const judge::DenialFact& fact) {
    put(out, static_cast<std::uint8_t>(fact.kind));
    append_u16(out, fact.iterations);
    put(out, BytesView(fact.salt));
    put(out, static_cast<std::uint8_t>(fact.opt_out ? 1 : 0));
  });
  return out;
}

Result<judge::ZoneFacts> decode_facts(BytesView octets) {
  Source source(octets);
  judge::ZoneFacts facts;
  const std::uint8_t version = source.u8();
  if (version != kVersion) return Error(ErrorCode::kCorrupt, "a snapshot has an unknown form");
  facts.zone = source.name();
  facts.ds = take_records(source);
  facts.dnskeys = source.group<judge::KeyFact>([&] { return take_key(source); });
  facts.parent_ns = source.group<judge::NameServerFact>([&] {
    judge::NameServerFact fact;
    fact.name = source.name();
    fact.glue = source.addresses();
    return fact;
  });
  facts.child_ns = source.group<dns::Name>([&] { return source.name(); });
  facts.cds = take_records(source);
  facts.cdnskey = take_records(source);
  facts.csync = take_records(source);
  facts.denial = source.group<judge::DenialFact>([&] { return take_denial(source); });
  if (!source.ok() || !source.at_end()) {
    return Error(ErrorCode::kCorrupt, "a snapshot is cut off or has octets too many");
  }
  return facts;
}

}  // namespace anchorwatch::store
