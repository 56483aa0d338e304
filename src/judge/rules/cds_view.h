// SPDX-License-Identifier: Apache-2.0
// CDS and CDNSKEY over the servers, and the keys that they ask for.
#pragma once

#include "rules.h"

namespace anchorwatch::judge::rules {

/// A key by what a DS says of it.
struct KeyRef {
  std::uint16_t tag = 0;
  std::uint8_t algorithm = 0;
  auto operator<=>(const KeyRef&) const = default;
};

/// One of the two types over all servers.
struct SignalSet {
  dns::RrType type{};
  bool answered = false;                         ///< Some server was asked and answered.
  std::map<std::vector<Bytes>, ServerSet> sets;  ///< Distinct answers; empty: NODATA.
  std::vector<Bytes> records;                    ///< Union, sorted.
  ServerSet servers;                             ///< That show a record.
  bool validated = false;                        ///< Somewhere the set is secure.
  [[nodiscard]] bool consistent() const { return sets.size() < 2; }
};

SignalSet signal_set(const Context& context, dns::RrType type);

/// RFC 8078 §4: the exact form of a delete request.
bool is_delete(dns::RrType type, BytesView rdata);
/// Algorithm 0, in whatever form.
bool wants_delete(dns::RrType type, BytesView rdata);

/// The key that one record asks for; nothing for a delete request or malformed octets.
std::optional<KeyRef> wanted_key(dns::RrType type, BytesView rdata);
/// The published key that one record asks for: its DNSKEY RDATA, or null.
const Bytes* published_key(const Context& context, dns::RrType type, BytesView rdata);
/// Whether the key signs the DNSKEY RRset validly at some server.
bool signs_keys(const Context& context, BytesView dnskey);
/// Whether a DS at the parent leads to this key.
bool has_ds(const Context& context, BytesView dnskey);

}  // namespace anchorwatch::judge::rules
