// SPDX-License-Identifier: Apache-2.0
// Steps that are not made yet: safe now, safe from a moment on, or never.
#include <gmock/gmock.h>

#include "zones.h"

namespace anchorwatch::history {
namespace {

constexpr UnixSeconds kNow = 100'000;
constexpr std::uint32_t kDsTtl = 86400;
constexpr std::uint32_t kKeyTtl = 3600;
constexpr std::uint32_t kDataTtl = 7200;

const Bytes kOld = make_key('a');
const Bytes kNew = make_key('b');
const Bytes kZsk = make_key('z', 256);
const Bytes kNextZsk = make_key('y', 256);

/// A zone that was watched since long ago.
struct Watched {
  ZoneHistory history;
  UnixSeconds last = 0;

  void look(UnixSeconds at, const DsSet& ds, const KeySet& keys, const Signers& signers) {
    const Sight sight{all_show(ds, kDsTtl), all_show(keys, kKeyTtl), all_show(signers, kDataTtl)};
    observe(history, sight, {last, last, last}, at);
    forget(history, at);
    last = at;
  }
  [[nodiscard]] StepOutlook outlook(const Step& step, UnixSeconds now) const {
    return look_ahead(history, step, zone(), {}, now);
  }
};

/// Old and new key sign the key set since `kNow`; the DS is that of the old one.
Watched double_signed() {
  Watched watched;
  watched.look(1000, ds_of({kOld}), key_set({kOld, kZsk}, {kOld}), signed_by({kZsk}));
  watched.look(kNow - 1, ds_of({kOld}), key_set({kOld, kZsk}, {kOld}), signed_by({kZsk}));
  watched.look(kNow, ds_of({kOld}), key_set({kOld, kNew, kZsk}, {kOld, kNew}), signed_by({kZsk}));
  return watched;
}

TEST(LookAhead, ADsMayBeSwappedWhenTheOldKeySetIsForgotten) {
  const Watched watched = double_signed();
  const Step swap{{make_ds(kNew)}, {make_ds(kOld)}, {}, {}, {}, {}, {}, {}};
  const StepOutlook outlook = watched.outlook(swap, kNow + 10);
  EXPECT_EQ(outlook.safe_from, kNow + kKeyTtl);
  ASSERT_FALSE(outlook.splits.empty());
  EXPECT_EQ(outlook.splits[0].fault, Fault::kNoEntry) << "the new DS with the key set from before";
  EXPECT_EQ(outlook.splits[0].possible, (Span{kNow + 10, kNow + kKeyTtl}));
  EXPECT_EQ(watched.outlook(swap, kNow + kKeyTtl).safe_from, kNow + kKeyTtl);
}

TEST(LookAhead, AFurtherDsIsSafeAtOnce) {
  const Step add{{make_ds(kNew)}, {}, {}, {}, {}, {}, {}, {}};
  EXPECT_EQ(double_signed().outlook(add, kNow + 10).safe_from, kNow + 10);
}

TEST(LookAhead, TheOldKeyMayGoWhenTheOldDsIsForgotten) {
  Watched watched = double_signed();
  const KeySet both = key_set({kOld, kNew, kZsk}, {kOld, kNew});
  watched.look(kNow + 9999, ds_of({kOld}), both, signed_by({kZsk}));
  watched.look(kNow + 10000, ds_of({kNew}), both, signed_by({kZsk}));
  const Step remove{{}, {}, {}, {kOld}, {}, {}, {}, {}};
  EXPECT_EQ(watched.outlook(remove, kNow + 10001).safe_from, kNow + 10000 + kDsTtl);
}

TEST(LookAhead, TheOnlyDsOfTheSigningKeyNeverGoesSafely) {
  const Watched watched = double_signed();
  const Step wrong{{make_ds(make_key('x'))}, {make_ds(kOld)}, {}, {}, {}, {}, {}, {}};
  const StepOutlook outlook = watched.outlook(wrong, kNow + 10);
  EXPECT_EQ(outlook.safe_from, std::nullopt);
  EXPECT_FALSE(outlook.splits.empty());
}

TEST(LookAhead, WithoutDsNothingFails) {
  const Step remove{{}, {make_ds(kOld)}, {}, {}, {}, {}, {}, {}};
  EXPECT_EQ(double_signed().outlook(remove, kNow + 10).safe_from, kNow + 10);
}

TEST(LookAhead, SignaturesMayGoWhenTheDsIsForgotten) {
  Watched watched = double_signed();
  const KeySet both = key_set({kOld, kNew, kZsk}, {kOld, kNew});
  watched.look(kNow + 9999, ds_of({kOld}), both, signed_by({kZsk}));
  watched.look(kNow + 10000, {}, both, signed_by({kZsk}));
  const Step unsign{{}, {}, {}, {}, {}, {signer(kZsk)}, {}, {}};
  const StepOutlook outlook = watched.outlook(unsign, kNow + 10001);
  EXPECT_EQ(outlook.safe_from, kNow + 10000 + kDsTtl);
  ASSERT_FALSE(outlook.splits.empty());
  EXPECT_EQ(outlook.splits[0].fault, Fault::kNotSigned);
}

TEST(LookAhead, AZoneKeyGoesWhenItsSignaturesAreForgotten) {
  Watched watched;
  const KeySet both = key_set({kOld, kZsk, kNextZsk}, {kOld});
  watched.look(1000, ds_of({kOld}), both, signed_by({kZsk}));
  watched.look(kNow - 1, ds_of({kOld}), both, signed_by({kZsk}));
  watched.look(kNow, ds_of({kOld}), both, signed_by({kNextZsk}));
  const Step remove{{}, {}, {}, {kZsk}, {}, {}, {}, {}};
  EXPECT_EQ(watched.outlook(remove, kNow + 10).safe_from, kNow + kDataTtl);
  const Step wrong{{}, {}, {}, {kNextZsk}, {}, {}, {}, {}};
  EXPECT_EQ(watched.outlook(wrong, kNow + 10).safe_from, std::nullopt);
}

TEST(LookAhead, ANewZoneKeySignsWhenTheOldKeySetIsForgotten) {
  Watched watched;
  watched.look(1000, ds_of({kOld}), key_set({kOld, kZsk}, {kOld}), signed_by({kZsk}));
  watched.look(kNow - 1, ds_of({kOld}), key_set({kOld, kZsk}, {kOld}), signed_by({kZsk}));
  watched.look(kNow, ds_of({kOld}), key_set({kOld, kZsk, kNextZsk}, {kOld}), signed_by({kZsk}));
  const Step next{{}, {}, {}, {}, {signer(kNextZsk)}, {signer(kZsk)}, {}, {}};
  EXPECT_EQ(watched.outlook(next, kNow + 10).safe_from, kNow + kKeyTtl);
  const Step both{{}, {}, {}, {}, {signer(kNextZsk)}, {}, {}, {}};
  EXPECT_EQ(watched.outlook(both, kNow + 10).safe_from, kNow + 10);
}

TEST(LookAhead, AnAbsentDsIsNoFault) {
  Watched watched;
  watched.look(1000, {}, key_set({kOld, kZsk}, {kOld}), signed_by({kZsk}));
  const Step first{{make_ds(kOld)}, {}, {}, {}, {}, {}, {}, {}};
  EXPECT_EQ(watched.outlook(first, kNow).safe_from, kNow);
}

TEST(LookAhead, AZoneThatWasJustSignedWaitsForUnsignedCopies) {
  Watched watched;
  watched.look(1000, {}, KeySet{}, Signers{});
  watched.look(kNow - 1, {}, KeySet{}, Signers{});
  watched.look(kNow, {}, key_set({kOld, kZsk}, {kOld}), signed_by({kZsk}));
  const Step first{{make_ds(kOld)}, {}, {}, {}, {}, {}, {}, {}};
  EXPECT_EQ(watched.outlook(first, kNow + 10).safe_from, kNow + kDataTtl);
}

}  // namespace
}  // namespace anchorwatch::history
