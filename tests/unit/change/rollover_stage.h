// SPDX-License-Identifier: Apache-2.0
// RolloverStage: a real signed zone below a real parent, changed step by step and looked at as time passes.
//
//   stage.use(stage.zsk2, kPublished);
//   stage.wait(kKeyTtl);
//   stage.use(stage.zsk2, kSignsData);
//
// Nothing is made up: signatures are made, judge() judges what is served, and advance() compares the looks.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/core/time_format.h"
#include "anchorwatch/judge/facts.h"
#include "anchorwatch/judge/judge.h"

#include "support/evidence_builder.h"

namespace anchorwatch::change {

inline constexpr UnixSeconds kLookEvery = 900;
inline constexpr std::uint32_t kDsTtl = 7200;
inline constexpr std::uint32_t kKeyTtl = 3600;  ///< Of the zone's data, too.

/// What a key is used for. Published or not, a key may sign.
struct Roles {
  bool published = true;
  bool signs_keys = false;
  bool signs_data = false;
};
inline constexpr Roles kPublished{true, false, false};
inline constexpr Roles kSignsKeys{true, true, false};
inline constexpr Roles kSignsData{true, false, true};
inline constexpr Roles kSignsAll{true, true, true};
inline constexpr Roles kHiddenSigner{false, false, true};

/// One signer, and the servers that have its copy of the zone.
struct Provider {
  struct Use {
    SigningKey key;
    Roles roles;
  };
  std::vector<std::pair<std::string, std::string>> servers;  ///< Label below the zone, address.
  std::vector<Use> keys;

  void use(const SigningKey& key, Roles roles) {
    drop(key);
    keys.push_back({key, roles});
  }
  void drop(const SigningKey& key) {
    std::erase_if(keys, [&](const Use& each) { return each.key.dnskey() == key.dnskey(); });
  }
};

class RolloverStage {
 public:
  explicit RolloverStage(judge::Expect expect = judge::Expect::kSigned) {
    inventory::ZoneSettings settings;
    settings.expectation.expect = expect;
    entry_.name = name_of("example.com.");
    entry_.settings = std::make_shared<const inventory::ZoneSettings>(std::move(settings));
    policy_.allow_special_addresses = true;
    home.servers = {{"ns", "192.0.2.53"}, {"ns2", "192.0.2.54"}};
  }

  /// A zone with a KSK and a ZSK that has been so for longer than every TTL.
  void start_signed() {
    home.use(ksk1, kSignsKeys);
    home.use(zsk1, kSignsData);
    set_ds({ksk1});
    settle();
  }
  /// Approves a change whose window is open for `days` from now.
  PlannedChange& approve(PlanKind kind, int days = 30) {
    if (!plans) plans.emplace();
    PlannedChange& plan = plans->approved.emplace_back();
    plan.id = "C" + std::to_string(plans->approved.size());
    plan.kind = kind;
    plan.from = at_;
    plan.until = at_ + UnixSeconds{86400} * days;
    return plan;
  }
  void settle() {
    look();
    wait(2 * UnixSeconds{kDsTtl});
  }

  /// The DS set at the parent.
  void set_ds(const std::vector<SigningKey>& keys) {
    ds.clear();
    for (const SigningKey& key : keys) ds.push_back(key.ds(entry_.name));
  }
  /// CDS and CDNSKEY of all providers.
  void ask_for(const std::vector<SigningKey>& keys) { requested = keys; }

  /// One look, `after` seconds after the last one.
  const ZoneUpdate& look(UnixSeconds after = kLookEvery) {
    at_ += after;
    stage();
    if (ancestors_.empty()) ancestors_.emplace_back();
    judge::ChainLink& link = ancestors_.front();
    link.zone = name_of("com.");
    link.verdict = dnssec::secure();
    link.dnskeys = {parent_key_.dnskey()};
    link.valid_until = at_ + 86400;
    link.digest = sha256("parent");
    const judge::JudgeInput input{evidence_, ancestors_, anchors_, entry_.settings->expectation, policy_, at_};
    dnssec::WorkBudget budget = judge::budget_for(evidence_);
    judgement_ = judge::judge(input, memo_, key_cache_, budget);
    const judge::ZoneFacts facts = judge::extract_facts(evidence_, judgement_);
    const history::Sight sight = history::sight_of(evidence_, judgement_);
    last = advance(entry_, last.state,
                   Look{judgement_, facts, evidence::Depth::kFull, evidence_.digest(), at_,
                        std::chrono::seconds(kLookEvery), confirmation, nullptr, &sight, policy_.validation,
                        plans ? &*plans : nullptr});
    note_what_is_loud();
    for (const Event& event : last.events) events.push_back(event);
    return last;
  }
  /// Looks until `time` has passed, and once more.
  void wait(UnixSeconds time) {
    for (UnixSeconds passed = 0; passed <= time; passed += kLookEvery) look();
  }
  void rest(int days) {
    for (int i = 0; i < days * 4; ++i) look(6 * 3600);
  }

  /// Everything of warning or above up to now, each once: events and open findings.
  [[nodiscard]] std::vector<std::string> loud() const { return {loud_.begin(), loud_.end()}; }
  /// The highest severity that the last look told or left open.
  [[nodiscard]] Severity loudest() const {
    Severity most = Severity::kInfo;
    for (const OpenFinding& open : last.state.open_findings) most = std::max(most, open.finding.severity);
    for (const Event& event : last.events) most = std::max(most, event.severity);
    return most;
  }
  /// The codes of the findings of error or above that the last look opened or raised.
  [[nodiscard]] std::vector<std::string> alarms() const {
    std::vector<std::string> found;
    for (const auto* list : {&last.opened, &last.updated}) {
      for (const OpenFinding& open : *list) {
        if (open.finding.severity >= Severity::kError) found.emplace_back(judge::info(open.finding.code).name);
      }
    }
    return found;
  }
  [[nodiscard]] dnssec::SecurityStatus status() const { return judgement_.verdict.status; }
  [[nodiscard]] UnixSeconds now() const { return at_; }
  [[nodiscard]] const dns::Name& zone() const { return entry_.name; }

  SigningKey ksk1{15, SigningKey::kKsk, 1}, ksk2{15, SigningKey::kKsk, 2};
  SigningKey zsk1{15, SigningKey::kZsk, 3}, zsk2{15, SigningKey::kZsk, 4};
  SigningKey csk1{15, SigningKey::kKsk, 5}, csk2{15, SigningKey::kKsk, 6};
  SigningKey other_ksk{16, SigningKey::kKsk, 7}, other_zsk{16, SigningKey::kZsk, 8};
  SigningKey guest_ksk{15, SigningKey::kKsk, 10}, guest_zsk{15, SigningKey::kZsk, 11};
  SigningKey foreign{15, SigningKey::kKsk, 12};
  Provider home, guest;  ///< The guest has no servers at first.
  std::vector<Bytes> ds;
  std::vector<SigningKey> requested;
  ConfirmationPolicy confirmation{.needed = 1};
  std::optional<Plans> plans;  ///< Approved changes; none: no change management.
  ZoneUpdate last;
  std::vector<Event> events;

 private:
  static constexpr UnixSeconds kLife = 14 * UnixSeconds{86400};
  static constexpr UnixSeconds kSignEvery = 4 * UnixSeconds{86400};

  /// Everything that decides what is served.
  [[nodiscard]] std::string plan() const {
    std::string text;
    for (const Provider* provider : {&home, &guest}) {
      for (const auto& [host, address] : provider->servers) text += host + address + ";";
      for (const Provider::Use& use : provider->keys) {
        text += use.key.dnskey();
        text += {use.roles.published ? 'p' : '-', use.roles.signs_keys ? 'k' : '-', use.roles.signs_data ? 'd' : '-'};
      }
      text += "|";
    }
    for (const Bytes& record : ds) text += record;
    for (const SigningKey& key : requested) text += key.dnskey();
    return text;
  }

  /// Signs and publishes anew where something is new, or where the signatures grow old.
  void stage() {
    if (plan() == staged_ && at_ - signed_at_ < kSignEvery) return;
    staged_ = plan();
    signed_at_ = at_;
    ++serial_;
    const ZoneSigner parent = make_parent();
    const ZoneSigner own = make_zone(home);
    const ZoneSigner others = make_zone(guest);
    EvidenceBuilder builder(parent, own);
    builder.parent_server("b.parent.test.", "192.0.2.251");
    for (const auto& [host, address] : home.servers) builder.server(host + ".example.com.", address);
    for (const auto& [host, address] : guest.servers) builder.server(host + ".example.com.", address, others);
    evidence_ = builder.build();
  }

  [[nodiscard]] ZoneSigner make_parent() const {
    ZoneSigner parent("com.", {.inception = at_ - 3600, .expiration = at_ + kLife, .ttl = kDsTtl});
    parent.add_key(parent_key_);
    for (const Provider* provider : {&home, &guest}) {
      for (const auto& [host, address] : provider->servers) {
        parent.add("example NS " + host + ".example\n" + host + ".example A " + address + "\n");
      }
    }
    for (const Bytes& record : ds) parent.add_record(entry_.name, dns::RrType::kDs, record);
    parent.sign();
    return parent;
  }

  [[nodiscard]] ZoneSigner make_zone(const Provider& signer) const {
    const bool is_signed = std::any_of(signer.keys.begin(), signer.keys.end(),
                                       [](const Provider::Use& use) { return use.roles.signs_data; });
    ZoneSigner zone("example.com.", {.denial = is_signed ? ZoneSigner::Denial::kNsec : ZoneSigner::Denial::kNone,
                                     .inception = at_ - 3600, .expiration = at_ + kLife, .ttl = kKeyTtl});
    zone.add("@ A 192.0.2.80\n@ TXT \"x\"\n");
    for (const Provider* provider : {&home, &guest}) {
      for (const auto& [host, address] : provider->servers) {
        if (host != "ns") zone.add("@ NS " + host + "\n" + host + " A " + address + "\n");
      }
    }
    for (const Provider::Use& use : signer.keys) {
      if (use.roles.published) zone.publish(use.key.dnskey());
    }
    for (const SigningKey& key : requested) {
      zone.add_record(entry_.name, dns::RrType::kCds, key.ds(entry_.name));
      zone.add_record(entry_.name, dns::RrType::kCdnskey, key.dnskey());
    }
    Bytes& soa = zone.at("example.com.", dns::RrType::kSoa).rdatas.front();
    Bytes serial;
    append_u32(serial, serial_);
    soa.replace(soa.size() - 20, 4, serial);
    zone.sign();  // Without keys of its own it makes the NSEC records only.
    for (const dns::RRset& set : zone.sets()) sign(zone, zone.at(set.owner.to_text(), set.type), signer);
    return zone;
  }

  static void sign(const ZoneSigner& zone, dns::RRset& set, const Provider& signer) {
    const bool of_keys = set.type == dns::RrType::kDnskey || set.type == dns::RrType::kCds ||
                         set.type == dns::RrType::kCdnskey;
    for (const Provider::Use& use : signer.keys) {
      if (of_keys ? !use.roles.signs_keys : !use.roles.signs_data) continue;
      set.rrsigs.push_back(make_rrsig(set, use.key, zone.apex(), zone.sign_options()));
    }
  }

  void note_what_is_loud() {
    for (const Event& event : last.events) {
      if (event.severity >= Severity::kWarning) add_loud(to_string(event.type), event.severity, event.summary);
    }
    for (const OpenFinding& open : last.state.open_findings) {
      const judge::Finding& finding = open.finding;
      if (finding.severity < Severity::kWarning) continue;
      add_loud(judge::info(finding.code).name, finding.severity, finding.message);
    }
  }
  void add_loud(std::string_view what, Severity severity, const std::string& text) {
    const std::string line = std::string(what) + " " + to_string(severity) + ": " + text;
    if (seen_.insert(line).second) loud_.push_back(to_rfc3339(at_) + " " + line);
  }

  inventory::ZoneEntry entry_;
  SigningKey parent_key_{15, SigningKey::kKsk, 99};
  judge::JudgePolicy policy_;
  dnssec::TrustAnchorSet anchors_;
  std::vector<judge::ChainLink> ancestors_;
  dnssec::VerifyMemo memo_{4096};
  dnssec::KeyCache key_cache_{1024};
  UnixSeconds at_ = ZoneSigner::kNow, signed_at_ = 0;
  std::uint32_t serial_ = 2026010100;
  std::string staged_;
  evidence::ZoneEvidence evidence_;
  judge::Judgement judgement_;
  std::set<std::string> seen_;
  std::vector<std::string> loud_;
};

}  // namespace anchorwatch::change
