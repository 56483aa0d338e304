// SPDX-License-Identifier: Apache-2.0
// Subjects and the parts that the sentences of findings are made of. Only called for something to
// report.
//
// Threading: pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "context.h"

namespace anchorwatch::judge {

Subject zone_subject(const Context& context);
Subject key_subject(const Context& context, std::uint16_t tag, std::uint8_t algorithm);
/// About one server; `type` is the question, when it is about one.
Subject server_subject(const Context& context, std::size_t server,
                       std::optional<dns::RrType> type = std::nullopt);
/// About one RRset. Records that exist only for the random name get a name that stays: the denial
/// of the zone, or the wildcard.
Subject rrset_subject(const Context& context, const SetView& view);

/// "ns1.example. (192.0.2.1) and ns2.example. (192.0.2.2)", "every server".
std::string server_text(const Context& context, const ServerSet& set);
std::string server_name(const Context& context, std::size_t server);
std::string parent_text(const Context& context, const ServerSet& set);
/// "key 12345 (ECDSAP256SHA256)".
std::string key_text(std::uint16_t tag, std::uint8_t algorithm);
/// "DS 12345 13 2 (ECDSAP256SHA256, SHA-256)".
std::string ds_text(const dns::Ds& ds);
/// "2026-11-24T02:00:00Z (4 d ago)", "… (in 4 d)".
std::string time_text(UnixSeconds moment, UnixSeconds now);
/// "example.com. SOA".
std::string rrset_text(const Subject& subject);
/// "a, b and c".
std::string list_text(const std::vector<std::string>& items);

/// Appends servers' addresses to a finding.
void note_servers(Finding& finding, const Context& context, const ServerSet& set);
void note_parents(Finding& finding, const Context& context, const ServerSet& set);
/// Puts key tag and algorithm into the data.
void note_key(Finding& finding, std::uint16_t tag, std::uint8_t algorithm);

}  // namespace anchorwatch::judge
