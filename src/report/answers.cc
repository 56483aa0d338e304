// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/report/answers.h"

namespace anchorwatch::report {

namespace {

constexpr std::uint16_t kResponse = 0x8000;
constexpr std::uint16_t kAuthoritative = 0x0400;
constexpr std::uint16_t kRecursionAvailable = 0x0080;
constexpr std::uint16_t kAuthenticData = 0x0020;
constexpr std::uint16_t kLowRcode = 0x000F;
constexpr unsigned kLowRcodeBits = 4;
constexpr unsigned kRcodeShiftInTtl = 24;
constexpr std::uint32_t kDnssecOk = 0x8000;
constexpr std::uint16_t kUdpSize = 1232;

void append_record(Bytes& out, const dns::Name& owner, dns::RrType type, std::uint32_t ttl, BytesView rdata) {
  out += owner.wire();
  append_u16(out, static_cast<std::uint16_t>(type));
  append_u16(out, dns::kClassIn);
  append_u32(out, ttl);
  append_u16(out, static_cast<std::uint16_t>(rdata.size()));
  out += rdata;
}

/// @return how many records.
std::uint16_t append_section(Bytes& out, const std::vector<dns::RRset>& sets) {
  std::uint16_t count = 0;
  for (const dns::RRset& set : sets) {
    for (const Bytes& rdata : set.rdatas) append_record(out, set.owner, set.type, set.ttl, rdata);
    for (const dns::Rrsig& rrsig : set.rrsigs) {
      append_record(out, set.owner, dns::RrType::kRrsig, rrsig.ttl, rrsig.rdata_without_signature() + rrsig.signature);
    }
    count = static_cast<std::uint16_t>(count + set.rdatas.size() + set.rrsigs.size());
  }
  return count;
}

void append_edns(Bytes& out, const evidence::Answer& answer) {
  const auto high = static_cast<std::uint32_t>(answer.rcode) >> kLowRcodeBits;
  out += dns::Name().wire();
  append_u16(out, static_cast<std::uint16_t>(dns::RrType::kOpt));
  append_u16(out, kUdpSize);
  append_u32(out, high << kRcodeShiftInTtl | (answer.do_echoed ? kDnssecOk : 0));
  append_u16(out, 0);
}

}  // namespace

const char* to_string(AnswerRole role) {
  switch (role) {
    case AnswerRole::kParent: return "parent";
    case AnswerRole::kServer: return "server";
    case AnswerRole::kExtra: return "extra";
    case AnswerRole::kSignal: return "signal";
  }
  return "unknown";
}

std::vector<ShownAnswer> answers_of(const evidence::ZoneEvidence& look, UnixSeconds seen_at) {
  std::vector<ShownAnswer> shown;
  const auto add = [&](AnswerRole role, const evidence::ServerLook* server, const std::vector<evidence::Answer>& answers) {
    for (const evidence::Answer& answer : answers) shown.push_back({look.zone, seen_at, role, server, &answer});
  };
  for (const evidence::ServerLook& server : look.delegation.parents) {
    add(AnswerRole::kParent, &server, server.answers);
    add(AnswerRole::kParent, &server, server.extra);
  }
  for (const evidence::ServerLook& server : look.servers) {
    add(AnswerRole::kServer, &server, server.answers);
    add(AnswerRole::kExtra, &server, server.extra);
  }
  for (const evidence::SignalLook& signal : look.signals) add(AnswerRole::kSignal, nullptr, signal.answers);
  return shown;
}

Bytes rebuilt_message(const evidence::Answer& answer) {
  Bytes sections = answer.question.name.wire();
  append_u16(sections, static_cast<std::uint16_t>(answer.question.type));
  append_u16(sections, dns::kClassIn);
  const std::uint16_t answers = append_section(sections, answer.answer);
  const std::uint16_t authority = append_section(sections, answer.authority);
  std::uint16_t additional = append_section(sections, answer.additional);
  if (answer.edns) {
    append_edns(sections, answer);
    ++additional;
  }
  Bytes message;
  append_u16(message, 0);
  append_u16(message, static_cast<std::uint16_t>(kResponse | (answer.aa ? kAuthoritative : 0) |
                                                 (answer.ra ? kRecursionAvailable : 0) | (answer.ad ? kAuthenticData : 0) |
                                                 (static_cast<unsigned>(answer.rcode) & kLowRcode)));
  append_u16(message, 1);
  append_u16(message, answers);
  append_u16(message, authority);
  append_u16(message, additional);
  return message + sections;
}

}  // namespace anchorwatch::report
