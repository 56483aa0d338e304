// SPDX-License-Identifier: Apache-2.0
// RFC 6840 §4.1: NSEC of an ancestor delegation (NS without SOA) or of a DNAME must not be used to
// deny names below it.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc6840Section41, AncestorRecordsDenyNothingBelow) {
  for (const ZoneSigner::Denial denial : {ZoneSigner::Denial::kNsec, ZoneSigner::Denial::kNsec3}) {
    ZoneSigner zone("example.", {.denial = denial});
    zone.add_key(SigningKey(15));
    zone.add("cut NS ns.cut\ntree DNAME elsewhere.\nz A 192.0.2.1");
    zone.sign();
    for (const char* owner : {"cut.example.", "tree.example."}) {
      // The record of the owner, offered as a proof against a name below it.
      dns::Message forged = zone.answer(owner, dns::RrType::kDs);
      forged.question = dns::Question{name_of("www." + std::string(owner)), dns::RrType::kA};
      forged.rcode = dns::kRcodeNxDomain;
      const dns::Message other = zone.answer("nope.example.", dns::RrType::kA);
      for (const dns::RRset& set : other.authority) {
        if (set.type != dns::RrType::kSoa) forged.authority.push_back(set);
      }
      EXPECT_EQ(judge(forged, zone).verdict, bogus(Reason::kDenialInvalid)) << owner;
    }
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
