// SPDX-License-Identifier: Apache-2.0
// History: a zone that is looked at again and again, and the worlds that it may find.
#pragma once

#include <functional>

#include <gtest/gtest.h>

#include "unit/change/world.h"

namespace anchorwatch::change {

inline constexpr UnixSeconds kDay = 86400;

inline const Bytes kOwn = make_key(257, 'a');
inline const Bytes kNext = make_key(257, 'n');
inline const Bytes kForeign = make_key(257, 'x');

/// Looks at a zone again and again, as time passes.
class History : public ::testing::Test {
 protected:
  void begin(const World& world) {
    at_ = kNoon;
    last_ = world.look({}, at_);
  }
  const ZoneUpdate& see(const World& world, UnixSeconds after = kStep) {
    last_ = world.look(last_.state, at_ += after);
    return last_;
  }
  [[nodiscard]] const judge::Finding* open(judge::FindingCode code) const {
    for (const OpenFinding& each : last_.state.open_findings) {
      if (each.finding.code == code) return &each.finding;
    }
    return nullptr;
  }
  [[nodiscard]] std::vector<std::string> codes() const {
    std::vector<std::string> names;
    for (const OpenFinding& each : last_.state.open_findings) {
      names.emplace_back(judge::info(each.finding.code).name);
    }
    return names;
  }
  [[nodiscard]] Severity severity(judge::FindingCode code) const {
    const judge::Finding* finding = open(code);
    EXPECT_NE(finding, nullptr) << judge::info(code).name;
    return finding == nullptr ? Severity::kInfo : finding->severity;
  }
  [[nodiscard]] Severity loudest() const {
    Severity most = Severity::kInfo;
    for (const OpenFinding& each : last_.state.open_findings) {
      most = std::max(most, each.finding.severity);
    }
    for (const Event& event : last_.events) most = std::max(most, event.severity);
    return most;
  }

  UnixSeconds at_ = kNoon;
  ZoneUpdate last_;
};

inline Bytes ds_of(const Bytes& key) { return make_ds(name("example.com."), key); }

inline World with_ds(World world, const std::vector<Bytes>& keys) {
  std::vector<Bytes> records;
  for (const Bytes& key : keys) records.push_back(ds_of(key));
  world.set_ds(records);
  return world;
}

inline World unsigned_now(World world) {
  world.set_ds({});
  world.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  return world;
}

inline World moved(World world) {
  world.facts.parent_ns.values = {{name("ns1.evil.example."), {}}, {name("ns2.evil.example."), {}}};
  world.facts.child_ns.values = {name("ns1.evil.example."), name("ns2.evil.example.")};
  return world;
}

inline World with_key(World world, const Bytes& key) {
  world.set_keys({key});
  return world;
}

inline World declaring(World world, const std::function<void(inventory::ZoneSettings&)>& edit) {
  inventory::ZoneSettings settings = *world.entry.settings;
  edit(settings);
  world.entry.settings = std::make_shared<const inventory::ZoneSettings>(std::move(settings));
  return world;
}

inline World expired(World world) {
  world.judgement.delegation = judge::DelegationState::kAbsent;
  world.judgement.verdict = dnssec::insecure(dnssec::Reason::kNoDs);
  world.facts = judge::ZoneFacts();
  world.facts.zone = world.entry.name;
  world.facts.ds.known = world.facts.parent_ns.known = true;
  world.add_finding(judge::FindingCode::DELEGATION_ABSENT, Severity::kCritical);
  return world;
}

}  // namespace anchorwatch::change
