// SPDX-License-Identifier: Apache-2.0
// When the zone turns bogus: over what is needed the first end, over what would do the last one.
#include "anchorwatch/judge/trust_end.h"

#include <algorithm>
#include <limits>

#include "anchorwatch/dnssec/rrsig_time.h"

#include "context.h"

namespace anchorwatch::judge {

namespace {

using dnssec::SecurityStatus;
using dnssec::SignatureState;

constexpr UnixSeconds kNever = std::numeric_limits<UnixSeconds>::max();

/// An end while it is sought: borrows from the context.
struct End {
  UnixSeconds last = kNever;  ///< Good up to here, inclusive.
  const dns::RRset* set = nullptr;
  std::uint16_t tag = 0;
  const ServerSet* servers = nullptr;
  bool of_parent = false;
};

End sooner(const End& left, const End& right) { return right.last < left.last ? right : left; }
End later(const End& left, const End& right) { return right.last > left.last ? right : left; }
constexpr End kNothing{std::numeric_limits<UnixSeconds>::min()};

class EndOfTrust {
 public:
  explicit EndOfTrust(const Context& context) : context_(context) {}

  void run(Judgement& judgement) {
    if (context_.parent_link != nullptr) judgement.ends.chain = context_.parent_link->end;
    if (context_.ds_stands()) {
      validated(judgement);
    } else if (context_.entry.verdict.status == SecurityStatus::kInsecure) {
      insecure(judgement);
    } else {
      judgement.ends = {};
    }
    judgement.link.end = earlier(judgement.ends.chain, chain_);
    judgement.link.worst_end = judgement.ends.worst_at;
  }

 private:
  void validated(Judgement& judgement) {
    find_key_ends();
    const End chain = chain_end();
    chain_ = context_.chain.status == SecurityStatus::kSecure ? made(chain) : nullptr;
    if (context_.verdict.status != SecurityStatus::kSecure) {
      judgement.ends = {};
      return;
    }
    End core = chain, rest;
    for (std::size_t probe = 0, at = 0; probe < context_.questions.size(); ++probe) {
      End best = kNothing;
      for (; at < context_.probe_views.size() && context_.probe_views[at].probe == probe; ++at) {
        const End end = probe_end(context_.probe_views[at]);
        if (end.last != kNothing.last) worst_ = std::min(worst_, end.last);
        best = later(best, end);
      }
      if (best.last == kNothing.last) continue;  // Nobody answered.
      const dns::Question& question = context_.questions[probe];
      const bool is_core = question.type == dns::RrType::kSoa && question.name == context_.zone;
      (is_core ? core : rest) = sooner(is_core ? core : rest, best);
    }
    judgement.ends.core = made(core);
    judgement.ends.rest = made(rest);
    set_worst(judgement);
  }

  /// The proof that there is no DS. Where some parents show one, nothing is said.
  void insecure(Judgement& judgement) {
    if (context_.entry.from_anchors) return;
    End best = kNothing;
    for (const ParentView& view : context_.parent_views) {
      if (!view.judged || view.verdict.verdict.status != SecurityStatus::kInsecure) continue;
      const End end = parent_end(view);
      worst_ = std::min(worst_, end.last);
      best = later(best, end);
    }
    if (best.last != kNothing.last && context_.entry.ds.empty()) {
      chain_ = made(best);
      judgement.ends.core = chain_;
    }
    set_worst(judgement);
  }

  void set_worst(Judgement& judgement) const {
    UnixSeconds worst = worst_ == kNever ? 0 : worst_ + 1;
    const UnixSeconds above = context_.parent_link != nullptr ? context_.parent_link->worst_end : 0;
    if (above != 0) worst = worst == 0 ? above : std::min(worst, above);
    judgement.ends.worst_at = worst;
  }

  /// The last end among the good signatures of a set by keys that count.
  template <typename Counts>
  End set_end(const dns::RRset& set, const std::vector<dnssec::SignatureVerdict>& signatures, const ServerSet& servers,
              Counts counts) const {
    End best = kNothing;
    for (const dnssec::SignatureVerdict& signature : signatures) {
      if (signature.state != SignatureState::kValid || !counts(signature)) continue;
      const dns::Rrsig& rrsig = set.rrsigs[signature.rrsig_index];
      best = later(best, {dnssec::expand_rrsig_time(rrsig.expiration, context_.now), &set, rrsig.key_tag, &servers, false});
    }
    return best;
  }

  /// Of what a parent server says of the DS set.
  End parent_end(const ParentView& view) const {
    End first;
    for (const dnssec::JudgedRRset& judged : view.verdict.answer.sets) {
      if (judged.set == nullptr || judged.verdict.verdict.status != SecurityStatus::kSecure) continue;
      End end = set_end(*judged.set, judged.verdict.signatures, view.parents, [](const auto&) { return true; });
      end.of_parent = true;
      first = sooner(first, end);
    }
    return first;
  }

  /// Of one DS, over the parent servers that show it.
  End ds_end(const Bytes& ds) const {
    if (context_.entry.from_anchors) return {};
    End best = kNothing;
    for (const ParentView& view : context_.parent_views) {
      if (!view.judged || view.verdict.verdict.status != SecurityStatus::kSecure || view.verdict.ds == nullptr) continue;
      const auto& shown = view.verdict.ds->rdatas;
      if (std::find(shown.begin(), shown.end(), ds) != shown.end()) best = later(best, parent_end(view));
    }
    return best;
  }

  /// Of each DNSKEY answer, and of each key set.
  void find_key_ends() {
    key_set_ends_.assign(context_.key_sets.size(), kNothing);
    std::vector<End> ds_ends;
    for (const Bytes& ds : context_.entry.ds) ds_ends.push_back(ds_end(ds));
    for (const End& end : ds_ends) {
      if (end.last != kNothing.last) worst_ = std::min(worst_, end.last);
    }
    for (const KeyView& view : context_.key_views) {
      if (view.verdict.status != SecurityStatus::kSecure || view.set == nullptr) continue;
      End best = kNothing;
      for (const dnssec::DsVerdict& ds : view.ds) {
        if (ds.state != dnssec::DsState::kSigns) continue;
        const End signature = set_end(*view.set, view.signatures, view.servers,
                                      [&](const auto& each) { return each.key_index == ds.key_index; });
        best = later(best, sooner(ds_ends[ds.ds_index], signature));
      }
      if (best.last == kNothing.last) continue;
      worst_ = std::min(worst_, best.last);
      if (view.key_set) key_set_ends_[*view.key_set] = later(key_set_ends_[*view.key_set], best);
    }
  }

  End chain_end() const {
    End best = kNothing;
    for (const End& end : key_set_ends_) best = later(best, end);
    return best.last == kNothing.last ? End{} : best;
  }

  /// With whichever key set it stays good for longest.
  End probe_end(const ProbeView& view) const {
    if (view.best.status == SecurityStatus::kBogus) return kNothing;
    // What is open leaves the zone secure whatever becomes of it; of foreign keys nothing is known here.
    if (!view.judged || view.best != view.result.verdict || !view.used_keys) return {};
    if (view.best.status != SecurityStatus::kSecure && view.best != dnssec::insecure(dnssec::Reason::kOptOut)) return {};
    const std::vector<Bytes>& used = context_.key_sets[*view.used_keys].keys.dnskeys;
    End best = kNothing;
    for (std::size_t keys = 0; keys < context_.key_sets.size(); ++keys) {
      if (key_set_ends_[keys].last == kNothing.last) continue;
      const auto counts = [&](const dnssec::SignatureVerdict& signature) {
        return keys == *view.used_keys || (signature.key_index && context_.key_sets[keys].holds(used[*signature.key_index]));
      };
      End first = key_set_ends_[keys];
      for (const dnssec::JudgedRRset& judged : view.result.sets) {
        if (judged.set == nullptr || judged.verdict.verdict.status != SecurityStatus::kSecure) continue;
        first = sooner(first, set_end(*judged.set, judged.verdict.signatures, view.servers, counts));
      }
      best = later(best, first);
    }
    return best;
  }

  [[nodiscard]] TrustEndPtr made(const End& end) const {
    if (end.last == kNever || end.set == nullptr) return nullptr;
    std::vector<IpAddress> servers;
    if (end.servers != nullptr) {
      servers = end.of_parent ? context_.parent_addresses(*end.servers) : context_.addresses(*end.servers);
    }
    return std::make_shared<const TrustEnd>(TrustEnd{end.last + 1, end.set->owner, end.set->type, end.tag, std::move(servers)});
  }

  const Context& context_;
  std::vector<End> key_set_ends_;
  TrustEndPtr chain_;  ///< Of the zone's own part of the chain.
  UnixSeconds worst_ = kNever;
};

}  // namespace

std::string describe(const TrustEnd& end) {
  std::string text = end.owner.to_text() + "/" + dns::to_string(end.type) + ", signed by key " + std::to_string(end.key_tag);
  const char* separator = ", at ";
  for (const IpAddress& server : end.servers) {
    text += separator + server.to_text();
    separator = " ";
  }
  return text;
}

void set_trust_ends(const Context& context, Judgement& judgement) { EndOfTrust(context).run(judgement); }

}  // namespace anchorwatch::judge
