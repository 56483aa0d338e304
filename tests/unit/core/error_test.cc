// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/error.h"

#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/core/result.h"

namespace anchorwatch {
namespace {

TEST(ErrorCodeTest, EveryCodeHasItsOwnStableName) {
  const std::pair<ErrorCode, const char*> expected[] = {
      {ErrorCode::kInvalidArgument, "invalid_argument"},
      {ErrorCode::kParse, "parse"},
      {ErrorCode::kNotFound, "not_found"},
      {ErrorCode::kTimeout, "timeout"},
      {ErrorCode::kUnreachable, "unreachable"},
      {ErrorCode::kRefused, "refused"},
      {ErrorCode::kLimitExceeded, "limit_exceeded"},
      {ErrorCode::kCorrupt, "corrupt"},
      {ErrorCode::kBusy, "busy"},
      {ErrorCode::kIo, "io"},
      {ErrorCode::kUnsupported, "unsupported"},
      {ErrorCode::kInternal, "internal"},
  };
  for (const auto& [code, name] : expected) EXPECT_STREQ(to_string(code), name);

  std::set<std::string> names;
  const auto last = static_cast<unsigned>(ErrorCode::kInternal);
  for (unsigned i = 0; i <= last; ++i) names.insert(to_string(static_cast<ErrorCode>(i)));
  EXPECT_EQ(names.size(), last + 1);
  EXPECT_EQ(names.count("unknown"), 0U);
}

TEST(ErrorCodeTest, ValueOutsideTheEnumIsUnknown) {
  EXPECT_STREQ(to_string(static_cast<ErrorCode>(200)), "unknown");
}

TEST(ErrorTest, ContextsGoInFrontFromInnerToOuter) {
  Error error(ErrorCode::kIo, "disk full");
  error = std::move(error).with("/var/db");
  error = std::move(error).with("backup");
  EXPECT_EQ(error.code(), ErrorCode::kIo);
  EXPECT_EQ(error.message(), "backup: /var/db: disk full");
}

Result<int> half(int value) {
  if (value % 2 != 0) return Error(ErrorCode::kInvalidArgument, "odd");
  return value / 2;
}

TEST(ResultTest, HoldsTheValue) {
  Result<int> result = half(8);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(*result, 4);
  *result = 5;
  EXPECT_EQ(std::as_const(result).value(), 5);
  EXPECT_EQ(*std::as_const(result), 5);
}

TEST(ResultTest, HoldsTheError) {
  Result<int> result = half(3);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(std::as_const(result).error().message(), "odd");
  const Error moved = std::move(result).error();
  EXPECT_EQ(moved.message(), "odd");
}

TEST(ResultTest, GivesAwayValuesThatOnlyMove) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  EXPECT_EQ(**result, 7);
  const std::unique_ptr<int> owned = *std::move(result);
  EXPECT_EQ(*owned, 7);
}

TEST(ResultTest, ArrowReachesMembers) {
  Result<std::string> result(std::string("abc"));
  EXPECT_EQ(result->size(), 3U);
  EXPECT_EQ(std::as_const(result)->size(), 3U);
}

TEST(ResultTest, VoidIsSuccessOrError) {
  const Result<void> success;
  EXPECT_TRUE(success);
  Result<void> failure(Error(ErrorCode::kBusy, "locked"));
  EXPECT_FALSE(failure.has_value());
  EXPECT_EQ(std::as_const(failure).error().code(), ErrorCode::kBusy);
  EXPECT_EQ(failure.error().message(), "locked");
  EXPECT_EQ(std::move(failure).error().message(), "locked");
}

}  // namespace
}  // namespace anchorwatch
