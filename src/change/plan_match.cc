// SPDX-License-Identifier: Apache-2.0
#include "plan_match.h"

#include <sstream>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/crypto.h"

#include "change_findings.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

using Code = judge::FindingCode;

template <typename Fits>
const PlannedChange* find_plan(const Step& step, std::optional<UnixSeconds> last_before, UnixSeconds first_after, Fits fits) {
  if (step.look.plans == nullptr) return nullptr;
  for (const PlannedChange& plan : step.look.plans->approved) {
    if (plan.covers(last_before, first_after) && fits(plan, grants_of(plan.kind))) return &plan;
  }
  return nullptr;
}

/// What is seen now happened after the last look that saw the same.
std::optional<UnixSeconds> last_look(const Step& step, UnixSeconds seen_at) {
  return last_seen(step.before.summary.observation == judge::Observation::kOk ? step.before.summary.last_observed_at : seen_at);
}

/// For a finding that is open: when it began; else this look.
template <typename Fits>
const PlannedChange* find_for(const Step& step, std::optional<UnixSeconds> changed_at, UnixSeconds seen_at, Fits fits) {
  return changed_at ? find_plan(step, changed_at, *changed_at, fits)
                    : find_plan(step, last_look(step, seen_at), step.look.at, fits);
}

/// Whether what a plan says of a DS is true of the DS of a key.
bool is_ds_of(const std::string& named, const Bytes& dnskey, const dns::Name& zone) {
  std::istringstream words(named);
  unsigned tag = 0, algorithm = 0, type = 0;
  std::string digest;
  words >> tag;
  if (tag != dns::key_tag(dnskey)) return false;
  if (!(words >> algorithm >> type >> digest)) return true;  // A tag alone.
  const auto key = dns::decode_dnskey(dnskey);
  return key && key->algorithm == algorithm &&
         to_hex(dnssec::ds_digest(static_cast<std::uint8_t>(type), zone, dnskey)) == digest;
}

bool all_declared_or_planned(const Step& step) {
  const auto& declared = step.zone.settings->expectation.expect_ds;
  const auto& now = step.look.facts.ds;
  return now.known && std::all_of(now.values.begin(), now.values.end(), [&](const judge::RecordFact& ds) {
    return std::find(declared.begin(), declared.end(), ds.rdata) != declared.end() || plan_for_ds(step, ds.rdata) != nullptr;
  });
}

const PlannedChange* plan_in_force(const Step& step, bool Grants::*grant) {
  return find_plan(step, step.look.at, step.look.at, [grant](const PlannedChange&, const Grants& grants) { return grants.*grant; });
}

}  // namespace

bool names_key(const Step& step, const PlannedChange& plan, const Bytes& dnskey) {
  if (plan.names_key(dns::key_tag(dnskey), key_id(dnskey))) return true;
  return std::any_of(plan.ds.begin(), plan.ds.end(),
                     [&](const std::string& ds) { return is_ds_of(ds, dnskey, step.zone.name); });
}

const PlannedChange* plan_for_ds(const Step& step, const Bytes& ds) {
  const auto fields = dns::decode_ds(ds);
  if (!fields) return nullptr;
  const std::string text = dns::rdata_to_text(dns::RrType::kDs, ds);
  const auto names = [&](const PlannedChange& plan, const Grants& grants) {
    if (!grants.ds) return false;
    if (plan.names_ds(fields->key_tag, text)) return true;
    // A key that is named may have a DS.
    const auto& keys = step.look.facts.dnskeys.values;
    return std::any_of(keys.begin(), keys.end(), [&](const judge::KeyFact& key) {
      return ds_fits(ds, key.rdata, step.zone.name) && plan.names_key(dns::key_tag(key.rdata), key_id(key.rdata));
    });
  };
  return find_for(step, std::nullopt, step.before.summary.parent_seen_at, names);
}

const PlannedChange* plan_for_key(const Step& step, const Bytes& dnskey) {
  const auto names = [&](const PlannedChange& plan, const Grants& grants) {
    return grants.keys && names_key(step, plan, dnskey);
  };
  return find_for(step, std::nullopt, step.before.summary.child_seen_at, names);
}

const PlannedChange* plan_for_ns(const Step& step, const std::vector<std::string>& names, std::optional<UnixSeconds> changed_at) {
  const auto fits = [&](const PlannedChange& plan, const Grants& grants) {
    return grants.name_servers && !names.empty() &&
           std::all_of(names.begin(), names.end(), [&](const std::string& name) { return plan.names_server(name); });
  };
  return find_for(step, changed_at, step.before.summary.last_full_at, fits);
}

const PlannedChange* plan_for_insecurity(const Step& step, std::optional<UnixSeconds> changed_at) {
  return find_for(step, changed_at, step.before.summary.last_observed_at,
                  [](const PlannedChange&, const Grants& grants) { return grants.insecure; });
}

void set_planned(judge::Finding& finding, const PlannedChange& plan, Severity most) {
  finding.severity = std::min(finding.severity, most);
  finding.data["change_id"] = plan.id;
}

bool is_planned(const judge::Finding& finding) { return finding.data.contains("change_id"); }

std::optional<judge::Finding> calmed_by_plan(const Step& step, const judge::Finding& finding) {
  // Nothing that is approved makes a broken chain fine.
  if (step.look.plans == nullptr || step.now.status == dnssec::SecurityStatus::kBogus) return std::nullopt;
  const PlannedChange* plan = nullptr;
  switch (finding.code) {
    case Code::EXPECT_SIGNED:
    case Code::ZONE_UNSIGNED:
    case Code::DS_MISSING_FOR_SIGNED:
      // Only where the loss itself was approved.
      if (const judge::Finding* loss = find_in(step.change_findings, Code::WENT_INSECURE); loss != nullptr && is_planned(*loss)) {
        plan = plan_in_force(step, &Grants::insecure);
      }
      break;
    case Code::CDS_DELETE: plan = plan_in_force(step, &Grants::insecure); break;
    case Code::EXPECT_ALGORITHM: plan = plan_in_force(step, &Grants::algorithms); break;
    case Code::EXPECT_DS:
      if (all_declared_or_planned(step)) plan = plan_in_force(step, &Grants::ds);
      break;
    default: break;
  }
  if (plan == nullptr) return std::nullopt;
  judge::Finding calm = finding;
  // A request is what comes next, and worth a look.
  set_planned(calm, *plan, finding.code == Code::CDS_DELETE ? Severity::kNotice : Severity::kInfo);
  return calm;
}

std::optional<UnixSeconds> end_of_plans(const Step& step) {
  std::optional<UnixSeconds> end;
  if (step.look.plans == nullptr) return end;
  for (const PlannedChange& plan : step.look.plans->approved) {
    if (plan.from > step.look.at || plan.until < step.look.at) continue;
    end = end ? std::min(*end, plan.until + 1) : plan.until + 1;
  }
  return end;
}

}  // namespace anchorwatch::change
