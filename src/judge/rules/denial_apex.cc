// SPDX-License-Identifier: Apache-2.0
// The denial records of the apex, which every zone has, asked for directly.
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

constexpr std::size_t kSha1Octets = 20;
constexpr RrType kNeeded[] = {RrType::kSoa, RrType::kNs, RrType::kDnskey};

std::size_t proofs_in(const evidence::Answer& answer) {
  const auto count =
      std::count_if(answer.authority.begin(), answer.authority.end(), [](const dns::RRset& set) {
        return !set.rdatas.empty() && (set.type == RrType::kNsec || set.type == RrType::kNsec3);
      });
  return static_cast<std::size_t>(count);
}

std::vector<std::string> lacking(const dns::TypeBitmap& types) {
  std::vector<std::string> out;
  for (const RrType type : kNeeded) {
    if (!types.contains(type)) out.push_back(dns::to_string(type));
  }
  return out;
}

class ApexRules {
 public:
  ApexRules(const Context& context, FindingSink& sink)
      : context_(context), sink_(sink), zone_(context.zone.to_text()) {}

  void run() {
    const dns::Question question{context_.zone, RrType::kNsec};
    for (const ProbeView& view : context_.extra_views) {
      if (view.answer->question == question && view.judged) apex_proof(view);
    }
    for (std::size_t i = 0; i < context_.servers.size(); ++i) {
      if (context_.states[i].has_signatures && !proves_well(i)) refused(i);
    }
  }

 private:
  /// The bitmap of one record if it stands for the apex; false if it stands for another name.
  [[nodiscard]] std::optional<dns::TypeBitmap> bitmap_at_apex(const dns::RRset& set) {
    if (set.type == RrType::kNsec) {
      const auto nsec = dns::decode_nsec(set.rdatas.front());
      if (!nsec || set.owner != context_.zone) return std::nullopt;
      return nsec->types;
    }
    const auto nsec3 = dns::decode_nsec3(set.rdatas.front());
    const auto hash = from_base32hex(set.owner.first_label());
    if (!nsec3 || !hash ||
        *hash != dnssec::nsec3_hash(context_.zone, nsec3->salt, nsec3->iterations, budget_)) {
      return std::nullopt;
    }
    return nsec3->types;
  }

  /// Records that validators ignore, and too many iterations, have findings of their own.
  [[nodiscard]] bool can_hash(const dns::RRset& set) const {
    if (set.type != RrType::kNsec3) return true;
    const auto nsec3 = dns::decode_nsec3(set.rdatas.front());
    const auto owner = from_base32hex(set.owner.first_label());
    return nsec3 && nsec3->hash_algorithm == 1 && owner && owner->size() == kSha1Octets &&
           (nsec3->flags & ~dns::Nsec3::kOptOutFlag) == 0 &&
           nsec3->iterations <= context_.input.policy.validation.max_nsec3_iterations;
  }

  void apex_proof(const ProbeView& view) {
    bool some = false;
    std::size_t valid = 0;
    for (const dnssec::JudgedRRset& judged : view.result.sets) {
      if (judged.set == nullptr || judged.set->rdatas.empty() ||
          judged.verdict.verdict.status != dnssec::SecurityStatus::kSecure ||
          (judged.set->type != RrType::kNsec && judged.set->type != RrType::kNsec3)) {
        continue;
      }
      if (!can_hash(*judged.set)) return;
      some = true;
      valid += judged.in_answer_section ? 0 : 1;
      if (const auto types = bitmap_at_apex(*judged.set)) {
        const std::vector<std::string> missing = lacking(*types);
        if (!missing.empty()) {
          report(view, "has a bitmap without " + list_text(missing), missing);
        }
        return;
      }
    }
    // A record that is not valid, or could not be checked, may be that of the apex. The same fault
    // of every other negative answer at the apex is told there.
    if (some && valid == proofs_in(*view.answer) && !sink_.has(FindingCode::DENIAL_NO_MATCH)) {
      report(view, "belongs to another name", {});
    }
  }

  void report(const ProbeView& view, const std::string& what,
              const std::vector<std::string>& missing) {
    const bool told =
        std::any_of(sink_.findings().begin(), sink_.findings().end(), [&](const Finding& finding) {
          return finding.code == FindingCode::DENIAL_LIES_TYPE &&
                 finding.subject.name == context_.zone;
        });
    if (told) return;
    for (const std::size_t server : view.servers) {
      Finding finding =
          FindingSink::start(FindingCode::DENIAL_APEX_WRONG, server_subject(context_, server));
      if (!context_.ds_stands()) finding.severity = Severity::kWarning;
      note_servers(finding, context_, {server});
      finding.data["missing"] = missing;
      finding.message = "The denial record that " + server_name(context_, server) +
                        " gives for the apex of " + zone_ + " " + what +
                        ". Resolvers that reuse proofs deny what is there; sign the zone again.";
      sink_.add(std::move(finding));
    }
  }

  [[nodiscard]] bool proves_well(std::size_t server) const {
    bool some = false;
    for (const ProbeView& view : context_.probe_views) {
      const bool its = std::binary_search(view.servers.begin(), view.servers.end(), server);
      const bool negative = view.result.kind == dnssec::AnswerKind::kNodata ||
                            view.result.kind == dnssec::AnswerKind::kNxdomain;
      if (!its || !view.judged || !negative || !view.result.denial) continue;
      const dnssec::DenialResult result = view.result.denial->result;
      if (result != dnssec::DenialResult::kProven && result != dnssec::DenialResult::kOptOut &&
          result != dnssec::DenialResult::kIterations) {
        return false;
      }
      some = true;
    }
    return some;
  }

  void refused(std::size_t server) {
    for (const evidence::Answer& answer : context_.servers[server]->extra) {
      const RrType type = answer.question.type;
      if (type != RrType::kNsec && type != RrType::kNsec3Param) continue;
      if (answer.state == evidence::AnswerState::kNotAsked) continue;
      const bool data = dns::find_rrset(answer.answer, context_.zone, type) != nullptr;
      const bool good = answer.usable() && answer.rcode == dns::kRcodeNoError;
      if (good && (data || proofs_in(answer) > 0)) continue;
      Finding finding =
          FindingSink::start(FindingCode::DENIAL_QUERY_FAILED, server_subject(context_, server));
      note_servers(finding, context_, {server});
      finding.message =
          server_name(context_, server) + " gives " +
          (answer.answered() ? "an odd answer (" + dns::rcode_to_string(answer.rcode) +
                                   (good ? ", without proof)" : ")")
                             : std::string("no answer")) +
          " to the question for " + zone_ + " " + dns::to_string(type) +
          ". No resolver depends on it.";
      sink_.add(std::move(finding));
    }
  }

  const Context& context_;
  FindingSink& sink_;
  std::string zone_;
  dnssec::WorkBudget budget_;
};

}  // namespace

void denial_apex(const Context& context, FindingSink& sink) {
  if (context.signed_anywhere()) ApexRules(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
