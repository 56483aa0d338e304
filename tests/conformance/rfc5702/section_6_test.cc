// SPDX-License-Identifier: Apache-2.0
// RFC 5702 §6: RSASHA256 with 512 bits and RSASHA512 with 1024 bits. §2.2: RSASHA512 keys have at
// least 1024 bits.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

constexpr UnixSeconds kNow = 1000000000;  // 2001, within 2000 to 2030.

TEST(Rfc5702Section6, Rsasha256) {
  EXPECT_EQ(
      validate_example(
          "example.net. 3600 IN DNSKEY 256 3 8 AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2F"
          "h36BponcwtkZ4cAgtvd4Qs8PkxUdp6p/DlUmObdk=\n"
          "www.example.net. 3600 IN A 192.0.2.91\n"
          "www.example.net. 3600 IN RRSIG A 8 3 3600 20300101000000 20000101000000 9033 "
          "example.net. "
          "kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/"
          "lPtPiVYP4bwg==\n",
          kNow),
      secure());
}

TEST(Rfc5702Section6, Rsasha512) {
  EXPECT_EQ(
      validate_example(
          "example.net. 3600 IN DNSKEY 256 3 10 AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroR"
          "OUkN6X0O6pnWnjJQujX/AyhqFDxj13tOnD9u/1kTg7cV6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLp"
          "PBz1bWXjDtaR7ZQBlZ3PFY12ZTSncorffcGmhOL\n"
          "www.example.net. 3600 IN A 192.0.2.91\n"
          "www.example.net. 3600 IN RRSIG A 10 3 3600 20300101000000 20000101000000 3740 "
          "example.net. "
          "tsb4wnjRUDnB1BUi+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd0xDtsuJRaeUw1ep94PzEWzr0iGY"
          "gZBWm/zpq+9fOuagYJRfDqfReKBzMweOLDiNa8iP5g9vMhpuv6OPlvpXwm9Sa9ZXIbNl1MBGk0fthPgxdDLw=\n",
          kNow),
      secure());
}

}  // namespace
}  // namespace anchorwatch::dnssec
