// SPDX-License-Identifier: Apache-2.0
// What a tree is: a few numbers from which every name, key, record and address follows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire.h"

namespace bench {

/// How the servers of a zone can behave. Each group has servers of its own; which groups do behave so is decided
/// when the tree is served: a zone of any group that does not is served as those of kMain.
enum class Group : unsigned { kMain, kLive, kDead, kSlow, kHostile };
inline constexpr unsigned kGroups = 5;

struct Spec {
  std::uint32_t zones = 1000;
  std::uint32_t tlds = 1;
  std::uint32_t providers = 1;  ///< Of the main group; two addresses each.
  double live = 0.30, dead = 0.01, slow = 0.01, hostile = 0.01, nsec3 = 0.5;
  std::uint32_t made_at = 0;    ///< Unix seconds; signatures count from here.
  std::string seed = "anchorwatch-bench";

  [[nodiscard]] std::string text() const;
  /// @return the spec of a file that text() wrote; empty if it cannot be read.
  [[nodiscard]] static std::optional<Spec> read(const std::string& path);
  /// Sets one field by its name in the file. @return false: unknown name or no number.
  bool set(const std::string& name, const std::string& value);

  [[nodiscard]] Group group_of(std::uint32_t zone) const;
  [[nodiscard]] bool uses_nsec3(std::uint32_t zone) const;
  [[nodiscard]] std::string tld_name(std::uint32_t tld) const;
  [[nodiscard]] std::uint32_t tld_of(std::uint32_t zone) const { return zone % tlds; }
  [[nodiscard]] std::string zone_name(std::uint32_t zone) const;
  /// The number of a zone's name on the wire, and how long the name itself is below it (0: the apex).
  [[nodiscard]] std::optional<std::uint32_t> zone_at(std::string_view name, std::size_t* below) const;

  /// Name servers of zones: all providers of the main group first, then one for each other group.
  [[nodiscard]] std::uint32_t operators() const { return providers + kGroups - 1; }
  [[nodiscard]] std::uint32_t operator_of(std::uint32_t zone) const;
  [[nodiscard]] std::string server_name(std::uint32_t number, unsigned server) const;
  [[nodiscard]] std::uint32_t operator_of_group(Group group) const { return providers + static_cast<std::uint32_t>(group) - 1; }
  [[nodiscard]] static std::string server_address(std::uint32_t number, unsigned server);
  /// Where NSD has the zones of the groups that a responder stands before.
  [[nodiscard]] static std::string backend_address() { return "127.83.255.1"; }
  [[nodiscard]] static std::string root_address(unsigned server) { return server == 0 ? "127.83.254.1" : "127.83.254.2"; }
  [[nodiscard]] static std::string tld_address(unsigned server) { return server == 0 ? "127.83.254.3" : "127.83.254.4"; }
  /// Zone with the addresses of all name servers.
  [[nodiscard]] std::string hosts_zone() const { return "dns." + tld_name(0); }
};

}  // namespace bench
