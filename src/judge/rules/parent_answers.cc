// SPDX-License-Identifier: Apache-2.0
// What the parent servers say about the DS of the zone.
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dnssec::DenialResult;
using dnssec::SecurityStatus;

struct ProofFault {
  FindingCode code;
  const char* why;
};

bool has_type(const evidence::Answer& answer, dns::RrType type) {
  return std::any_of(answer.authority.begin(), answer.authority.end(), [&](const dns::RRset& set) {
    return set.type == type && !set.rdatas.empty();
  });
}

/// What is wrong with a proof whose signatures hold. Opt-out is a matter of NSEC3 only.
ProofFault fault_of(DenialResult result, const evidence::Answer& answer) {
  const bool nsec3 = has_type(answer, dns::RrType::kNsec3);
  switch (result) {
    case DenialResult::kHasSoa:
      return {FindingCode::NODS_PROOF_HAS_SOA,
              "has the SOA bit set: it comes from the zone itself and not from the parent"};
    case DenialResult::kHasDs:
      return {FindingCode::NODS_PROOF_HAS_DS, "has the DS bit set: it says that there is a DS"};
    case DenialResult::kLacksNs:
      return {FindingCode::NODS_PROOF_LACKS_NS,
              "has the NS bit clear: it does not speak of a delegation"};
    case DenialResult::kNameCovered:
      if (nsec3) {
        return {FindingCode::DENIAL_OPTOUT_NEEDED, "only covers the name, without opt-out"};
      }
      return {FindingCode::DENIAL_NAME_COVERED_NODATA, "says that the name does not exist"};
    case DenialResult::kNextCloserNotCovered:
      return {FindingCode::DENIAL_NEXT_CLOSER_NOT_COVERED,
              "has no NSEC3 that covers the next closer name"};
    case DenialResult::kNameNotCovered:
      return {FindingCode::DENIAL_NAME_NOT_COVERED, "has no record that covers the name"};
    case DenialResult::kWildcardNotCovered:
      return {FindingCode::DENIAL_WILDCARD_NOT_COVERED,
              "does not prove that no wildcard could have answered"};
    case DenialResult::kNoClosestEncloser:
      return {FindingCode::DENIAL_NO_CLOSEST_ENCLOSER,
              "has no NSEC3 that matches the closest encloser"};
    case DenialResult::kMissing:
      if (has_type(answer, dns::RrType::kNsec) || nsec3) break;
      return {FindingCode::DENIAL_MISSING, "is missing: there is neither NSEC nor NSEC3"};
    case DenialResult::kNoMatch:
    case DenialResult::kTypeInBitmap:
    case DenialResult::kAncestorRecord:
      return {FindingCode::DENIAL_NO_MATCH, "has no record for the name"};
    case DenialResult::kProven:
    case DenialResult::kOptOut:
    case DenialResult::kIterations:
    case DenialResult::kLimit: break;
  }
  return {FindingCode::PARENT_NODS_SIG_BAD, "has no usable record"};
}

class ParentRules {
 public:
  ParentRules(const Context& context, FindingSink& sink)
      : context_(context), sink_(sink), zone_(context.zone.to_text()) {}

  void run() {
    undetermined();
    referred();
    inconsistent();
    for (const ParentView& view : context_.parent_views) {
      if (!view.judged || view.verdict.verdict.status != SecurityStatus::kBogus) continue;
      if (view.verdict.ds != nullptr) {
        bad_ds_signature(view);
      } else {
        bad_denial(view);
      }
    }
  }

 private:
  Finding start(FindingCode code, const ServerSet& parents) const {
    Finding finding = FindingSink::start(code, zone_subject(context_));
    note_parents(finding, context_, parents);
    return finding;
  }

  [[nodiscard]] bool parent_secure() const {
    return context_.parent_link != nullptr && !context_.entry.from_anchors &&
           context_.parent_link->verdict.status == SecurityStatus::kSecure;
  }
  /// Every parent server gives a bad answer: the zone fails, or fails as far as we can see.
  [[nodiscard]] bool everywhere() const {
    return context_.entry.verdict.status == SecurityStatus::kBogus;
  }

  void undetermined() {
    if (context_.parents.empty() || context_.entry.from_anchors) return;
    ServerSet failing;
    bool some = false;
    for (const ParentView& view : context_.parent_views) {
      if (view.usable) {
        some = true;
      } else if (!view.referral && view.answer->state != evidence::AnswerState::kNotAsked) {
        merge(failing, view.parents);
      }
    }
    if (failing.empty()) return;
    Finding finding = start(FindingCode::DS_UNDETERMINED, failing);
    if (some) finding.severity = Severity::kNotice;
    finding.message = parent_text(context_, failing) + " gave no usable answer for the DS of " +
                      zone_ + (some ? "; other parent servers did." : ", so its DS is not known.") +
                      " Nothing is concluded from silence; the next look asks again.";
    sink_.add(std::move(finding));
  }

  void referred() {
    ServerSet referring;
    bool some = false;
    for (const ParentView& view : context_.parent_views) {
      if (view.referral && !view.usable) merge(referring, view.parents);
      some = some || view.usable;
    }
    if (referring.empty()) return;
    Finding finding = start(FindingCode::DS_QUERY_REFERRED, referring);
    if (!parent_secure()) {
      finding.severity = Severity::kInfo;
    } else if (!some) {
      finding.severity = Severity::kCritical;
    }
    finding.message =
        parent_text(context_, referring) + " answers the DS question for " + zone_ +
        " with a referral to the zone, so resolvers learn neither a DS nor its absence. "
        "The parent's server is too old or misconfigured.";
    sink_.add(std::move(finding));
  }

  void inconsistent() {
    std::map<std::vector<Bytes>, ServerSet> sets;
    for (const ParentView& view : context_.parent_views) {
      if (!view.usable) continue;
      const dns::RRset* ds = shown_ds(*view.answer, context_.zone);
      merge(sets[ds != nullptr ? ds->rdatas : std::vector<Bytes>{}], view.parents);
    }
    if (sets.size() < 2) return;
    ServerSet all;
    std::vector<std::string> groups;
    for (const auto& [rdatas, parents] : sets) {
      merge(all, parents);
      std::vector<std::string> tags;
      for (const Bytes& rdata : rdatas) {
        if (const auto ds = dns::decode_ds(rdata)) tags.push_back(std::to_string(ds->key_tag));
      }
      groups.push_back(parent_text(context_, parents) +
                       (tags.empty() ? " has no DS" : " has key tag " + list_text(tags)));
    }
    Finding finding = start(FindingCode::DS_INCONSISTENT_PARENT, all);
    finding.data["sets"] = groups;
    finding.message = "The parent servers give different DS sets for " + zone_ + ": " +
                      list_text(groups) +
                      ". If it lasts longer than a zone transfer, tell the parent.";
    sink_.add(std::move(finding));
  }

  void bad_ds_signature(const ParentView& view) {
    Finding finding = start(FindingCode::PARENT_DS_SIG_BAD, view.parents);
    if (!everywhere()) finding.severity = Severity::kError;
    finding.data["reason"] = std::string(dnssec::to_string(view.verdict.verdict.reason));
    finding.message = "The DS RRset of " + zone_ + " from " + parent_text(context_, view.parents) +
                      " has no valid signature of " + context_.parent_link->zone.to_text() + " (" +
                      dnssec::describe(view.verdict.verdict.reason) +
                      "). The zone itself may be sound; its parent has to repair this.";
    sink_.add(std::move(finding));
  }

  void bad_denial(const ParentView& view) {
    const DenialResult result =
        view.verdict.denial ? view.verdict.denial->result : DenialResult::kMissing;
    if (result == DenialResult::kLacksNs && context_.delegation == DelegationState::kAbsent) return;
    ProofFault fault{FindingCode::PARENT_NODS_SIG_BAD, "is not validly signed"};
    // Otherwise a signature took the proof away, and what is left of it says nothing.
    if (view.verdict.verdict.reason == dnssec::Reason::kDelegationUnproven) {
      fault = fault_of(result, *view.answer);
    }
    report_proof(view, result, fault, std::nullopt);
    if (fault.code == FindingCode::DENIAL_MISSING) {
      report_proof(view, result, {FindingCode::PARENT_NODS_SIG_BAD, "is not there to be signed"},
                   fault.code);
    }
  }

  void report_proof(const ParentView& view, DenialResult result, const ProofFault& fault,
                    std::optional<FindingCode> cause) {
    Finding finding = start(fault.code, view.parents);
    // The zone's own answers may have the same fault; this one is about its DS.
    if (info(fault.code).area == "denial" && info(fault.code).scope != "parent") {
      finding.subject.type = dns::RrType::kDs;
    }
    finding.severity = everywhere() ? Severity::kCritical : Severity::kError;
    finding.caused_by = cause;
    finding.data["reason"] = std::string(dnssec::to_string(view.verdict.verdict.reason));
    finding.data["proof"] = std::string(dnssec::to_string(result));
    finding.message = "The proof of " + context_.parent_link->zone.to_text() + " that " + zone_ +
                      " has no DS, from " + parent_text(context_, view.parents) + ", " + fault.why +
                      ". Resolvers reject it and fail the zone; its parent has to repair this.";
    sink_.add(std::move(finding));
  }

  const Context& context_;
  FindingSink& sink_;
  std::string zone_;
};

}  // namespace

void parent_answers(const Context& context, FindingSink& sink) {
  if (context.parent_views.empty()) return;
  ParentRules(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
