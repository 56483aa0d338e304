// SPDX-License-Identifier: Apache-2.0
#include "mute_queries.h"

#include "bindings.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

constexpr std::int64_t kNamesInSummary = 20;

/// Zones that are not well because of what happened under the mute: a finding that was opened then is open, or the zone
/// is bogus and its status changed then.
constexpr const char* kNotWell =
    "SELECT z.name, max(o.severity), sum(o.findings) FROM ("
    "SELECT f.zone_id, max(f.severity) AS severity, count(*) AS findings FROM finding f JOIN event e ON e.id = f.event_id "
    "WHERE e.mute = ?1 AND f.resolved_at IS NULL GROUP BY f.zone_id UNION ALL "
    "SELECT s.zone_id, max(e.severity), 0 FROM event e JOIN zone_state s ON s.zone_id = e.zone_id "
    "WHERE e.mute = ?1 AND e.type = 'zone.status_changed' AND s.status = 'bogus' GROUP BY s.zone_id) o "
    "JOIN zone z ON z.id = o.zone_id WHERE z.retired_at IS NULL GROUP BY z.id ORDER BY z.sort_key";

/// The columns id, zone, tag, code, reason, actor, begins_at, ends_at.
Mute mute_of(const sqlite::Row& row) {
  return {row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.integer(6), row.integer(7)};
}

std::optional<Severity> worse(std::optional<Severity> left, Severity right) {
  return left ? std::max(*left, right) : right;
}

}  // namespace

Result<std::int64_t> MuteQueries::add(const Mute& mute) {
  std::int64_t id = 0;
  AW_TRY(add_.each([&](const sqlite::Row& row) { id = row.integer(0); }, mute.zone, mute.tag, mute.code, mute.reason,
                   mute.actor, mute.begins_at, mute.ends_at));
  return id;
}

Result<std::optional<Mute>> MuteQueries::end(std::int64_t id, UnixSeconds at) {
  std::optional<Mute> ended;
  AW_TRY(end_.each([&](const sqlite::Row& row) { ended = mute_of(row); }, id, at));
  return ended;
}

Result<void> MuteQueries::told(std::int64_t id, UnixSeconds at) { return told_.run(id, at); }

Result<void> MuteQueries::keep(const MutedEvent& event) { return keep_.run(event.event_id, event.mute); }

Result<std::int64_t> MuteQueries::acknowledge(const Acknowledgement& what, const std::string& note,
                                              const std::string& actor, UnixSeconds at) {
  AW_TRY(acknowledge_.run(what.zone, what.code, what.subject, note, actor, at, time_or_null(what.ends_at)));
  return static_cast<std::int64_t>(database_.changes());
}

Result<void> MuteQueries::end_acknowledgements(std::int64_t zone, UnixSeconds at) {
  return end_acknowledgements_.run(zone, at);
}

Result<Silences> MuteQueries::load(UnixSeconds now) {
  Silences silences;
  AW_TRY(mutes_.each([&](const sqlite::Row& row) { silences.mutes.push_back(mute_of(row)); }));
  AW_TRY(acknowledged_.each([&](const sqlite::Row& row) {
    Acknowledgement each{row.text(0), row.text(1), row.text(2), severity_of_rank(row.integer(3)), row.integer(4)};
    if (each.ends_at == 0 || each.ends_at > now) silences.acknowledged.push_back(std::move(each));
  }));
  return silences;
}

Result<MuteSummary> MuteQueries::summarize(std::int64_t id) {
  MuteSummary summary;
  sqlite::Statement counts(database_,
                           "SELECT e.type, s.name, s.rank, count(*) FROM event e JOIN severity s ON s.rank = e.severity "
                           "WHERE e.mute = ?1 GROUP BY e.type, s.rank");
  AW_TRY(counts.each(
      [&](const sqlite::Row& row) {
        summary.events += row.integer(3);
        summary.by_type[row.text(0)] += row.integer(3);
        summary.by_severity[row.text(1)] += row.integer(3);
        summary.worst = worse(summary.worst, severity_of_rank(row.integer(2)));
      },
      id));
  sqlite::Statement zones(database_, "SELECT count(DISTINCT zone_id) FROM event WHERE mute = ?1");
  AW_TRY(zones.each([&](const sqlite::Row& row) { summary.zones = row.integer(0); }, id));
  sqlite::Statement open(database_, kNotWell);
  AW_TRY(open.each(
      [&](const sqlite::Row& row) {
        ++summary.zones_not_well;
        summary.open_findings += row.integer(2);
        summary.open_worst = worse(summary.open_worst, severity_of_rank(row.integer(1)));
        if (static_cast<std::int64_t>(summary.names.size()) < kNamesInSummary) summary.names.push_back(row.text(0));
      },
      id));
  return summary;
}

}  // namespace anchorwatch::store
