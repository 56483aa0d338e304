// SPDX-License-Identifier: Apache-2.0
// What CDS and CDNSKEY ask the parent for, compared with what the parent publishes (RFC 7344,
// 8078).
#include <algorithm>
#include <set>

#include "cds_view.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

bool only_deletes(const SignalSet& set) {
  return !set.records.empty() &&
         std::all_of(set.records.begin(), set.records.end(),
                     [&](const Bytes& rdata) { return wants_delete(set.type, rdata); });
}

bool some_delete(const SignalSet& set) {
  return std::any_of(set.records.begin(), set.records.end(),
                     [&](const Bytes& rdata) { return wants_delete(set.type, rdata); });
}

std::set<KeyRef> wanted(const SignalSet& set) {
  std::set<KeyRef> keys;
  for (const Bytes& rdata : set.records) {
    if (const auto key = wanted_key(set.type, rdata)) keys.insert(*key);
  }
  return keys;
}

std::set<KeyRef> in_ds(const Context& context) {
  std::set<KeyRef> keys;
  for (const Bytes& rdata : context.entry.ds) {
    if (const auto ds = dns::decode_ds(rdata)) keys.insert(KeyRef{ds->key_tag, ds->algorithm});
  }
  return keys;
}

/// Same key and digest type, another digest: the parent's choice of digest types is its own.
bool digests_contradict(const std::vector<Bytes>& left, const std::vector<Bytes>& right) {
  for (const Bytes& a : left) {
    const auto one = dns::decode_ds(a);
    for (const Bytes& b : right) {
      const auto two = dns::decode_ds(b);
      if (!one || !two || one->key_tag != two->key_tag || one->algorithm != two->algorithm)
        continue;
      if (one->digest_type == two->digest_type && one->digest != two->digest) {
        // Two keys may share a tag; then another record has to fit.
        const bool elsewhere = std::find(right.begin(), right.end(), a) != right.end();
        if (!elsewhere) return true;
      }
    }
  }
  return false;
}

std::string keys_text(const std::set<KeyRef>& keys) {
  std::vector<std::string> names;
  for (const KeyRef& key : keys) names.push_back(key_text(key.tag, key.algorithm));
  return names.empty() ? "no key" : list_text(names);
}

class IntentRules {
 public:
  IntentRules(const Context& context, FindingSink& sink)
      : context_(context),
        sink_(sink),
        zone_(context.zone.to_text()),
        cds_(signal_set(context, RrType::kCds)),
        cdnskey_(signal_set(context, RrType::kCdnskey)) {}

  void run() {
    differ(cds_, FindingCode::CDS_SERVERS_DIFFER);
    differ(cdnskey_, FindingCode::CDNSKEY_SERVERS_DIFFER);
    one_kind();
    deletes();
    if (some_delete(cds_) || some_delete(cdnskey_)) return;
    if (!cds_.consistent() || !cdnskey_.consistent()) return;
    mismatch();
    against_ds();
    would_break();
  }

 private:
  Finding start(FindingCode code, const SignalSet& set) const {
    Subject subject = zone_subject(context_);
    if (info(code).scope == "rrset") subject.type = set.type;
    Finding finding = FindingSink::start(code, std::move(subject));
    note_servers(finding, context_, set.servers);
    return finding;
  }

  [[nodiscard]] bool serials_differ() const {
    std::set<std::uint32_t> serials;
    for (const ServerState& state : context_.states) {
      if (state.soa) serials.insert(state.soa->serial);
    }
    return serials.size() > 1;
  }

  void differ(const SignalSet& set, FindingCode code) {
    if (set.consistent()) return;
    Finding finding = start(code, set);
    // A zone transfer on its way looks the same.
    if (serials_differ()) finding.severity = Severity::kNotice;
    std::vector<std::string> groups;
    for (const auto& [rdatas, servers] : set.sets) {
      groups.push_back(server_text(context_, servers) + " shows " + std::to_string(rdatas.size()));
    }
    finding.message = "The servers of " + zone_ + " give different " + dns::to_string(set.type) +
                      " sets (" + list_text(groups) +
                      " records), so a parent must not act on them. Check zone transfers and, in a "
                      "multi-signer zone, that all signers publish the same set.";
    sink_.add(std::move(finding));
  }

  void one_kind() {
    if (!cds_.answered || !cdnskey_.answered) return;
    if (cds_.records.empty() == cdnskey_.records.empty()) return;
    const bool only_cds = !cds_.records.empty();
    Finding finding = start(only_cds ? FindingCode::CDS_ONLY : FindingCode::CDNSKEY_ONLY,
                            only_cds ? cds_ : cdnskey_);
    finding.message = zone_ + " publishes " +
                      (only_cds ? "CDS without CDNSKEY" : "CDNSKEY without CDS") +
                      ", so a parent that reads only the other type does not act. Publish both.";
    sink_.add(std::move(finding));
  }

  void deletes() {
    for (const SignalSet* set : {&cds_, &cdnskey_}) {
      if (!some_delete(*set)) continue;
      malformed_delete(*set);
      if (!only_deletes(*set) || set->records.size() > 1) {
        Finding finding = start(FindingCode::CDS_DELETE_MIXED, *set);
        if (context_.expect() == Expect::kSigned) finding.severity = Severity::kError;
        finding.message =
            "A delete request stands beside other " + dns::to_string(set->type) + " records of " +
            zone_ + ", so the intent is unclear. Publish the delete request alone, or not at all.";
        sink_.add(std::move(finding));
      }
    }
    const SignalSet& set = some_delete(cds_) ? cds_ : cdnskey_;
    const bool exact = std::any_of(set.records.begin(), set.records.end(),
                                   [&](const Bytes& rdata) { return is_delete(set.type, rdata); });
    const bool no_ds = context_.entry.ds.empty();
    if (!exact || !only_deletes(set) || (!set.validated && !no_ds)) return;
    Finding finding = start(FindingCode::CDS_DELETE, set);
    if (no_ds) {
      finding.severity = Severity::kInfo;
    } else if (context_.expect() == Expect::kUnsigned) {
      finding.severity = Severity::kNotice;
    } else if (context_.expect() == Expect::kSigned) {
      finding.severity = Severity::kCritical;
    }
    finding.message = zone_ + " asks its parent to remove all DS records" +
                      (no_ds ? "; there is none any more. The request can be withdrawn."
                             : ", so it will become insecure. If nobody wants that, withdraw the "
                               "request at once and find out who published it.");
    sink_.add(std::move(finding));
  }

  void malformed_delete(const SignalSet& set) {
    const bool exact = std::all_of(set.records.begin(), set.records.end(), [&](const Bytes& rdata) {
      return !wants_delete(set.type, rdata) || is_delete(set.type, rdata);
    });
    if (exact) return;
    Finding finding = start(FindingCode::CDS_DELETE_MALFORMED, set);
    finding.message = "A " + dns::to_string(set.type) + " record of " + zone_ +
                      " has algorithm 0 without the exact values of a delete request (" +
                      (set.type == RrType::kCds ? "0 0 0 00" : "0 3 0 AA==") + ").";
    sink_.add(std::move(finding));
  }

  void mismatch() {
    if (cds_.records.empty() || cdnskey_.records.empty()) return;
    const std::set<KeyRef> left = wanted(cds_);
    const std::set<KeyRef> right = wanted(cdnskey_);
    if (left == right) return;
    Finding finding = start(FindingCode::CDS_CDNSKEY_MISMATCH, cds_);
    finding.message = "CDS of " + zone_ + " asks for " + keys_text(left) + " and CDNSKEY for " +
                      keys_text(right) + ". Let the signer publish the same keys in both.";
    sink_.add(std::move(finding));
  }

  void against_ds() {
    // Without a DS the question is bootstrapping; from anchors nothing is known of a DS.
    if (context_.entry.ds.empty() || context_.entry.from_anchors) return;
    for (const SignalSet* set : {&cds_, &cdnskey_}) {
      if (set->records.empty() || !set->validated) continue;
      const bool keys_differ = wanted(*set) != in_ds(context_);
      const bool digests =
          set->type == RrType::kCds && digests_contradict(set->records, context_.entry.ds);
      if (!keys_differ && !digests) continue;
      Finding finding = start(set->type == RrType::kCds ? FindingCode::CDS_DIFFERS_FROM_DS
                                                        : FindingCode::CDNSKEY_DIFFERS_FROM_DS,
                              *set);
      if (set->type == RrType::kCdnskey && sink_.has(FindingCode::CDS_DIFFERS_FROM_DS)) {
        finding.caused_by = FindingCode::CDS_DIFFERS_FROM_DS;
      }
      finding.message = dns::to_string(set->type) + " of " + zone_ + " asks for a DS set for " +
                        keys_text(wanted(*set)) + ", the parent has one for " +
                        keys_text(in_ds(context_)) +
                        ". This is right while a rollover waits for the parent; if the parent does "
                        "not read it, give it the DS by hand.";
      sink_.add(std::move(finding));
    }
  }

  void would_break() {
    if (!context_.signed_anywhere()) return;
    for (const SignalSet* set : {&cds_, &cdnskey_}) {
      if (set->records.empty()) continue;
      bool leads = false;
      bool supported = false;
      for (const Bytes& rdata : set->records) {
        const auto ref = wanted_key(set->type, rdata);
        if (!ref || !dnssec::relies_on(ref->algorithm, context_.input.policy.validation)) continue;
        supported = true;
        const Bytes* key = published_key(context_, set->type, rdata);
        leads = leads || (key != nullptr && signs_keys(context_, *key));
      }
      if (leads || !supported) continue;
      // In an outage of all signatures nothing would lead anywhere; that story is told already.
      if (context_.ds_stands() && context_.chain.status != dnssec::SecurityStatus::kSecure)
        continue;
      Finding finding = start(FindingCode::CDS_WOULD_BREAK, *set);
      finding.message = "If the parent published what " + dns::to_string(set->type) + " of " +
                        zone_ + " asks for (" + keys_text(wanted(*set)) +
                        "), no DS would lead to a key that signs the DNSKEY RRset. Withdraw it, or "
                        "sign with that key.";
      sink_.add(std::move(finding));
    }
  }

  const Context& context_;
  FindingSink& sink_;
  std::string zone_;
  SignalSet cds_, cdnskey_;
};

}  // namespace

void cds_intent(const Context& context, FindingSink& sink) { IntentRules(context, sink).run(); }

}  // namespace anchorwatch::judge::rules
