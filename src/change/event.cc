// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/change/event.h"

#include <array>

#include "anchorwatch/core/digest.h"

namespace anchorwatch::change {
namespace {

struct TypeName {
  EventType type;
  const char* name;
};

constexpr std::array kTypeNames{
    TypeName{EventType::kZoneStatusChanged, "zone.status_changed"},
    TypeName{EventType::kDelegationChanged, "delegation.changed"},
    TypeName{EventType::kDelegationRemoved, "delegation.removed"},
    TypeName{EventType::kDsAdded, "ds.added"},
    TypeName{EventType::kDsRemoved, "ds.removed"},
    TypeName{EventType::kDnskeyAdded, "dnskey.added"},
    TypeName{EventType::kDnskeyRemoved, "dnskey.removed"},
    TypeName{EventType::kDnskeyRevoked, "dnskey.revoked"},
    TypeName{EventType::kAlgorithmChanged, "algorithm.changed"},
    TypeName{EventType::kNsAdded, "ns.added"},
    TypeName{EventType::kNsRemoved, "ns.removed"},
    TypeName{EventType::kGlueChanged, "glue.changed"},
    TypeName{EventType::kCdsChanged, "cds.changed"},
    TypeName{EventType::kCsyncChanged, "csync.changed"},
    TypeName{EventType::kDenialChanged, "denial.changed"},
    TypeName{EventType::kTrustAnchorChanged, "trust_anchor.changed"},
    TypeName{EventType::kFindingOpened, "finding.opened"},
    TypeName{EventType::kFindingSeverityChanged, "finding.severity_changed"},
    TypeName{EventType::kFindingResolved, "finding.resolved"},
    TypeName{EventType::kRolloverPhaseChanged, "rollover.phase_changed"},
    TypeName{EventType::kSignerLate, "signer.late"},
    TypeName{EventType::kSignerRecovered, "signer.recovered"},
    TypeName{EventType::kIncidentOpened, "incident.opened"},
    TypeName{EventType::kIncidentClosed, "incident.closed"},
    TypeName{EventType::kMuteEnded, "mute.ended"},
    TypeName{EventType::kInventoryChanged, "inventory.changed"},
    TypeName{EventType::kMonitorBlind, "monitor.blind"},
    TypeName{EventType::kMonitorRecovered, "monitor.recovered"},
    TypeName{EventType::kMonitorClock, "monitor.clock"},
    TypeName{EventType::kMonitorLag, "monitor.lag"},
    TypeName{EventType::kMonitorFamily, "monitor.family"},
    TypeName{EventType::kMonitorStarted, "monitor.started"},
    TypeName{EventType::kMonitorReload, "monitor.reload"},
    TypeName{EventType::kMonitorStore, "monitor.store"},
};

constexpr bool names_follow_the_enum() {
  for (std::size_t i = 0; i < kTypeNames.size(); ++i) {
    if (static_cast<std::size_t>(kTypeNames[i].type) != i) return false;
  }
  return kTypeNames.size() == static_cast<std::size_t>(EventType::kMonitorStore) + 1;
}
static_assert(names_follow_the_enum());

/// Crockford's base 32: no I, L, O, U.
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 16 octets as 26 digits of 5 bits; the first digit holds 3 bits.
std::string to_ulid_text(const std::array<std::uint8_t, 16>& octets) {
  std::string text(26, '0');
  unsigned bits = 0;
  int held = 0;
  std::size_t at = text.size();
  for (std::size_t i = octets.size(); i-- > 0;) {
    bits |= static_cast<unsigned>(octets[i]) << static_cast<unsigned>(held);
    held += 8;
    while (held >= 5 && at > 0) {
      text[--at] = kAlphabet[bits & 31U];
      bits >>= 5U;
      held -= 5;
    }
  }
  if (at > 0) text[--at] = kAlphabet[bits & 31U];
  return text;
}

}  // namespace

const char* to_string(EventType type) { return kTypeNames.at(static_cast<std::size_t>(type)).name; }

std::optional<EventType> parse_event_type(std::string_view text) {
  for (const TypeName& row : kTypeNames) {
    if (text == row.name) return row.type;
  }
  return std::nullopt;
}

const char* to_string(Confidence confidence) {
  switch (confidence) {
    case Confidence::kConfirmed: return "confirmed";
    case Confidence::kSingleSource: return "single_source";
    case Confidence::kInferred: return "inferred";
  }
  return "unknown";
}

std::string make_event_id(UnixSeconds at, std::string_view zone, EventType type,
                          std::string_view subject, std::uint64_t transition) {
  const Digest hash =
      Hasher().field(zone).field(to_string(type)).field(subject).number(transition).finish();
  const std::uint64_t milliseconds = static_cast<std::uint64_t>(at < 0 ? 0 : at) * 1000U;
  std::array<std::uint8_t, 16> octets{};
  for (std::size_t i = 0; i < 6; ++i) {
    octets.at(i) = static_cast<std::uint8_t>(milliseconds >> (8U * (5U - i)));
  }
  for (std::size_t i = 6; i < octets.size(); ++i) octets.at(i) = hash.octets.at(i - 6);
  return to_ulid_text(octets);
}

}  // namespace anchorwatch::change
