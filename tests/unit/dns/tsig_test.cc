// SPDX-License-Identifier: Apache-2.0
// TSIG. The octets were made with dnspython 2.3, with the key 00 01 … 1f called k1.example.
#include "anchorwatch/dns/tsig.h"

#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/dns/zone_transfer.h"

#include "unit/dns/message_writer.h"

namespace anchorwatch::dns {
namespace {

constexpr UnixSeconds kNow = 1767225600;
constexpr std::uint16_t kId = 0x1234;

const char* const kQueryMac = "a4002fe6308a37be188c0e0d42157f0cb1f954e8a63d99cebf0a366c1d95db2b";
/// SOA and a record, with a MAC.
const char* const kFirst =
    "123484000001000200000001076578616d706c650000fc0001c00c000600010000012c001b026e73000168000000"
    "0007000000010000000100000001000000010161c00c000100010000012c0004c0000201026b31076578616d706c"
    "650000fa00ff00000000003d0b686d61632d7368613235360000006955b901012c0020796034213ac211dc5071f5"
    "6e66934f91c019aedfe5bf47ea4f82ba5cc4047a9f123400000000";
/// A record, without.
const char* const kMiddle =
    "1234840000000001000000000162076578616d706c6500000100010000012c0004c0000202";
/// The SOA again, with a MAC over this message and the one before.
const char* const kLast =
    "123484000000000100000001076578616d706c6500000600010000012c001b026e73000168000000000700000001"
    "000000010000000100000001026b31076578616d706c650000fa00ff00000000003d0b686d61632d736861323536"
    "0000006955b902012c002056b0abc352259f1ac188c728eda87f569a81ffdcd815409b326a640396a3f1bc123400"
    "000000";

TsigKey key(HmacHash hash = HmacHash::kSha256) {
  TsigKey key;
  key.name = name_of("k1.example.");
  key.hash = hash;
  for (int i = 0; i < 32; ++i) key.secret += static_cast<char>(i);
  return key;
}

Bytes octets(const char* hex) { return *from_hex(hex); }

TEST(Tsig, SignsAQuery) {
  const Bytes query = encode_transfer_query(name_of("example."), kId);
  EXPECT_EQ(to_hex(query), "123400000001000000000000076578616d706c650000fc0001");
  const SignedQuery with_key = sign_query(query, key(), kNow);
  EXPECT_EQ(to_hex(with_key.mac), kQueryMac);
  EXPECT_EQ(read_u16(with_key.wire, 10), 1);
  EXPECT_NE(with_key.wire.find(with_key.mac), Bytes::npos);
  EXPECT_EQ(
      to_hex(sign_query(query, key(HmacHash::kSha384), kNow).mac),
      "1ba817bfe78151fc2eebdcd2f3405f4c2817fe626da5f3260691c74897d8387dbea0a32ddd97e39442158c2"
      "728770653");
  EXPECT_EQ(
      to_hex(sign_query(query, key(HmacHash::kSha512), kNow).mac),
      "00075e180a70d481de92b5725cfd506d1578741a7f1eb89011ff5ae64881406d6f57aeeb23c447361f1e5fc"
      "cfb1cab78d1befc9d3baa46fbab4f10513846f927");
}

struct Verified {
  explicit Verified(TsigKey with = key()) : verifier(std::move(with), octets(kQueryMac)) {}
  std::string take(const Bytes& wire, UnixSeconds now = kNow) {
    Result<Bytes> taken = verifier.take(wire, now);
    return taken ? to_hex(*taken) : taken.error().message();
  }
  TsigVerifier verifier;
};

TEST(Tsig, VerifiesMessagesOfATransfer) {
  Verified stream;
  const std::string first = stream.take(octets(kFirst));
  EXPECT_TRUE(first.starts_with("123484000001000200000000")) << first;  // One record less.
  EXPECT_EQ(stream.take(octets(kMiddle)), kMiddle);
  EXPECT_FALSE(stream.verifier.finish());  // Nothing vouches for it yet.
  EXPECT_TRUE(stream.take(octets(kLast)).starts_with("1234840000000001")) << "last";
  EXPECT_TRUE(stream.verifier.finish());
}

TEST(Tsig, AnyChangeIsSeen) {
  const Bytes first = octets(kFirst);
  for (std::size_t at = 0; at < first.size(); ++at) {
    // The id in the header is no part of the digest: servers may change it.
    if (at < 2) continue;
    Bytes damaged = first;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    Verified stream;
    EXPECT_FALSE(stream.verifier.take(damaged, kNow)) << "octet " << at;
  }
  Verified stream;
  stream.take(first);
  Bytes middle = octets(kMiddle);
  middle.back() ^= 1;
  EXPECT_TRUE(stream.verifier.take(middle, kNow));
  EXPECT_EQ(stream.take(octets(kLast)), "TSIG: the signature of the answer does not hold");
}

TEST(Tsig, LostAndStrangeMessagesAreSeen) {
  Verified lost;
  lost.take(octets(kFirst));
  EXPECT_EQ(lost.take(octets(kLast)), "TSIG: the signature of the answer does not hold");
  Verified unsigned_first;
  EXPECT_EQ(unsigned_first.take(octets(kMiddle)), "TSIG: the answer is not signed");
  TsigKey other = key();
  other.name = name_of("k2.example.");
  Verified strange(other);
  EXPECT_EQ(strange.take(octets(kFirst)),
            "TSIG: the answer is signed with another key, k1.example.");
}

TEST(Tsig, TimesMustAgree) {
  Verified late;
  EXPECT_EQ(late.take(octets(kFirst), kNow + 302),
            "TSIG: the answer was signed 301 seconds from now: the clock of the server or ours is "
            "wrong");
  Verified in_time;
  EXPECT_TRUE(in_time.verifier.take(octets(kFirst), kNow + 301));
}

TEST(Tsig, AHundredMessagesWithoutASignatureAreTooMany) {
  Verified stream;
  stream.take(octets(kFirst));
  for (int i = 0; i < 99; ++i) EXPECT_TRUE(stream.verifier.take(octets(kMiddle), kNow));
  EXPECT_EQ(stream.take(octets(kMiddle)), "TSIG: 100 messages without a signature");
}

TEST(TsigKeyFile, BothFormsAreRead) {
  const TsigKey block = *parse_tsig_key(
      "# made by hand\nkey \"K1.example\" {\n  algorithm HMAC-SHA512; // strong\n"
      "  secret \"AAECAw==\";\n};\n");
  EXPECT_EQ(block.name, name_of("k1.example."));
  EXPECT_EQ(block.hash, HmacHash::kSha512);
  EXPECT_EQ(to_hex(block.secret), "00010203");
  const TsigKey line = *parse_tsig_key("k1.example:AAECAw==\n");
  EXPECT_EQ(line.hash, HmacHash::kSha256);
  EXPECT_EQ(line.name, name_of("k1.example."));
  EXPECT_EQ(parse_tsig_key("hmac-sha384:k1:AAECAw==")->hash, HmacHash::kSha384);
}

TEST(TsigKeyFile, MistakesAreNamedAndSecretsAreNot) {
  const auto complaint = [](std::string_view text) {
    Result<TsigKey> key = parse_tsig_key(text);
    return key ? std::string("fine") : key.error().message();
  };
  EXPECT_EQ(complaint(""), "TSIG key: the file is empty");
  EXPECT_EQ(complaint("hmac-md5:k1:AAECAw=="),
            "TSIG key: the algorithm is none of hmac-sha256, hmac-sha384, hmac-sha512");
  EXPECT_EQ(complaint("k1:not base64"),
            "TSIG key: neither a key block nor [ALGORITHM:]NAME:SECRET");
  EXPECT_EQ(complaint("k1:se?cret"), "TSIG key: the secret is not in base64");
  EXPECT_EQ(complaint("key \"k1\" { algorithm hmac-sha256 secret \"AAECAw==\"; };"),
            "TSIG key: a semicolon is missing");
}

}  // namespace
}  // namespace anchorwatch::dns
