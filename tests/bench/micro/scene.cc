// SPDX-License-Identifier: Apache-2.0
#include "scene.h"

#include <stdexcept>

#include "anchorwatch/core/digest.h"

namespace anchorwatch::bench {

namespace {

constexpr std::uint8_t kP256 = 13;

ZoneSigner::Options options_with(ZoneSigner::Denial denial) {
  ZoneSigner::Options options;
  options.denial = denial;
  return options;
}

judge::ChainLink link_of(const ZoneSigner& parent) {
  judge::ChainLink link;
  link.zone = parent.apex();
  link.verdict = dnssec::secure();
  link.dnskeys = parent.keys().dnskeys;
  link.valid_until = ZoneSigner::kNow + 86400;
  link.digest = sha256("parent");
  return link;
}

}  // namespace

Scene::Scene(ZoneSigner::Denial denial) : zone_("zone.test.", options_with(denial)) {
  policy_.allow_special_addresses = true;
  const SigningKey ksk(kP256, SigningKey::kKsk);
  zone_.add_key(ksk);
  zone_.add_key(SigningKey(kP256, SigningKey::kZsk));
  zone_.add("@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n@ A 192.0.2.80\n@ A 192.0.2.81\n@ AAAA 2001:db8::80\n"
            "@ MX 10 mail\nmail A 192.0.2.25\n@ TXT \"v=spf1 mx -all\"\n@ TXT \"site-verification=1\"\n"
            "@ CAA 0 issue \"ca.test\"\nwww A 192.0.2.80\n");
  zone_.add_record(zone_.apex(), dns::RrType::kCds, ksk.ds(zone_.apex()));
  zone_.add_record(zone_.apex(), dns::RrType::kCdnskey, ksk.dnskey());
  zone_.sign();
  parent_.add_key(SigningKey(kP256));
  parent_.add("zone NS ns1.zone\nzone NS ns2.zone\nns1.zone A 192.0.2.1\nns2.zone A 192.0.2.2\n");
  for (const Bytes& ds : zone_.ds()) parent_.add_record(zone_.apex(), dns::RrType::kDs, ds);
  parent_.sign();
  look_ = EvidenceBuilder(parent_, zone_)
              .server("ns1.zone.test.", "192.0.2.1")
              .server("ns2.zone.test.", "192.0.2.2")
              .random_label("qzkxw7")
              .build();
  ancestors_.push_back(link_of(parent_));
}

judge::Judgement Scene::judged(dnssec::VerifyMemo& memo, dnssec::KeyCache& keys) const {
  const judge::JudgeInput input{look_, ancestors_, anchors_, expectation_, policy_, ZoneSigner::kNow};
  dnssec::WorkBudget budget = judge::budget_for(look_);
  judge::Judgement judgement = judge::judge(input, memo, keys, budget);
  // A benchmark of another verdict would measure something else.
  if (judgement.verdict != dnssec::secure()) throw std::logic_error("the zone of the benchmark is not secure");
  return judgement;
}

std::vector<Signed> Scene::signed_sets() const {
  std::vector<Signed> out;
  for (const dns::RRset& set : zone_.sets()) {
    for (const dns::Rrsig& rrsig : set.rrsigs) {
      for (const Bytes& key : zone_.keys().dnskeys) {
        if (dns::key_tag(key) == rrsig.key_tag) out.push_back({set, rrsig, key});
      }
    }
  }
  return out;
}

inventory::ZoneEntry entry_of(const std::string& name) {
  inventory::ZoneEntry entry;
  entry.name = name_of(name);
  entry.settings = std::make_shared<const inventory::ZoneSettings>();
  return entry;
}

}  // namespace anchorwatch::bench
