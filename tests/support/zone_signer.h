// SPDX-License-Identifier: Apache-2.0
// ZoneSigner: a small signed zone made in the test, and the answers that its server would give.
//
//   ZoneSigner zone("example.", {.denial = ZoneSigner::Denial::kNsec3});
//   zone.add_key(SigningKey(13));
//   zone.add("www A 192.0.2.1");
//   zone.sign();
//   dns::Message answer = zone.answer("www.example.", dns::RrType::kA);
//
// Signed octets are built here a second time, so that a mistake in the validator does not cancel
// out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/dns/message.h"
#include "anchorwatch/dns/rrset.h"
#include "anchorwatch/dnssec/signed_rrset.h"

#include "support/zone_signer_key.h"

namespace anchorwatch {

/// Name::from_text for literals; throws on bad text.
dns::Name name_of(std::string_view text);
/// Zone text to RRsets, RRSIGs included; throws on bad text.
std::vector<dns::RRset> records_of(std::string_view text, std::string_view origin = ".");
/// The one RRset of `text`.
dns::RRset rrset_of(std::string_view text, std::string_view origin = ".");
/// RFC 4034 §4.1.2.
Bytes type_bitmap_of(std::vector<dns::RrType> types);

/// What a signature says beside the truth. Times are low 32 bits on the wire.
struct SignOptions {
  UnixSeconds inception = 0;
  UnixSeconds expiration = 0;
  std::optional<int> labels;  ///< Instead of the owner's.
  std::optional<std::uint32_t> original_ttl;
  std::optional<std::uint16_t> key_tag;
  std::optional<std::uint8_t> algorithm;  ///< In the RRSIG; the key's own signs.
};
/// One RRSIG over `set`. @param signer  usually the zone.
dns::Rrsig make_rrsig(const dns::RRset& set, const SigningKey& key, const dns::Name& signer,
                      const SignOptions& options);

class ZoneSigner {
 public:
  enum class Denial : std::uint8_t { kNone, kNsec, kNsec3, kNsec3OptOut };
  /// 2026-01-01T00:00:00Z, as VirtualExecutor::kStart.
  static constexpr UnixSeconds kNow = 1767225600;
  struct Options {
    Denial denial = Denial::kNsec;
    UnixSeconds inception = kNow - 86400;
    UnixSeconds expiration = kNow + 13 * UnixSeconds{86400};
    std::uint16_t nsec3_iterations = 0;
    Bytes nsec3_salt = {};
    std::uint32_t ttl = 3600;
  };

  explicit ZoneSigner(std::string_view apex) : ZoneSigner(apex, Options()) {}
  /// The zone has a SOA and an NS from the start.
  ZoneSigner(std::string_view apex, Options options);

  /// Keys with the SEP flag sign DNSKEY, CDS and CDNSKEY, the others the rest; if either kind is
  /// missing the other does all.
  void add_key(SigningKey key);
  /// A DNSKEY that is published and signs nothing.
  void publish(const Bytes& dnskey);
  /// Zone-file records; names relative to the apex.
  void add(std::string_view text);
  void add_record(const dns::Name& owner, dns::RrType type, Bytes rdata);
  /// Makes DNSKEY, NSEC or NSEC3 and all RRSIGs. Call once, after the records.
  void sign();

  [[nodiscard]] const dns::Name& apex() const { return apex_; }
  [[nodiscard]] SignOptions sign_options() const;
  /// The set, which must exist; may be changed to plant a fault.
  dns::RRset& at(std::string_view owner, dns::RrType type);
  /// Replaces all signatures of a set.
  void sign_again(dns::RRset& set, const SigningKey& key, const SignOptions& options) const;
  [[nodiscard]] dnssec::ZoneKeys keys() const;
  /// One SHA-256 DS for each key with SEP, or for each key when none has it.
  [[nodiscard]] std::vector<Bytes> ds() const;
  /// The zone with its glue, signatures and denial records.
  [[nodiscard]] std::vector<dns::RRset> sets() const;

  /// An authoritative answer with DNSSEC records: positive, alias, wildcard, referral or negative.
  [[nodiscard]] dns::Message answer(std::string_view name, dns::RrType type) const;

 private:
  friend class ZoneAnswer;  // zone_signer_answer.cc
  using Node = std::map<dns::RrType, dns::RRset>;

  [[nodiscard]] bool is_cut(const dns::Name& name) const;
  [[nodiscard]] bool is_below_cut(const dns::Name& name) const;
  [[nodiscard]] bool is_signed_type(const dns::Name& name, dns::RrType type) const;
  [[nodiscard]] std::vector<dns::RrType> types_at(const dns::Name& name) const;
  void make_nsec();
  void make_nsec3();
  [[nodiscard]] std::map<Bytes, dns::Name> nsec3_names() const;
  [[nodiscard]] Bytes nsec3_hash(const dns::Name& name) const;
  void sign_set(dns::RRset& set) const;

  dns::Name apex_;
  Options options_;
  std::vector<SigningKey> keys_;
  std::map<dns::Name, Node> nodes_;
  std::map<Bytes, dns::RRset> nsec3_;  // By hash.
};

}  // namespace anchorwatch
