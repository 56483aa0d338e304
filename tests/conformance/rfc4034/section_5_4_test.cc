// SPDX-License-Identifier: Apache-2.0
// RFC 4034 §5.4 and §5.1.4: the example DS is the SHA-1 digest of owner and DNSKEY RDATA; its key
// tag is computed as Appendix B says.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc4034Section54, ExampleDs) {
  EXPECT_TRUE(ds_fits_key(
      "dskey.example.com. 86400 IN DNSKEY 256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/"
      "2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwj"
      "M9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==\n"
      "dskey.example.com. 86400 IN DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118\n"));
}

}  // namespace
}  // namespace anchorwatch::dnssec
