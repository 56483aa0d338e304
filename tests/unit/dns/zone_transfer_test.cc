// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/zone_transfer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "anchorwatch/dns/message.h"
#include "anchorwatch/dns/zone_source.h"
#include "anchorwatch/dns/zone_text.h"

#include "unit/dns/message_writer.h"

namespace anchorwatch::dns {
namespace {

constexpr std::uint16_t kId = 77;

/// A message of a transfer with the records of `text` in its answer section.
Bytes message_of(std::string_view text, unsigned flags = 0x8400, bool question = false) {
  Bytes body;
  std::uint16_t count = 0;
  const Result<std::vector<RRset>> sets = parse_zone_text(text, name_of("example."));
  for (const RRset& set : *sets) {
    for (const Bytes& rdata : set.rdatas) {
      body += set.owner.wire();
      append_u16(body, static_cast<std::uint16_t>(set.type));
      append_u16(body, 1);
      append_u32(body, set.ttl);
      append_u16(body, static_cast<std::uint16_t>(rdata.size()));
      body += rdata;
      ++count;
    }
  }
  Bytes out;
  append_u16(out, kId);
  append_u16(out, static_cast<std::uint16_t>(flags));
  append_u16(out, question ? 1 : 0);
  append_u16(out, count);
  append_u32(out, 0);
  if (question) {
    out += name_of("example.").wire();
    append_u16(out, 252);
    append_u16(out, 1);
  }
  return out + body;
}

const std::string kSoa = "@ 300 SOA ns h 7 1 1 1 1\n";

std::string take(TransferReader& reader, const Bytes& wire) {
  Result<bool> taken = reader.take(wire);
  if (!taken) return taken.error().message();
  return *taken ? "complete" : "more";
}

TEST(ZoneTransfer, PutsMessagesTogether) {
  TransferReader reader(name_of("example."), kId);
  EXPECT_EQ(take(reader, message_of(kSoa + "@ 300 NS ns\na 300 A 192.0.2.1\n", 0x8400, true)),
            "more");
  EXPECT_EQ(take(reader, message_of("a 300 A 192.0.2.2\nb 300 TXT x\n")), "more");
  EXPECT_EQ(take(reader, message_of(kSoa)), "complete");
  const std::vector<RRset> sets = reader.sets();
  EXPECT_EQ(sets.size(), 4U);
  EXPECT_EQ(reader.records(), 5U);
  EXPECT_EQ(find_rrset(sets, name_of("a.example."), RrType::kA)->rdatas.size(), 2U);
  EXPECT_EQ(find_rrset(sets, name_of("example."), RrType::kSoa)->rdatas.size(), 1U);
}

TEST(ZoneTransfer, OneMessageIsEnough) {
  TransferReader reader(name_of("example."), kId);
  Bytes wire = message_of(kSoa + "@ 300 NS ns\n", 0x8400, true);
  const Bytes soa = message_of(kSoa).substr(12);
  wire[7] = 3;
  EXPECT_EQ(take(reader, wire + soa), "complete");
}

TEST(ZoneTransfer, WhatIsNoTransferIsNamed) {
  const auto first = [](const Bytes& wire) {
    TransferReader reader(name_of("example."), kId);
    return take(reader, wire);
  };
  EXPECT_EQ(first(message_of("", 0x8405)), "the server answers REFUSED");
  EXPECT_EQ(first(message_of("", 0x8409)), "the server answers NOTAUTH");
  EXPECT_EQ(first(message_of(kSoa, 0x0400)), "a message of the transfer is no answer");
  EXPECT_EQ(first(message_of(kSoa, 0x8600)), "a message of the transfer is cut short");
  EXPECT_EQ(first(message_of("a 300 A 192.0.2.1\n")),
            "the transfer does not begin with the SOA of the zone");
  EXPECT_EQ(first(Bytes(5, '\0')), "a message of the transfer is shorter than its header");
  Bytes other_id = message_of(kSoa);
  other_id[1] = 9;
  EXPECT_EQ(first(other_id), "a message of the transfer has another id");
  Bytes other_question = message_of(kSoa, 0x8400, true);
  other_question[21] = 6;  // SOA instead of AXFR (and the upper octet stays 0).
  EXPECT_NE(first(other_question), "more");
  EXPECT_EQ(first(message_of(kSoa).substr(0, 40)).substr(0, 8), "message:");
}

TEST(ZoneTransfer, AZoneThatChangesUnderWayIsNotUsed) {
  TransferReader reader(name_of("example."), kId);
  EXPECT_EQ(take(reader, message_of(kSoa)), "more");
  EXPECT_EQ(take(reader, message_of("@ 300 SOA ns h 8 1 1 1 1\n")),
            "the zone changed during the transfer");
}

TEST(ZoneSource, AddressesAndPortsAreRead) {
  const auto read = [](std::string_view text) {
    ZoneSource source;
    if (!parse_transfer_server(text, source)) return std::string("no");
    return source.server->to_text() + " " + std::to_string(source.port);
  };
  EXPECT_EQ(read("192.0.2.1"), "192.0.2.1 0");
  EXPECT_EQ(read("192.0.2.1:5353"), "192.0.2.1 5353");
  EXPECT_EQ(read("2001:db8::1"), "2001:db8::1 0");
  EXPECT_EQ(read("[2001:db8::1]:5353"), "2001:db8::1 5353");
  for (const char* text : {"", "ns1.example", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:70000",
                           "192.0.2.1:5x", "[2001:db8::1]", "2001:db8::1:x:5"}) {
    EXPECT_EQ(read(text), "no") << text;
  }
}

TEST(ZoneTextReader, TextMayComeInPiecesOfAnySize) {
  const std::string text =
      "$TTL 1h\n; a comment (with a parenthesis\r\n$ORIGIN example.\n@ SOA ns h (\n 7 1 ; serial\n"
      " 1 1 1 )\n  NS ns\na\\.b TXT \"x;y\" \"z\\\"\"\nc 60 A 192.0.2.1";
  const std::vector<RRset> whole = *parse_zone_text(text, Name());
  ASSERT_EQ(whole.size(), 4U);
  for (std::size_t size = 1; size < text.size(); ++size) {
    ZoneTextReader reader{Name()};
    for (std::size_t at = 0; at < text.size(); at += size) {
      ASSERT_TRUE(reader.feed(std::string_view(text).substr(at, size))) << size;
    }
    const Result<std::vector<RRset>> sets = reader.finish();
    ASSERT_TRUE(sets) << size;
    ASSERT_EQ(sets->size(), whole.size()) << size;
    for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_TRUE((*sets)[i].same_data(whole[i]));
  }
}

TEST(ZoneTextReader, MistakesNameTheirLine) {
  const auto complaint = [](std::string_view text) {
    ZoneTextReader reader(name_of("example."));
    for (const char c : text) {
      if (Result<void> fed = reader.feed(std::string_view(&c, 1)); !fed)
        return fed.error().message();
    }
    const Result<std::vector<RRset>> sets = reader.finish();
    return sets ? std::string("fine") : sets.error().message();
  };
  EXPECT_EQ(complaint("@ A 192.0.2.1\n\n$INCLUDE other\n"),
            "line 3: only the directives $TTL and $ORIGIN are supported");
  EXPECT_EQ(complaint("@ A 192.0.2.1\n@ TXT (\n"), "line 2: a parenthesis is not closed");
  EXPECT_EQ(complaint("@ TXT \"x\n"), "line 1: a quoted string does not end on its line");
  EXPECT_EQ(complaint("a A 192.0.2.1\nb A 192.0.2.256"),
            "line 2: A record: Syntax error, could not parse the RR's rdata");
}

}  // namespace
}  // namespace anchorwatch::dns
