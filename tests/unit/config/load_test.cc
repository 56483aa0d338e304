// SPDX-License-Identifier: Apache-2.0
// Configuration and inventory from files.
#include "anchorwatch/config/load.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace anchorwatch::config {
namespace {

class LoadConfigTest : public testing::Test {
 protected:
  LoadConfigTest() : directory_(temp_.path() + "/") {
    std::filesystem::create_directories(directory_ + "conf.d");
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ + name) << text;
  }
  ConfigLoad load() { return load_config(directory_ + "main.toml"); }
  /// Messages without the directory of the test.
  std::string shorten(std::string text) const {
    for (std::size_t at = text.find(directory_); at != std::string::npos;
         at = text.find(directory_)) {
      text.erase(at, directory_.size());
    }
    return text;
  }
  TempDir temp_;  // Tests run side by side: each has its own.
  std::string directory_;
};

TEST_F(LoadConfigTest, MissingFile) {
  EXPECT_EQ(shorten(load().errors.to_text()),
            "main.toml: cannot read the file: No such file or directory\n");
}

TEST_F(LoadConfigTest, WithoutFragments) {
  write("main.toml", "[dns]\nport = 5300\n");
  std::filesystem::remove(directory_ + "conf.d");
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  EXPECT_EQ(loaded.config.dns.port, 5300);
  EXPECT_EQ(loaded.config.files.size(), 1U);
}

TEST_F(LoadConfigTest, FragmentsInTheOrderOfNames) {
  write("main.toml", "[dns]\nport = 1\n");
  write("conf.d/20-b.toml", "[dns]\nport = 3\n");
  write("conf.d/10-a.toml", "[dns]\nport = 2\n[inventory]\nfiles = [\"list.txt\"]\n");
  write("conf.d/30-c.toml.bak", "nonsense");
  write("conf.d/.hidden.toml", "nonsense");
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  EXPECT_EQ(loaded.config.dns.port, 3);
  EXPECT_EQ(loaded.config.inventory_files,
            (std::vector<std::string>{directory_ + "conf.d/list.txt"}));
  ASSERT_EQ(loaded.config.files.size(), 3U);
  EXPECT_EQ(loaded.config.files[2], directory_ + "conf.d/20-b.toml");
}

TEST_F(LoadConfigTest, ErrorsOfFragments) {
  write("main.toml", "[dns]\nprt = 1\n");
  write("conf.d/10.toml", "[dns]\nport = true\n");
  EXPECT_EQ(shorten(load().errors.to_text()),
            "main.toml:2:1: dns.prt: unknown key (did you mean \"port\"?)\n"
            "conf.d/10.toml:2:8: dns.port: must be an integer, not a boolean\n");
}

TEST_F(LoadConfigTest, InventoryOfFilesAndTables) {
  write("main.toml",
        "[inventory]\nfiles = [\"list.txt\", \"zones.csv\"]\n[defaults]\nexpect = \"signed\"\n"
        "[[zone]]\nname = \"c.example\"\nowner = \"x\"\n");
  write("list.txt", "a.example\n");
  write("zones.csv", "name,expect\nb.example,any\nd.example,\n");
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  const auto inventory = load_inventory(loaded.config);
  ASSERT_TRUE(inventory.ok()) << inventory.problems.to_text();
  std::string text;
  for (const auto& zone : inventory.inventory.zones()) {
    text += zone.name.to_text() + " " + judge::to_string(zone.settings->expectation.expect) + " " +
            shorten(inventory.inventory.where(zone)) + "\n";
  }
  EXPECT_EQ(text,
            "a.example. signed list.txt:1\n"
            "b.example. any zones.csv:2\n"
            "c.example. signed main.toml:6\n"
            "d.example. signed zones.csv:3\n");
}

TEST_F(LoadConfigTest, InventoryProblems) {
  write("main.toml",
        "[inventory]\nfiles = [\"list.txt\", \"gone.txt\"]\n[[zone]]\nname = \"a.example\"\n");
  write("list.txt", "a.example\nb..example\n");
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  const auto inventory = load_inventory(loaded.config);
  EXPECT_TRUE(inventory.inventory.empty());
  EXPECT_EQ(shorten(inventory.problems.to_text()),
            "list.txt:2:1: name: \"b..example\" is not a domain name: a label is empty\n"
            "main.toml:2:9: inventory.files: gone.txt: cannot read the file: No such file or "
            "directory\n"
            "main.toml:4:8: name: a.example. stands there twice, first at list.txt:1:1\n");
}

TEST_F(LoadConfigTest, MissingFilesAreToldKeyByKey) {
  write("main.toml",
        "[dns]\nroot_hints = \"hints\"\ntrust_anchors = [\"good.key\", \"gone.key\"]\n"
        "[[stub]]\nzone = \"a\"\nservers = [\"127.0.0.1\"]\ntrust_anchors = [\"stub.key\"]\n"
        "[[sink]]\nname = \"s\"\ntype = \"webhook\"\nurl = \"https://a\"\nca_file = \"ca.pem\"\n"
        "secret_file = \"./secret\"\n");
  write("good.key", "x");
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  const std::string why = ": cannot read the file: No such file or directory\n";
  EXPECT_EQ(shorten(check_files(loaded.config).to_text()),
            "main.toml:2:14: dns.root_hints: hints" + why +
                "main.toml:3:17: dns.trust_anchors: gone.key" + why +
                "main.toml:7:17: stub[0].trust_anchors: stub.key" + why +
                "main.toml:12:11: sink[0].ca_file: ca.pem" + why +
                "main.toml:13:15: sink[0].secret_file: secret" + why);
}

TEST_F(LoadConfigTest, ManyZonesInToml) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text += "[[zone]]\nname = \"zone" + std::to_string(i) + ".example\"\nexpect = \"signed\"\n";
  }
  write("main.toml", text);
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  EXPECT_EQ(load_inventory(loaded.config).inventory.size(), 5000U);
}

}  // namespace
}  // namespace anchorwatch::config
