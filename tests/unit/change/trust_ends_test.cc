// SPDX-License-Identifier: Apache-2.0
// When a zone turns bogus, as it is kept from look to look.
#include <gtest/gtest.h>

#include "unit/change/history.h"

namespace anchorwatch::change {
namespace {

judge::TrustEndPtr end(UnixSeconds at, dns::RrType type) {
  return std::make_shared<const judge::TrustEnd>(judge::TrustEnd{at, name("example.com."), type, 7, {}});
}

World with_ends(UnixSeconds chain, UnixSeconds core, UnixSeconds rest) {
  World world;
  world.judgement.ends = {end(chain, dns::RrType::kDs), end(core, dns::RrType::kSoa), end(rest, dns::RrType::kMx),
                          std::min({chain, core, rest})};
  return world;
}

TEST(KeptEnds, TheFirstOfAllPartsIsTheZones) {
  const ZoneUpdate update = with_ends(kNoon + 300, kNoon + 200, kNoon + 100).look({}, kNoon);
  ASSERT_NE(update.state.ends.first(), nullptr);
  EXPECT_EQ(update.state.ends.first()->at, kNoon + 100);
  EXPECT_EQ(update.state.ends.first()->because, "example.com./MX, signed by key 7");
  EXPECT_EQ(update.state.summary.chain_end_at, kNoon + 300);
  EXPECT_TRUE(update.ends_changed);
}

TEST(KeptEnds, ACoreLookLeavesTheRest) {
  const ZoneUpdate full = with_ends(kNoon + 3000, kNoon + 2000, kNoon + 1000).look({}, kNoon);
  World core = with_ends(kNoon + 9000, kNoon + 8000, kNoon + 7000);
  core.depth = evidence::Depth::kCore;
  core.judgement.ends.rest = nullptr;
  const ZoneUpdate update = core.look(full.state, kNoon + 10);
  EXPECT_EQ(update.state.ends.first()->at, kNoon + 1000);
  EXPECT_EQ(update.state.ends.core.at, kNoon + 8000);
  EXPECT_EQ(update.state.ends.chain.at, kNoon + 9000);
  EXPECT_EQ(update.state.ends.worst_at, kNoon + 1000);
}

TEST(KeptEnds, ALookThatSawNothingLeavesAllAndABogusZoneHasNone) {
  const ZoneUpdate full = with_ends(kNoon + 3000, kNoon + 2000, kNoon + 1000).look({}, kNoon);
  World dark;
  dark.go_dark();
  const ZoneUpdate unseen = dark.look(full.state, kNoon + 10);
  EXPECT_EQ(unseen.state.ends, full.state.ends);
  World bogus;
  bogus.set_verdict(dnssec::bogus(dnssec::Reason::kSignatureExpired));
  EXPECT_EQ(bogus.look(unseen.state, kNoon + 20).state.ends.first(), nullptr);
}

}  // namespace
}  // namespace anchorwatch::change
