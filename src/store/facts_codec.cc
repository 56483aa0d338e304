// SPDX-License-Identifier: Apache-2.0
#include "facts_codec.h"

#include "octet_form.h"

namespace anchorwatch::store {
namespace {

constexpr std::uint8_t kVersion = 1;

template <typename T, typename PutValue>
void put_group(Bytes& out, const judge::FactGroup<T>& group, PutValue put_value) {
  put(out, static_cast<std::uint8_t>(group.known ? 1 : 0));
  put_list(out, group.values, put_value);
}

void put_records(Bytes& out, const judge::FactGroup<judge::RecordFact>& group) {
  put_group(out, group, [&](const judge::RecordFact& fact) {
    put(out, BytesView(fact.rdata));
    append_u32(out, fact.ttl);
    put(out, fact.servers);
  });
}

judge::FactGroup<judge::RecordFact> take_records(Source& source) {
  return source.group<judge::RecordFact>([&] {
    judge::RecordFact fact;
    fact.rdata = source.octets();
    fact.ttl = source.u32();
    fact.servers = source.addresses();
    return fact;
  });
}

judge::KeyFact take_key(Source& source) {
  judge::KeyFact fact;
  fact.rdata = source.octets();
  fact.ttl = source.u32();
  fact.servers = source.addresses();
  fact.signs_dnskey = source.flag();
  fact.signs_zone_data = source.flag();
  return fact;
}

judge::DenialFact take_denial(Source& source) {
  judge::DenialFact fact;
  fact.kind = static_cast<judge::DenialKind>(source.u8());
  fact.iterations = source.u16();
  fact.salt = source.octets();
  fact.opt_out = source.flag();
  return fact;
}

}  // namespace

Bytes encode_facts(const judge::ZoneFacts& facts) {
  Bytes out;
  put(out, kVersion);
  put(out, facts.zone);
  put_records(out, facts.ds);
  put_group(out, facts.dnskeys, [&](const judge::KeyFact& fact) {
    put(out, BytesView(fact.rdata));
    append_u32(out, fact.ttl);
    put(out, fact.servers);
    put(out, static_cast<std::uint8_t>(fact.signs_dnskey ? 1 : 0));
    put(out, static_cast<std::uint8_t>(fact.signs_zone_data ? 1 : 0));
  });
  put_group(out, facts.parent_ns, [&](const judge::NameServerFact& fact) {
    put(out, fact.name);
    put(out, fact.glue);
  });
  put_group(out, facts.child_ns, [&](const dns::Name& name) { put(out, name); });
  put_records(out, facts.cds);
  put_records(out, facts.cdnskey);
  put_records(out, facts.csync);
  put_group(out, facts.denial, [&](const judge::DenialFact& fact) {
    put(out, static_cast<std::uint8_t>(fact.kind));
    append_u16(out, fact.iterations);
    put(out, BytesView(fact.salt));
    put(out, static_cast<std::uint8_t>(fact.opt_out ? 1 : 0));
  });
  return out;
}

Result<judge::ZoneFacts> decode_facts(BytesView octets) {
  Source source(octets);
  judge::ZoneFacts facts;
  const std::uint8_t version = source.u8();
  if (version != kVersion) return Error(ErrorCode::kCorrupt, "a snapshot has an unknown form");
  facts.zone = source.name();
  facts.ds = take_records(source);
  facts.dnskeys = source.group<judge::KeyFact>([&] { return take_key(source); });
  facts.parent_ns = source.group<judge::NameServerFact>([&] {
    judge::NameServerFact fact;
    fact.name = source.name();
    fact.glue = source.addresses();
    return fact;
  });
  facts.child_ns = source.group<dns::Name>([&] { return source.name(); });
  facts.cds = take_records(source);
  facts.cdnskey = take_records(source);
  facts.csync = take_records(source);
  facts.denial = source.group<judge::DenialFact>([&] { return take_denial(source); });
  if (!source.ok() || !source.at_end()) {
    return Error(ErrorCode::kCorrupt, "a snapshot is cut off or has octets too many");
  }
  return facts;
}

}  // namespace anchorwatch::store
