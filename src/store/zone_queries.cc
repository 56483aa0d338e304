// SPDX-License-Identifier: Apache-2.0
#include "zone_queries.h"

#include <utility>

#include "anchorwatch/change/value_json.h"

#include "bindings.h"
#include "try.h"

namespace anchorwatch::store {

#define AW_SUMMARY_COLUMNS                                                                       \
  "t.last_checked_at, t.last_observed_at, t.last_full_at, t.core_due_at, t.full_due_at, "        \
  "s.status, s.reason, s.status_worst, s.status_severity, s.judged_status, s.judged_reason, "    \
  "s.full_status, s.full_reason, s.full_worst, s.observation, s.delegation, s.status_since_at, " \
  "s.parent_seen_at, s.child_seen_at, s.certain_until_at, s.earliest_expiration_at, "            \
  "s.valid_until_at, s.transition_number, s.baseline, s.core_evidence, s.full_evidence, "        \
  "s.ancestors, "                                                                                \
  "s.snapshot, s.full_snapshot, s.pending, s.evidence_at, x.chain_at "

const char* const ZoneQueries::kLoadSql = "SELECT " AW_SUMMARY_COLUMNS
                                          "FROM zone_times t LEFT JOIN zone_state s ON s.zone_id = "
                                          "t.zone_id AND s.vantage_id = t.vantage_id "
                                          "LEFT JOIN zone_trust x ON x.zone_id = t.zone_id AND x.vantage_id = t.vantage_id "
                                          "WHERE t.zone_id = ?1 AND t.vantage_id = ?2";
const char* const ZoneQueries::kLoadPartSql =
    "SELECT " AW_SUMMARY_COLUMNS
    ", z.name, z.id FROM zone z "
    "LEFT JOIN zone_times t ON t.zone_id = z.id AND t.vantage_id = ?1 "
    "LEFT JOIN zone_state s ON s.zone_id = z.id AND s.vantage_id = ?1 "
    "LEFT JOIN zone_trust x ON x.zone_id = z.id AND x.vantage_id = ?1 "
    "WHERE z.retired_at IS NULL AND z.id > ?2 ORDER BY z.id LIMIT ?3";

#undef AW_SUMMARY_COLUMNS

namespace {

constexpr std::size_t kDigestSize = 32;

/// A column holds the digest of a look and, as far as there are any, those of its ordinary part and of the data alone.
/// What an older version wrote is shorter.
Bytes core_evidence_of(const change::ZoneSummary& summary) {
  if (summary.core_evidence.empty()) return {};
  Bytes all = summary.core_evidence.bytes();
  if (summary.core_data != 0) append_u64(all, summary.core_data);
  return all;
}

Bytes full_evidence_of(const change::ZoneSummary& summary) {
  if (summary.full_evidence.empty()) return {};
  Bytes all = summary.full_evidence.bytes();
  if (summary.ordinary_evidence.empty()) return all;
  all += summary.ordinary_evidence.bytes();
  if (summary.ordinary_data != 0) append_u64(all, summary.ordinary_data);
  return all;
}

/// Reads the summary columns one after the other, in the order in which they are selected.
class SummaryReader {
 public:
  explicit SummaryReader(const sqlite::Row& row) : row_(row) {}

  StoredZone read() {
    StoredZone zone;
    change::ZoneSummary& summary = zone.summary;
    summary.last_checked_at = integer();
    summary.last_observed_at = integer();
    summary.last_full_at = integer();
    zone.due.core_at = integer();
    zone.due.full_at = integer();
    if (row_.is_null(at_)) return zone;  // Never judged.
    summary.verdict = verdict();
    summary.status_worst = status();
    summary.status_severity = severity_of_rank(integer());
    summary.last_judged = verdict();
    summary.full_verdict = verdict();
    summary.full_worst = status();
    summary.observation = judge::parse_observation(text()).value_or(judge::Observation::kFailed);
    summary.delegation =
        judge::parse_delegation_state(text()).value_or(judge::DelegationState::kUnknown);
    summary.status_since_at = integer();
    summary.parent_seen_at = integer();
    summary.child_seen_at = integer();
    summary.certain_until_at = integer();
    summary.earliest_expiration_at = row_.optional_integer(at_++);
    summary.valid_until_at = integer();
    summary.transition = static_cast<std::uint64_t>(integer());
    summary.baseline = integer() != 0;
    read_core_evidence(summary);
    read_full_evidence(summary);
    summary.ancestors = digest();
    summary.snapshot = digest();
    summary.full_snapshot = digest();
    if (!row_.is_null(at_)) summary.pending = change::parse_pending(row_.text(at_));
    ++at_;
    summary.evidence_at = integer();
    summary.chain_end_at = integer();
    return zone;
  }

 private:
  std::int64_t integer() { return row_.integer(at_++); }
  std::string text() { return row_.text(at_++); }
  Digest digest() { return Digest::from_bytes(row_.blob(at_++)); }
  /// Of the data alone, at the end of a column.
  static std::uint64_t data_at(const Bytes& all, std::size_t at) {
    if (all.size() != at + sizeof(std::uint64_t)) return 0;
    return std::uint64_t{read_u32(all, at)} << 32U | read_u32(all, at + 4);
  }
  void read_core_evidence(change::ZoneSummary& summary) {
    const Bytes all = Bytes(row_.blob(at_++));
    summary.core_evidence = Digest::from_bytes(BytesView(all).substr(0, kDigestSize));
    summary.core_data = data_at(all, kDigestSize);
  }
  void read_full_evidence(change::ZoneSummary& summary) {
    const Bytes all = Bytes(row_.blob(at_++));
    summary.full_evidence = Digest::from_bytes(BytesView(all).substr(0, kDigestSize));
    if (all.size() >= 2 * kDigestSize) {
      summary.ordinary_evidence = Digest::from_bytes(BytesView(all).substr(kDigestSize, kDigestSize));
    }
    summary.ordinary_data = data_at(all, 2 * kDigestSize);
  }
  dnssec::SecurityStatus status() {
    return dnssec::parse_security_status(text()).value_or(dnssec::SecurityStatus::kIndeterminate);
  }
  dnssec::Verdict verdict() {
    const dnssec::SecurityStatus status_read = status();
    return {status_read, dnssec::parse_reason(text()).value_or(dnssec::Reason::kNotJudged)};
  }

  const sqlite::Row& row_;
  int at_ = 0;
};

constexpr int kColumnsOfSummary = 32;
constexpr std::size_t kZonesInPart = 4096;
constexpr int kLoadingCacheMib = 2;

}  // namespace

std::string sort_key(const dns::Name& name) {
  if (name.is_root()) return ".";
  std::string key;
  for (int labels = 1; labels <= name.label_count(); ++labels) {
    const std::optional<dns::Name> label = dns::Name().prepend(name.suffix(labels).first_label());
    if (label) key += label->to_text();
  }
  return key;
}

Result<ZoneRow> ZoneQueries::find_or_add(const dns::Name& name, UnixSeconds at) {
  const std::string text = name.to_text();
  ZoneRow zone;
  Result<bool> found = find_.first(
      [&](const sqlite::Row& row) {
        zone = {row.integer(0), row.integer(1) != 0, row.integer(2) != 0, {row.integer(3), row.integer(4)}};
      },
      text, vantage_);
  if (!found) return std::move(found).error();
  if (*found) return zone;
  AW_TRY(add_.run(text, sort_key(name), at));
  zone.id = database_.last_insert_rowid();
  return zone;
}

Result<std::optional<std::int64_t>> ZoneQueries::find(const std::string& name) {
  std::optional<std::int64_t> id;
  AW_TRY(find_.first([&](const sqlite::Row& row) { id = row.integer(0); }, name, vantage_));
  return id;
}

Result<void> ZoneQueries::save_times(std::int64_t zone, const change::ZoneSummary& summary,
                                     const std::optional<DueTimes>& due) {
  std::optional<UnixSeconds> core_at;
  std::optional<UnixSeconds> full_at;
  if (due) {
    core_at = due->core_at;
    full_at = due->full_at;
  }
  return save_times_.run(zone, vantage_, time_or_null(summary.last_checked_at),
                         time_or_null(summary.last_observed_at), time_or_null(summary.last_full_at),
                         core_at, full_at);
}

Result<void> ZoneQueries::save_state(std::int64_t zone, const change::ZoneSummary& summary) {
  std::optional<std::string> pending;
  if (!summary.pending.empty()) pending = change::pending_to_json(summary.pending);
  const Bytes full_evidence = full_evidence_of(summary);
  const Bytes core_evidence = core_evidence_of(summary);
  const auto blob = [](const Bytes& octets) {
    return octets.empty() ? std::nullopt : std::optional(sqlite::Blob{octets});
  };
  return save_state_.run(
      zone, vantage_, dnssec::to_string(summary.verdict.status),
      dnssec::to_string(summary.verdict.reason), dnssec::to_string(summary.status_worst),
      summary.status_severity, dnssec::to_string(summary.last_judged.status),
      dnssec::to_string(summary.last_judged.reason), dnssec::to_string(summary.full_verdict.status),
      dnssec::to_string(summary.full_verdict.reason), dnssec::to_string(summary.full_worst),
      judge::to_string(summary.observation), judge::to_string(summary.delegation),
      time_or_null(summary.status_since_at), time_or_null(summary.parent_seen_at),
      time_or_null(summary.child_seen_at), time_or_null(summary.certain_until_at),
      summary.earliest_expiration_at, time_or_null(summary.valid_until_at),
      static_cast<std::int64_t>(summary.transition), summary.baseline,
      blob(core_evidence), blob(full_evidence),
      DigestBinding(summary.ancestors).blob(), DigestBinding(summary.snapshot).blob(),
      DigestBinding(summary.full_snapshot).blob(), pending, time_or_null(summary.evidence_at));
}

Result<change::ZoneSummary> ZoneQueries::load_summary(std::int64_t zone) {
  change::ZoneSummary summary;
  AW_TRY(load_.first([&](const sqlite::Row& row) { summary = SummaryReader(row).read().summary; },
                     zone, vantage_));
  return summary;
}

Result<ZonesPart> ZoneQueries::load_part(std::int64_t after) {
  // The states of all zones would fill the cache, and no look reads them again.
  const sqlite::CacheLimit limit(database_, kLoadingCacheMib);
  ZonesPart part;
  std::string broken;
  AW_TRY(load_part_.each(
      [&](const sqlite::Row& row) {
        StoredZone zone = SummaryReader(row).read();
        const std::string text = row.text(kColumnsOfSummary);
        Result<dns::Name> name = dns::Name::from_text(text);
        if (!name) {
          broken = text;
          return;
        }
        zone.name = *std::move(name);
        part.last = row.integer(kColumnsOfSummary + 1);
        part.zones.push_back(std::move(zone));
      },
      vantage_, after, kZonesInPart));
  if (!broken.empty()) {
    return Error(ErrorCode::kCorrupt,
                 "database " + database_.path() + ": a zone is called \"" + broken + "\"");
  }
  part.more = part.zones.size() == kZonesInPart;
  return part;
}

}  // namespace anchorwatch::store
