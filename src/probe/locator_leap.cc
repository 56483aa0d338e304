// SPDX-License-Identifier: Apache-2.0
// The part of the walk for servers that fail on NS for names that they serve well (RFC 9156 §2.3): the question itself
// shows which zone the name lies in.
#include <algorithm>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/probe/locator.h"

#include "walk.h"

namespace anchorwatch::probe {

namespace {

/// The cut that a referral of the servers of `above` shows on the way to `name`, if the answer is one.
std::optional<dns::Name> referred_to(const evidence::Answer& answer, const dns::Name& above, const dns::Name& name) {
  if (answer.aa || answer.rcode != dns::kRcodeNoError) return std::nullopt;
  for (const dns::RRset& set : answer.authority) {
    if (set.type == dns::RrType::kNs && set.owner.is_below(above) && name.is_at_or_below(set.owner)) return set.owner;
  }
  return std::nullopt;
}

/// Whether the answer to DS `name` shows a zone cut there: a DS, or the record of a delegation without one.
bool ds_shows_cut(const evidence::Answer& answer, const dns::Name& name) {
  if (!answer.usable()) return false;
  if (dns::find_rrset(answer.answer, name, dns::RrType::kDs) != nullptr) return true;
  return std::any_of(answer.authority.begin(), answer.authority.end(), [&name](const dns::RRset& set) {
    if (set.rdatas.empty()) return false;
    if (set.type == dns::RrType::kNsec && set.owner == name) {
      const std::optional<dns::Nsec> nsec = dns::decode_nsec(set.rdatas.front());
      return nsec && nsec->types.contains(dns::RrType::kNs) && !nsec->types.contains(dns::RrType::kSoa);
    }
    if (set.type != dns::RrType::kNsec3) return false;
    // What an opt-out span hides are delegations.
    const std::optional<dns::Nsec3> nsec3 = dns::decode_nsec3(set.rdatas.front());
    return nsec3 && nsec3->opt_out();
  });
}

}  // namespace

Task<bool> Locator::is_cut(CutPtr from, dns::Name candidate, dns::Name name, const evidence::Answer* answer,
                           LookScopePtr scope, int depth) {
  const std::optional<dns::Name> signer = signer_in(*answer, name);
  if (cuts_.is_apex(candidate) || signer == candidate) co_return true;
  if (signer && candidate.is_below(*signer)) co_return false;
  dns::Question question{candidate, dns::RrType::kDs};
  evidence::Answer ds = co_await ask_cut(from, question, scope, kServersToTry, depth);
  co_return ds_shows_cut(ds, candidate);
}

Task<bool> Locator::leap(CutPtr from, dns::Name name, LookScopePtr scope, int depth) {
  dns::Question question{name, dns::RrType::kA};
  if (depth == 0 && scope->goal && scope->goal->name.is_at_or_below(name)) question = *scope->goal;
  evidence::Answer answer = co_await ask_cut(from, question, scope, kServersToTry, depth);
  if (!answer.usable()) co_return false;
  name = question.name;
  const std::optional<dns::Name> child = referred_to(answer, from->zone, name);
  // A referral upwards, say, tells nothing of the names below.
  if (!child && !is_authoritative(answer)) co_return false;
  const int end = child ? child->label_count() : name.label_count();
  const int deepest = std::min(end, from->zone.label_count() + kMaxLabelsBelowCut);
  for (int labels = from->zone.label_count() + 1; labels <= deepest; ++labels) {
    Cut cut;
    cut.zone = name.suffix(labels);
    std::uint32_t ttl = 300;
    bool found = child == cut.zone;
    if (found) {
      cut.name_servers = name_servers_in(answer, *child, from->zone, &ttl);
    } else if (!child) {
      // The servers have the name: zones in between can only be on the same servers.
      dns::Name candidate = cut.zone;
      const evidence::Answer* shown = &answer;
      found = co_await is_cut(from, candidate, name, shown, scope, depth);
      cut.name_servers = from->name_servers;
      cut.shared = true;
    }
    cut.expires_at = clock_.now() + life(ttl);
    if (found) {
      cuts_.put(std::move(cut));
    } else {
      cuts_.put_no_cut(cut.zone, cut.expires_at);
    }
  }
  co_return true;
}

}  // namespace anchorwatch::probe
