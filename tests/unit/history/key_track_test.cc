// SPDX-License-Identifier: Apache-2.0
// The life of keys as looks see it.
#include "anchorwatch/history/key_track.h"

#include <gtest/gtest.h>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/history/zone_history.h"

namespace anchorwatch::history {
namespace {

Bytes key_of(std::uint16_t flags, char seed) {
  Bytes rdata;
  append_u16(rdata, flags);
  append_u8(rdata, 3);
  append_u8(rdata, 13);
  return rdata + Bytes(64, seed);
}

Bytes ds_of(const Bytes& key) {
  Bytes rdata;
  append_u16(rdata, dns::key_tag(key));
  append_u8(rdata, 13);
  append_u8(rdata, 2);
  return rdata + Bytes(32, 'd');
}

const Bytes kKsk = key_of(257, 'k');
const Bytes kZsk = key_of(256, 'z');

class KeyTracks : public ::testing::Test {
 protected:
  void look(const std::vector<Bytes>& ds, const std::vector<KeySet::Key>& keys, const std::vector<Bytes>& signers) {
    Signers by;
    for (const Bytes& key : signers) by.keys.push_back({dns::key_tag(key), 13});
    Sight sight;
    sight.ds = {true, true, {{ds, 60}}};
    sight.keys = {true, true, {{KeySet{keys}, 60}}};
    sight.signers = {true, true, {{by, 60}}};
    see(sight);
  }
  void see(const Sight& sight) {
    observe(history_, sight, {at_, at_, at_}, at_ + 10);
    at_ += 10;
    forget(history_, at_);
  }
  const KeyTrack& track(const Bytes& key) {
    for (const KeyTrack& each : history_.tracks) {
      if (each.tag == dns::key_tag(key)) return each;
    }
    ADD_FAILURE() << "no track";
    static const KeyTrack kNone;
    return kNone;
  }

  ZoneHistory history_;
  UnixSeconds at_ = 0;
};

TEST_F(KeyTracks, WhatWasThereAtFirstDidNotBegin) {
  look({ds_of(kKsk)}, {{kKsk, true}, {kZsk, false}}, {kZsk});
  EXPECT_EQ(history_.tracks.size(), 2U);
  EXPECT_TRUE(track(kKsk).ds.active());
  EXPECT_FALSE(track(kKsk).ds.began());
  EXPECT_TRUE(track(kKsk).signs_keys.active());
  EXPECT_FALSE(track(kZsk).signs_keys.from);
  EXPECT_TRUE(track(kZsk).signs_data.active());
}

TEST_F(KeyTracks, EachRoleHasItsWindow) {
  look({}, {}, {});
  look({ds_of(kKsk)}, {}, {});
  EXPECT_TRUE(track(kKsk).rdata.empty()) << "known by its DS only";
  look({ds_of(kKsk)}, {{kKsk, true}}, {});
  EXPECT_EQ(history_.tracks.size(), 1U);
  EXPECT_EQ(track(kKsk).ds.from, (Window{10, 20}));
  EXPECT_EQ(track(kKsk).published.from, (Window{20, 30}));
  look({ds_of(kKsk)}, {}, {});
  EXPECT_EQ(track(kKsk).published.until, (Window{30, 40}));
  EXPECT_TRUE(track(kKsk).published.covers(35));
  EXPECT_FALSE(track(kKsk).published.covers(40));
  EXPECT_EQ(track(kKsk).gone_since(), std::nullopt);
  look({}, {}, {});
  EXPECT_EQ(track(kKsk).gone_since(), 50);
}

TEST_F(KeyTracks, ARevokedKeyIsTheSameKey) {
  look({}, {{kKsk, true}}, {});
  look({}, {{key_of(257 | 128, 'k'), true}}, {});
  ASSERT_EQ(history_.tracks.size(), 1U);
  EXPECT_TRUE(history_.tracks[0].revoked);
  EXPECT_TRUE(history_.tracks[0].published.active());
}

TEST_F(KeyTracks, ALookThatSeesAPartEndsNothing) {
  look({ds_of(kKsk)}, {{kKsk, true}}, {kZsk});
  see(Sight{});
  EXPECT_TRUE(track(kKsk).published.active());
  Sight partial;
  partial.keys.known = true;
  see(partial);
  EXPECT_TRUE(track(kKsk).published.active());
}

TEST_F(KeyTracks, KeysThatAreGoneAreForgottenAfterAMonth) {
  look({}, {{kKsk, true}}, {});
  look({}, {}, {});
  EXPECT_EQ(history_.tracks.size(), 1U);
  at_ += kTrackLife;
  look({}, {}, {});
  EXPECT_TRUE(history_.tracks.empty());
}

TEST_F(KeyTracks, AFloodOfKeysDoesNotHideTheOldOnes) {
  look({}, {{kKsk, true}}, {});
  std::vector<KeySet::Key> flood{{kKsk, true}};
  for (char seed = 1; seed < 40; ++seed) flood.push_back({key_of(256, seed), false});
  look({}, flood, {});
  EXPECT_EQ(history_.tracks.size(), kMostTracks);
  EXPECT_TRUE(track(kKsk).published.active());
}

TEST_F(KeyTracks, TwoSignersAreTold) {
  const Bytes other_ksk = key_of(257, 'o');
  const Bytes other_zsk = key_of(256, 'p');
  look({}, {{kKsk, true}, {kZsk, false}}, {kZsk});
  EXPECT_FALSE(history_.several_signers.from);
  Sight sight;
  sight.keys = {true, true, {{KeySet{{{kKsk, true}}}, 60}, {KeySet{{{other_ksk, true}}}, 60}}};
  sight.signers = {true, true, {{Signers{{{dns::key_tag(kZsk), 13}}}, 60}, {Signers{{{dns::key_tag(other_zsk), 13}}}, 60}}};
  see(sight);
  EXPECT_EQ(history_.several_signers.from, (Window{10, 20}));
  look({}, {{kKsk, true}, {kZsk, false}}, {kZsk});
  EXPECT_EQ(history_.several_signers.until, (Window{20, 30}));
}

}  // namespace
}  // namespace anchorwatch::history
