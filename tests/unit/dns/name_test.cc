// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/name.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

#include "unit/dns/message_writer.h"

namespace anchorwatch::dns {
namespace {

TEST(NameText, IsMadeLowerAndAbsolute) {
  EXPECT_EQ(name_of("WWW.Example.Com").to_text(), "www.example.com.");
  EXPECT_EQ(name_of("www.example.com."), name_of("WWW.EXAMPLE.COM"));
  EXPECT_EQ(name_of("a").wire(), bytes_of("\1a\0"));
}

TEST(NameText, RootIsADot) {
  EXPECT_EQ(name_of(".").to_text(), ".");
  EXPECT_TRUE(name_of(".").is_root());
  EXPECT_EQ(Name(), name_of("."));
  EXPECT_EQ(Name().label_count(), 0);
}

TEST(NameText, EscapesGoBothWays) {
  EXPECT_EQ(name_of(R"(a\.b.example)").label_count(), 2);
  EXPECT_EQ(name_of(R"(a\.b.example)").to_text(), R"(a\.b.example.)");
  EXPECT_EQ(name_of(R"(a\046b.example)").to_text(), R"(a\.b.example.)");
  EXPECT_EQ(name_of(R"(\000\255\032.x)").wire(), bytes_of("\3\0\xff \1x\0"));
  EXPECT_EQ(name_of(R"(\000\255\032.x)").to_text(), R"(\000\255\032.x.)");
  EXPECT_EQ(name_of(R"(\"\(\)\;\@\$\\.x)").to_text(), R"(\"\(\)\;\@\$\\.x.)");
  EXPECT_EQ(name_of(R"(\065.x)").to_text(), "a.x.") << "an escaped letter has no case either";
  EXPECT_EQ(name_of(R"(x.y\.)").wire(), bytes_of("\1x\2y.\0")) << "an escaped dot ends no name";
}

TEST(NameText, EveryOctetSurvivesTheRoundTrip) {
  for (int value = 0; value < 256; ++value) {
    const Bytes wire = bytes_of("\1") + Bytes(1, static_cast<char>(value)) + bytes_of("\3com\0");
    const Name name = Name::from_wire(wire).value();
    const Result<Name> again = Name::from_text(name.to_text());
    ASSERT_TRUE(again) << name.to_text();
    EXPECT_EQ(*again, name);
    for (const char c : name.to_text()) EXPECT_TRUE(c > ' ' && c < 0x7f);
  }
}

TEST(NameText, RefusesWhatIsNoName) {
  const std::vector<std::string> bad = {"",
                                        "..",
                                        ".a",
                                        "a..b",
                                        "a\\",
                                        "a\\2",
                                        "a\\25",
                                        "a\\25x",
                                        "a\\256",
                                        "a b",
                                        "a\tb",
                                        "\xc3\xa4.de",
                                        std::string("a\0b", 3),
                                        std::string(64, 'a') + ".com"};
  for (const std::string& text : bad) {
    const Result<Name> name = Name::from_text(text);
    ASSERT_FALSE(name) << text;
    EXPECT_EQ(name.error().code(), ErrorCode::kParse);
  }
}

TEST(NameText, ErrorsShowNoControlCharactersAndNoLongLines) {
  const Result<Name> name = Name::from_text("\x1b[31m" + std::string(1000, 'a'));
  ASSERT_FALSE(name);
  EXPECT_EQ(name.error().message().find('\x1b'), std::string::npos);
  EXPECT_LT(name.error().message().size(), 200U);
}

TEST(NameLimits, LabelOf63AndNameOf255OctetsAreTheMost) {
  const std::string label63(63, 'a');
  EXPECT_TRUE(Name::from_text(label63 + ".com"));
  const std::string three = label63 + '.' + label63 + '.' + label63 + '.';
  EXPECT_EQ(name_of(three + std::string(61, 'b')).wire().size(), 255U);
  EXPECT_FALSE(Name::from_text(three + std::string(62, 'b')));
  std::string many;
  for (int i = 0; i < 127; ++i) many += "x.";
  EXPECT_EQ(name_of(many).label_count(), 127);
  EXPECT_FALSE(Name::from_text(many + "x."));
}

TEST(NameLimits, PrependKeepsThem) {
  EXPECT_EQ(name_of("example").prepend("WWW"), name_of("www.example"));
  EXPECT_EQ(name_of("example").prepend(""), std::nullopt);
  EXPECT_EQ(name_of("example").prepend(std::string(64, 'a')), std::nullopt);
  const std::string three =
      std::string(63, 'a') + '.' + std::string(63, 'a') + '.' + std::string(63, 'a');
  EXPECT_TRUE(name_of(three).prepend(std::string(61, 'b')));
  EXPECT_FALSE(name_of(three).prepend(std::string(62, 'b')));
}

TEST(NameWire, IsCheckedAndMadeLower) {
  EXPECT_EQ(Name::from_wire(bytes_of("\3WwW\0")), name_of("www"));
  EXPECT_EQ(Name::from_wire(""), std::nullopt);
  EXPECT_EQ(Name::from_wire(bytes_of("\3www")), std::nullopt) << "no root label";
  EXPECT_EQ(Name::from_wire(bytes_of("\3ww")), std::nullopt);
  EXPECT_EQ(Name::from_wire(bytes_of("\3www\0\0")), std::nullopt) << "octets after the root";
  EXPECT_EQ(Name::from_wire(bytes_of("\xc0\x0c")), std::nullopt) << "a pointer";
  EXPECT_EQ(Name::from_wire(bytes_of("\x40"
                                     "a\0")),
            std::nullopt)
      << "an extended label";
  Bytes longest;
  for (int i = 0; i < 127; ++i) longest += bytes_of("\1a");
  EXPECT_TRUE(Name::from_wire(longest + bytes_of("\0")));
  EXPECT_FALSE(Name::from_wire(longest + bytes_of("\1a\0")));
}

// RFC 4034 §6.1, the example list with its escaped octets.
TEST(NameOrder, IsThatOfRfc4034) {
  const std::vector<Name> sorted = {
      name_of("example"),           name_of("a.example"),      name_of("yljkjljk.a.example"),
      name_of("Z.a.example"),       name_of("zABC.a.EXAMPLE"), name_of("z.example"),
      name_of(R"(\001.z.example)"), name_of("*.z.example"),    name_of(R"(\200.z.example)")};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t j = 0; j < sorted.size(); ++j) {
      EXPECT_EQ(sorted[i] <=> sorted[j], i <=> j) << sorted[i].to_text() << sorted[j].to_text();
    }
  }
}

TEST(NameOrder, RootIsFirst) {
  EXPECT_LT(Name(), name_of("a"));
  EXPECT_EQ(Name() <=> Name(), std::strong_ordering::equal);
}

TEST(NameFamily, AncestorsAreFoundAtLabelBorders) {
  const Name zone = name_of("example.com");
  EXPECT_TRUE(name_of("www.example.com").is_at_or_below(zone));
  EXPECT_TRUE(zone.is_at_or_below(zone));
  EXPECT_FALSE(zone.is_below(zone));
  EXPECT_TRUE(name_of("a.b.example.com").is_below(zone));
  EXPECT_FALSE(name_of("myexample.com").is_at_or_below(zone));
  EXPECT_FALSE(name_of("com").is_at_or_below(zone));
  EXPECT_TRUE(zone.is_below(Name()));
  EXPECT_FALSE(Name().is_below(Name()));
  // The octets of the ancestor, its length octet included, inside one label.
  EXPECT_FALSE(Name::from_wire(bytes_of("\5x\3com\0"))->is_at_or_below(name_of("com")));
}

TEST(NameFamily, ParentSuffixAndFirstLabel) {
  const Name name = name_of("a.b.c");
  EXPECT_EQ(name.parent(), name_of("b.c"));
  EXPECT_EQ(Name().parent(), Name());
  EXPECT_EQ(name.suffix(0), Name());
  EXPECT_EQ(name.suffix(1), name_of("c"));
  EXPECT_EQ(name.suffix(3), name);
  EXPECT_EQ(name.first_label(), "a");
  EXPECT_EQ(Name().first_label(), "");
}

TEST(NameFamily, CommonAncestor) {
  EXPECT_EQ(name_of("a.b.c").common_ancestor(name_of("x.b.c")), name_of("b.c"));
  EXPECT_EQ(name_of("a.b.c").common_ancestor(name_of("b.c")), name_of("b.c"));
  EXPECT_EQ(name_of("a").common_ancestor(name_of("b")), Name());
  EXPECT_EQ(name_of("ab.c").common_ancestor(name_of("b.c")), name_of("c"));
  EXPECT_EQ(Name().common_ancestor(name_of("b.c")), Name());
}

TEST(NameWildcard, IsOnlyALabelOfOneAsterisk) {
  EXPECT_TRUE(name_of("*.example").is_wildcard());
  EXPECT_TRUE(name_of("*").is_wildcard());
  EXPECT_FALSE(name_of("*a.example").is_wildcard());
  EXPECT_FALSE(name_of("a.*.example").is_wildcard());
  EXPECT_FALSE(Name().is_wildcard());
  EXPECT_EQ(name_of("*.example").rrsig_label_count(), 1);
  EXPECT_EQ(name_of("a.*.example").rrsig_label_count(), 3);
}

TEST(NameHash, EqualNamesAreOne) {
  const std::unordered_set<Name> names = {name_of("A.example"), name_of("a.EXAMPLE")};
  EXPECT_EQ(names.size(), 1U);
}

}  // namespace
}  // namespace anchorwatch::dns
