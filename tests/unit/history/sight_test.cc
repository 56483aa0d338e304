// SPDX-License-Identifier: Apache-2.0
// What one look saw, drawn from the answers of its servers.
#include <gmock/gmock.h>

#include "unit/judge/judge_lab.h"
#include "zones.h"

namespace anchorwatch::history {
namespace {

using ::testing::SizeIs;

struct Looked {
  judge::JudgeLab lab;
  evidence::ZoneEvidence evidence;

  Looked() {
    lab.sign();
    evidence = lab.look();
  }
  Sight sight() { return sight_of(evidence, lab.run(evidence)); }
};

TEST(Sight, ASignedZoneHasOneOfEach) {
  Looked looked;
  const Sight sight = looked.sight();
  ASSERT_TRUE(sight.ds.known && sight.ds.complete);
  ASSERT_THAT(sight.ds.seen, SizeIs(1));
  EXPECT_EQ(sight.ds.seen[0].content, looked.lab.zone.ds());
  EXPECT_EQ(sight.ds.seen[0].ttl, 3600U);
  ASSERT_THAT(sight.keys.seen, SizeIs(1)) << "three servers, one key set";
  const KeySet& keys = sight.keys.seen[0].content;
  ASSERT_THAT(keys.keys, SizeIs(2));
  for (const KeySet::Key& key : keys.keys) EXPECT_EQ(key.signs_keys, key.rdata == looked.lab.ksk.dnskey());
  ASSERT_THAT(sight.signers.seen, SizeIs(1)) << "all data is signed by one key";
  EXPECT_THAT(sight.signers.seen[0].content.keys, ::testing::ElementsAre(Signers::Key{looked.lab.zsk.tag(), 15}));
}

TEST(Sight, AServerThatIsSilentMakesTheLookIncomplete) {
  Looked looked;
  for (evidence::Answer& answer : looked.evidence.servers[0].answers) answer = silence(answer.question);
  const Sight sight = looked.sight();
  EXPECT_TRUE(sight.keys.known && sight.signers.known);
  EXPECT_FALSE(sight.keys.complete || sight.signers.complete);
  EXPECT_TRUE(sight.ds.complete) << "the parent's servers are others";
}

TEST(Sight, AnUnsignedCopyIsSeenApart) {
  Looked looked;
  for (evidence::Answer& answer : looked.evidence.servers[0].answers) {
    for (auto* section : {&answer.answer, &answer.authority}) {
      for (dns::RRset& set : *section) set.rrsigs.clear();
    }
  }
  const Sight sight = looked.sight();
  EXPECT_THAT(sight.keys.seen, SizeIs(2)) << "with and without signatures";
  EXPECT_THAT(sight.signers.seen, SizeIs(2));
}

TEST(Sight, ACoreLookSaysNothingOfTheDatasSigners) {
  Looked looked;
  looked.evidence.depth = evidence::Depth::kCore;
  const Sight sight = looked.sight();
  EXPECT_TRUE(sight.keys.known && sight.ds.known);
  EXPECT_FALSE(sight.signers.known);
}

TEST(Sight, AForwardersCountdownMakesNoVersions) {
  Looked looked;
  looked.evidence.forwarded = true;
  const Sight before = looked.sight();
  for (evidence::ServerLook& server : looked.evidence.servers) {
    for (evidence::Answer& answer : server.answers) {
      for (auto* section : {&answer.answer, &answer.authority}) {
        for (dns::RRset& set : *section) set.ttl /= 2;
      }
    }
  }
  ZoneHistory history;
  observe(history, before, {}, 100);
  const ZoneHistory first = history;
  observe(history, looked.sight(), {100, 100, 100}, 200);
  EXPECT_EQ(history, first);
}

}  // namespace
}  // namespace anchorwatch::history
