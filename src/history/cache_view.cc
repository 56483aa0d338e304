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

/// Spans in order that neither overlap nor touch.
using Spans = std::vector<Span>;

Spans merged(Spans spans) {
  std::erase_if(spans, [](const Span& span) { return span.empty(); });
  std::sort(spans.begin(), spans.end(), [](const Span& left, const Span& right) { return left.from < right.from; });
  Spans out;
  for (const Span& span : spans) {
    if (!out.empty() && span.from <= out.back().until) {
      out.back().until = std::max(out.back().until, span.until);
    } else {
      out.push_back(span);
    }
  }
  return out;
}

Spans intersect(const Spans& left, const Spans& right) {
  Spans out;
  for (const Span& one : left) {
    for (const Span& other : right) out.push_back(history::intersect(one, other));
  }
  return merged(std::move(out));
}

/// The two readings of a history: what may have been, and what must have been.
struct Possible {
  template <typename Content>
  static Span served(const Version<Content>& version) {
    return possible_service(version);
  }
  template <typename Content>
  static Span hold(const Version<Content>& version) {
    return possible_hold(version);
  }
};
struct Certain {
  template <typename Content>
  static Span served(const Version<Content>& version) {
    return certain_service(version);
  }
  template <typename Content>
  static Span hold(const Version<Content>& version) {
    return certain_hold(version);
  }
};

/// Which parts of a history fit each other.
struct Fits {
  std::vector<std::vector<std::optional<Fault>>> entry;  ///< By DS set and key set; nothing: no DS asks for anything.
  std::vector<std::vector<Fault>> data;                  ///< By key set and signers.

  Fits(const ZoneHistory& history, const dns::Name& zone, const dnssec::ValidationPolicy& policy) {
    for (const auto& ds : history.ds) {
      entry.emplace_back();
      for (const auto& keys : history.keys) {
        entry.back().push_back(entry_fault(ds.content, keys.content, zone, policy));
      }
    }
    for (const auto& keys : history.keys) {
      data.emplace_back();
      for (const auto& signers : history.signers) data.back().push_back(data_fault(keys.content, signers.content));
    }
  }
  [[nodiscard]] Fault of(std::size_t d, std::size_t k) const { return entry[d][k].value_or(Fault::kNone); }
  [[nodiscard]] Fault of(std::size_t d, std::size_t k, std::size_t s) const {
    if (!entry[d][k]) return Fault::kNone;
    return *entry[d][k] == Fault::kNone ? data[k][s] : *entry[d][k];
  }
};

/// When each version is held by a resolver that validates: only what fitted something held at the moment of asking
/// is kept. A DS set always is, since the parent vouches for it.
struct Holds {
  std::vector<Spans> ds, keys, signers;

  template <typename Reading>
  static Holds of(const ZoneHistory& history, const Fits& fits, Reading reading, bool trust_served) {
    Holds holds;
    for (const auto& version : history.ds) holds.ds.push_back({reading.hold(version)});
    for (std::size_t k = 0; k < history.keys.size(); ++k) {
      Spans asked;
      for (std::size_t d = 0; d < history.ds.size(); ++d) {
        if (fits.of(d, k) == Fault::kNone) asked.push_back(reading.hold(history.ds[d]));
      }
      holds.keys.push_back(kept(history.keys[k], merged(std::move(asked)), reading, trust_served));
    }
    for (std::size_t s = 0; s < history.signers.size(); ++s) {
      Spans asked;
      for (std::size_t d = 0; d < history.ds.size(); ++d) {
        for (std::size_t k = 0; k < history.keys.size(); ++k) {
          if (fits.of(d, k, s) != Fault::kNone) continue;
          const Spans both = intersect(holds.ds[d], holds.keys[k]);
          asked.insert(asked.end(), both.begin(), both.end());
        }
      }
      holds.signers.push_back(kept(history.signers[s], merged(std::move(asked)), reading, trust_served));
    }
    return holds;
  }

 private:
  template <typename Content, typename Reading>
  static Spans kept(const Version<Content>& version, const Spans& fitting, Reading reading, bool trust_served) {
    if (trust_served && version.served()) return {reading.hold(version)};
    Spans spans = intersect({reading.served(version)}, fitting);
    for (Span& span : spans) {
      if (span.until != kForever) span.until = detail::plus(span.until, version.ttl);
    }
    return merged(std::move(spans));
  }
};

/// Finds combinations that fail; `may_fail` leaves some out before they are looked at.
class Search {
 public:
  /// @param trust_served  what is served counts as held, also where it fits nothing.
  Search(const ZoneHistory& history, const dns::Name& zone, const dnssec::ValidationPolicy& policy, bool trust_served)
      : history_(history),
        fits_(history, zone, policy),
        possible_(Holds::of(history, fits_, Possible(), trust_served)),
        certain_(Holds::of(history, fits_, Certain(), trust_served)) {}

  template <typename MayFail>
  std::vector<Split> run(UnixSeconds now, MayFail may_fail) const {
    std::vector<Split> splits;
    for (std::size_t d = 0; d < history_.ds.size(); ++d) {
      for (std::size_t k = 0; k < history_.keys.size(); ++k) {
        for (std::size_t s = 0; s < history_.signers.size(); ++s) {
          const Split split{d, k, s, fits_.of(d, k, s), {}, {}};
          if (split.fault != Fault::kNone && may_fail(split)) add(splits, split, now);
        }
      }
    }
    std::stable_sort(splits.begin(), splits.end(), [](const Split& left, const Split& right) {
      return left.possible.until < right.possible.until;
    });
    return splits;
  }

 private:
  void add(std::vector<Split>& splits, Split split, UnixSeconds now) const {
    const Spans certain = spans_of(certain_, split);
    for (const Span& possible : spans_of(possible_, split)) {
      if (possible.until <= now) continue;
      split.possible = possible;
      split.certain = {possible.from, possible.from};
      for (const Span& each : certain) {
        const Span inside = history::intersect(each, possible);
        if (!inside.empty() && inside.until - inside.from > split.certain.until - split.certain.from) split.certain = inside;
      }
      splits.push_back(split);
    }
  }

  static Spans spans_of(const Holds& holds, const Split& split) {
    return intersect(intersect(holds.ds[split.ds], holds.keys[split.keys]), holds.signers[split.signers]);
  }

  const ZoneHistory& history_;
  Fits fits_;
  Holds possible_, certain_;
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
  const auto all_served = [](const auto& versions) {
    return std::all_of(versions.begin(), versions.end(), [](const auto& version) { return version.served(); });
  };
  // Nearly always: nothing older is held.
  if (all_served(history.ds) && all_served(history.keys) && all_served(history.signers)) return {};
  return Search(history, zone, policy, false).run(now, [&](const Split& split) {
    return !is_served(history.ds, split.ds) || !is_served(history.keys, split.keys) ||
           !is_served(history.signers, split.signers);
  });
}

StepOutlook look_ahead(const ZoneHistory& history, const Step& step, const dns::Name& zone,
                       const dnssec::ValidationPolicy& policy, UnixSeconds now) {
  // What begins with the step stands behind everything that was there.
  const auto splits_at = [&](const ZoneHistory& after, UnixSeconds at) {
    return Search(after, zone, policy, true).run(at, [&](const Split& split) {
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
