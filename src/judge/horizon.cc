// SPDX-License-Identifier: Apache-2.0
// Up to when a judgement is certain: the next moment at which a signature begins, ends or crosses a
// threshold. Nothing needs to be judged again before it (decisions, 4).
#include <algorithm>

#include "anchorwatch/dnssec/rrsig_time.h"

#include "context.h"
#include "thresholds.h"

namespace anchorwatch::judge {

namespace {

constexpr UnixSeconds kLongestHorizon = 30 * kDay;

class Horizon {
 public:
  explicit Horizon(UnixSeconds now) : now_(now), first_(now + kLongestHorizon) {}
  void at(UnixSeconds moment) {
    if (moment > now_) first_ = std::min(first_, moment);
  }
  [[nodiscard]] UnixSeconds first() const { return first_; }

 private:
  UnixSeconds now_;
  UnixSeconds first_;
};

/// Both bounds are inclusive (RFC 4035 §5.3.1), so a signature ends one second after its
/// expiration.
void add_validity(Horizon& horizon, const dns::RRset& set, UnixSeconds now) {
  for (const dns::Rrsig& rrsig : set.rrsigs) {
    horizon.at(dnssec::expand_rrsig_time(rrsig.inception, now));
    horizon.at(dnssec::expand_rrsig_time(rrsig.expiration, now) + 1);
  }
}

void add_thresholds(Horizon& horizon, const SetView& view, const Context& context) {
  for (const dns::Rrsig& rrsig : view.set->rrsigs) {
    const SignatureTimes times(rrsig, context.now);
    const ExpiryPolicy& policy = context.input.policy.expiry;
    horizon.at(times.share_left_at(policy.warn));
    horizon.at(times.share_left_at(policy.critical));
    horizon.at(times.expiration - kSkew + 1);
    horizon.at(times.inception - kSkew);
    horizon.at(times.inception + kSkew);
    horizon.at(times.expiration - static_cast<UnixSeconds>(view.set->ttl) + 1);
    horizon.at(times.expiration - kLongValidity);
  }
}

UnixSeconds chain_horizon(const Context& context) {
  Horizon horizon(context.now);
  for (const ParentView& view : context.parent_views) {
    if (!view.judged) continue;
    for (const dns::RRset& set : view.answer->answer) add_validity(horizon, set, context.now);
    for (const dns::RRset& set : view.answer->authority) add_validity(horizon, set, context.now);
  }
  for (const KeyView& view : context.key_views) {
    if (view.set != nullptr) add_validity(horizon, *view.set, context.now);
  }
  if (context.parent_link != nullptr && context.parent_link->valid_until != 0) {
    // A link that is past its time makes every later judgement uncertain at once.
    horizon.at(std::max(context.parent_link->valid_until, context.now + 1));
  }
  return horizon.first();
}

/// When the best signature of the set ends; expired ones count, or an outage would hide its date.
std::optional<UnixSeconds> best_expiration(const SetView& view, UnixSeconds now) {
  std::optional<UnixSeconds> best;
  for (const dnssec::SignatureVerdict& signature : *view.signatures) {
    if (signature.state != dnssec::SignatureState::kValid &&
        signature.state != dnssec::SignatureState::kExpired) {
      continue;
    }
    const UnixSeconds expiration =
        dnssec::expand_rrsig_time(view.set->rrsigs[signature.rrsig_index].expiration, now);
    if (!best || expiration > *best) best = expiration;
  }
  return best;
}

void add_signals(Horizon& horizon, const Context& context) {
  for (const SignalView& view : context.signal_views) {
    for (const evidence::Answer& answer : view.look->answers) {
      for (const dns::RRset& set : answer.answer) add_validity(horizon, set, context.now);
    }
  }
  if (context.input.signal_links == nullptr) return;
  for (const ChainLink& link : *context.input.signal_links) {
    if (link.valid_until != 0) horizon.at(std::max(link.valid_until, context.now + 1));
  }
}

}  // namespace

void set_horizon(const Context& context, Judgement& judgement) {
  judgement.link.valid_until = chain_horizon(context);
  Horizon horizon(context.now);
  horizon.at(judgement.link.valid_until);
  for (const SetView& view : context.sets) {
    add_validity(horizon, *view.set, context.now);
    add_thresholds(horizon, view, context);
    if (!context.ds_stands()) continue;
    const std::optional<UnixSeconds> expiration = best_expiration(view, context.now);
    if (expiration &&
        (!judgement.earliest_expiration || *expiration < *judgement.earliest_expiration)) {
      judgement.earliest_expiration = expiration;
    }
  }
  for (const ProbeView& view : context.extra_views) {
    for (const dnssec::JudgedRRset& judged : view.result.sets) {
      if (judged.set != nullptr) add_validity(horizon, *judged.set, context.now);
    }
  }
  add_signals(horizon, context);
  judgement.valid_until = horizon.first();
}

}  // namespace anchorwatch::judge
