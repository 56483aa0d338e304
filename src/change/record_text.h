// SPDX-License-Identifier: Apache-2.0
// Records as texts and fields of events.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/change/event.h"
#include "anchorwatch/dns/rr_type.h"
#include "anchorwatch/judge/facts.h"

namespace anchorwatch::change {

/// "12345 (ECDSAP256SHA256, SHA-256)".
std::string describe_ds(const Bytes& rdata);
/// "12345/13/2/" and the first octets of the digest: one record of a DS set.
std::string ds_subject(const Bytes& rdata);
/// key_tag, algorithm, digest_type and digest.
void add_ds_fields(EventData& data, const Bytes& rdata);

/// "12345 (ECDSAP256SHA256, flags 257)".
std::string describe_key(const Bytes& rdata);
/// First octets of a digest over algorithm and public key: flags make no other key.
std::string key_subject(const Bytes& rdata);
/// key_tag, algorithm and flags.
void add_key_fields(EventData& data, const Bytes& rdata);

/// Presentation form of each record.
template <typename Fact>
std::vector<std::string> record_texts(dns::RrType type, const std::vector<Fact>& facts);

std::vector<std::string> name_texts(const std::vector<dns::Name>& names);
std::vector<std::string> name_texts(const std::vector<judge::NameServerFact>& servers);
std::vector<std::string> address_texts(const std::vector<IpAddress>& addresses);

}  // namespace anchorwatch::change
