// SPDX-License-Identifier: Apache-2.0
#include "spec.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace bench {

namespace {

// Multiples of an irrational number are spread evenly: every thousand zones have the same shares.
double spread(std::uint32_t zone, double step) {
  double whole = 0;
  return std::modf((zone + 1) * step, &whole);
}

constexpr double kGolden = 0.6180339887498949, kRootOfTwo = 0.41421356237309515;
constexpr std::size_t kDigits = 7;

}  // namespace

std::string Spec::text() const {
  std::ostringstream out;
  out << "zones " << zones << "\ntlds " << tlds << "\nproviders " << providers << "\nlive " << live << "\ndead " << dead
      << "\nslow " << slow << "\nhostile " << hostile << "\nnsec3 " << nsec3 << "\nmade_at " << made_at << "\nseed " << seed
      << '\n';
  return out.str();
}

std::optional<Spec> Spec::read(const std::string& path) {
  std::ifstream file(path);
  Spec spec;
  bool any = false;
  for (std::string name, value; file >> name >> value; any = true) {
    if (!spec.set(name, value)) return std::nullopt;
  }
  return any ? std::optional(spec) : std::nullopt;
}

bool Spec::set(const std::string& name, const std::string& value) {
  if (name == "seed") {
    seed = value;
    return true;
  }
  char* end = nullptr;
  const double number = std::strtod(value.c_str(), &end);
  if (end == value.c_str() || *end != '\0' || !(number >= 0) || number > 4294967295.0) return false;
  const auto whole = static_cast<std::uint32_t>(number);
  if (name == "zones") return zones = whole, whole > 0 && whole < 10'000'000;
  if (name == "tlds") return tlds = whole, whole > 0 && whole < 1000;
  if (name == "providers") return providers = whole, whole > 0 && whole < 30'000;
  if (name == "made_at") return made_at = whole, true;
  if (number > 1) return false;
  if (name == "live") return live = number, true;
  if (name == "dead") return dead = number, true;
  if (name == "slow") return slow = number, true;
  if (name == "hostile") return hostile = number, true;
  if (name == "nsec3") return nsec3 = number, true;
  return false;
}

Group Spec::group_of(std::uint32_t zone) const {
  double at = spread(zone, kGolden);
  if ((at -= live) < 0) return Group::kLive;
  if ((at -= dead) < 0) return Group::kDead;
  if ((at -= slow) < 0) return Group::kSlow;
  if ((at -= hostile) < 0) return Group::kHostile;
  return Group::kMain;
}

bool Spec::uses_nsec3(std::uint32_t zone) const { return spread(zone, kRootOfTwo) < nsec3; }

std::string Spec::tld_name(std::uint32_t tld) const {
  return tlds == 1 ? "bench." : "bench" + std::to_string(tld) + ".";
}

std::string Spec::zone_name(std::uint32_t zone) const {
  const std::string digits = std::to_string(zone);
  return "z" + std::string(kDigits - digits.size(), '0') + digits + "." + tld_name(tld_of(zone));
}

std::optional<std::uint32_t> Spec::zone_at(std::string_view name, std::size_t* below) const {
  std::size_t at = 0;
  for (unsigned left = label_count(name); left > 2; --left) at += 1U + static_cast<unsigned char>(name[at]);
  *below = at;
  const std::string_view apex = name.substr(at);
  if (apex.size() < kDigits + 2 || static_cast<unsigned char>(apex[0]) != kDigits + 1 || apex[1] != 'z') return std::nullopt;
  std::uint32_t number = 0;
  for (const char digit : apex.substr(2, kDigits)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  if (number >= zones || name_wire(zone_name(number)) != apex) return std::nullopt;
  return number;
}

std::uint32_t Spec::operator_of(std::uint32_t zone) const {
  const Group group = group_of(zone);
  return group == Group::kMain ? zone % providers : operator_of_group(group);
}

std::string Spec::server_name(std::uint32_t number, unsigned server) const {
  return "ns" + std::to_string(server + 1) + ".op" + std::to_string(number) + "." + hosts_zone();
}

std::string Spec::server_address(std::uint32_t number, unsigned server) {
  const std::string net = server == 0 ? "127.81." : "127.82.";
  return net + std::to_string(number / 250) + "." + std::to_string(number % 250 + 1);
}

}  // namespace bench
