// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "option_table.h"

namespace anchorwatch::config {
namespace {

constexpr double kFastest = 1'000'000;

constexpr std::array kRows = {
    row<OperatorConfig, &OperatorConfig::name>({.key = "operator.name",
                                                .type = OptionType::kText,
                                                .standard = "required",
                                                .help = "Unique name, for people."}),
    row<OperatorConfig, &OperatorConfig::prefixes>(
        {.key = "operator.prefixes",
         .type = OptionType::kTextList,
         .standard = "required",
         .help = "Blocks of addresses of its name servers, e.g. `198.41.0.0/24`. Of several operators "
                 "that have an address the first one counts."}),
    row<OperatorConfig, &OperatorConfig::rate>(
        {.key = "operator.rate",
         .type = OptionType::kInteger,
         .standard = "required",
         .min = 1,
         .max = kFastest,
         .unit = "queries/s",
         .help = "Queries to all its addresses together, with a burst of as many."}),
    row<OperatorConfig, &OperatorConfig::rate_per_address>(
        {.key = "operator.rate_per_address",
         .type = OptionType::kInteger,
         .standard = "`dns.rate_per_address`",
         .min = 1,
         .max = kFastest,
         .unit = "queries/s",
         .help = "Queries to each of its addresses, with a burst of as many."}),
};

}  // namespace

std::span<const Row<OperatorConfig>> operator_rows() { return kRows; }

}  // namespace anchorwatch::config
