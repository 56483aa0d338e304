// SPDX-License-Identifier: Apache-2.0
// Servers that deny the same thing with different records.
#include <algorithm>
#include <set>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

/// Hashes or names this close were made for one answer: nobody's chain is so dense.
constexpr std::size_t kSameHashOctets = 12;

bool is_minimal(const dns::RRset& set) {
  for (const Bytes& rdata : set.rdatas) {
    if (set.type == RrType::kNsec) {
      // RFC 4470 §3: neighbours made with the octets 0 and 255.
      const auto nsec = dns::decode_nsec(rdata);
      if (!nsec || nsec->next.first_label().find('\0') != BytesView::npos ||
          set.owner.first_label().find('\377') != BytesView::npos) {
        return true;
      }
    } else {
      const auto nsec3 = dns::decode_nsec3(rdata);
      const auto owner = from_base32hex(set.owner.first_label());
      if (!nsec3 || !owner ||
          owner->compare(0, kSameHashOctets, nsec3->next_hash, 0, kSameHashOctets) == 0) {
        return true;
      }
    }
  }
  return false;
}

/// The denial records of one negative answer, without their signatures.
using Records = std::set<std::pair<dns::Name, std::vector<Bytes>>>;

std::optional<Records> records_of(const evidence::Answer& answer) {
  const bool data = std::any_of(answer.answer.begin(), answer.answer.end(),
                                [](const dns::RRset& set) { return !set.rdatas.empty(); });
  if (data) return std::nullopt;
  Records records;
  for (const dns::RRset& set : answer.authority) {
    if (set.type != RrType::kNsec && set.type != RrType::kNsec3) continue;
    if (is_minimal(set)) return std::nullopt;
    records.insert({set.owner, set.rdatas});
  }
  if (records.empty()) return std::nullopt;
  return records;
}

class DifferenceRules {
 public:
  DifferenceRules(const Context& context, FindingSink& sink) : context_(context), sink_(sink) {}

  void look_at(const std::vector<const ProbeView*>& views) {
    const ProbeView* usual = nullptr;
    for (const ProbeView* view : views) {
      if (records_of(*view->answer) &&
          (usual == nullptr || view->servers.size() > usual->servers.size())) {
        usual = view;
      }
    }
    if (usual == nullptr) return;
    for (const ProbeView* view : views) {
      const auto records = records_of(*view->answer);
      if (!records || view->answer->rcode != usual->answer->rcode ||
          *records == *records_of(*usual->answer)) {
        continue;
      }
      for (const std::size_t server : view->servers) compare(server, usual->servers.front());
    }
  }

 private:
  [[nodiscard]] const dns::RRset* soa_of(std::size_t server) const {
    const evidence::Answer* answer = context_.servers[server]->find(context_.zone, RrType::kSoa);
    if (answer == nullptr || !answer->usable()) return nullptr;
    return dns::find_rrset(answer->answer, context_.zone, RrType::kSoa);
  }

  void compare(std::size_t server, std::size_t usual) {
    const dns::RRset* here = soa_of(server);
    const dns::RRset* there = soa_of(usual);
    if (here == nullptr || there == nullptr) return;
    const bool same_version = here->rdatas == there->rdatas;
    // Equal zones that were signed apart: live signers, or one zone signed twice.
    if (same_version && here->rrsigs != there->rrsigs && !same_signatures(*here, *there)) return;
    report(server, usual, same_version);
  }

  /// The same signatures, whatever their TTLs.
  static bool same_signatures(const dns::RRset& left, const dns::RRset& right) {
    return std::equal(left.rrsigs.begin(), left.rrsigs.end(), right.rrsigs.begin(),
                      right.rrsigs.end(), [](const dns::Rrsig& a, const dns::Rrsig& b) {
                        return a.key_tag == b.key_tag && a.signature == b.signature;
                      });
  }

  void report(std::size_t server, std::size_t usual, bool same_version) {
    Finding finding =
        FindingSink::start(FindingCode::DENIAL_SERVERS_DIFFER, server_subject(context_, server));
    if (same_version) finding.severity = Severity::kWarning;
    note_servers(finding, context_, {server});
    finding.message =
        server_name(context_, server) + " denies with other NSEC or NSEC3 records of " +
        context_.zone.to_text() + " than " + server_name(context_, usual) +
        (same_version ? ", with the same serial. Check its copy of the zone."
                      : "; their serials differ, so this may pass with the next transfer.");
    sink_.add(std::move(finding));
  }

  const Context& context_;
  FindingSink& sink_;
};

}  // namespace

void denial_differences(const Context& context, FindingSink& sink) {
  // Other parameters or kinds are the same story, told better.
  if (!context.signed_anywhere() || context.several_signers ||
      sink.has(FindingCode::NSEC3_PARAMS_DIFFER) || sink.has(FindingCode::DENIAL_MIXED)) {
    return;
  }
  // Views are ordered by probe. Mostly all servers answer alike.
  const auto same_probe = [](const ProbeView& left, const ProbeView& right) { return left.probe == right.probe; };
  const std::vector<ProbeView>& all = context.probe_views;
  if (std::adjacent_find(all.begin(), all.end(), same_probe) == all.end()) return;
  std::map<dns::Question, std::vector<const ProbeView*>> questions;
  for (const ProbeView& view : context.probe_views) {
    questions[view.answer->question].push_back(&view);
  }
  DifferenceRules rules(context, sink);
  for (const auto& [question, views] : questions) {
    if (views.size() > 1) rules.look_at(views);
  }
}

}  // namespace anchorwatch::judge::rules
