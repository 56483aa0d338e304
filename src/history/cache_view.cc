// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/history/cache_view.h"

#include <algorithm>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/crypto.h"

namespace anchorwatch::history {

namespace {

/// RFC 4509 §3: beside a stronger digest SHA-1 is not looked at.
constexpr std::uint8_t kSha1 = 1;

std::vector<dns::Ds> usable_ds(const DsSet& set, const dnssec::ValidationPolicy& policy) {
  std::vector<dns::Ds> usable;
  for (const Bytes& rdata : set) {
    auto ds = dns::decode_ds(rdata);
    if (ds && dnssec::relies_on(ds->algorithm, policy) && dnssec::relies_on_digest(ds->digest_type, policy)) {
      usable.push_back(*std::move(ds));
    }
  }
  const bool stronger =
      std::any_of(usable.begin(), usable.end(), [](const dns::Ds& ds) { return ds.digest_type != kSha1; });
  if (stronger) std::erase_if(usable, [](const dns::Ds& ds) { return ds.digest_type == kSha1; });
  return usable;
}

bool leads_to(const dns::Ds& ds, const KeySet::Key& key, const dns::Name& zone) {
  const auto fields = dns::decode_dnskey(key.rdata);
  return key.signs_keys && fields && fields->zone_key() && !fields->revoked() && fields->algorithm == ds.algorithm &&
         dns::key_tag(key.rdata) == ds.key_tag && dnssec::ds_digest(ds.digest_type, zone, key.rdata) == ds.digest;
}

/// What a DS set makes of a key set; nothing: no DS asks for anything.
std::optional<Fault> entry_fault(const DsSet& set, const KeySet& keys, const dns::Name& zone,
                                 const dnssec::ValidationPolicy& policy) {
  const std::vector<dns::Ds> usable = usable_ds(set, policy);
  if (usable.empty()) return std::nullopt;
  if (keys.keys.empty()) return Fault::kNoKeys;
  for (const dns::Ds& ds : usable) {
    for (const KeySet::Key& key : keys.keys) {
      if (leads_to(ds, key, zone)) return Fault::kNone;
    }
  }
  return Fault::kNoEntry;
}

Fault data_fault(const KeySet& keys, const Signers& signers) {
  if (signers.keys.empty()) return Fault::kNotSigned;
  for (const KeySet::Key& key : keys.keys) {
    const auto fields = dns::decode_dnskey(key.rdata);
    if (!fields || !fields->zone_key() || fields->revoked()) continue;
    const Signers::Key id{dns::key_tag(key.rdata), fields->algorithm};
    if (std::find(signers.keys.begin(), signers.keys.end(), id) != signers.keys.end()) return Fault::kNone;
  }
  return Fault::kSignerUnknown;
}

/// Whether a content is served, be it with another TTL.
template <typename Content>
bool is_served(const std::vector<Version<Content>>& versions, std::size_t which) {
  return std::any_of(versions.begin(), versions.end(), [&](const Version<Content>& version) {
    return version.served() && version.content == versions[which].content;
  });
}

/// Finds combinations that fail; `may_fail` leaves some out before they are looked at.
class Search {
 public:
  Search(const ZoneHistory& history, const dns::Name& zone, const dnssec::ValidationPolicy& policy)
      : history_(history), zone_(zone), policy_(policy) {}

  template <typename MayFail>
  std::vector<Split> run(UnixSeconds now, MayFail may_fail) {
    std::vector<Split> splits;
    for (std::size_t d = 0; d < history_.ds.size(); ++d) {
      for (std::size_t k = 0; k < history_.keys.size(); ++k) {
        const std::optional<Fault> entry =
            entry_fault(history_.ds[d].content, history_.keys[k].content, zone_, policy_);
        if (!entry) continue;
        for (std::size_t s = 0; s < history_.signers.size(); ++s) {
          Split split{d, k, s, *entry, {}, {}};
          if (*entry == Fault::kNone) {
            split.fault = data_fault(history_.keys[k].content, history_.signers[s].content);
          }
          if (split.fault == Fault::kNone || !may_fail(split)) continue;
          set_spans(split);
          if (!split.possible.empty() && split.possible.until > now) splits.push_back(split);
        }
      }
    }
    std::stable_sort(splits.begin(), splits.end(), [](const Split& left, const Split& right) {
      return left.possible.until < right.possible.until;
    });
    return splits;
  }

 private:
  void set_spans(Split& split) const {
    const auto& ds = history_.ds[split.ds];
    const auto& keys = history_.keys[split.keys];
    const auto& signers = history_.signers[split.signers];
    split.possible = intersect(intersect(possible_hold(ds), possible_hold(keys)), possible_hold(signers));
    split.certain = intersect(intersect(certain_hold(ds), certain_hold(keys)), certain_hold(signers));
  }

  const ZoneHistory& history_;
  const dns::Name& zone_;
  const dnssec::ValidationPolicy& policy_;
};

}  // namespace

const char* to_string(Fault fault) {
  switch (fault) {
    case Fault::kNone: return "none";
    case Fault::kNoKeys: return "no_keys";
    case Fault::kNoEntry: return "no_entry";
    case Fault::kNotSigned: return "not_signed";
    case Fault::kSignerUnknown: return "signer_unknown";
  }
  return "none";
}

Fault combine(const DsSet& ds, const KeySet& keys, const Signers& signers, const dns::Name& zone,
              const dnssec::ValidationPolicy& policy) {
  const std::optional<Fault> entry = entry_fault(ds, keys, zone, policy);
  if (!entry) return Fault::kNone;
  return *entry == Fault::kNone ? data_fault(keys, signers) : *entry;
}

std::vector<Split> find_splits(const ZoneHistory& history, const dns::Name& zone,
                               const dnssec::ValidationPolicy& policy, UnixSeconds now) {
  return Search(history, zone, policy).run(now, [&](const Split& split) {
    return !is_served(history.ds, split.ds) || !is_served(history.keys, split.keys) ||
           !is_served(history.signers, split.signers);
  });
}

StepOutlook look_ahead(const ZoneHistory& history, const Step& step, const dns::Name& zone,
                       const dnssec::ValidationPolicy& policy, UnixSeconds now) {
  // What begins with the step stands behind everything that was there.
  const auto splits_at = [&](const ZoneHistory& after, UnixSeconds at) {
    return Search(after, zone, policy).run(at, [&](const Split& split) {
      return split.ds >= history.ds.size() || split.keys >= history.keys.size() ||
             split.signers >= history.signers.size();
    });
  };
  StepOutlook outlook;
  outlook.after = after_step(history, step, now);
  outlook.splits = splits_at(outlook.after, now);
  if (outlook.splits.empty()) outlook.safe_from = now;
  // Nothing but the end of a hold makes a step safe that was not.
  std::vector<UnixSeconds> ends;
  const auto add_ends = [&](const auto& versions) {
    for (const auto& version : versions) ends.push_back(possible_hold(version).until);
  };
  add_ends(history.ds);
  add_ends(history.keys);
  add_ends(history.signers);
  std::sort(ends.begin(), ends.end());
  for (const UnixSeconds end : ends) {
    if (outlook.safe_from || end == kForever) break;
    if (end > now && splits_at(after_step(history, step, end), end).empty()) outlook.safe_from = end;
  }
  return outlook;
}

}  // namespace anchorwatch::history
