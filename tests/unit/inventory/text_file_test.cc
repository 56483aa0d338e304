// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/inventory/inventory_builder.h"

namespace anchorwatch::inventory {
namespace {

std::string write(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + "anchorwatch_" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST(TextFileTest, ReadsAll) {
  const std::string text = std::string(200000, 'x') + "\n";
  const std::string path = write("long.txt", text);
  EXPECT_EQ(read_text_file(path, 1U << 20U).value(), text);
  EXPECT_EQ(read_text_file(path, text.size()).value(), text);
  EXPECT_EQ(read_text_file(path, text.size() - 1).error().code(), ErrorCode::kLimitExceeded);
  std::filesystem::remove(path);
}

TEST(TextFileTest, SaysWhyItCannot) {
  const auto missing = read_text_file("/nonexistent/zones.txt", 1000);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message(), "cannot read the file: No such file or directory");
  const auto directory = read_text_file("/", 1000);
  ASSERT_FALSE(directory.has_value());
  EXPECT_EQ(directory.error().code(), ErrorCode::kIo);
}

TEST(TextFileTest, BuilderReadsFiles) {
  const std::string path = write("zones.txt", "example.com\n");
  InventoryBuilder builder;
  builder.add_file(path);
  EXPECT_EQ(builder.finish().inventory.size(), 1U);
  builder.add_file("/nonexistent/zones.txt");
  EXPECT_EQ(builder.finish().problems.to_text(),
            "/nonexistent/zones.txt: cannot read the file: No such file or directory\n");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace anchorwatch::inventory
