// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/judge/expectation.h"

namespace anchorwatch::judge {

const char* to_string(Expect expect) {
  switch (expect) {
    case Expect::kAny: return "any";
    case Expect::kSigned: return "signed";
    case Expect::kUnsigned: return "unsigned";
  }
  return "unknown";
}

std::optional<Expect> parse_expect(std::string_view text) {
  for (const Expect expect : {Expect::kAny, Expect::kSigned, Expect::kUnsigned}) {
    if (text == to_string(expect)) return expect;
  }
  return std::nullopt;
}

}  // namespace anchorwatch::judge
