// SPDX-License-Identifier: Apache-2.0
// Negative and wildcard answers whose proof fails.
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dnssec::DenialResult;

struct Rule {
  FindingCode code;
  const char* what;
};

std::optional<Rule> rule_for(DenialResult result, dnssec::AnswerKind kind) {
  const bool negative =
      kind == dnssec::AnswerKind::kNodata || kind == dnssec::AnswerKind::kNxdomain;
  switch (result) {
    case DenialResult::kProven:
    case DenialResult::kOptOut:
    case DenialResult::kIterations:
    case DenialResult::kLimit: return std::nullopt;
    case DenialResult::kMissing:
      return Rule{FindingCode::DENIAL_MISSING, "comes without NSEC or NSEC3"};
    case DenialResult::kTypeInBitmap:
      return Rule{FindingCode::DENIAL_TYPE_IN_BITMAP,
                  "says that the type does not exist, while its own proof lists it"};
    case DenialResult::kAncestorRecord:
      // RFC 6840 §4.1: the record of a delegation says nothing about names below it.
      if (kind == dnssec::AnswerKind::kNxdomain) {
        return Rule{FindingCode::DENIAL_NAME_NOT_COVERED,
                    "has only a record of a delegation above to cover the name"};
      }
      return Rule{FindingCode::DENIAL_NO_MATCH,
                  "has only a record of a delegation, which does not speak for the name"};
    case DenialResult::kNoMatch:
    case DenialResult::kHasSoa:
    case DenialResult::kHasDs:
    case DenialResult::kLacksNs:
      return Rule{FindingCode::DENIAL_NO_MATCH, "has no NSEC or NSEC3 that matches the name"};
    case DenialResult::kNameCovered:
      return Rule{FindingCode::DENIAL_NAME_COVERED_NODATA,
                  "says that only the type is missing, while its proof denies the name"};
    case DenialResult::kNameNotCovered:
    case DenialResult::kNextCloserNotCovered:
      if (!negative) {
        return Rule{FindingCode::DENIAL_WILDCARD_BAD_EXPANSION,
                    "comes from a wildcard, and nothing proves that no closer name exists"};
      }
      if (result == DenialResult::kNameNotCovered) {
        return Rule{FindingCode::DENIAL_NAME_NOT_COVERED, "has no NSEC that covers the name"};
      }
      return Rule{FindingCode::DENIAL_NEXT_CLOSER_NOT_COVERED,
                  "has no NSEC3 that covers the next closer name"};
    case DenialResult::kWildcardNotCovered:
      return Rule{FindingCode::DENIAL_WILDCARD_NOT_COVERED,
                  "does not prove that no wildcard could have answered"};
    case DenialResult::kNoClosestEncloser:
      return Rule{FindingCode::DENIAL_NO_CLOSEST_ENCLOSER,
                  "has no NSEC3 that matches the closest encloser"};
  }
  return std::nullopt;
}

/// Records are there and did not count: their signatures or their form have findings of their own.
bool has_unusable_records(const ProbeView& view) {
  return std::any_of(view.answer->authority.begin(), view.answer->authority.end(),
                     [](const dns::RRset& set) {
                       return !set.rdatas.empty() &&
                              (set.type == dns::RrType::kNsec || set.type == dns::RrType::kNsec3);
                     });
}

class ProofRules {
 public:
  ProofRules(const Context& context, FindingSink& sink) : context_(context), sink_(sink) {}

  void look_at(const ProbeView& view) {
    if (!view.judged || !view.result.denial) return;
    const auto rule = rule_for(view.result.denial->result, view.result.kind);
    if (!rule) return;
    if (rule->code == FindingCode::DENIAL_MISSING && has_unusable_records(view)) return;
    // Servers that give no DNSSEC data at all have a finding of their own.
    ServerSet servers;
    for (const std::size_t server : view.servers) {
      if (context_.states[server].has_signatures) servers.push_back(server);
    }
    if (servers.empty()) return;
    const bool by_server = info(rule->code).scope == "server";
    if (!by_server) {
      report(view, *rule, servers, std::nullopt);
      return;
    }
    for (const std::size_t server : servers) report(view, *rule, {server}, server);
  }

 private:
  /// How many servers give the same fault for the same question.
  [[nodiscard]] bool everywhere(const ProbeView& view, FindingCode code) const {
    for (const ProbeView& other : context_.probe_views) {
      if (other.probe != view.probe) continue;
      if (!other.judged || !other.result.denial) return false;
      const auto rule = rule_for(other.result.denial->result, other.result.kind);
      if (!rule || rule->code != code) return false;
    }
    return true;
  }

  void report(const ProbeView& view, const Rule& rule, const ServerSet& servers,
              std::optional<std::size_t> server) {
    const dns::Question& question = view.answer->question;
    const bool random = context_.is_random(question.name);
    Subject subject = server ? server_subject(context_, *server) : zone_subject(context_);
    if (!random) {
      subject.name = question.name;
      subject.type = question.type;
    }
    Finding finding = FindingSink::start(rule.code, std::move(subject));
    if (!context_.ds_stands()) {
      finding.severity = Severity::kWarning;
    } else {
      finding.severity = everywhere(view, rule.code) ? Severity::kCritical : Severity::kError;
    }
    note_servers(finding, context_, servers);
    finding.data["proof"] = std::string(dnssec::to_string(view.result.denial->result));
    const std::string about = random
                                  ? "a random name below " + context_.zone.to_text()
                                  : question.name.to_text() + " " + dns::to_string(question.type);
    finding.message =
        "The answer of " + server_text(context_, servers) + " for " + about + " " + rule.what +
        ". Validating resolvers reject it; sign the zone again and check the server's "
        "copy.";
    sink_.add(std::move(finding));
  }

  const Context& context_;
  FindingSink& sink_;
};

}  // namespace

void denial_proofs(const Context& context, FindingSink& sink) {
  ProofRules rules(context, sink);
  for (const ProbeView& view : context.probe_views) rules.look_at(view);
}

}  // namespace anchorwatch::judge::rules
