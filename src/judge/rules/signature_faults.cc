// SPDX-License-Identifier: Apache-2.0
// Signatures that do not hold. One finding for each RRset and fault, over all servers.
//
// A signature that fails beside a valid one costs nothing today (RFC 6840 §5.4): then it is a
// notice.
#include <algorithm>

#include "anchorwatch/core/time_format.h"

#include "../signature_words.h"
#include "../thresholds.h"
#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dnssec::SignatureState;

struct Fault {
  FindingCode code;
  const dns::Rrsig* rrsig =
      nullptr;  ///< The signature with the lowest tag; null for a missing one.
  const SetView* example = nullptr;
  ServerSet servers;
  bool covered = true;  ///< Everywhere another signature of the RRset is valid.
};

/// Servers that give no signatures at all have a finding of their own.
ServerSet with_signatures(const Context& context, const ServerSet& servers) {
  ServerSet out;
  for (const std::size_t server : servers) {
    if (context.states[server].has_signatures) out.push_back(server);
  }
  return out;
}

bool by_order(const dns::Rrsig& left, const dns::Rrsig& right) {
  if (left.key_tag != right.key_tag) return left.key_tag < right.key_tag;
  if (left.algorithm != right.algorithm) return left.algorithm < right.algorithm;
  return left.expiration < right.expiration;
}

class FaultTable {
 public:
  explicit FaultTable(const Context& context) : context_(context) {}

  void look_at(const SetView& view) {
    if (view.set->rrsigs.empty()) {
      const ServerSet servers = with_signatures(context_, *view.servers);
      if (!servers.empty()) add(FindingCode::SIG_MISSING, nullptr, view, servers, false);
      return;
    }
    const bool covered = std::any_of(
        view.signatures->begin(), view.signatures->end(),
        [](const auto& signature) { return signature.state == SignatureState::kValid; });
    for (const dnssec::SignatureVerdict& signature : *view.signatures) {
      if (signature.state == SignatureState::kValid) continue;
      const dns::Rrsig& rrsig = view.set->rrsigs[signature.rrsig_index];
      const std::optional<FindingCode> code =
          signature_fault_code(signature.state, view.set->type, covered);
      if (code == FindingCode::SIG_NOT_YET_VALID &&
          SignatureTimes(rrsig, context_.now).inception - context_.now <= kSkew) {
        continue;  // SIG_NEAR_INCEPTION_SKEW.
      }
      if (code) add(*code, &rrsig, view, *view.servers, covered);
    }
  }

  [[nodiscard]] const std::map<std::pair<FindingCode, std::string>, Fault>& faults() const {
    return faults_;
  }

 private:
  void add(FindingCode code, const dns::Rrsig* rrsig, const SetView& view, const ServerSet& servers,
           bool covered) {
    const auto [at, fresh] =
        faults_.try_emplace({code, rrset_subject(context_, view).key()}, Fault{});
    Fault& fault = at->second;
    if (fresh || (rrsig != nullptr && by_order(*rrsig, *fault.rrsig))) {
      fault.code = code;
      fault.rrsig = rrsig;
      fault.example = &view;
    }
    fault.covered = fault.covered && covered;
    merge(fault.servers, servers);
  }

  const Context& context_;
  std::map<std::pair<FindingCode, std::string>, Fault> faults_;
};

Severity severity_of(const Context& context, const Fault& fault) {
  if (fault.covered) return Severity::kNotice;
  if (!context.ds_stands()) {
    return fault.code == FindingCode::SIG_MISSING ? Severity::kNotice : Severity::kWarning;
  }
  if (fault.code == FindingCode::SIG_BY_REVOKED_KEY) return Severity::kError;
  const dns::RRset& set = *fault.example->set;
  const bool central = set.type == dns::RrType::kDnskey || set.type == dns::RrType::kSoa;
  const ServerSet asked = context.answered_by(dns::Question{set.owner, set.type});
  const bool everywhere = fault.servers == (asked.empty() ? context.working_servers() : asked);
  return central && everywhere ? Severity::kCritical : Severity::kError;
}

void report(const Context& context, const Fault& fault, FindingSink& sink) {
  const Subject subject = rrset_subject(context, *fault.example);
  Finding finding = FindingSink::start(fault.code, subject);
  finding.severity = severity_of(context, fault);
  note_servers(finding, context, fault.servers);
  const std::string where = server_text(context, fault.servers);
  if (fault.rrsig == nullptr) {
    finding.message = rrset_text(subject) + " comes without any signature from " + where +
                      ". Sign the zone completely and see whether the server has all of it.";
    sink.add(std::move(finding));
    return;
  }
  const SignatureTimes times(*fault.rrsig, context.now);
  note_key(finding, fault.rrsig->key_tag, fault.rrsig->algorithm);
  finding.data["inception"] = to_rfc3339(times.inception);
  finding.data["expiration"] = to_rfc3339(times.expiration);
  finding.message = "The signature of " + key_text(fault.rrsig->key_tag, fault.rrsig->algorithm) +
                    " over " + rrset_text(subject) + " " +
                    signature_fault_words(fault.code, *fault.rrsig, context.now) + " at " + where +
                    ". ";
  finding.message += fault.covered
                         ? "Another signature of the RRset is valid, so nothing fails; clean it up."
                         : signature_next_step(fault.code);
  sink.add(std::move(finding));
}

}  // namespace

void signature_faults(const Context& context, FindingSink& sink) {
  FaultTable table(context);
  for (const SetView& view : context.sets) {
    // CDS and CDNSKEY have findings of their own.
    if (view.set->type == dns::RrType::kCds || view.set->type == dns::RrType::kCdnskey) continue;
    table.look_at(view);
  }
  for (const auto& [key, fault] : table.faults()) report(context, fault, sink);
}

}  // namespace anchorwatch::judge::rules
