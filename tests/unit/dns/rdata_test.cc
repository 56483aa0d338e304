// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/rdata.h"

#include <gtest/gtest.h>

#include "anchorwatch/dns/message.h"

#include "unit/dns/message_writer.h"

namespace anchorwatch::dns {
namespace {

// The key-signing keys of the root of 2017 and 2024 (IANA, root-anchors.xml).
constexpr const char* kKsk2017 =
    "257 3 8 "
    "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN"
    "7SWXgnLh4+"
    "B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/"
    "EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/"
    "ilBmSVIzuDWfd"
    "RUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU=";
constexpr const char* kKsk2024 =
    "257 3 8 "
    "AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeH"
    "spaQWOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+"
    "siFUiRAAxm9qyJNg/"
    "wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/"
    "7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBuzZNQ"
    "1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc=";

Bytes rdata_of(RrType type, const char* text) { return parse_rdata_text(type, text).value(); }

/// Every prefix of `rdata` shorter than `least` must be refused; reading none may crash.
template <typename Decode>
void expect_truncations_refused(Decode decode, const Bytes& rdata, std::size_t least) {
  ASSERT_TRUE(decode(rdata));
  for (std::size_t size = 0; size < rdata.size(); ++size) {
    // A copy on the heap of just this size, so that a sanitizer sees a read beyond it.
    const std::string copy(rdata, 0, size);
    const bool taken = decode(BytesView(copy)).has_value();
    if (size < least) {
      EXPECT_FALSE(taken) << size;
    }
  }
}

TEST(KeyTag, OfTheRoot) {
  EXPECT_EQ(key_tag(rdata_of(RrType::kDnskey, kKsk2017)), 20326);
  EXPECT_EQ(key_tag(rdata_of(RrType::kDnskey, kKsk2024)), 38696);
}

TEST(KeyTag, OfTheExampleOfRfc4034) {  // §5.4
  EXPECT_EQ(
      key_tag(rdata_of(RrType::kDnskey,
                       "256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMz"
                       "NXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2"
                       "wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==")),
      60485);
}

TEST(KeyTag, OfAlgorithm1IsTakenFromTheModulus) {  // RFC 4034 §B.1
  EXPECT_EQ(key_tag(bytes_of("\1\1\3\1\1\3\xaa\x12\x34\x56")), 0x1234);
}

TEST(KeyTag, OfAnyOctetsIsDefined) {
  EXPECT_EQ(key_tag(""), 0);
  EXPECT_EQ(key_tag(bytes_of("\1")), 0x100);
  const Bytes rsa_md5 = bytes_of("\1\1\3\1\1\3\xaa\x12\x34");
  for (std::size_t size = 0; size < rsa_md5.size(); ++size) key_tag(std::string(rsa_md5, 0, size));
}

TEST(Dnskey, FlagsAreNamed) {
  const auto key = decode_dnskey(rdata_of(RrType::kDnskey, "385 3 13 AQID")).value();
  EXPECT_TRUE(key.zone_key());
  EXPECT_TRUE(key.sep());
  EXPECT_TRUE(key.revoked());
  EXPECT_EQ(key.protocol, 3);
  EXPECT_EQ(key.algorithm, 13);
  EXPECT_EQ(key.public_key, bytes_of("\1\2\3"));
  const auto zsk = decode_dnskey(rdata_of(RrType::kDnskey, "256 3 13 AQID")).value();
  EXPECT_FALSE(zsk.sep());
  EXPECT_FALSE(zsk.revoked());
}

TEST(Dnskey, TruncationsAreRefused) {
  expect_truncations_refused(decode_dnskey, rdata_of(RrType::kDnskey, kKsk2017), 5);
}

TEST(Ds, ReadsFields) {
  const Bytes rdata = rdata_of(RrType::kDs, "20326 8 2 E06D44B80B8F1D39");
  const auto ds = decode_ds(rdata).value();
  EXPECT_EQ(ds.key_tag, 20326);
  EXPECT_EQ(ds.algorithm, 8);
  EXPECT_EQ(ds.digest_type, 2);
  EXPECT_EQ(to_hex(ds.digest), "e06d44b80b8f1d39");
  expect_truncations_refused(decode_ds, rdata, 5);
}

TEST(DeleteForms, OfCdsAndCdnskeyAreRead) {  // RFC 8078 §4
  EXPECT_EQ(decode_ds(rdata_of(RrType::kCds, "0 0 0 00"))->digest, bytes_of("\0"));
  EXPECT_EQ(decode_dnskey(rdata_of(RrType::kCdnskey, "0 3 0 AA=="))->public_key, bytes_of("\0"));
}

TEST(Nsec, ReadsFields) {
  const Bytes rdata = rdata_of(RrType::kNsec, "Next.Example. A NS RRSIG NSEC");
  const auto nsec = decode_nsec(rdata).value();
  EXPECT_EQ(nsec.next, name_of("next.example"));
  EXPECT_EQ(nsec.types.to_text(), "A NS RRSIG NSEC");
  expect_truncations_refused(decode_nsec, rdata, 14);
  EXPECT_FALSE(decode_nsec(BytesView(rdata).substr(0, rdata.size() - 1)));
  EXPECT_FALSE(decode_nsec(bytes_of("\xc0\x0c\0\1\1"))) << "a pointer";
}

TEST(Nsec3, ReadsFields) {
  const Bytes rdata =
      rdata_of(RrType::kNsec3, "1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX");
  const auto nsec3 = decode_nsec3(rdata).value();
  EXPECT_EQ(nsec3.hash_algorithm, 1);
  EXPECT_TRUE(nsec3.opt_out());
  EXPECT_EQ(nsec3.iterations, 12);
  EXPECT_EQ(to_hex(nsec3.salt), "aabbccdd");
  EXPECT_EQ(to_base32hex(nsec3.next_hash), "2t7b4g4vsa5smi47k61mv5bv1a22bojr");
  EXPECT_EQ(nsec3.types.to_text(), "MX");
  expect_truncations_refused(decode_nsec3, rdata, 30);
}

TEST(Nsec3, MayHaveNoSaltAndNoTypes) {
  const auto nsec3 =
      decode_nsec3(rdata_of(RrType::kNsec3, "1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr")).value();
  EXPECT_TRUE(nsec3.salt.empty());
  EXPECT_FALSE(nsec3.opt_out());
  EXPECT_TRUE(nsec3.types.types().empty());
  EXPECT_FALSE(decode_nsec3(bytes_of("\1\0\0\0\0\0"))) << "a next hash of no octets";
}

TEST(Nsec3Param, ReadsFields) {
  const Bytes rdata = rdata_of(RrType::kNsec3Param, "1 0 10 abcd");
  const auto param = decode_nsec3param(rdata).value();
  EXPECT_EQ(param.iterations, 10);
  EXPECT_EQ(to_hex(param.salt), "abcd");
  expect_truncations_refused(decode_nsec3param, rdata, rdata.size());
  EXPECT_FALSE(decode_nsec3param(rdata + 'x'));
}

TEST(Soa, ReadsFields) {
  const Bytes rdata =
      rdata_of(RrType::kSoa, "Ns1.example. Host.example. 2024010100 7200 900 1209600 300");
  const auto soa = decode_soa(rdata).value();
  EXPECT_EQ(soa.mname, name_of("ns1.example"));
  EXPECT_EQ(soa.rname, name_of("host.example"));
  EXPECT_EQ(soa.serial, 2024010100U);
  EXPECT_EQ(soa.refresh, 7200U);
  EXPECT_EQ(soa.retry, 900U);
  EXPECT_EQ(soa.expire, 1209600U);
  EXPECT_EQ(soa.minimum, 300U);
  expect_truncations_refused(decode_soa, rdata, rdata.size());
  EXPECT_FALSE(decode_soa(rdata + 'x'));
}

TEST(Csync, ReadsFields) {
  const Bytes rdata = rdata_of(RrType::kCsync, "66 3 A NS AAAA");
  const auto csync = decode_csync(rdata).value();
  EXPECT_EQ(csync.serial, 66U);
  EXPECT_EQ(csync.flags, 3);
  EXPECT_EQ(csync.types.to_text(), "A NS AAAA");
  expect_truncations_refused(decode_csync, rdata, 6);
}

TEST(NameRdata, IsOneNameAndNothingElse) {
  expect_truncations_refused(decode_name, name_of("ns1.example").wire(), 13);
  EXPECT_FALSE(decode_name(name_of("ns1.example").wire() + 'x'));
}

TEST(AddressRdata, HasTheSizeOfItsType) {
  EXPECT_EQ(decode_address(RrType::kA, bytes_of("\xc0\0\2\1"))->to_text(), "192.0.2.1");
  EXPECT_EQ(decode_address(RrType::kAaaa, Bytes(15, '\0') + '\1')->to_text(), "::1");
  EXPECT_FALSE(decode_address(RrType::kA, Bytes(16, '\0')));
  EXPECT_FALSE(decode_address(RrType::kAaaa, Bytes(4, '\0')));
  EXPECT_FALSE(decode_address(RrType::kTxt, Bytes(4, '\0')));
  EXPECT_FALSE(decode_address(RrType::kA, ""));
}

}  // namespace
}  // namespace anchorwatch::dns
