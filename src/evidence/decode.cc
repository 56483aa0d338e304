// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <type_traits>

#include "anchorwatch/evidence/codec.h"

#include "codec_fields.h"
#include "codec_frame.h"

namespace anchorwatch::evidence {

namespace {

constexpr std::size_t kMostSets = 100'000;
constexpr unsigned kBitsInNumber = 64;

/// The Form that reads. After a fault all further values are empty, and ok() is false.
class Decoder {
 public:
  explicit Decoder(BytesView octets) : rest_(octets) {}

  Result<ZoneEvidence> run() {
    read_tables();
    ZoneEvidence evidence;
    evidence_fields(*this, evidence);
    if (!ok_ || !rest_.empty()) return Error(ErrorCode::kCorrupt, "kept evidence is cut off or has octets too many");
    return evidence;
  }

  template <typename T>
  void number(T& value) {
    const std::uint64_t read = plain_number();
    if constexpr (std::is_enum_v<T>) {
      using Octets = std::underlying_type_t<T>;
      require(read <= std::numeric_limits<Octets>::max());
      value = static_cast<T>(static_cast<Octets>(read));
    } else {
      require(read <= static_cast<std::uint64_t>(std::numeric_limits<T>::max()));
      value = static_cast<T>(read);
    }
  }
  template <typename T>
  void choice(T& value, unsigned last) {
    const std::uint64_t read = plain_number();
    require(read <= last);
    if (ok_) value = static_cast<T>(read);
  }
  template <typename... Flags>
  void flags(Flags&... all) {
    const std::uint64_t bits = plain_number();
    unsigned at = 0;
    ((all = ((bits >> at++) & 1U) != 0), ...);
    require(bits >> sizeof...(all) == 0);
  }
  void text(std::string& octets) { octets = taken(plain_number()); }
  void address(IpAddress& value) {
    const std::optional<IpAddress> read = IpAddress::from_bytes(taken(plain_number()));
    require(read.has_value());
    if (read) value = *read;
  }
  void name(dns::Name& value) {
    const std::uint64_t index = plain_number();
    require(index < names_.size());
    if (ok_) value = names_[index];
  }
  template <typename T, typename GetEach>
  void list(std::vector<T>& values, GetEach get_each) {
    for (std::uint64_t left = count(); left > 0 && ok_; --left) get_each(values.emplace_back());
  }
  template <typename T, typename Get>
  void optional(std::optional<T>& value, Get get) {
    bool there = false;
    flags(there);
    if (there && ok_) get(value.emplace());
  }
  template <typename T>
  void choices(std::set<T>& values, unsigned last) {
    for (std::uint64_t left = count(); left > 0 && ok_; --left) {
      T value{};
      choice(value, last);
      values.insert(value);
    }
  }
  void known_content(WholeZoneLook& whole) {
    const BytesView digest = taken(plain_number());
    require(digest.size() == Digest().octets.size());
    whole.known = Digest::from_bytes(digest);
  }
  void sets(std::vector<dns::RRset>& values) {
    for (std::uint64_t left = count(); left > 0 && ok_; --left) {
      const std::uint64_t index = plain_number();
      require(index < sets_.size() && ++sets_given_ <= kMostSets);
      if (ok_) values.push_back(sets_[index]);
    }
  }

 private:
  void require(bool condition) {
    if (condition && ok_) return;
    ok_ = false;
    rest_ = {};
  }
  BytesView taken(std::uint64_t size) {
    require(size <= rest_.size());
    if (!ok_) return {};
    const BytesView part = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return part;
  }
  std::uint64_t plain_number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += kBitsInOctet) {
      require(!rest_.empty() && shift < kBitsInNumber);
      if (!ok_) return 0;
      const std::uint64_t each = octet(rest_, 0);
      rest_.remove_prefix(1);
      value |= (each & (kMoreOctets - 1)) << shift;
      if (each < kMoreOctets) return value;
    }
  }
  /// How many follow; each takes an octet at least.
  std::uint64_t count() {
    const std::uint64_t read = plain_number();
    require(read <= rest_.size());
    return ok_ ? read : 0;
  }

  void read_tables() {
    for (std::uint64_t left = count(); left > 0 && ok_; --left) {
      const std::optional<dns::Name> name = dns::Name::from_wire(taken(plain_number()));
      require(name.has_value());
      if (name) names_.push_back(*name);
    }
    for (std::uint64_t left = count(); left > 0 && ok_; --left) {
      dns::RRset set;
      set_fields(*this, set);
      // The order is part of what an RRset promises.
      require(std::adjacent_find(set.rdatas.begin(), set.rdatas.end(), std::greater_equal<>()) == set.rdatas.end());
      sets_.push_back(std::move(set));
    }
  }

  BytesView rest_;
  bool ok_ = true;
  std::vector<dns::Name> names_;
  std::vector<dns::RRset> sets_;
  std::size_t sets_given_ = 0;
};

}  // namespace

Result<ZoneEvidence> decode(BytesView octets) {
  const Result<BytesView> content = open_frame(octets);
  if (!content) return content.error();
  return Decoder(*content).run();
}

}  // namespace anchorwatch::evidence
