// SPDX-License-Identifier: Apache-2.0
// Answers of zones that are signed anew each time, and of hostile ones.
#pragma once

#include <optional>
#include <random>
#include <unordered_map>

#include "spec.h"
#include "zone.h"

namespace bench {

/// What a query asks for; the rest of it does not matter here.
struct Query {
  unsigned id = 0, flags = 0, type = 0, rrclass = 0;
  Wire name;           ///< In lower case.
  Wire question;       ///< As it came.
  bool edns = false, dnssec = false;
  unsigned version = 0, size = 512;
  /// @return empty: no query with one question.
  [[nodiscard]] static std::optional<Query> read(std::string_view message);
};

/// What hostile zones do; zones take turns.
enum class Hostility : unsigned { kBadSignatures, kManySignatures, kSameTags, kGarbage, kTruncated };
inline constexpr unsigned kHostilities = 5;

/// Makes answers. A zone's keys and records are kept once they were asked for.
class Answerer {
 public:
  explicit Answerer(const Spec& spec) : spec_(spec) {}

  /// @param now  Unix seconds: the signatures begin an hour before.
  /// @param hostile  As a hostile zone, in its own way.
  /// @return empty: silence, or the end of the connection.
  [[nodiscard]] std::optional<Wire> answer(const Query& query, std::uint32_t now, bool tcp, bool hostile);

 private:
  struct Draft;
  const Zone& known(std::uint32_t number);
  void fill(Draft& draft, const Query& query, const Zone& zone, std::string_view below);
  void put_set(Draft& draft, Wire& section, unsigned& count, const Zone& zone, const RrSet& set);
  void put_signatures(Draft& draft, Wire& section, unsigned& count, const Zone& zone, const RrSet& set);
  [[nodiscard]] const std::vector<Key>& same_tags();
  [[nodiscard]] Wire garbage(const Query& query);

  const Spec& spec_;
  std::unordered_map<std::uint32_t, Zone> zones_;
  std::vector<Key> same_tags_;
  std::minstd_rand random_{1};
};

}  // namespace bench
