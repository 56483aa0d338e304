// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "anchorwatch/evidence/codec.h"

#include "codec_fields.h"
#include "codec_frame.h"

namespace anchorwatch::evidence {

namespace {

bool same_set(const dns::RRset& left, const dns::RRset& right) {
  return left.type == right.type && left.ttl == right.ttl && left.owner == right.owner && left.rdatas == right.rdatas &&
         left.rrsigs == right.rrsigs && left.ttls_differ == right.ttls_differ &&
         left.had_duplicates == right.had_duplicates;
}

/// Writes numbers in as few octets as they need, seven bits each, the lowest first.
void append_number(Bytes& out, std::uint64_t value) {
  for (; value >= kMoreOctets; value >>= kBitsInOctet) out.push_back(static_cast<char>(value | kMoreOctets));
  out.push_back(static_cast<char>(value));
}

/// The Form that writes. What it is given must live as long as it does.
class Encoder {
 public:
  Encoder() {
    constexpr std::size_t kUsualSize = 6144;
    sets_.reserve(kUsualSize);
    body_.reserve(kUsualSize / 3);
    known_names_.reserve(32);
    known_sets_.reserve(32);
  }

  Bytes run(const ZoneEvidence& evidence) {
    evidence_fields(*this, evidence);
    Bytes tables;
    append_number(tables, known_names_.size());
    for (const dns::Name* each : known_names_) {
      append_number(tables, each->wire().size());
      tables += each->wire();
    }
    append_number(tables, known_sets_.size());
    return frame(tables, sets_, body_);
  }

  template <typename T>
  void number(const T& value) {
    append_number(*out_, static_cast<std::uint64_t>(value));
  }
  template <typename T>
  void choice(const T& value, unsigned /*last*/) {
    number(value);
  }
  template <typename... Flags>
  void flags(const Flags&... all) {
    std::uint64_t bits = 0;
    unsigned at = 0;
    ((bits |= std::uint64_t{all} << at++), ...);
    number(bits);
  }
  void text(BytesView octets) {
    number(octets.size());
    *out_ += octets;
  }
  void address(const IpAddress& value) { text(value.bytes()); }
  void name(const dns::Name& value) {
    const auto known = std::find_if(known_names_.begin(), known_names_.end(),
                                    [&value](const dns::Name* each) { return *each == value; });
    number(known - known_names_.begin());
    if (known == known_names_.end()) known_names_.push_back(&value);
  }
  template <typename T, typename PutEach>
  void list(const std::vector<T>& values, PutEach put_each) {
    number(values.size());
    for (const T& value : values) put_each(value);
  }
  template <typename T, typename Put>
  void optional(const std::optional<T>& value, Put put) {
    number(value.has_value());
    if (value) put(*value);
  }
  template <typename T>
  void choices(const std::set<T>& values, unsigned /*last*/) {
    number(values.size());
    for (const T value : values) number(value);
  }
  void known_content(const WholeZoneLook& whole) { text(whole.digest().bytes()); }
  void sets(const std::vector<dns::RRset>& values) {
    number(values.size());
    for (const dns::RRset& value : values) number(index_of(value));
  }

 private:
  /// Equal sets of several answers and servers stand in the table once.
  std::size_t index_of(const dns::RRset& value) {
    const auto known = std::find_if(known_sets_.begin(), known_sets_.end(),
                                    [&value](const dns::RRset* each) { return same_set(*each, value); });
    const auto index = static_cast<std::size_t>(known - known_sets_.begin());
    if (known != known_sets_.end()) return index;
    known_sets_.push_back(&value);
    out_ = &sets_;
    set_fields(*this, value);
    out_ = &body_;
    return index;
  }

  std::vector<const dns::Name*> known_names_;
  std::vector<const dns::RRset*> known_sets_;
  Bytes sets_, body_;
  Bytes* out_ = &body_;
};

}  // namespace

Bytes encode(const ZoneEvidence& evidence) { return Encoder().run(evidence); }

}  // namespace anchorwatch::evidence
