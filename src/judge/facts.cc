// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/judge/facts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace anchorwatch::judge {

namespace {

constexpr std::array<std::pair<DenialKind, const char*>, 4> kDenialKinds{{
    {DenialKind::kNone, "none"},
    {DenialKind::kNsec, "nsec"},
    {DenialKind::kNsec3, "nsec3"},
    {DenialKind::kCompact, "compact"},
}};

void add_records(Hasher& hasher, const FactGroup<RecordFact>& group) {
  hasher.number(group.known ? 1 : 0).number(group.values.size());
  for (const RecordFact& fact : group.values) hasher.field(fact.rdata);
}

void add_keys(Hasher& hasher, const FactGroup<KeyFact>& group) {
  hasher.number(group.known ? 1 : 0).number(group.values.size());
  for (const KeyFact& fact : group.values) {
    hasher.field(fact.rdata);
    hasher.number((fact.signs_dnskey ? 2U : 0U) + (fact.signs_zone_data ? 1U : 0U));
  }
}

void add_name_servers(Hasher& hasher, const FactGroup<NameServerFact>& group) {
  hasher.number(group.known ? 1 : 0).number(group.values.size());
  for (const NameServerFact& fact : group.values) {
    hasher.field(fact.name.wire()).number(fact.glue.size());
    for (const IpAddress& address : fact.glue) hasher.field(address.bytes());
  }
}

void add_names(Hasher& hasher, const FactGroup<dns::Name>& group) {
  hasher.number(group.known ? 1 : 0).number(group.values.size());
  for (const dns::Name& name : group.values) hasher.field(name.wire());
}

void add_denial(Hasher& hasher, const FactGroup<DenialFact>& group) {
  hasher.number(group.known ? 1 : 0).number(group.values.size());
  for (const DenialFact& fact : group.values) {
    hasher.number(static_cast<std::uint64_t>(fact.kind)).number(fact.iterations);
    hasher.field(fact.salt).number(fact.opt_out ? 1 : 0);
  }
}

template <typename T>
void keep_old(FactGroup<T>& now, const FactGroup<T>& before) {
  if (!now.known) now = before;
}

}  // namespace

const char* to_string(DenialKind kind) {
  for (const auto& [value, text] : kDenialKinds) {
    if (value == kind) return text;
  }
  return "none";
}

std::optional<DenialKind> parse_denial_kind(std::string_view text) {
  for (const auto& [value, name] : kDenialKinds) {
    if (text == name) return value;
  }
  return std::nullopt;
}

Digest ZoneFacts::digest() const {
  Hasher hasher;
  hasher.field("anchorwatch.facts/1").field(zone.wire());
  add_records(hasher, ds);
  add_keys(hasher, dnskeys);
  add_name_servers(hasher, parent_ns);
  add_names(hasher, child_ns);
  add_records(hasher, cds);
  add_records(hasher, cdnskey);
  add_records(hasher, csync);
  add_denial(hasher, denial);
  return hasher.finish();
}

ZoneFacts carry_over(ZoneFacts now, const ZoneFacts& before) {
  keep_old(now.ds, before.ds);
  keep_old(now.dnskeys, before.dnskeys);
  keep_old(now.parent_ns, before.parent_ns);
  keep_old(now.child_ns, before.child_ns);
  keep_old(now.cds, before.cds);
  keep_old(now.cdnskey, before.cdnskey);
  keep_old(now.csync, before.csync);
  keep_old(now.denial, before.denial);
  keep_old(now.serials, before.serials);
  keep_old(now.rrsigs, before.rrsigs);
  return now;
}

}  // namespace anchorwatch::judge
