// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/report/answers.h"
#include "paint.h"

namespace anchorwatch::report {

namespace {

using nlohmann::ordered_json;

/// Calls with owner, TTL, type and RDATA of each record, signatures after what they cover.
template <typename OnRecord>
void each_record(const std::vector<dns::RRset>& sets, OnRecord on_record) {
  for (const dns::RRset& set : sets) {
    for (const Bytes& rdata : set.rdatas) on_record(set.owner, set.ttl, set.type, rdata);
    for (const dns::Rrsig& rrsig : set.rrsigs) {
      on_record(set.owner, rrsig.ttl, dns::RrType::kRrsig, rrsig.rdata_without_signature() + rrsig.signature);
    }
  }
}

ordered_json section_json(const std::vector<dns::RRset>& sets) {
  ordered_json list = ordered_json::array();
  each_record(sets, [&list](const dns::Name& owner, std::uint32_t ttl, dns::RrType type, const Bytes& rdata) {
    list.push_back({{"name", owner.to_text()},
                    {"ttl", ttl},
                    {"type", dns::to_string(type)},
                    {"data", dns::rdata_to_text(type, rdata)},
                    {"rdata", to_base64(rdata)}});
  });
  return list;
}

std::vector<std::string> flags_of(const evidence::Answer& answer) {
  std::vector<std::string> flags{"qr"};
  if (answer.aa) flags.emplace_back("aa");
  if (answer.ra) flags.emplace_back("ra");
  if (answer.ad) flags.emplace_back("ad");
  return flags;
}

ordered_json outcome_json(const evidence::Answer& answer) {
  ordered_json json{{"state", evidence::to_string(answer.state)},
                    {"detail", answer.detail},
                    {"attempts", answer.attempts},
                    {"transport", answer.transport == evidence::Transport::kTcp ? "tcp" : "udp"},
                    {"truncated_udp", answer.truncated_udp},
                    {"tcp_failed", answer.tcp_failed},
                    {"rtt_us", answer.rtt_us},
                    {"size", answer.size}};
  if (!answer.other_source.empty()) json["other_source"] = answer.other_source;
  return json;
}

std::string section_text(const char* title, const std::vector<dns::RRset>& sets) {
  std::string text;
  each_record(sets, [&text](const dns::Name& owner, std::uint32_t ttl, dns::RrType type, const Bytes& rdata) {
    text += owner.to_text() + "\t" + std::to_string(ttl) + "\tIN\t" + dns::to_string(type) + "\t" +
            dns::rdata_to_text(type, rdata) + "\n";
  });
  return text.empty() ? text : std::string(";; ") + title + "\n" + text;
}

std::string source_text(const ShownAnswer& shown) {
  std::string text = std::string("; ") + to_string(shown.role) + " of " + shown.zone.to_text();
  if (shown.server != nullptr) text += ", " + shown.server->name.to_text() + " " + shown.server->address.to_text();
  return text + ", " + to_rfc3339(shown.seen_at) + "\n";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::string answer_json(const ShownAnswer& shown) {
  const evidence::Answer& answer = *shown.answer;
  ordered_json json{{"schema", "anchorwatch.answer/1"},
                    {"zone", shown.zone.to_text()},
                    {"seen_at", to_rfc3339(shown.seen_at)},
                    {"role", to_string(shown.role)},
                    {"server", nullptr},
                    {"question", {{"name", answer.question.name.to_text()}, {"type", dns::to_string(answer.question.type)}}}};
  if (shown.server != nullptr) {
    json["server"] = {{"name", shown.server->name.to_text()}, {"address", shown.server->address.to_text()}};
  }
  json.update(outcome_json(answer));
  if (answer.answered()) {
    json["rcode"] = dns::rcode_to_string(answer.rcode);
    json["flags"] = flags_of(answer);
    json["edns"] = answer.edns ? ordered_json{{"do", answer.do_echoed}} : ordered_json(nullptr);
    json["extended_errors"] = ordered_json::array();
    for (const dns::ExtendedError& error : answer.extended_errors) {
      json["extended_errors"].push_back({{"info_code", error.info_code}, {"text", error.text}});
    }
    json["nsid"] = to_hex(answer.nsid);
    json["answer"] = section_json(answer.answer);
    json["authority"] = section_json(answer.authority);
    json["additional"] = section_json(answer.additional);
    json["rebuilt_message"] = to_base64(rebuilt_message(answer));
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string answer_text(const ShownAnswer& shown) {
  const evidence::Answer& answer = *shown.answer;
  const std::string question = answer.question.name.to_text() + "\tIN\t" + dns::to_string(answer.question.type);
  std::string text = source_text(shown);
  if (!answer.answered()) {
    return text + ";; no answer: " + evidence::to_string(answer.state) + " " + printable(answer.detail) + ", " +
           std::to_string(answer.attempts) + " attempts\n;; QUESTION\n;" + question + "\n\n";
  }
  text += ";; status: " + dns::rcode_to_string(answer.rcode) + ", flags: " + joined(flags_of(answer));
  text += answer.edns ? std::string(", EDNS") + (answer.do_echoed ? ": do" : "") : std::string(", no EDNS");
  text += answer.transport == evidence::Transport::kTcp ? ", TCP" : ", UDP";
  if (answer.tcp_failed) text += ", truncated, and TCP failed";
  text += ", " + std::to_string(answer.size) + " octets, " + std::to_string(answer.rtt_us) + " us\n";
  for (const dns::ExtendedError& error : answer.extended_errors) {
    text += ";; extended error " + std::to_string(error.info_code) + ": " + printable(error.text) + "\n";
  }
  return text + ";; QUESTION\n;" + question + "\n" + section_text("ANSWER", answer.answer) +
         section_text("AUTHORITY", answer.authority) + section_text("ADDITIONAL", answer.additional) + "\n";
}

}  // namespace anchorwatch::report
