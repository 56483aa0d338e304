// SPDX-License-Identifier: Apache-2.0
// Config: all settings as values, checked, with absolute meaning. Nothing here is TOML.
//
// Reading is config/load.h; the list of keys is config/options.h; docs/configuration.md explains
// them.
//
// Threading: value types; one generation is replaced whole at a reload.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/config/sink_config.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/core/ip_prefix.h"
#include "anchorwatch/core/severity.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/inventory/problem.h"
#include "anchorwatch/inventory/zone_entry.h"
#include "anchorwatch/judge/finding.h"

namespace anchorwatch::config {

using ConfigError = inventory::Problem;

/// [daemon]
struct DaemonConfig {
  std::string state_dir = "/var/lib/anchorwatch";
  std::string control_socket;  ///< Empty: see control_path().
  std::string control_group;   ///< Empty: the daemon's own.
  [[nodiscard]] std::string database_path() const { return state_dir + "/anchorwatch.db"; }
};

/// Use of an address family.
enum class FamilyUse : std::uint8_t { kAuto, kOn, kOff };
const char* to_string(FamilyUse use);

/// [dns]
struct DnsConfig {
  std::string root_hints = "/usr/share/dns/root.hints";
  std::vector<std::string> trust_anchors = {"/usr/share/dns/root.key"};  ///< Files.
  std::uint16_t port = 53;
  bool allow_special_addresses = false;
  FamilyUse ipv4 = FamilyUse::kAuto;
  FamilyUse ipv6 = FamilyUse::kAuto;
  std::uint32_t rate_per_address = 20;  ///< Queries a second, and the burst.
  std::uint32_t rate_per_prefix = 100;  ///< The same for each /24 or /48.
  bool extra_questions = true;          ///< Full looks ask what only findings need.
  bool unusual_questions = true;        ///< … and how servers take what is not ordinary.
  std::vector<IpAddress> forwarders;
  std::vector<dns::Name> negative_trust_anchors;
};

/// [[stub]]: a private tree.
struct StubConfig {
  dns::Name zone;
  std::vector<IpAddress> servers;          ///< Never empty.
  std::vector<std::string> trust_anchors;  ///< Files.
};

/// [[operator]]: somebody's name servers, with a rate of their own.
struct OperatorConfig {
  std::string name;
  std::vector<IpPrefix> prefixes;      ///< Never empty.
  std::uint32_t rate = 0;              ///< Queries a second to all addresses together.
  std::uint32_t rate_per_address = 0;  ///< 0: as `dns.rate_per_address`.
};

/// [scheduler]
struct SchedulerConfig {
  std::chrono::seconds interval{15 * 60};        ///< Core round.
  std::chrono::seconds full_interval{6 * 3600};  ///< Everything; never below `interval`.
  bool adaptive = true;                          ///< The interval of a zone follows what happens in it …
  std::chrono::seconds min_interval{5 * 60};     ///< … not below this …
  std::chrono::seconds max_interval{0};          ///< … nor above this; 0: not above the interval itself.
};

/// How validation treats algorithms 5 and 7.
enum class Sha1Use : std::uint8_t { kInsecure, kRely };
const char* to_string(Sha1Use use);

/// Which chain counts for a zone with a trust anchor of its own below another one.
enum class NestedAnchors : std::uint8_t { kClosest, kAny };
const char* to_string(NestedAnchors use);

/// [validation]
struct ValidationConfig {
  Sha1Use sha1 = Sha1Use::kInsecure;
  NestedAnchors nested_anchors = NestedAnchors::kClosest;
  std::string algorithms;  ///< File with an AlgorithmTable; empty: the one that is compiled in.
};

/// [expiry]: shares of the observed validity period that are left.
struct ExpiryConfig {
  double warn = 0.20;
  double critical = 0.10;  ///< Never above `warn`.
};

/// [confirmation]: findings that only some servers show.
struct ConfirmationConfig {
  std::uint32_t needed = 2;
  std::uint32_t of = 3;  ///< Never below `needed`.
  Severity severity = Severity::kWarning;
};

/// [incidents]: what many zones have in common.
struct IncidentsConfig {
  std::uint32_t min_zones = 3;              ///< 0: only exact causes make incidents.
  std::chrono::seconds window{3600};
};

/// [change]: planned changes.
struct ChangeConfig {
  bool required = false;   ///< Every zone has change management.
  bool four_eyes = false;  ///< Nobody approves what they asked for.
};

/// [monitor]: what the monitor knows of the world outside the DNS.
struct MonitorConfig {
  std::string as_table;  ///< File of an AsTable; empty: none.
};

/// Which looks are kept to be judged again.
enum class EvidenceUse : std::uint8_t { kChanges, kOff };
const char* to_string(EvidenceUse use);

/// [history]
struct HistoryConfig {
  EvidenceUse evidence = EvidenceUse::kChanges;
  std::uint32_t evidence_days = 90;
};

/// One [[zone]], with the defaults applied.
struct ZoneConfig {
  dns::Name name;
  inventory::ZoneSettings settings;
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// Where a value was set.
struct Origin {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Config {
  DaemonConfig daemon;
  DnsConfig dns;
  std::vector<StubConfig> stubs;
  std::vector<OperatorConfig> operators;            ///< In the order of the files.
  SchedulerConfig scheduler;
  ValidationConfig validation;
  ExpiryConfig expiry;
  ConfirmationConfig confirmation;
  IncidentsConfig incidents;
  ChangeConfig change;
  MonitorConfig monitor;
  HistoryConfig history;
  judge::SeverityMap severity;                      ///< [severity]: the operator's overrides.
  inventory::TagSeverities tag_severity;            ///< [tag.NAME.severity].
  std::vector<std::string> inventory_files;         ///< [inventory] files.
  inventory::ZoneSettings defaults;                 ///< [defaults].
  std::vector<ZoneConfig> zones;                    ///< [[zone]] in the order of the files.
  std::vector<SinkConfig> sinks;                    ///< [[sink]] in the order of the files.

  std::vector<std::string> files;  ///< What was read: the main file, then conf.d.
  /// Where keys were set ("dns.root_hints", "stub[0].zone", "sink[1].url"), for messages.
  std::map<std::string, Origin, std::less<>> origins;

  /// An error about the value of `key`, placed where it was set (or nowhere for a default).
  [[nodiscard]] ConfigError error_at(std::string_view key, std::string message) const;
};

}  // namespace anchorwatch::config
