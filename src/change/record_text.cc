// SPDX-License-Identifier: Apache-2.0
#include "record_text.h"

#include "anchorwatch/core/digest.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/algorithm.h"

namespace anchorwatch::change {
namespace {

constexpr std::size_t kSubjectOctets = 8;

}  // namespace

std::string describe_ds(const Bytes& rdata) {
  const auto ds = dns::decode_ds(rdata);
  if (!ds) return "(malformed)";
  return std::to_string(ds->key_tag) + " (" + dnssec::algorithm_name(ds->algorithm) + ", " +
         dnssec::digest_name(ds->digest_type) + ")";
}

std::string ds_subject(const Bytes& rdata) {
  const auto ds = dns::decode_ds(rdata);
  if (!ds) return to_hex(rdata.substr(0, kSubjectOctets));
  return std::to_string(ds->key_tag) + "/" + std::to_string(ds->algorithm) + "/" +
         std::to_string(ds->digest_type) + "/" + to_hex(ds->digest.substr(0, kSubjectOctets));
}

void add_ds_fields(EventData& data, const Bytes& rdata) {
  const auto ds = dns::decode_ds(rdata);
  if (!ds) return;
  data["key_tag"] = std::int64_t{ds->key_tag};
  data["algorithm"] = std::int64_t{ds->algorithm};
  data["digest_type"] = std::int64_t{ds->digest_type};
  data["digest"] = to_hex(ds->digest);
}

std::string describe_key(const Bytes& rdata) {
  const auto key = dns::decode_dnskey(rdata);
  if (!key) return "(malformed)";
  return std::to_string(dns::key_tag(rdata)) + " (" + dnssec::algorithm_name(key->algorithm) +
         ", flags " + std::to_string(key->flags) + ")";
}

std::string key_subject(const Bytes& rdata) {
  const auto key = dns::decode_dnskey(rdata);
  Bytes identity = rdata;
  if (key) {
    identity.assign(1, static_cast<char>(key->algorithm));
    identity += key->public_key;
  }
  return to_hex(sha256(identity).bytes().substr(0, kSubjectOctets));
}

void add_key_fields(EventData& data, const Bytes& rdata) {
  const auto key = dns::decode_dnskey(rdata);
  if (!key) return;
  data["key_tag"] = std::int64_t{dns::key_tag(rdata)};
  data["algorithm"] = std::int64_t{key->algorithm};
  data["flags"] = std::int64_t{key->flags};
}

template <typename Fact>
std::vector<std::string> record_texts(dns::RrType type, const std::vector<Fact>& facts) {
  std::vector<std::string> texts;
  texts.reserve(facts.size());
  for (const Fact& fact : facts) texts.push_back(dns::rdata_to_text(type, fact.rdata));
  return texts;
}
template std::vector<std::string> record_texts(dns::RrType, const std::vector<judge::RecordFact>&);
template std::vector<std::string> record_texts(dns::RrType, const std::vector<judge::KeyFact>&);

std::vector<std::string> name_texts(const std::vector<dns::Name>& names) {
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const dns::Name& name : names) texts.push_back(name.to_text());
  return texts;
}

std::vector<std::string> name_texts(const std::vector<judge::NameServerFact>& servers) {
  std::vector<std::string> texts;
  texts.reserve(servers.size());
  for (const judge::NameServerFact& server : servers) texts.push_back(server.name.to_text());
  return texts;
}

std::vector<std::string> address_texts(const std::vector<IpAddress>& addresses) {
  std::vector<std::string> texts;
  texts.reserve(addresses.size());
  for (const IpAddress& address : addresses) texts.push_back(address.to_text());
  return texts;
}

}  // namespace anchorwatch::change
