// SPDX-License-Identifier: Apache-2.0
// Digests: the content addresses of one look, all made in one walk through it.
//
// Threading: pure functions, any thread.
#pragma once

#include "anchorwatch/evidence/evidence.h"

namespace anchorwatch::evidence {

/// Of one part of a look.
struct PartDigests {
  Digest exact;
  Digest data;  ///< Without what a signer makes anew when the data stay.
};

/// See ZoneEvidence::Part. In a core look all three are the same.
struct Digests {
  PartDigests all, ordinary, core;
};

Digests digests_of(const ZoneEvidence& evidence);

}  // namespace anchorwatch::evidence
