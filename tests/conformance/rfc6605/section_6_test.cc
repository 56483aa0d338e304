// SPDX-License-Identifier: Apache-2.0
// RFC 6605 §6: ECDSA P-256 and P-384 with their DS.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

constexpr std::string_view kP256 =
    "example.net. 3600 IN DNSKEY 257 3 13 "
    "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wN"
    "cP+e+MAnLr+Wi9xMWyQLc8NAA==\n"
    "example.net. 3600 IN DS 55648 13 2 "
    "b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17\n"
    "www.example.net. 3600 IN A 192.0.2.1\n"
    "www.example.net. 3600 IN RRSIG A 13 3 3600 20100909100439 20100812100439 55648 example.net. "
    "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==\n";
constexpr std::string_view kP384 =
    "example.net. 3600 IN DNSKEY 257 3 14 "
    "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem"
    "5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40\n"
    "example.net. 3600 IN DS 10771 14 4 "
    "72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b"
    "0563a9b5f4d288405c3008a946df983d6\n"
    "www.example.net. 3600 IN A 192.0.2.1\n"
    "www.example.net. 3600 IN RRSIG A 14 3 3600 20100909102025 20100812102025 10771 example.net. "
    "/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCuzWTSSPd"
    "z7wn"
    "qXL5bdcJzusdnI0RSMROxxwGipWcJm\n";

TEST(Rfc6605Section6, Examples) {
  for (const std::string_view text : {kP256, kP384}) {
    EXPECT_TRUE(ds_fits_key(text));
    EXPECT_EQ(validate_example(text, 1283000000), secure());
    EXPECT_EQ(validate_example(text, 1290000000), bogus(Reason::kSignatureExpired));
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
