// SPDX-License-Identifier: Apache-2.0
// The zone's own DS as a probe: it stands at the parent's side of the cut (RFC 4035 §3.1.4.1), so that
// the parent's servers answer and the parent's keys judge. It tells nothing of the zone itself.
#include "context.h"

namespace anchorwatch::judge {

namespace {

using dnssec::Reason;

dnssec::Verdict verdict_of(const Context& context, const ParentView& view) {
  if (!view.judged) return verdict_below(context.parent_link->verdict);
  const dnssec::DsAnswerVerdict& parent = view.verdict;
  // No DS makes the zone insecure; that there is none is proven by signed records of the parent.
  if (parent.verdict == dnssec::insecure(Reason::kNoDs)) return dnssec::secure();
  // So it is at a name that is no delegation.
  const bool plain = parent.denial && parent.denial->result == dnssec::DenialResult::kLacksNs;
  return plain ? dnssec::secure() : parent.verdict;
}

}  // namespace

ProbeVerdict judge_ds_probe(const Context& context) {
  ProbeVerdict out;
  out.question = dns::Question{context.zone, dns::RrType::kDs};
  out.verdict = dnssec::indeterminate(Reason::kUnreachable);
  if (context.parent_link == nullptr) return out;
  const bool off = context.input.anchors.is_negative(context.zone);
  bool found = false;
  for (const ParentView& view : context.parent_views) {
    if (!view.usable) continue;
    const dnssec::Verdict verdict =
        off ? dnssec::insecure(Reason::kNegativeTrustAnchor) : verdict_of(context, view);
    if (found && dnssec::weakness(verdict.status) >= dnssec::weakness(out.verdict.status)) continue;
    found = true;
    out.verdict = verdict;
    out.rcode = dns::rcode_to_string(view.answer->rcode);
  }
  return out;
}

}  // namespace anchorwatch::judge
