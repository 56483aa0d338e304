// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/message.h"

#include <gtest/gtest.h>

#include "anchorwatch/dns/rdata.h"

#include "unit/dns/message_writer.h"

namespace anchorwatch::dns {
namespace {

const Name kZone = name_of("example.com");
const Bytes kAddress1 = bytes_of("\xc0\0\2\1");
const Bytes kAddress2 = bytes_of("\xc0\0\2\2");

Message decoded(const MessageWriter& writer) {
  Result<Message> message = decode_message(writer.wire());
  EXPECT_TRUE(message) << message.error().message();
  return message ? *std::move(message) : Message{};
}

TEST(DecodeMessage, ReadsTheHeader) {
  const Message message = decoded(MessageWriter(0xffb5));
  EXPECT_EQ(message.id, 0x1234);
  EXPECT_EQ(message.opcode, 15);
  EXPECT_EQ(message.rcode, kRcodeRefused);
  EXPECT_TRUE(message.qr && message.aa && message.tc && message.rd && message.ra && message.ad &&
              message.cd);
  EXPECT_FALSE(message.question);
  EXPECT_FALSE(message.edns);
  EXPECT_EQ(message.wire_size, 12U);
  const Message quiet = decoded(MessageWriter(0));
  EXPECT_FALSE(quiet.qr || quiet.aa || quiet.tc || quiet.rd || quiet.ra || quiet.ad || quiet.cd);
}

TEST(DecodeMessage, EachFlagIsItsOwnBit) {
  EXPECT_TRUE(decoded(MessageWriter(0x8000)).qr);
  EXPECT_TRUE(decoded(MessageWriter(0x0400)).aa);
  EXPECT_TRUE(decoded(MessageWriter(0x0200)).tc);
  EXPECT_TRUE(decoded(MessageWriter(0x0100)).rd);
  EXPECT_TRUE(decoded(MessageWriter(0x0080)).ra);
  EXPECT_TRUE(decoded(MessageWriter(0x0020)).ad);
  EXPECT_TRUE(decoded(MessageWriter(0x0010)).cd);
}

TEST(DecodeMessage, ReadsASignedAnswer) {
  const Result<Message> result = decode_message(signed_answer());
  ASSERT_TRUE(result) << result.error().message();
  const Message& message = *result;
  EXPECT_EQ(message.question, (Question{kZone, RrType::kDnskey}));
  ASSERT_EQ(message.answer.size(), 1U);
  const RRset& keys = message.answer[0];
  EXPECT_EQ(keys.owner, kZone);
  EXPECT_EQ(keys.type, RrType::kDnskey);
  EXPECT_EQ(keys.ttl, 300U);
  EXPECT_FALSE(keys.ttls_differ);
  EXPECT_FALSE(keys.had_duplicates);
  ASSERT_EQ(keys.rdatas.size(), 2U);
  EXPECT_EQ(octet(keys.rdatas[0], 1), 0) << "sorted";
  ASSERT_EQ(keys.rrsigs.size(), 1U);
  const Rrsig& rrsig = keys.rrsigs[0];
  EXPECT_EQ(rrsig.type_covered, RrType::kDnskey);
  EXPECT_EQ(rrsig.algorithm, 13);
  EXPECT_EQ(rrsig.labels, 2);
  EXPECT_EQ(rrsig.original_ttl, 3600U);
  EXPECT_EQ(rrsig.expiration, 2000000000U);
  EXPECT_EQ(rrsig.inception, 1900000000U);
  EXPECT_EQ(rrsig.key_tag, 4711);
  EXPECT_EQ(rrsig.signer, kZone);
  EXPECT_EQ(rrsig.signature, Bytes(64, 's'));
  EXPECT_EQ(rrsig.ttl, 300U);
  EXPECT_EQ(rrsig.rdata_without_signature(), rrsig_rdata(RrType::kDnskey, kZone.wire(), ""));
  ASSERT_EQ(message.authority.size(), 1U);
  EXPECT_EQ(message.authority[0].rdatas[0], name_of("ns1.example.com").wire());
  EXPECT_EQ(message.authority[0].rrsigs.size(), 1U);
  ASSERT_EQ(message.additional.size(), 1U);
  EXPECT_EQ(message.additional[0].owner, name_of("ns1.example.com"));
  ASSERT_TRUE(message.edns);
  EXPECT_TRUE(message.edns->dnssec_ok);
  EXPECT_EQ(message.edns->udp_size, 1232);
  EXPECT_EQ(message.nsid(), "ns1");
  EXPECT_FALSE(message.foreign_class);
  EXPECT_EQ(message.wire_size, signed_answer().size());
}

TEST(Grouping, SetsComeInOrderOfFirstAppearanceWithoutRegardToCase) {
  MessageWriter writer;
  writer.answer(bytes_of("\1B\0"), RrType::kA, kAddress2)
      .answer(bytes_of("\1a\0"), RrType::kA, kAddress1)
      .answer(bytes_of("\1b\0"), RrType::kAaaa, Bytes(16, '\0'))
      .answer(bytes_of("\1b\0"), RrType::kA, kAddress1);
  const Message message = decoded(writer);
  ASSERT_EQ(message.answer.size(), 3U);
  EXPECT_EQ(message.answer[0].owner, name_of("b"));
  EXPECT_EQ(message.answer[0].rdatas, (std::vector<Bytes>{kAddress1, kAddress2}));
  EXPECT_EQ(message.answer[1].owner, name_of("a"));
  EXPECT_EQ(message.answer[2].type, RrType::kAaaa);
  EXPECT_EQ(find_rrset(message.answer, name_of("b"), RrType::kAaaa), &message.answer[2]);
  EXPECT_EQ(find_rrset(message.answer, name_of("b"), RrType::kTxt), nullptr);
}

TEST(Grouping, DuplicatesAreDroppedAndReported) {
  MessageWriter writer;
  writer.answer(kZone.wire(), RrType::kA, kAddress1).answer(kZone.wire(), RrType::kA, kAddress1);
  const Message message = decoded(writer);
  EXPECT_EQ(message.answer[0].rdatas.size(), 1U);
  EXPECT_TRUE(message.answer[0].had_duplicates);
  EXPECT_FALSE(message.answer[0].ttls_differ);
}

TEST(Grouping, RecordsThatDifferInLetterCaseOnlyAreDuplicates) {
  MessageWriter writer;
  writer.answer(kZone.wire(), RrType::kNs, bytes_of("\2NS\0"))
      .answer(kZone.wire(), RrType::kNs, bytes_of("\2ns\0"));
  EXPECT_TRUE(decoded(writer).answer[0].had_duplicates);
}

TEST(Grouping, RrsigTwiceIsADuplicate) {
  const Bytes rrsig = rrsig_rdata(RrType::kA, kZone.wire(), "sig");
  MessageWriter writer;
  writer.answer(kZone.wire(), RrType::kRrsig, rrsig)
      .answer(kZone.wire(), RrType::kA, kAddress1)
      .answer(kZone.wire(), RrType::kRrsig, rrsig_rdata(RrType::kA, kZone.wire(), "sig", 17))
      .answer(kZone.wire(), RrType::kRrsig, rrsig);
  const Message message = decoded(writer);
  ASSERT_EQ(message.answer.size(), 1U);
  EXPECT_TRUE(message.answer[0].had_duplicates);
  ASSERT_EQ(message.answer[0].rrsigs.size(), 2U);
  EXPECT_EQ(message.answer[0].rrsigs[0].key_tag, 17) << "in a fixed order";
}

TEST(Grouping, TheLowestTtlCountsAndTheTopBitMeansZero) {
  MessageWriter writer;
  writer.answer(kZone.wire(), RrType::kA, kAddress1, 300)
      .answer(kZone.wire(), RrType::kA, kAddress2, 200)
      .answer(kZone.wire(), RrType::kTxt, bytes_of("\1x"), 0x80000001);
  const Message message = decoded(writer);
  EXPECT_EQ(message.answer[0].ttl, 200U);
  EXPECT_TRUE(message.answer[0].ttls_differ);
  EXPECT_EQ(message.answer[1].ttl, 0U);
}

TEST(Grouping, AnOrphanRrsigMakesASetWithoutRecords) {
  MessageWriter writer;
  writer.answer(kZone.wire(), RrType::kRrsig, rrsig_rdata(RrType::kSoa, kZone.wire(), "sig"), 77);
  const Message message = decoded(writer);
  ASSERT_EQ(message.answer.size(), 1U);
  EXPECT_EQ(message.answer[0].type, RrType::kSoa);
  EXPECT_TRUE(message.answer[0].rdatas.empty());
  EXPECT_EQ(message.answer[0].rrsigs.size(), 1U);
  EXPECT_EQ(message.answer[0].ttl, 77U);
  EXPECT_EQ(find_rrset(message.answer, kZone, RrType::kSoa), nullptr);
}

TEST(Grouping, AnRrsigOfAnotherSectionOrOwnerDoesNotAttach) {
  MessageWriter writer;
  writer.answer(kZone.wire(), RrType::kA, kAddress1)
      .answer(bytes_of("\1x\0"), RrType::kRrsig, rrsig_rdata(RrType::kA, kZone.wire(), "s"))
      .record(MessageWriter::kAuthority, kZone.wire(), RrType::kRrsig,
              rrsig_rdata(RrType::kA, kZone.wire(), "s"));
  const Message message = decoded(writer);
  ASSERT_EQ(message.answer.size(), 2U);
  EXPECT_TRUE(message.answer[0].rrsigs.empty());
  EXPECT_EQ(message.authority.size(), 1U);
}

TEST(CanonicalForm, LowersNamesOfTheListedTypesOnly) {  // RFC 6840 §5.1
  const Bytes upper = bytes_of("\1N\0");
  MessageWriter writer;
  writer.answer(kZone.wire(), RrType::kRrsig, rrsig_rdata(RrType::kA, upper, "SIG"))
      .answer(kZone.wire(), RrType::kNsec, upper + bytes_of("\0\1\x40"))
      .answer(kZone.wire(), RrType{26}, bytes_of("\0\1") + upper + upper)  // PX
      .answer(kZone.wire(), RrType{65280}, upper)
      .answer(kZone.wire(), RrType::kHttps, bytes_of("\0\1") + upper);
  const Message message = decoded(writer);
  EXPECT_EQ(message.answer[0].rrsigs[0].signer, name_of("n"));
  EXPECT_EQ(message.answer[0].rrsigs[0].signature, "SIG");
  EXPECT_EQ(message.answer[1].rdatas[0], upper + bytes_of("\0\1\x40"));
  EXPECT_EQ(message.answer[2].rdatas[0], bytes_of("\0\1\1n\0\1n\0"));
  EXPECT_EQ(message.answer[3].rdatas[0], upper);
  EXPECT_EQ(message.answer[4].rdatas[0], bytes_of("\0\1") + upper);
}

TEST(ForeignClass, IsRememberedAndLeftOut) {
  MessageWriter writer;
  writer.question(kZone.wire(), RrType::kTxt, 3)
      .record(MessageWriter::kAnswer, kZone.wire(), RrType::kA, "not an address", 0, 3)
      .answer(kZone.wire(), RrType::kA, kAddress1);
  const Message message = decoded(writer);
  EXPECT_TRUE(message.foreign_class);
  EXPECT_FALSE(message.question);
  ASSERT_EQ(message.answer.size(), 1U);
  EXPECT_EQ(message.answer[0].rdatas, std::vector<Bytes>{kAddress1});
}

TEST(EdnsOptions, AreCutAsTheyAre) {
  MessageWriter writer;
  writer.opt(edns_option(EdnsOption::kEde, bytes_of("\0\7expired\0")) + edns_option(13, "") +
                 edns_option(EdnsOption::kEde, bytes_of("\0\x16\x1b[1mx\xff")) +
                 edns_option(EdnsOption::kEde, bytes_of("\0")),
             0x01020000);
  const Message message = decoded(writer);
  ASSERT_TRUE(message.edns);
  EXPECT_EQ(message.rcode, kRcodeBadVers);
  EXPECT_EQ(message.edns->version, 2);
  EXPECT_FALSE(message.edns->dnssec_ok);
  ASSERT_EQ(message.edns->options.size(), 4U);
  EXPECT_EQ(message.edns->options[1].code, 13) << "CHAIN, which crashes ldns when printed";
  const auto errors = message.extended_errors();
  ASSERT_EQ(errors.size(), 2U) << "an EDE of one octet is none";
  EXPECT_EQ(errors[0].info_code, 7);
  EXPECT_EQ(errors[0].text, "expired");
  EXPECT_EQ(errors[1].info_code, 22);
  EXPECT_EQ(errors[1].text, R"(\027[1mx\255)");
  EXPECT_TRUE(message.nsid().empty());
}

TEST(EdnsOptions, NoEdnsNoErrors) {
  const Message message = decoded(MessageWriter());
  EXPECT_TRUE(message.extended_errors().empty());
  EXPECT_TRUE(message.nsid().empty());
}

TEST(LenientRdata, AFieldThatMayBeEmptyDoesNotSpoilTheMessage) {
  MessageWriter writer;  // Findings are made of these, so they must arrive.
  writer.answer(kZone.wire(), RrType::kCds, bytes_of("\0\0\0\0"))
      .answer(kZone.wire(), RrType::kCaa, bytes_of("\0\5issue"))
      .answer(kZone.wire(), RrType::kDnskey, bytes_of("\1\1\3\x0d"))
      .answer(kZone.wire(), RrType::kNsec, bytes_of("\0\0\0"));
  const Message message = decoded(writer);
  ASSERT_EQ(message.answer.size(), 4U);
  EXPECT_FALSE(decode_ds(message.answer[0].rdatas[0]));
  EXPECT_FALSE(decode_nsec(message.answer[3].rdatas[0]));
}

TEST(EncodeQuery, AsksWithEdns) {
  QueryOptions options;
  options.request_nsid = true;
  const Bytes wire = encode_query({kZone, RrType::kDs}, 0xabcd, options);
  EXPECT_EQ(wire, bytes_of("\xab\xcd\0\0\0\1\0\0\0\0\0\1") + kZone.wire() + bytes_of("\0\x2b\0\1") +
                      bytes_of("\0\0\x29\x04\xd0\0\0\x80\0\0\4\0\3\0\0"));
}

TEST(EncodeQuery, IsReadBack) {
  QueryOptions options;
  options.recursion_desired = true;
  options.checking_disabled = true;
  options.dnssec_ok = false;
  options.udp_size = 4096;
  const Message message = decode_message(encode_query({kZone, RrType::kA}, 7, options)).value();
  EXPECT_TRUE(message.rd && message.cd && !message.qr);
  EXPECT_EQ(message.question, (Question{kZone, RrType::kA}));
  EXPECT_FALSE(message.edns->dnssec_ok);
  EXPECT_EQ(message.edns->udp_size, 4096);
  EXPECT_TRUE(message.edns->options.empty());
  options.edns = false;
  EXPECT_FALSE(decode_message(encode_query({Name(), RrType::kA}, 7, options))->edns);
}

TEST(EncodeQuery, PutsUnusualQuestions) {
  QueryOptions options;
  options.authentic_data = true;
  options.edns_version = 1;
  options.edns_flags = 0x0040;
  options.request_nsid = true;
  options.edns_options = {{EdnsOption::kCookie, bytes_of("\1\2\3\4\5\6\7\x08")}, {65500, {}}};
  options.mixed_case = true;
  const Message message =
      decode_message(encode_query({name_of("a-bc.de."), RrType::kSoa}, 7, options)).value();
  EXPECT_TRUE(message.ad && !message.rd && !message.cd);
  EXPECT_EQ(message.question, (Question{name_of("a-bc.de."), RrType::kSoa}));
  EXPECT_EQ(message.written_name, bytes_of("\4A-bC\2dE\0"));
  ASSERT_TRUE(message.edns);
  EXPECT_EQ(message.edns->version, 1);
  EXPECT_EQ(message.edns->flags, 0x8040);
  ASSERT_EQ(message.edns->options.size(), 3U);
  EXPECT_EQ(message.edns->find(EdnsOption::kCookie)->data.size(), 8U);
  EXPECT_NE(message.edns->find(65500), nullptr);
  EXPECT_EQ(message.edns->find(EdnsOption::kEde), nullptr);
}

TEST(DecodeMessage, ReadsTheClassThatWasAskedFor) {
  MessageWriter writer;
  const Name version = name_of("version.bind.");
  writer.question(version.wire(), RrType::kTxt, kClassCh)
      .record(MessageWriter::kAnswer, version.wire(), RrType::kTxt, bytes_of("\3one"), 0, kClassCh);
  const Message chaos = decode_message(writer.wire(), kClassCh).value();
  EXPECT_FALSE(chaos.foreign_class);
  EXPECT_EQ(chaos.question, (Question{version, RrType::kTxt}));
  ASSERT_EQ(chaos.answer.size(), 1U);
  const Message internet = decode_message(writer.wire()).value();
  EXPECT_TRUE(internet.foreign_class);
  EXPECT_FALSE(internet.question);
  EXPECT_TRUE(internet.answer.empty());
}

TEST(DecodeMessage, ASignatureOfTheMessageIsNoForeignClass) {
  MessageWriter writer;
  writer.question(kZone, RrType::kSoa)
      .record(MessageWriter::kAdditional, BytesView("\0", 1), RrType::kSig, Bytes(18, '\0'), 0, 255);
  EXPECT_FALSE(decoded(writer).foreign_class);
}

TEST(DecodeTransferStart, ReadsTheFirstRecordOnly) {
  MessageWriter writer;
  writer.question(kZone, RrType::kAxfr)
      .answer(kZone.wire(), RrType::kSoa, bytes_of("\0\0") + Bytes(20, '\1'))
      .answer(kZone.wire(), RrType::kA, "not an address");
  EXPECT_FALSE(decode_message(writer.wire()));
  const Message message = decode_transfer_start(writer.wire()).value();
  ASSERT_EQ(message.answer.size(), 1U);
  EXPECT_EQ(message.answer[0].type, RrType::kSoa);
  EXPECT_FALSE(decode_transfer_start(BytesView(writer.wire()).substr(0, 30)));
}

TEST(DecodeTransferStart, ARefusalHasNoRecord) {
  MessageWriter writer(0x8005);
  writer.question(kZone, RrType::kAxfr);
  const Message message = decode_transfer_start(writer.wire()).value();
  EXPECT_EQ(message.rcode, kRcodeRefused);
  EXPECT_TRUE(message.answer.empty());
}

}  // namespace
}  // namespace anchorwatch::dns
