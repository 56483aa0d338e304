// SPDX-License-Identifier: Apache-2.0
// Holds our RDATA decoding against that of ldns, over all types that ldns can read as text.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "anchorwatch/dns/ldns.h"
#include "anchorwatch/dns/message.h"

#include "unit/dns/message_writer.h"

namespace anchorwatch::dns {
namespace {

const std::vector<std::string> kRecords = {
    "A 192.0.2.1",
    "NS Ns1.Example.COM.",
    "MD Ns1.Example.COM.",
    "MF Ns1.Example.COM.",
    "CNAME Target.Example.COM.",
    "SOA Ns1.Example.COM. Host.Example.COM. 1 2 3 4 5",
    "MB Box.Example.COM.",
    "MG Box.Example.COM.",
    "MR Box.Example.COM.",
    "WKS 192.0.2.1 TCP 25",
    "PTR Host.Example.COM.",
    "HINFO \"CPU\" \"OS\"",
    "MINFO A.Example.COM. B.Example.COM.",
    "MX 10 Mail.Example.COM.",
    "TXT \"One\" \"Two\" \"\"",
    "RP A.Example.COM. B.Example.COM.",
    "AFSDB 1 A.Example.COM.",
    "X25 \"311061700956\"",
    "ISDN \"150862028003217\" \"004\"",
    "RT 1 A.Example.COM.",
    "KEY 256 3 8 AQID",
    "PX 1 A.Example.COM. B.Example.COM.",
    "GPOS \"1\" \"2\" \"3\"",
    "AAAA 2001:db8::1",
    "LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m",
    "SRV 1 2 3 A.Example.COM.",
    "NAPTR 1 2 \"u\" \"E2U+sip\" \"!^.*$!sip:A@B!\" R.Example.COM.",
    "KX 1 A.Example.COM.",
    "CERT PKIX 1 8 AQID",
    "DNAME A.Example.COM.",
    "APL 1:192.168.32.0/21 !1:192.168.38.0/28",
    "DS 1 8 2 AABB",
    "SSHFP 1 1 AABB",
    "IPSECKEY 10 1 2 192.0.2.38 AQID",
    "NSEC B.Example.COM. A NS RRSIG",
    "DNSKEY 257 3 13 AQID",
    "DHCID AQID",
    "NSEC3 1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX",
    "NSEC3PARAM 1 0 0 -",
    "TLSA 3 1 1 AABB",
    "SMIMEA 3 1 1 AABB",
    "HIP 2 200100107B1A74DF365639CC39F1D578 AQID Rvs.Example.COM.",
    "TALINK A.Example.COM. B.Example.COM.",
    "CDS 0 0 0 00",
    "CDNSKEY 0 3 0 AA==",
    "OPENPGPKEY AQID",
    "CSYNC 66 3 A NS",
    "ZONEMD 1 1 1 00112233445566778899AABB",
    "SVCB 1 A.Example.COM. alpn=h2",
    "HTTPS 0 A.Example.COM.",
    "SPF \"v=spf1 -all\"",
    "NID 10 0014:4fff:ff20:ee64",
    "L32 10 10.1.2.0",
    "L64 10 2001:0DB8:1140:1000",
    "LP 10 A.Example.COM.",
    "EUI48 00-00-5e-00-53-2a",
    "EUI64 00-00-5e-ef-10-00-00-2a",
    "URI 10 1 \"https://Example.COM/\"",
    "CAA 0 issue \"Ca.Example\"",
    "DLV 1 8 2 AABB",
    "TYPE65280 \\# 4 0141C00C",
};

LdnsPtr<ldns_rr> parse(const std::string& record) {
  ldns_rr* parsed = nullptr;
  const std::string line = "Www.Example.COM. 300 IN " + record;
  EXPECT_EQ(ldns_rr_new_frm_str(&parsed, line.c_str(), 0, nullptr, nullptr), LDNS_STATUS_OK)
      << line;
  return LdnsPtr<ldns_rr>(parsed);
}

Bytes canonical_by_ldns(const ldns_rr& record) {
  const LdnsPtr<ldns_rr> copy(ldns_rr_clone(&record));
  ldns_rr2canonical(copy.get());
  Bytes out;
  for (std::size_t i = 0; i < ldns_rr_rd_count(copy.get()); ++i) {
    const ldns_rdf* field = ldns_rr_rdf(copy.get(), i);
    out.append(reinterpret_cast<const char*>(ldns_rdf_data(field)), ldns_rdf_size(field));
  }
  return out;
}

/// The wire form that ldns makes, with compression where it uses it.
Bytes message_by_ldns(const std::vector<const ldns_rr*>& records) {
  const LdnsPtr<ldns_pkt> packet(ldns_pkt_query_new(ldns_dname_new_frm_str("Example.COM."),
                                                    LDNS_RR_TYPE_A, LDNS_RR_CLASS_IN, LDNS_QR));
  for (const ldns_rr* record : records) {
    ldns_pkt_push_rr(packet.get(), LDNS_SECTION_ANSWER, ldns_rr_clone(record));
  }
  std::uint8_t* octets = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(ldns_pkt2wire(&octets, packet.get(), &size), LDNS_STATUS_OK);
  const Bytes wire(reinterpret_cast<char*>(octets), size);
  std::free(octets);
  return wire;
}

TEST(AgainstLdns, EveryTypeHasTheSameCanonicalRdata) {
  for (const std::string& text : kRecords) {
    const LdnsPtr<ldns_rr> record = parse(text);
    ASSERT_TRUE(record) << text;
    const Result<Message> message = decode_message(message_by_ldns({record.get()}));
    ASSERT_TRUE(message) << text << ": " << message.error().message();
    ASSERT_EQ(message->answer.size(), 1U) << text;
    EXPECT_EQ(to_hex(message->answer[0].rdatas.at(0)), to_hex(canonical_by_ldns(*record))) << text;
  }
}

TEST(AgainstLdns, CompressedNamesOfAllTypesTogether) {
  std::vector<LdnsPtr<ldns_rr>> records;
  std::vector<const ldns_rr*> borrowed;
  for (const std::string& text : kRecords) {
    records.push_back(parse(text));
    borrowed.push_back(records.back().get());
  }
  const Result<Message> message = decode_message(message_by_ldns(borrowed));
  ASSERT_TRUE(message) << message.error().message();
  ASSERT_EQ(message->answer.size(), kRecords.size());
  for (std::size_t i = 0; i < kRecords.size(); ++i) {
    EXPECT_EQ(message->answer[i].owner, name_of("www.example.com"));
    EXPECT_EQ(to_hex(message->answer[i].rdatas.at(0)), to_hex(canonical_by_ldns(*records[i])))
        << kRecords[i];
  }
}

TEST(AgainstLdns, RrsigFields) {
  const LdnsPtr<ldns_rr> record =
      parse("RRSIG A 8 3 300 20300101000000 20200101000000 1234 Example.COM. AQID");
  const Result<Message> message = decode_message(message_by_ldns({record.get()}));
  ASSERT_TRUE(message) << message.error().message();
  const Rrsig& rrsig = message->answer.at(0).rrsigs.at(0);
  EXPECT_EQ(rrsig.rdata_without_signature() + rrsig.signature, canonical_by_ldns(*record));
  EXPECT_EQ(rrsig.expiration, 1893456000U);
  EXPECT_EQ(rrsig.inception, 1577836800U);
}

// Cutting RDATA off may leave a legal record (a shorter key), but must never add or change octets.
TEST(AgainstLdns, TruncatedRdataIsRefusedOrKeptAsItIs) {
  for (const std::string& text : kRecords) {
    const Bytes rdata = canonical_by_ldns(*parse(text));
    const RrType type{static_cast<std::uint16_t>(ldns_rr_get_type(parse(text).get()))};
    for (std::size_t size = 0; size < rdata.size(); ++size) {
      MessageWriter writer;
      writer.answer(bytes_of("\1a\0"), type, BytesView(rdata).substr(0, size));
      const Result<Message> message = decode_message(writer.wire());
      if (!message) continue;
      EXPECT_EQ(message->answer.at(0).rdatas.at(0), rdata.substr(0, size)) << text;
    }
  }
}

}  // namespace
}  // namespace anchorwatch::dns
