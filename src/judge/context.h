// SPDX-License-Identifier: Apache-2.0
// Context: the evidence of one look with every verdict made from it. Built once, in the order
// entry, keys, probes, verdicts; the rules then only read it.
//
// Everything is kept once for each *distinct* answer with the servers that gave it. Servers and
// parents are numbered by address, so that the order of the evidence makes no difference.
//
// Threading: one judgement, one thread. Borrows from JudgeInput.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/answer.h"
#include "anchorwatch/dnssec/ds_chain.h"
#include "anchorwatch/judge/facts.h"
#include "anchorwatch/judge/judge.h"

namespace anchorwatch::judge {

/// Indexes into Context::servers or Context::parents, ascending.
using ServerSet = std::vector<std::size_t>;

/// One distinct answer of the parent to the DS question.
struct ParentView {
  const evidence::Answer* answer = nullptr;
  ServerSet parents;
  bool usable = false;    ///< Answered with authority: says something about the DS set.
  bool referral = false;  ///< The question was answered with a referral to the child.
  bool judged = false;    ///< The parent is secure and `verdict` was made with its keys.
  dnssec::DsAnswerVerdict verdict;
};

/// How the chain of trust enters the zone.
struct Entry {
  /// kSecure: `ds` is authentic and policy can use it. kInsecure, kBogus, kIndeterminate end the
  /// chain.
  dnssec::Verdict verdict;
  bool from_anchors = false;
  bool bogus_somewhere = false;  ///< Some parent server gave an answer that does not validate.
  bool no_ds_proven = false;     ///< Some parent server proves that there is no DS.
  std::vector<Bytes> ds;         ///< Union of the authentic DS sets (or the anchors), sorted.
  std::vector<std::vector<Bytes>> ds_sets;  ///< The distinct authentic DS sets.
  std::vector<Bytes> shown_ds;  ///< Union of all DS records that usable answers show, sorted.
};

/// One distinct set of DNSKEY RDATAs.
struct KeySet {
  dnssec::ZoneKeys keys;
  std::vector<std::optional<dns::Dnskey>> decoded;  ///< By index in `keys.dnskeys`.
  std::vector<std::uint16_t> tags;
  bool authentic = false;
  ServerSet servers;
  [[nodiscard]] bool holds(BytesView rdata) const;
};

/// One distinct answer to the DNSKEY question.
struct KeyView {
  const evidence::Answer* answer = nullptr;
  ServerSet servers;
  const dns::RRset* set = nullptr;  ///< Null when the answer shows no key.
  std::optional<std::size_t> key_set;
  dnssec::Verdict verdict;
  std::vector<dnssec::DsVerdict> ds;  ///< One for each of Entry::ds; empty when there is none.
  std::vector<dnssec::SignatureVerdict> signatures;
};

/// One distinct answer to one probe, of servers that publish the same keys.
struct ProbeView {
  std::size_t probe = 0;  ///< Index into Context::questions.
  const evidence::Answer* answer = nullptr;
  ServerSet servers;
  std::optional<std::size_t> own_keys;   ///< The key set that these servers publish.
  std::optional<std::size_t> used_keys;  ///< The key set that `result` was made with.
  bool judged = false;                   ///< `result` was made.
  dnssec::AnswerVerdict result;
  dnssec::Verdict best;  ///< With any authentic key set.
  dnssec::Verdict own;   ///< With the keys that these servers publish.
};

/// What one signalling name says (RFC 9615).
enum class SignalState : std::uint8_t {
  kUnknown,    ///< Not asked, not answered, or not validated for want of a view of its zone.
  kAbsent,     ///< It has neither CDS nor CDNSKEY.
  kNotSecure,  ///< It has, and they prove nothing.
  kSecure,
};
struct SignalView {
  const evidence::SignalLook* look = nullptr;
  SignalState state = SignalState::kUnknown;
  std::vector<Bytes> cds, cdnskey;  ///< Sorted, as in the RRsets.
};

/// An RRset with signatures as some servers serve it, and what the signatures are worth.
struct SetView {
  const dns::RRset* set = nullptr;
  const std::vector<dnssec::SignatureVerdict>* signatures = nullptr;
  const ServerSet* servers = nullptr;
  std::optional<std::size_t> key_set;  ///< The keys that the verdict was made with.
  const ProbeView* probe = nullptr;    ///< Null for the DNSKEY RRset itself.
  const dns::Name* wildcard_encloser = nullptr;
  bool in_authority = false;
  [[nodiscard]] bool is_denial() const {
    return set->type == dns::RrType::kNsec || set->type == dns::RrType::kNsec3;
  }
};

/// What is known about one server of the zone.
struct ServerState {
  bool reachable = false;
  bool working = false;  ///< Some answer speaks for the zone.
  bool asked = false;    ///< Some question was really sent.
  bool complete = true;  ///< Every question got an answer that speaks for the zone.
  bool has_keys = false;
  bool has_signatures = false;  ///< Some answer carries an RRSIG.
  std::optional<std::size_t> key_view;
  std::optional<dns::Soa> soa;
  dnssec::Verdict verdict;
};

/// A key that signs data somewhere and is missing where resolvers may take their DNSKEY RRset from.
struct MissingKey {
  std::size_t key_set = 0;  ///< Where it is missing.
  Bytes rdata;
  ServerSet signed_at;
  const dns::RRset* example = nullptr;
};

struct Context {
  explicit Context(const JudgeInput& judge_input);

  const JudgeInput& input;
  const evidence::ZoneEvidence& evidence;
  const dns::Name& zone;
  UnixSeconds now;
  const ChainLink* parent_link = nullptr;  ///< Null for the top of a tree.

  std::vector<const evidence::ServerLook*> servers;
  std::vector<const evidence::ServerLook*> parents;
  std::vector<ServerState> states;       ///< By server.
  std::vector<dns::Question> questions;  ///< Probes, the random name last.
  /// Where among `questions` a probe of the zone's own DS would stand: the parent answers that one.
  std::optional<std::size_t> ds_probe;

  std::vector<ParentView> parent_views;
  Entry entry;
  DelegationState delegation = DelegationState::kUnknown;
  ServerSet parents_absent;  ///< Parents that say that the name is not delegated.
  std::vector<KeySet> key_sets;
  std::vector<KeyView> key_views;
  dnssec::Verdict chain;               ///< Best case over the DNSKEY answers: what children see.
  std::vector<ProbeView> probe_views;  ///< Ordered by probe.
  /// Of the extra questions, by question; no verdict comes from them. Addresses are not judged.
  std::vector<ProbeView> extra_views;
  std::vector<SignalView> signal_views;
  std::vector<SetView> sets;
  std::vector<MissingKey> missing_keys;
  /// Servers are fed by several signers, each with chains, serials and SOA fields of its own (RFC
  /// 8901).
  bool several_signers = false;
  /// Probes that every server which answered at all answered with messages that do not parse: resolvers
  /// fail on them, although the servers work for other questions. By index into `questions`, ascending.
  std::vector<std::size_t> unreadable;
  dnssec::Verdict verdict;  ///< Of the zone.
  dnssec::SecurityStatus worst = dnssec::SecurityStatus::kIndeterminate;
  Observation observation = Observation::kFailed;
  bool verdict_limited = false;    ///< A work limit was reached before the verdict.
  bool diagnosis_limited = false;  ///< … only in the diagnosis.

  /// A DS that resolvers can use stands: faults in the zone are outages.
  [[nodiscard]] bool ds_stands() const {
    return entry.verdict.status == dnssec::SecurityStatus::kSecure;
  }
  [[nodiscard]] bool signed_anywhere() const { return !key_sets.empty(); }
  [[nodiscard]] Expect expect() const { return input.expectation.expect; }
  /// Whether the answer comes from somebody who has the zone.
  [[nodiscard]] bool speaks_for_zone(const evidence::Answer& answer) const;
  /// Servers that gave an answer to the question that speaks for the zone.
  [[nodiscard]] ServerSet answered_by(const dns::Question& question) const;
  [[nodiscard]] ServerSet working_servers() const;
  [[nodiscard]] std::vector<IpAddress> addresses(const ServerSet& set) const;
  [[nodiscard]] std::vector<IpAddress> parent_addresses(const ServerSet& set) const;
  [[nodiscard]] bool is_unreadable(std::size_t probe) const {
    return std::binary_search(unreadable.begin(), unreadable.end(), probe);
  }
  [[nodiscard]] bool is_random(const dns::Name& name) const {
    return evidence.denial_name && name.is_at_or_below(*evidence.denial_name);
  }
};

/// What a chain with this verdict leaves to the zones below, where nothing new is proven.
dnssec::Verdict verdict_below(dnssec::Verdict above);

/// Merges `more` into `into`, both ascending.
void merge(ServerSet& into, const ServerSet& more);

/// The stages, in order. Each fills its part of the context.
void judge_entry(Context& context, dnssec::CryptoContext& crypto);
void judge_keys(Context& context, dnssec::CryptoContext& crypto, dnssec::CryptoContext& diagnosis);
void judge_probes(Context& context, dnssec::CryptoContext& crypto,
                  dnssec::CryptoContext& diagnosis);
void judge_status(Context& context);
/// The probe of the zone's own DS, from what the parent answered.
ProbeVerdict judge_ds_probe(const Context& context);
/// What full looks ask beside the probes. Last, since nothing else may depend on it.
void judge_extras(Context& context, dnssec::CryptoContext& diagnosis);

/// What this look could not have shown, because extra questions had no answer.
std::vector<Unseen> find_unseen(const Context& context);

/// Fills valid_until and earliest_expiration, of the judgement and of its link.
void set_horizon(const Context& context, Judgement& judgement);
/// Fills `ends`, of the judgement and of its link.
void set_trust_ends(const Context& context, Judgement& judgement);

inline dnssec::AnswerView view_of(const evidence::Answer& answer) {
  return {answer.question, answer.rcode, answer.answer, answer.authority};
}

}  // namespace anchorwatch::judge
