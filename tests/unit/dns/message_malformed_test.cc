// SPDX-License-Identifier: Apache-2.0
// What hostile or broken servers send.
#include <memory>

#include <gtest/gtest.h>

#include "anchorwatch/core/random.h"
#include "anchorwatch/dns/message.h"
#include "anchorwatch/dns/rdata.h"

#include "unit/dns/message_writer.h"

namespace anchorwatch::dns {
namespace {

const Name kZone = name_of("example.com");
const Bytes kAddress = bytes_of("\xc0\0\2\1");

/// Decodes from a heap block of just this size, so that a sanitizer sees any read beyond it.
Result<Message> decode_exact(BytesView wire) {
  const auto block = std::make_unique<char[]>(wire.size());
  wire.copy(block.get(), wire.size());
  return decode_message(BytesView(block.get(), wire.size()));
}

void expect_refused(BytesView wire, const char* what, ErrorCode code = ErrorCode::kParse) {
  const Result<Message> message = decode_exact(wire);
  ASSERT_FALSE(message) << what;
  EXPECT_EQ(message.error().code(), code) << what << ": " << message.error().message();
}

/// Uses whatever decoding gave, as a caller would.
void use(const Message& message) {
  for (const auto* section : {&message.answer, &message.authority, &message.additional}) {
    for (const RRset& set : *section) {
      EXPECT_FALSE(set.owner.to_text().empty());
      EXPECT_FALSE(set.rdatas.empty() && set.rrsigs.empty());
      for (const Bytes& rdata : set.rdatas) {
        EXPECT_FALSE(rdata_to_text(set.type, rdata).empty());
        (void)key_tag(rdata);
      }
    }
  }
  (void)message.extended_errors();
}

TEST(Malformed, EveryTruncationIsRefused) {
  const Bytes wire = signed_answer();
  ASSERT_TRUE(decode_exact(wire));
  for (std::size_t size = 0; size < wire.size(); ++size) {
    expect_refused(BytesView(wire).substr(0, size), std::to_string(size).c_str());
  }
}

TEST(Malformed, TrailingOctetsAreRefused) {
  expect_refused(signed_answer() + '\0', "one octet more");
}

TEST(Malformed, CountsThatLieAreRefused) {
  for (const std::size_t at : {4U, 6U, 8U, 10U}) {
    for (const int change : {-1, 1}) {
      Bytes wire = signed_answer();
      set_u16(wire, at, static_cast<std::uint16_t>(read_u16(wire, at) + change));
      expect_refused(wire, ("count at " + std::to_string(at)).c_str());
    }
  }
}

TEST(Malformed, TooManyRecordsAreRefusedBeforeAnyIsRead) {
  for (const std::size_t at : {6U, 8U, 10U}) {
    Bytes wire = signed_answer();
    set_u16(wire, at, 2001);
    expect_refused(wire, "2001 records", ErrorCode::kLimitExceeded);
  }
  expect_refused(Bytes(65536, '\0'), "65536 octets", ErrorCode::kLimitExceeded);
}

TEST(Malformed, TwoQuestionsAreRefused) {
  MessageWriter writer;
  writer.question(kZone, RrType::kA).question(kZone, RrType::kA);
  expect_refused(writer.wire(), "two questions");
}

TEST(Malformed, OptRules) {
  expect_refused(MessageWriter().opt().opt().wire(), "a second OPT");
  expect_refused(MessageWriter().answer(bytes_of("\0"), RrType::kOpt, "").wire(), "OPT as answer");
  MessageWriter owned;
  owned.record(MessageWriter::kAdditional, bytes_of("\1x\0"), RrType::kOpt, "");
  expect_refused(owned.wire(), "OPT with an owner");
  expect_refused(MessageWriter().opt(bytes_of("\0\3\0")).wire(), "half an option head");
  expect_refused(MessageWriter().opt(bytes_of("\0\3\0\1")).wire(), "option cut off");
}

TEST(Malformed, TransactionRecordsAreRefused) {
  for (const RrType type : {RrType::kTsig, RrType::kTkey}) {
    for (const auto section : {MessageWriter::kAnswer, MessageWriter::kAdditional}) {
      MessageWriter writer;
      writer.record(section, bytes_of("\1k\0"), type, Bytes(40, '\0'), 0, 255);
      expect_refused(writer.wire(), to_string(type).c_str());
    }
  }
}

TEST(Malformed, PointersOnlyGoBack) {
  // The first owner starts at 12.
  const auto refused = [](const Bytes& owner, const char* what) {
    expect_refused(MessageWriter().answer(owner, RrType::kA, kAddress).wire(), what);
  };
  refused(bytes_of("\xc0\x0c"), "at itself");
  refused(bytes_of("\1a\xc0\x0c"), "at its own start");
  refused(bytes_of("\xc0\x0e"), "forward");
  refused(bytes_of("\xc0\x00"), "into the header");
  refused(bytes_of("\xff\xff"), "out of the message");
  refused(bytes_of("\xc0"), "half a pointer");
  refused(bytes_of("\x80\0"), "a label type that is reserved");
}

TEST(Malformed, ALoopOfTwoPointersIsRefused) {
  MessageWriter writer;
  // TXT strings hold the octets; the owner of the second record points into them.
  writer
      .answer(bytes_of("\0"), RrType::kTxt, bytes_of("\4\xc0\x1a\xc0\x18"))  // 24 -> 26 -> 24
      .answer(bytes_of("\xc0\x18"), RrType::kA, kAddress);
  expect_refused(writer.wire(), "a loop");
}

TEST(Malformed, ALongChainOfPointersIsRefused) {
  Bytes chain;  // Each pointer leads to the one before; the first to a root label.
  for (std::uint16_t i = 0; i < 200; ++i) {
    append_u16(chain, static_cast<std::uint16_t>(0xc000 + (i == 0 ? 12 : 23 + 2 * (i - 1))));
  }
  const auto with_owner_at_link = [&chain](std::uint16_t link) {
    Bytes owner;
    append_u16(owner, static_cast<std::uint16_t>(0xc000 + 23 + 2 * link));
    MessageWriter writer;
    writer.answer(bytes_of("\0"), RrType{65280}, chain).answer(owner, RrType::kA, kAddress);
    return writer.wire();
  };
  EXPECT_TRUE(decode_exact(with_owner_at_link(50)));
  expect_refused(with_owner_at_link(199), "200 pointers");
}

TEST(Malformed, NamesOver255OctetsAreRefused) {
  Bytes base;
  for (int i = 0; i < 3; ++i) base += bytes_of("\x3f") + Bytes(63, 'a');
  MessageWriter fits;
  fits.answer(base + bytes_of("\0"), RrType::kA, kAddress)
      .answer(bytes_of("\x3d") + Bytes(61, 'b') + bytes_of("\xc0\x0c"), RrType::kA, kAddress);
  EXPECT_TRUE(decode_exact(fits.wire()));
  MessageWriter over;
  over.answer(base + bytes_of("\0"), RrType::kA, kAddress)
      .answer(bytes_of("\x3e") + Bytes(62, 'b') + bytes_of("\xc0\x0c"), RrType::kA, kAddress);
  expect_refused(over.wire(), "256 octets");
}

TEST(Malformed, RdataMustFitItsType) {
  const auto refused = [](RrType type, const Bytes& rdata, const char* what) {
    expect_refused(MessageWriter().answer(kZone.wire(), type, rdata).wire(), what);
  };
  refused(RrType::kA, "", "A without address");
  refused(RrType::kA, bytes_of("\1\2\3"), "A of 3 octets");
  refused(RrType::kA, bytes_of("\1\2\3\4\5"), "A of 5 octets");
  refused(RrType::kAaaa, Bytes(4, '\0'), "AAAA of 4 octets");
  refused(RrType::kNs, bytes_of("\1a"), "NS without root label");
  refused(RrType::kNs, bytes_of("\1a\0x"), "NS with an octet more");
  refused(RrType::kTxt, bytes_of("\5abc"), "TXT cut off");
  refused(RrType::kTxt, "", "TXT without string");
  refused(RrType::kSoa, bytes_of("\0\0") + Bytes(19, '\0'), "SOA of 4 numbers and 3 octets");
  refused(RrType::kSoa, bytes_of("\0\0") + Bytes(16, '\0'), "SOA of 4 numbers");
  refused(RrType::kNsec3, bytes_of("\1\0\0\0\0\5abcd"), "NSEC3 hash cut off");
  refused(RrType::kRrsig, "", "RRSIG of nothing");
  refused(RrType::kRrsig, rrsig_rdata(RrType::kA, "", ""), "RRSIG without signer");
  refused(RrType::kRrsig, rrsig_rdata(RrType::kA, kZone.wire(), ""), "RRSIG without signature");
  refused(RrType::kRrsig, rrsig_rdata(RrType::kA, bytes_of("\3ab"), ""), "RRSIG, signer cut off");
}

// ldns_wire2pkt reads on behind the fields of a record, so that a record hidden in the RDATA of
// another one would come out as data.
TEST(Malformed, OverlongRdataSmugglesNothingIn) {
  MessageWriter writer;
  writer.answer(bytes_of("\1a\0"), RrType::kA, kAddress + bytes_of("\0\0\2\0\1\0\0\0\5\0\0\0\0"));
  expect_refused(writer.wire(), "a record inside RDATA");
}

TEST(Malformed, ANameInRdataDoesNotReachBeyondIt) {
  MessageWriter writer;  // The name would end in the next record.
  writer.answer(kZone.wire(), RrType::kNs, bytes_of("\1a"))
      .answer(bytes_of("\0"), RrType::kA, kAddress);
  expect_refused(writer.wire(), "NS beyond its RDATA");
}

TEST(Malformed, ErrorsNameTheRecord) {
  const auto message = decode_exact(MessageWriter().answer(kZone.wire(), RrType::kA, "x").wire());
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().message(),
            "message: answer section, A record: the RDATA does not fit the type");
}

TEST(Malformed, RandomMutationsNeverCrash) {
  const Bytes original = signed_answer();
  SeededRandom random(20326);
  int taken = 0;
  for (int round = 0; round < 10000; ++round) {
    Bytes wire = original;
    const std::uint64_t edits = 1 + random.below(4);
    for (std::uint64_t i = 0; i < edits; ++i) {
      const std::size_t at = random.below(wire.size());
      switch (random.below(4)) {
        case 0: wire[at] = static_cast<char>(random.below(256)); break;
        case 1: wire[at] = static_cast<char>(octet(wire, at) ^ (1U << random.below(8))); break;
        case 2: wire.erase(at, 1 + random.below(4)); break;
        default: wire.insert(at, 1, static_cast<char>(random.below(256))); break;
      }
      if (wire.empty()) break;
    }
    const Result<Message> message = decode_exact(wire);
    if (!message) continue;
    ++taken;
    use(*message);
  }
  EXPECT_GT(taken, 100) << "mutations that all fail early test little";
}

TEST(Malformed, RandomOctetsNeverCrash) {
  SeededRandom random(38696);
  for (int round = 0; round < 10000; ++round) {
    Bytes wire(12 + random.below(60), '\0');
    for (std::size_t i = 12; i < wire.size(); ++i) wire[i] = static_cast<char>(random.below(64));
    set_u16(wire, 6, static_cast<std::uint16_t>(random.below(4)));
    if (const Result<Message> message = decode_exact(wire)) use(*message);
  }
}

}  // namespace
}  // namespace anchorwatch::dns
