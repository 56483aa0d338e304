// SPDX-License-Identifier: Apache-2.0
// What a step does to resolvers that hold older data: they join it with what is served now, and fail.
//
// One step that is too early gives one story: ROLLOVER_UNSAFE_STEP for the zone, and what follows from it
// (CACHE_SPLIT: who fails up to when; DS_REMOVED_EARLY and ROLLOVER_TOO_FAST: what was done too early).
#include <map>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/history/cache_view.h"

#include "change_findings.h"
#include "record_text.h"

namespace anchorwatch::change {
namespace {

using Code = judge::FindingCode;
using history::Fault;
using history::Span;
using history::Split;
using judge::Finding;

/// Splits that are named in a finding; more would only repeat.
constexpr std::size_t kMostNamed = 8;

template <typename Content>
bool is_fresh(const history::Version<Content>& version, UnixSeconds at) {
  return version.from.first_after == at || (version.until && version.until->first_after == at);
}

/// Whether looks were near enough together to say anything about a change: nearer than what it has to wait for.
/// Between looks a week apart a whole rollover fits, in the right order.
template <typename Content>
bool is_resolved(const history::Version<Content>& version, std::uint32_t ttl) {
  const auto narrow = [ttl](const history::Window& window) {
    return window.last_before == history::kBegin || window.first_after - window.last_before < UnixSeconds{ttl};
  };
  return narrow(version.from) && (!version.until || narrow(*version.until));
}

class CacheStory {
 public:
  explicit CacheStory(const Step& step) : step_(step), history_(step.history), at_(step.look.at) {
    const UnixSeconds since = step.before.summary.last_observed_at;
    for (const Split& split : history::find_splits(history_, step.zone.name, step.look.validation, since)) {
      if (!counts(split)) continue;
      if (stands(split, split.certain)) certain_.push_back(split);
      if (stands(split, split.possible) && is_resolved(split)) possible_.push_back(split);
    }
  }

  std::vector<Finding> tell() {
    if (certain_.empty()) {
      if (!possible_.empty()) add_possible();
      return std::move(findings_);
    }
    if (!was_bogus()) add_unsafe_step();
    if (fails_now()) add_split();
    if (!was_bogus()) add_what_was_early();
    return std::move(findings_);
  }

 private:
  [[nodiscard]] bool was_bogus() const { return step_.was.status == dnssec::SecurityStatus::kBogus; }
  [[nodiscard]] bool is_bogus() const { return step_.now.status == dnssec::SecurityStatus::kBogus; }

  /// Where the zone is broken the verdict says so. What was served while it was is in no validator's cache, apart from
  /// the DS set, which the parent vouches for.
  [[nodiscard]] bool counts(const Split& split) const {
    if (is_bogus()) return false;
    return !was_bogus() || (history_.keys[split.keys].served() && history_.signers[split.signers].served());
  }

  /// It lasts, or this look is the first to see that it was.
  [[nodiscard]] bool stands(const Split& split, const Span& span) const {
    if (span.empty()) return false;
    return span.until > at_ || is_fresh(history_.ds[split.ds], at_) || is_fresh(history_.keys[split.keys], at_) ||
           is_fresh(history_.signers[split.signers], at_);
  }

  [[nodiscard]] bool is_resolved(const Split& split) const {
    const auto& ds = history_.ds[split.ds];
    const auto& keys = history_.keys[split.keys];
    const auto& signers = history_.signers[split.signers];
    std::uint32_t ttl = history::kLongestHold;
    if (!ds.served()) ttl = std::min(ttl, ds.ttl);
    if (!keys.served()) ttl = std::min(ttl, keys.ttl);
    if (!signers.served()) ttl = std::min(ttl, signers.ttl);
    return change::is_resolved(ds, ttl) && change::is_resolved(keys, ttl) && change::is_resolved(signers, ttl);
  }

  [[nodiscard]] bool fails_now() const {
    return std::any_of(certain_.begin(), certain_.end(),
                       [this](const Split& split) { return split.certain.from <= at_ && at_ < split.certain.until; });
  }

  static UnixSeconds end_of(const std::vector<Split>& splits) {
    UnixSeconds end = 0;
    for (const Split& split : splits) end = std::max(end, split.possible.until);
    return end;
  }

  Finding begin(Code code, const std::vector<Split>& splits) const {
    Finding finding;
    finding.code = code;
    finding.severity = judge::info(code).severity;
    finding.subject.name = step_.zone.name;
    const UnixSeconds end = end_of(splits);
    finding.data["safe_from"] = to_rfc3339(end);
    // What is over already is told once.
    finding.data["open_until"] = to_rfc3339(std::max(end, at_ + 1));
    std::vector<std::string> named;
    for (const Split& split : splits) {
      const std::string text = history::describe(history_, split);
      if (named.size() < kMostNamed && std::find(named.begin(), named.end(), text) == named.end()) named.push_back(text);
    }
    finding.data["combinations"] = named;
    return finding;
  }

  void add_unsafe_step() {
    Finding finding = begin(Code::ROLLOVER_UNSAFE_STEP, certain_);
    if (fails_now()) finding.severity = Severity::kCritical;
    finding.message = "A step at " + step_.maker.zone_text() + " came before older data was forgotten. " +
                      history::describe(history_, certain_.back()) + " The step would have been safe from " + to_rfc3339(end_of(certain_)) +
                      ". Take it back if you can, and repeat it then.";
    findings_.push_back(std::move(finding));
  }

  void add_possible() {
    Finding finding = begin(Code::ROLLOVER_POSSIBLY_UNSAFE, possible_);
    finding.message = "A step at " + step_.maker.zone_text() +
                      " may have come before older data was forgotten; the looks are too far apart to tell. If so: " +
                      history::describe(history_, possible_.back());
    findings_.push_back(std::move(finding));
  }

  void add_split() {
    Finding finding = begin(Code::CACHE_SPLIT, certain_);
    finding.message = history::describe(history_, certain_.back()) + " Others validate " + step_.maker.zone_text() +
                      ". It ends by itself; resolvers can be told to forget the name before that.";
    if (!was_bogus()) finding.caused_by = Code::ROLLOVER_UNSAFE_STEP;
    findings_.push_back(std::move(finding));
  }

  void add_what_was_early() {
    std::vector<Split> by_ds;
    std::map<std::uint16_t, std::vector<Split>> by_key;
    for (const Split& split : certain_) {
      if (split.fault == Fault::kNoEntry && history_.ds[split.ds].served()) by_ds.push_back(split);
      for (const std::uint16_t tag : early_keys(split)) by_key[tag].push_back(split);
    }
    if (!by_ds.empty()) {
      Finding finding = begin(Code::DS_REMOVED_EARLY, by_ds);
      finding.message = "The DS set of " + step_.maker.zone_text() +
                        " was replaced before every resolver could know the key that the new one needs: wait until " +
                        to_rfc3339(end_of(by_ds)) + ", or publish the old DS again beside the new one.";
      finding.caused_by = Code::ROLLOVER_UNSAFE_STEP;
      findings_.push_back(std::move(finding));
    }
    for (const auto& [tag, splits] : by_key) {
      Finding finding = begin(Code::ROLLOVER_TOO_FAST, splits);
      finding.subject.key_tag = tag;
      finding.message = "Key " + std::to_string(tag) + " of " + step_.maker.zone_text() +
                        " was used or withdrawn before the data that depends on it was forgotten: not before " +
                        to_rfc3339(end_of(splits)) + ".";
      finding.caused_by = Code::ROLLOVER_UNSAFE_STEP;
      findings_.push_back(std::move(finding));
    }
  }

  /// Keys that are needed by something held, and that the key set beside it lacks.
  [[nodiscard]] std::vector<std::uint16_t> early_keys(const Split& split) const {
    std::vector<std::uint16_t> tags;
    if (split.fault == Fault::kSignerUnknown) {
      for (const history::Signers::Key& key : history_.signers[split.signers].content.keys) tags.push_back(key.tag);
    }
    if ((split.fault == Fault::kNoEntry || split.fault == Fault::kNoKeys) && !history_.ds[split.ds].served()) {
      for (const Bytes& rdata : history_.ds[split.ds].content) {
        if (const auto ds = dns::decode_ds(rdata)) tags.push_back(ds->key_tag);
      }
    }
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    return tags;
  }

  const Step& step_;
  const history::ZoneHistory& history_;
  UnixSeconds at_;
  std::vector<Split> certain_, possible_;
  std::vector<Finding> findings_;
};

}  // namespace

bool is_about_caches(Code code) {
  switch (code) {
    case Code::ROLLOVER_UNSAFE_STEP:
    case Code::ROLLOVER_POSSIBLY_UNSAFE:
    case Code::ROLLOVER_TOO_FAST:
    case Code::DS_REMOVED_EARLY:
    case Code::CACHE_SPLIT: return true;
    default: return false;
  }
}

std::vector<Finding> cache_findings(const Step& step) { return CacheStory(step).tell(); }

}  // namespace anchorwatch::change
