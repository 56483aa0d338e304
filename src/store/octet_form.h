// SPDX-License-Identifier: Apache-2.0
// Values as octets, for the bodies that the store keeps: `put` writes, Source reads.
#pragma once

#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/judge/facts.h"

namespace anchorwatch::store {

inline void put(Bytes& out, std::uint8_t value) { append_u8(out, value); }
inline void put(Bytes& out, std::int64_t value) { append_u64(out, static_cast<std::uint64_t>(value)); }
inline void put(Bytes& out, BytesView octets) {
  append_u32(out, static_cast<std::uint32_t>(octets.size()));
  out += octets;
}
inline void put(Bytes& out, const dns::Name& name) { put(out, BytesView(name.wire())); }

template <typename T, typename PutValue>
void put_list(Bytes& out, const std::vector<T>& values, PutValue put_value) {
  append_u32(out, static_cast<std::uint32_t>(values.size()));
  for (const T& value : values) put_value(value);
}

inline void put(Bytes& out, const std::vector<IpAddress>& addresses) {
  put_list(out, addresses, [&](const IpAddress& address) { put(out, address.bytes()); });
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
  std::int64_t i64() {
    const std::uint64_t high = u32();
    return static_cast<std::int64_t>(high << 32U | u32());
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

}  // namespace anchorwatch::store
