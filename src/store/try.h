// SPDX-License-Identifier: Apache-2.0
// AW_TRY: leaves the function with the error of a Result that holds no value.
#pragma once

#include <utility>

#include "anchorwatch/core/result.h"

#define AW_TRY(expression) \
  if (auto aw_result = (expression); !aw_result) return std::move(aw_result).error()
