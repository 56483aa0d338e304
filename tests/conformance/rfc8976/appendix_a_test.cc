// SPDX-License-Identifier: Apache-2.0
// RFC 8976 Appendix A.1: the digest of a simple zone, glue included, the ZONEMD record itself not.
#include <algorithm>

#include <gtest/gtest.h>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/zone_digest.h"

#include "support/zone_signer.h"

namespace anchorwatch::dnssec {
namespace {

constexpr std::string_view kZone =
    "example. 86400 IN SOA ns1.example. admin.example. 2018031900 1800 900 604800 86400\n"
    "example. 86400 IN NS ns1.example.\n"
    "example. 86400 IN NS ns2.example.\n"
    "example. 86400 IN ZONEMD 2018031900 1 1 "
    "c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9"
    "a9713b3c9ae5cc27777f98b8e730044c\n"
    "ns1.example. 3600 IN A 203.0.113.63\n"
    "ns2.example. 3600 IN AAAA 2001:db8::63\n";

TEST(Rfc8976AppendixA1, SimpleExampleZone) {
  std::vector<dns::RRset> sets = records_of(kZone);
  std::sort(sets.begin(), sets.end(), [](const dns::RRset& left, const dns::RRset& right) {
    return left.owner != right.owner ? left.owner < right.owner : left.type < right.type;
  });
  const dns::RRset* zonemd = dns::find_rrset(sets, name_of("example."), dns::RrType::kZonemd);
  ASSERT_NE(zonemd, nullptr);
  const auto data = dns::decode_zonemd(zonemd->rdatas.front());
  ASSERT_TRUE(data.has_value());
  EXPECT_EQ(data->serial, 2018031900U);
  EXPECT_EQ(data->scheme, dns::Zonemd::kSimple);
  EXPECT_EQ(to_hex(zone_digest(name_of("example."), sets, data->hash_algorithm)),
            to_hex(data->digest));
  EXPECT_EQ(zone_digest(name_of("example."), sets, dns::Zonemd::kSha512).size(), 64U);
  EXPECT_TRUE(zone_digest(name_of("example."), sets, 3).empty());  // Not assigned (§5.3).
}

}  // namespace
}  // namespace anchorwatch::dnssec
