// SPDX-License-Identifier: Apache-2.0
// Trust anchors that stand at the zone (the root, private islands).
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

void trust_anchors(const Context& context, FindingSink& sink) {
  if (!context.entry.from_anchors || !context.ds_stands()) return;
  std::vector<bool> signs(context.entry.ds.size(), false);
  bool seen = false;
  bool any = false;
  for (const KeyView& view : context.key_views) {
    for (std::size_t i = 0; i < view.ds.size() && i < signs.size(); ++i) {
      seen = seen || view.set != nullptr;
      if (view.ds[i].state != dnssec::DsState::kSigns) continue;
      signs[i] = true;
      any = true;
    }
  }
  if (!seen) return;
  const std::vector<Bytes>& anchors = context.input.anchors.at(context.zone);
  for (std::size_t i = 0; i < signs.size(); ++i) {
    const Bytes& rdata = context.entry.ds[i];
    const auto ds = dns::decode_ds(rdata);
    // With `nested_anchors = "any"` the DS set of the parent stands among them.
    const bool is_anchor = std::find(anchors.begin(), anchors.end(), rdata) != anchors.end();
    if (signs[i] || !ds || !is_anchor) continue;
    Finding finding = FindingSink::start(FindingCode::TRUST_ANCHOR_NOT_SIGNING,
                                         key_subject(context, ds->key_tag, ds->algorithm));
    // A predecessor or a successor beside a working anchor is what a rollover looks like.
    if (any) finding.severity = Severity::kNotice;
    note_key(finding, ds->key_tag, ds->algorithm);
    finding.message = "The trust anchor " + ds_text(*ds) + " of " + context.zone.to_text() +
                      " does not match a key that validly signs its DNSKEY RRset" +
                      (any ? "; another one, or the DS above, does. It may wait for a rollover, or be retired."
                           : ". Nothing below can be validated; refresh the trust anchors.");
    sink.add(std::move(finding));
  }
}

}  // namespace anchorwatch::judge::rules
