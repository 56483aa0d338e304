// SPDX-License-Identifier: Apache-2.0
// Random zones, every name, all denial records at once: a proof holds exactly when the claim is
// true.
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "anchorwatch/core/random.h"

#include "denial_records.h"

namespace anchorwatch::dnssec {
namespace {

using dns::Name;
using dns::RrType;
using Denial = ZoneSigner::Denial;

// All names of up to three labels below the apex.
std::vector<std::string> all_names() {
  std::vector<std::string> names = {"example."};
  std::vector<std::string> last = names;
  for (int depth = 0; depth < 3; ++depth) {
    std::vector<std::string> longer;
    for (const std::string& name : last) {
      for (const char* label : {"*.", "a.", "b."}) longer.push_back(label + name);
    }
    names.insert(names.end(), longer.begin(), longer.end());
    last = longer;
  }
  return names;
}

// What is in a zone, and what follows from it without any NSEC.
class Truth {
 public:
  void put(const Name& name, RrType type) { nodes_[name].insert(type); }
  [[nodiscard]] bool has(const Name& name, RrType type) const {
    const auto node = nodes_.find(name);
    return node != nodes_.end() && node->second.contains(type);
  }
  [[nodiscard]] bool is_cut(const Name& name) const {
    return name != apex_ && has(name, RrType::kNs);
  }
  // Below a delegation or a DNAME this zone says nothing.
  [[nodiscard]] bool is_hidden(const Name& name) const {
    for (Name at = name; at != apex_; at = at.parent()) {
      const Name above = at.parent();
      if (is_cut(above) || has(above, RrType::kDname)) return true;
    }
    return false;
  }
  [[nodiscard]] bool exists(const Name& name) const {
    for (const auto& [owner, types] : nodes_) {
      if (owner.is_at_or_below(name)) return true;
    }
    return false;
  }
  [[nodiscard]] Name closest_encloser(Name name) const {
    while (!exists(name)) name = name.parent();
    return name;
  }
  [[nodiscard]] bool nxdomain(const Name& name) const {
    if (is_hidden(name) || exists(name)) return false;
    return !exists(closest_encloser(name).prepend("*").value());
  }
  [[nodiscard]] bool nodata(const Name& name, RrType type) const {
    if (is_hidden(name)) return false;
    if (exists(name)) return lacks(name, type);
    const Name wildcard = closest_encloser(name).prepend("*").value();
    return exists(wildcard) && lacks(wildcard, type);
  }
  [[nodiscard]] bool no_ds(const Name& name) const {
    return !is_hidden(name) && is_cut(name) && !has(name, RrType::kDs);
  }

 private:
  [[nodiscard]] bool lacks(const Name& name, RrType type) const {
    if (is_cut(name) && type != RrType::kDs) return false;
    return !has(name, type) && !has(name, RrType::kCname);
  }

  const Name apex_ = name_of("example.");
  std::map<Name, std::set<RrType>> nodes_;
};

struct RandomZone {
  ZoneSigner zone;
  Truth truth;
};

RandomZone random_zone(Denial denial, std::uint64_t seed, const std::vector<std::string>& names) {
  SeededRandom random(seed);
  RandomZone out{ZoneSigner("example.", {.denial = denial}), Truth()};
  const Name apex = name_of("example.");
  for (const RrType type : {RrType::kSoa, RrType::kNs, RrType::kDnskey}) out.truth.put(apex, type);
  out.truth.put(name_of("ns.example."), RrType::kA);
  if (denial != Denial::kNsec) out.truth.put(apex, RrType::kNsec3Param);
  out.zone.add_key(SigningKey(15));
  const auto put = [&](const Name& name, RrType type, Bytes rdata) {
    out.truth.put(name, type);
    out.zone.add_record(name, type, std::move(rdata));
  };
  const std::uint64_t count = 1 + random.below(6);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Name name = name_of(names[1 + random.below(names.size() - 1)]);
    // Names come from above to below in no order: skip what would hide or be hidden.
    if (out.truth.exists(name) || out.truth.is_hidden(name)) continue;
    switch (random.below(6)) {
      case 0: put(name, RrType::kCname, apex.wire()); break;
      case 1: put(name, RrType::kDname, name_of("other.").wire()); break;
      case 2: put(name, RrType::kNs, name_of("ns.other.").wire()); break;
      case 3:
        put(name, RrType::kNs, name_of("ns.other.").wire());
        put(name, RrType::kDs, SigningKey(15).ds(name));
        break;
      default: put(name, RrType::kA, "\1\2\3\4");
    }
  }
  out.zone.sign();
  return out;
}

DenialRecords all_records(const ZoneSigner& zone, const std::vector<dns::RRset>& sets) {
  std::vector<const dns::RRset*> pointers;
  for (const dns::RRset& set : sets) pointers.push_back(&set);
  return collect_denial(zone.apex(), pointers);
}

class EveryName : public testing::TestWithParam<Denial> {};
INSTANTIATE_TEST_SUITE_P(DenialProperty, EveryName,
                         testing::Values(Denial::kNsec, Denial::kNsec3, Denial::kNsec3OptOut));

// Under opt-out "proven" becomes "opt-out" for what a span covers, and must never be claimed for
// it.
TEST_P(EveryName, ProofHoldsExactlyWhenTheClaimIsTrue) {
  const std::vector<std::string> names = all_names();
  const bool opt_out = GetParam() == Denial::kNsec3OptOut;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const RandomZone made = random_zone(GetParam(), seed, names);
    const Truth& truth = made.truth;
    const std::vector<dns::RRset> sets = made.zone.sets();
    const DenialRecords records = all_records(made.zone, sets);
    Ask ask;
    ask.budget.nsec3_hash_blocks = 1 << 24;
    const auto check = [&](const std::string& what, const std::string& name, bool is_true,
                           DenialResult result) {
      const bool proven = result == DenialResult::kProven;
      if (opt_out) {
        // What an opt-out span covers is not provable, and its empty non-terminals are not in the
        // chain.
        EXPECT_FALSE(proven && !is_true) << what << ' ' << name << " seed " << seed;
      } else {
        EXPECT_EQ(proven, is_true)
            << what << ' ' << name << " seed " << seed << ' ' << to_string(result);
      }
    };
    for (const std::string& text : names) {
      const Name name = name_of(text);
      check("nxdomain", text, truth.nxdomain(name), ask.nxdomain(records, text).result);
      check("no DS", text, truth.no_ds(name), ask.no_ds(records, text).result);
      for (const RrType type : {RrType::kA, RrType::kTxt, RrType::kDs}) {
        check("nodata", text, truth.nodata(name, type), ask.nodata(records, text, type).result);
      }
    }
    if (HasFailure()) return;
  }
}

TEST_P(EveryName, WildcardsAnswerOnlyForAbsentNames) {
  const std::vector<std::string> names = all_names();
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const RandomZone made = random_zone(GetParam(), seed, names);
    const DenialRecords records = all_records(made.zone, made.zone.sets());
    Ask ask;
    ask.budget.nsec3_hash_blocks = 1 << 24;
    for (const std::string& source : names) {
      const Name wildcard = name_of(source);
      if (!wildcard.is_wildcard() || !made.truth.has(wildcard, RrType::kA)) continue;
      for (const std::string& text : names) {
        const Name name = name_of(text);
        if (!name.is_below(wildcard.parent()) || name == wildcard) continue;
        const bool is_true = !made.truth.is_hidden(name) && !made.truth.exists(name) &&
                             made.truth.closest_encloser(name) == wildcard.parent();
        const DenialResult result =
            ask.expansion(records, text, wildcard.parent().to_text()).result;
        EXPECT_FALSE(result == DenialResult::kProven && !is_true) << text << " seed " << seed;
        EXPECT_FALSE(is_true && result != DenialResult::kProven && result != DenialResult::kOptOut)
            << text << " seed " << seed << ' ' << to_string(result);
      }
    }
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
