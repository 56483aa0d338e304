// SPDX-License-Identifier: Apache-2.0
// The only place that includes ldns. Its headers define bool, true and false as macros unless
// <stdbool.h> came first.
#pragma once

#include <stdbool.h>  // NOLINT(modernize-deprecated-headers): must come before ldns.

#include <ldns/ldns.h>

#include <cstdlib>
#include <memory>
#include <type_traits>

static_assert(std::is_same_v<decltype(true), bool>, "ldns must not redefine true");

namespace anchorwatch::dns {

struct LdnsDelete {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
  void operator()(ldns_rr* record) const { ldns_rr_free(record); }
  void operator()(ldns_rdf* field) const { ldns_rdf_deep_free(field); }
  void operator()(ldns_buffer* buffer) const { ldns_buffer_free(buffer); }
  void operator()(char* text) const { std::free(text); }  // NOLINT(cppcoreguidelines-no-malloc)
};
template <typename T>
using LdnsPtr = std::unique_ptr<T, LdnsDelete>;

}  // namespace anchorwatch::dns
