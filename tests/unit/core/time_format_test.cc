// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/time_format.h"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace anchorwatch {
namespace {

using std::chrono::seconds;

constexpr UnixSeconds kNovember24 = 1795485600;  // 2026-11-24T02:00:00Z

TEST(Rfc3339Test, Writes) {
  EXPECT_EQ(to_rfc3339(kNovember24), "2026-11-24T02:00:00Z");
  EXPECT_EQ(to_rfc3339(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(to_rfc3339(951'827'696), "2000-02-29T12:34:56Z");
  EXPECT_EQ(to_rfc3339(2'147'483'648), "2038-01-19T03:14:08Z");
  EXPECT_EQ(to_rfc3339(4'294'967'296), "2106-02-07T06:28:16Z");
}

TEST(Rfc3339Test, YearsWithoutFourDigitsComeAsNumbers) {
  EXPECT_EQ(to_rfc3339(253'402'300'799), "9999-12-31T23:59:59Z");
  EXPECT_EQ(to_rfc3339(253'402'300'800), "253402300800");
  EXPECT_EQ(to_rfc3339(-62'167'219'200), "0000-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(-62'167'219'201), "-62167219201");
  EXPECT_EQ(to_rfc3339(std::numeric_limits<UnixSeconds>::min()), "-9223372036854775808");
  EXPECT_EQ(to_rfc3339(std::numeric_limits<UnixSeconds>::max()), "9223372036854775807");
}

TEST(Rfc3339Test, EveryTextParsesBack) {
  // A step that is no multiple of anything; all years from 0 to past 9999.
  for (UnixSeconds at = -62'167'300'000; at < 253'403'000'000; at += 12'345'678) {
    ASSERT_EQ(parse_time(to_rfc3339(at)), at) << at;
  }
}

TEST(ParseTimeTest, Numbers) {
  EXPECT_EQ(parse_time("0"), 0);
  EXPECT_EQ(parse_time("1795485600"), kNovember24);
  EXPECT_EQ(parse_time("-5"), -5);
  EXPECT_EQ(parse_time("2026"), 2026);
  EXPECT_EQ(parse_time("9223372036854775807"), std::numeric_limits<UnixSeconds>::max());
}

TEST(ParseTimeTest, OffsetsFractionsAndCase) {
  for (const char* text :
       {"2026-11-24T02:00:00Z", "2026-11-24t02:00:00z", "2026-11-24 02:00:00Z",
        "2026-11-24T02:00:00.999999999Z", "2026-11-24T02:00:00+00:00", "2026-11-24T02:00:00-00:00",
        "2026-11-24T03:00:00+01:00", "2026-11-23T21:00:00.5-05:00", "2026-11-24T07:45:00+05:45",
        "2026-11-25T01:59:00+23:59"}) {
    EXPECT_EQ(parse_time(text), kNovember24) << text;
  }
}

TEST(ParseTimeTest, LeapSecondIsTheFirstSecondOfTheNextDay) {
  EXPECT_EQ(parse_time("2016-12-31T23:59:60Z"), parse_time("2017-01-01T00:00:00Z"));
  EXPECT_EQ(parse_time("2017-01-01T00:59:60+01:00"), parse_time("2017-01-01T00:00:00Z"));
  EXPECT_EQ(parse_time("2016-12-31T12:00:60Z"), std::nullopt);
  EXPECT_EQ(parse_time("2016-12-31T23:59:60+01:00"), std::nullopt);
}

TEST(ParseTimeTest, LeapYears) {
  EXPECT_TRUE(parse_time("2024-02-29T00:00:00Z"));
  EXPECT_TRUE(parse_time("2000-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_time("2023-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_time("2100-02-29T00:00:00Z"));
}

TEST(ParseTimeTest, RefusesMalformedText) {
  for (const char* text : {"",
                           " ",
                           "+5",
                           "1e9",
                           "12 ",
                           " 12",
                           "0x10",
                           "9223372036854775808",
                           "tomorrow",
                           "2026-11-24",
                           "2026-11-24T02:00:00",
                           "2026-11-24T02:00Z",
                           "2026-11-24T02:00:00.Z",
                           "2026-11-24T02:00:00,5Z",
                           "2026-11-24T02:00:00Zx",
                           "2026-11-24T02:00:00+0100",
                           "2026-11-24T02:00:00+01",
                           "2026-11-24T02:00:00+24:00",
                           "2026-11-24T02:00:00+01:60",
                           "2026-11-24T02:00:00*01:00",
                           "2026-11-24T02:00:00+01-00",
                           "2026-11-24T02:00:00+01:0x",
                           "2026-11-24T02:00:00+x1:00",
                           "2026-11-24T24:00:00Z",
                           "2026-11-24T02:60:00Z",
                           "2026-11-24T02:00:61Z",
                           "2026-13-24T02:00:00Z",
                           "2026-00-24T02:00:00Z",
                           "2026-11-00T02:00:00Z",
                           "2026-11-31T02:00:00Z",
                           "2026-11-32T02:00:00Z",
                           "2026/11/24T02:00:00Z",
                           "2026-11/24T02:00:00Z",
                           "2026-11-24_02:00:00Z",
                           "2026-11-24T02.00:00Z",
                           "2026-11-24T02:00.00Z",
                           "x026-11-24T02:00:00Z",
                           "2026-x1-24T02:00:00Z",
                           "2026-11-x4T02:00:00Z",
                           "2026-11-24Tx2:00:00Z",
                           "2026-11-24T02:x0:00Z",
                           "2026-11-24T02:00:x0Z",
                           "-026-11-24T02:00:00Z",
                           "20261124020000Z",
                           "+2026-11-24T02:00:00Z",
                           "2026-11-24T02:00:00.",
                           "2026-11-24T02:00:00.5"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

TEST(ParseDurationTest, Units) {
  EXPECT_EQ(parse_duration("0"), seconds(0));
  EXPECT_EQ(parse_duration("90"), seconds(90));
  EXPECT_EQ(parse_duration("90s"), seconds(90));
  EXPECT_EQ(parse_duration("15m"), seconds(900));
  EXPECT_EQ(parse_duration("6h"), seconds(21'600));
  EXPECT_EQ(parse_duration("2d"), seconds(172'800));
  EXPECT_EQ(parse_duration("1w"), seconds(604'800));
  EXPECT_EQ(parse_duration("1h30m"), seconds(5400));
  EXPECT_EQ(parse_duration("1w2d3h4m5s"), seconds(604'800 + 172'800 + 10'800 + 240 + 5));
  EXPECT_EQ(parse_duration("0w0s"), seconds(0));
  EXPECT_EQ(parse_duration("007m"), seconds(420));
}

TEST(ParseDurationTest, RefusesMalformedText) {
  for (const char* text : {"",
                           "s",
                           "h1",
                           "1x",
                           "1S",
                           "1H",
                           "-1",
                           "-1s",
                           "+1s",
                           "1.5h",
                           "1 h",
                           " 1h",
                           "1h ",
                           "1h30",
                           "30m1h",
                           "1h1h",
                           "1hh",
                           "1h-1m",
                           "1ms",
                           "99999999999999999999",
                           "99999999999999999999w"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(ParseDurationTest, LongestStillFitsMicroseconds) {
  const auto longest = std::chrono::duration_cast<seconds>(Duration::max());
  EXPECT_EQ(parse_duration(std::to_string(longest.count())), longest);
  EXPECT_EQ(parse_duration(std::to_string(longest.count() + 1)), std::nullopt);
  EXPECT_EQ(parse_duration("15250285w"), std::nullopt);
  EXPECT_EQ(parse_duration("15250284w7d"), std::nullopt);
  EXPECT_EQ(parse_duration("9223372036854775807w"), std::nullopt);
}

TEST(HumaniseTest, TheTwoLargestUnits) {
  EXPECT_EQ(humanise(seconds(0)), "0 s");
  EXPECT_EQ(humanise(seconds(12)), "12 s");
  EXPECT_EQ(humanise(seconds(59)), "59 s");
  EXPECT_EQ(humanise(seconds(60)), "1 min");
  EXPECT_EQ(humanise(seconds(61)), "1 min 1 s");
  EXPECT_EQ(humanise(seconds(3599)), "59 min 59 s");
  EXPECT_EQ(humanise(seconds(3600)), "1 h");
  EXPECT_EQ(humanise(seconds(3661)), "1 h 1 min");
  EXPECT_EQ(humanise(seconds(3601)), "1 h");
  EXPECT_EQ(humanise(seconds(4 * 86'400 + 3 * 3600 + 59)), "4 d 3 h");
  EXPECT_EQ(humanise(seconds(4 * 86'400 + 59 * 60)), "4 d");
  EXPECT_EQ(humanise(seconds(21 * 86'400)), "21 d");
}

TEST(HumaniseTest, NegativeAndExtreme) {
  EXPECT_EQ(humanise(seconds(-1)), "-1 s");
  EXPECT_EQ(humanise(seconds(-5400)), "-1 h 30 min");
  EXPECT_EQ(humanise(seconds::max()), "106751991167300 d 15 h");
  EXPECT_EQ(humanise(seconds::min()), "-106751991167300 d 15 h");
}

}  // namespace
}  // namespace anchorwatch
