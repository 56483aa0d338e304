// SPDX-License-Identifier: Apache-2.0
// Key-signing keys that no DS leads to: the root, islands, zones that wait for a DS.
#include <gmock/gmock.h>

#include "anchorwatch/history/rollover.h"
#include "zones.h"

namespace anchorwatch::history {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr UnixSeconds kDay = 86400;
constexpr std::uint32_t kTtl = 172800;

const Bytes kOld = make_key('a');
const Bytes kNew = make_key('b');
const Bytes kZsk = make_key('z', 256);

class Anchored : public ::testing::Test {
 protected:
  void look(const std::vector<Bytes>& keys, const std::vector<Bytes>& signing) {
    at_ += 10 * kDay;
    Sight sight{{}, all_show(key_set(keys, signing), kTtl), all_show(signed_by({kZsk}), kTtl)};
    observe(history_, sight, {0, last_, last_}, at_);
    forget(history_, at_);
    last_ = at_;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> texts;
    for (const Rollover& rollover : name_rollovers(history_)) {
      texts.push_back(std::string(to_string(rollover.kind)) + ": " + to_string(rollover.phase));
    }
    return texts;
  }
  [[nodiscard]] NextStep next() const {
    return next_step(history_, name_rollovers(history_).at(0), zone(), {}, at_);
  }

  ZoneHistory history_;
  UnixSeconds at_ = 0, last_ = 0;
};

TEST_F(Anchored, AKeyIsPublishedForLongBeforeItSigns) {
  look({kOld, kZsk}, {kOld});
  look({kOld, kZsk}, {kOld});
  EXPECT_THAT(names(), IsEmpty());
  look({kOld, kNew, kZsk}, {kOld});
  EXPECT_THAT(names(), ElementsAre("ksk_pre_publication: new key published"));
  EXPECT_EQ(next().what, "sign the key set with the new key");
  EXPECT_EQ(next().safe_from, at_ + 30 * kDay) << "RFC 5011 hold-down";
  look({kOld, kNew, kZsk}, {kOld, kNew});
  EXPECT_THAT(names(), ElementsAre("ksk_pre_publication: both keys sign"));
  look({kOld, kNew, kZsk}, {kNew});
  EXPECT_THAT(names(), ElementsAre("ksk_pre_publication: new key signs"));
  EXPECT_EQ(next().what, "revoke the old key");
  look({kNew, kZsk}, {kNew});
  EXPECT_THAT(names(), ElementsAre("ksk_pre_publication: done"));
  EXPECT_EQ(next().what, "");
}

TEST_F(Anchored, AKeyThatIsTakenBackIsNone) {
  look({kOld, kZsk}, {kOld});
  look({kOld, kNew, kZsk}, {kOld});
  look({kOld, kZsk}, {kOld});
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Anchored, WhatWasThereAtTheFirstLookIsNone) {
  look({kOld, kNew, kZsk}, {kOld});
  EXPECT_THAT(names(), IsEmpty());
}

}  // namespace
}  // namespace anchorwatch::history
