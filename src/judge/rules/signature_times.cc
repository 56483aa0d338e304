// SPDX-License-Identifier: Apache-2.0
// Valid signatures whose times are a worry: about to expire, just begun, too long, too short.
//
// Only the longest-living valid signature of an RRset counts: leftovers of a retired key do not.
#include <algorithm>

#include "anchorwatch/core/time_format.h"

#include "../thresholds.h"
#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dnssec::SignatureState;

/// The valid signature that lives longest, or null.
const dns::Rrsig* longest_living(const SetView& view, UnixSeconds now) {
  const dns::Rrsig* best = nullptr;
  for (const dnssec::SignatureVerdict& signature : *view.signatures) {
    if (signature.state != SignatureState::kValid) continue;
    const dns::Rrsig& rrsig = view.set->rrsigs[signature.rrsig_index];
    if (best == nullptr) {
      best = &rrsig;
      continue;
    }
    const UnixSeconds left = SignatureTimes(rrsig, now).expiration;
    const UnixSeconds right = SignatureTimes(*best, now).expiration;
    if (left > right || (left == right && rrsig.key_tag < best->key_tag)) best = &rrsig;
  }
  return best;
}

/// The worst case of one rule for one RRset over the servers.
struct Worst {
  const SetView* view = nullptr;
  const dns::Rrsig* rrsig = nullptr;
  ServerSet servers;
  Severity severity = Severity::kInfo;
};

class TimeRules {
 public:
  TimeRules(const Context& context, FindingSink& sink) : context_(context), sink_(sink) {}

  void run() {
    for (const SetView& view : context_.sets) {
      near_inception(view);
      const dns::Rrsig* rrsig = longest_living(view, context_.now);
      if (rrsig == nullptr) continue;
      const SignatureTimes times(*rrsig, context_.now);
      if (times.below_share(context_.input.policy.expiry.warn, context_.now)) {
        expires_soon(view, *rrsig, times);
      } else if (times.expiration - context_.now < kSkew) {
        near_expiry(view, *rrsig, times);
      }
      long_lived(view, *rrsig, times);
      short_lived(view, *rrsig, times);
    }
    for (const auto& [key, worst] : worst_) report(key.first, worst);
  }

 private:
  void note(FindingCode code, const SetView& view, const dns::Rrsig& rrsig, Severity severity) {
    // Most zones never come here: the text of the subject is made only now.
    Worst& worst = worst_[{code, rrset_subject(context_, view).key()}];
    const bool sooner =
        worst.rrsig == nullptr || SignatureTimes(rrsig, context_.now).expiration <
                                      SignatureTimes(*worst.rrsig, context_.now).expiration;
    if (sooner) {
      worst.view = &view;
      worst.rrsig = &rrsig;
    }
    worst.severity = std::max(worst.severity, severity);
    merge(worst.servers, *view.servers);
  }

  void expires_soon(const SetView& view, const dns::Rrsig& rrsig, const SignatureTimes& times) {
    const bool critical = context_.ds_stands() &&
                          times.below_share(context_.input.policy.expiry.critical, context_.now);
    note(FindingCode::SIG_EXPIRES_SOON, view, rrsig,
         critical ? Severity::kCritical : Severity::kWarning);
  }

  void near_expiry(const SetView& view, const dns::Rrsig& rrsig, const SignatureTimes& times) {
    constexpr UnixSeconds kHour = 3600;
    Severity severity = Severity::kCritical;
    if (!context_.ds_stands()) severity = Severity::kWarning;
    if (times.validity() < kHour) severity = Severity::kNotice;
    note(FindingCode::SIG_NEAR_EXPIRY_SKEW, view, rrsig, severity);
  }

  /// Every usable signature begins about now: resolvers whose clock is behind reject the RRset.
  void near_inception(const SetView& view) {
    const dns::Rrsig* latest = nullptr;
    for (const dnssec::SignatureVerdict& signature : *view.signatures) {
      const dns::Rrsig& rrsig = view.set->rrsigs[signature.rrsig_index];
      if (signature.state != SignatureState::kValid &&
          signature.state != SignatureState::kNotYetValid) {
        continue;
      }
      const UnixSeconds inception = SignatureTimes(rrsig, context_.now).inception;
      if (inception + kSkew <= context_.now) return;  // An older one stands beside it.
      if (inception - context_.now > kSkew) continue;
      if (latest == nullptr || rrsig.key_tag < latest->key_tag) latest = &rrsig;
    }
    if (latest == nullptr) return;
    const SignatureTimes times(*latest, context_.now);
    Severity severity = Severity::kNotice;
    if (times.inception > context_.now) {
      severity = Severity::kWarning;
    } else if (times.validity() <= kLiveValidity) {
      severity = Severity::kInfo;
    }
    note(FindingCode::SIG_NEAR_INCEPTION_SKEW, view, *latest, severity);
  }

  void long_lived(const SetView& view, const dns::Rrsig& rrsig, const SignatureTimes& times) {
    if (times.expiration - context_.now > kLongValidity) {
      note(FindingCode::SIG_REMAINING_LONG, view, rrsig, Severity::kNotice);
    } else if (times.validity() > kLongValidity) {
      note(FindingCode::SIG_DURATION_LONG, view, rrsig, Severity::kNotice);
    }
  }

  /// Signers that renew at half of the validity or earlier, as live signers do, never show old
  /// ones.
  void short_lived(const SetView& view, const dns::Rrsig& rrsig, const SignatureTimes& times) {
    constexpr double kRenewedLate = 0.6;
    const UnixSeconds age = context_.now - times.inception;
    const bool late =
        static_cast<double>(age) > kRenewedLate * static_cast<double>(times.validity());
    if (!late || times.validity() >= kLiveValidity) return;
    const bool caches = times.validity() < 2 * static_cast<UnixSeconds>(rrsig.original_ttl);
    note(FindingCode::SIG_LIFETIME_SHORT, view, rrsig,
         caches ? Severity::kWarning : Severity::kNotice);
  }

  [[nodiscard]] std::string sentence(FindingCode code, const SignatureTimes& times) const {
    const std::string expiry = time_text(times.expiration, context_.now);
    const std::string whole = humanise(std::chrono::seconds(times.validity()));
    switch (code) {
      case FindingCode::SIG_EXPIRES_SOON:
        return "expires at " + expiry + ", which is little of its validity of " + whole +
               ". See whether the signer still runs and re-sign the zone";
      case FindingCode::SIG_NEAR_EXPIRY_SKEW:
        return "expires at " + expiry + ", so resolvers with a fast clock reject it already";
      case FindingCode::SIG_NEAR_INCEPTION_SKEW:
        return "begins at " + time_text(times.inception, context_.now) +
               ", so resolvers with a slow clock may reject it. Let the signer date signatures "
               "back "
               "by an hour";
      case FindingCode::SIG_REMAINING_LONG:
      case FindingCode::SIG_DURATION_LONG:
        return "is valid for " + whole + ", until " + expiry +
               ", so old data can be replayed for that long. Prefer a few weeks";
      case FindingCode::SIG_LIFETIME_SHORT:
        return "is valid for " + whole +
               " only and is not renewed at half of it. A short fault of the signer makes the zone "
               "fail; use a longer validity or renew earlier";
      default: return "has odd times";
    }
  }

  void report(FindingCode code, const Worst& worst) {
    const Subject subject = rrset_subject(context_, *worst.view);
    Finding finding = FindingSink::start(code, subject);
    finding.severity = worst.severity;
    const SignatureTimes times(*worst.rrsig, context_.now);
    note_key(finding, worst.rrsig->key_tag, worst.rrsig->algorithm);
    note_servers(finding, context_, worst.servers);
    finding.data["inception"] = to_rfc3339(times.inception);
    finding.data["expiration"] = to_rfc3339(times.expiration);
    finding.data["remaining_seconds"] = static_cast<std::int64_t>(times.expiration - context_.now);
    finding.message = "The signature of " + key_text(worst.rrsig->key_tag, worst.rrsig->algorithm) +
                      " over " + rrset_text(subject) + " at " +
                      server_text(context_, worst.servers) + " " + sentence(code, times) + ".";
    sink_.add(std::move(finding));
  }

  const Context& context_;
  FindingSink& sink_;
  std::map<std::pair<FindingCode, std::string>, Worst> worst_;
};

}  // namespace

void signature_times(const Context& context, FindingSink& sink) { TimeRules(context, sink).run(); }

}  // namespace anchorwatch::judge::rules
