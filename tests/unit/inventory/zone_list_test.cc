// SPDX-License-Identifier: Apache-2.0
// Lists with one name a line.
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/inventory/inventory_builder.h"

namespace anchorwatch::inventory {
namespace {

InventoryLoad load(std::string_view text) {
  InventoryBuilder builder;
  builder.add_text(text, "zones.txt");
  return builder.finish();
}

std::string names(const InventoryLoad& loaded) {
  std::string text;
  for (const ZoneEntry& zone : loaded.inventory.zones()) text += zone.name.to_text() + " ";
  return text;
}

TEST(ZoneListTest, NamesCommentsAndBlankLines) {
  const auto loaded = load(
      "# portfolio\n"
      "\n"
      "example.org\n"
      "  example.com.   # main\n"
      "\texample.net#tight\n"
      "   \n"
      "bücher.example");
  ASSERT_TRUE(loaded.ok()) << loaded.problems.to_text();
  EXPECT_EQ(names(loaded), "example.com. xn--bcher-kva.example. example.net. example.org. ");
  const ZoneEntry* com = loaded.inventory.find(dns::Name::from_text("example.com").value());
  ASSERT_NE(com, nullptr);
  EXPECT_EQ(com->source, (SourcePosition{0, 3, 4}));
  EXPECT_EQ(loaded.inventory.where(*com), "zones.txt:4");
}

TEST(ZoneListTest, WindowsFiles) {
  const auto loaded = load("\xef\xbb\xbf# list\r\nexample.com\r\n\r\nexample.org\r\n");
  ASSERT_TRUE(loaded.ok()) << loaded.problems.to_text();
  EXPECT_EQ(names(loaded), "example.com. example.org. ");
}

TEST(ZoneListTest, NothingInIt) {
  for (const char* text : {"", "\n", "# only a comment", "\n\n#\n", "\xef\xbb\xbf"}) {
    const auto loaded = load(text);
    EXPECT_TRUE(loaded.ok());
    EXPECT_TRUE(loaded.inventory.empty());
  }
}

TEST(ZoneListTest, AllEntriesShareTheDefaults) {
  ZoneSettings defaults;
  defaults.expectation.expect = judge::Expect::kSigned;
  InventoryBuilder builder(defaults);
  builder.add_text("a.example\nb.example\n", "zones.txt");
  const auto loaded = builder.finish();
  ASSERT_EQ(loaded.inventory.size(), 2U);
  const auto& zones = loaded.inventory.zones();
  EXPECT_EQ(zones[0].settings, zones[1].settings);
  EXPECT_EQ(zones[0].settings->expectation.expect, judge::Expect::kSigned);
  EXPECT_EQ(*zones[0].settings->probes, default_probes());
}

TEST(ZoneListTest, MistakesHaveTheirPlaces) {
  const auto loaded = load(
      "example.com\n"
      "a..example\n"
      "bücher.example extra\n"
      "one.example,two.example\n"
      "  user@example.com\n"
      "x;y\n");
  EXPECT_TRUE(loaded.inventory.empty());
  EXPECT_EQ(loaded.problems.to_text(),
            "zones.txt:2:1: name: \"a..example\" is not a domain name: a label is empty\n"
            "zones.txt:3:16: one name a line; in a CSV file the first line names the columns, one "
            "of them \"name\"\n"
            "zones.txt:4:12: one name a line; in a CSV file the first line names the columns, one "
            "of them \"name\"\n"
            "zones.txt:5:3: name: \"user@example.com\" is not a domain name: \"@\" cannot stand in "
            "it\n"
            "zones.txt:6:2: one name a line; in a CSV file the first line names the columns, one "
            "of them \"name\"\n");
}

TEST(ZoneListTest, NotUtf8) {
  const auto loaded = load("example.com\n# \xc3\xbc \xff\n");
  EXPECT_EQ(loaded.problems.to_text(), "zones.txt:2:5: the file is not UTF-8\n");
}

TEST(ZoneListTest, DuplicatesNameBothPlaces) {
  InventoryBuilder builder;
  builder.add_text("b.example\na.example\n  B.EXAMPLE.\n", "one.txt");
  builder.add_text("a.example\nb.example\n", "two.txt");
  const auto loaded = builder.finish();
  EXPECT_EQ(loaded.problems.to_text(),
            "one.txt:3:3: name: b.example. stands there twice, first at one.txt:1:1\n"
            "two.txt:1:1: name: a.example. stands there twice, first at one.txt:2:1\n"
            "two.txt:2:1: name: b.example. stands there twice, first at one.txt:1:1\n");
}

TEST(ZoneListTest, StopsTellingAfterTwenty) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "bad..name\n";
  const auto loaded = load(text);
  EXPECT_EQ(loaded.problems.all().size(), kMaxProblems);
  EXPECT_EQ(loaded.problems.left_out(), 30U);
}

TEST(ZoneListTest, TheTopLevelDomainCalledName) {
  EXPECT_EQ(names(load("name.\n")), "name. ");
  // Without the dot it is the header of a CSV file with one column.
  EXPECT_EQ(names(load("name\nexample.com\n")), "example.com. ");
}

}  // namespace
}  // namespace anchorwatch::inventory
