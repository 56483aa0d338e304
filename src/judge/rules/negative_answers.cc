// SPDX-License-Identifier: Apache-2.0
// Form of negative answers: the SOA (RFC 2308), and name errors for names that exist (RFC 8020).
#include <algorithm>
#include <set>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

bool has_data(const evidence::Answer& answer) {
  return std::any_of(answer.answer.begin(), answer.answer.end(),
                     [](const dns::RRset& set) { return !set.rdatas.empty(); });
}

bool is_referral(const Context& context, const evidence::Answer& answer) {
  return std::any_of(answer.authority.begin(), answer.authority.end(), [&](const dns::RRset& set) {
    return set.type == RrType::kNs && !set.rdatas.empty() && set.owner.is_below(context.zone);
  });
}

void report(const Context& context, const ProbeView& view, FindingCode code, std::string text,
            FindingSink& sink) {
  for (const std::size_t server : view.servers) {
    Finding finding = FindingSink::start(code, server_subject(context, server));
    if (code == FindingCode::NEGATIVE_SOA_WRONG) {
      const ServerSet asked = context.answered_by(view.answer->question);
      if (!context.ds_stands()) {
        finding.severity = Severity::kWarning;
      } else if (view.servers == asked) {
        finding.severity = Severity::kCritical;
      }
    } else if (view.judged && context.ds_stands() &&
               view.result.verdict.status == dnssec::SecurityStatus::kBogus) {
      finding.severity = Severity::kError;
    }
    note_servers(finding, context, {server});
    finding.message = server_name(context, server) + text;
    sink.add(std::move(finding));
  }
}

void soa_in(const Context& context, const ProbeView& view, FindingSink& sink) {
  const evidence::Answer& answer = *view.answer;
  if (!answer.aa || has_data(answer) || is_referral(context, answer)) return;
  const dns::RRset* soa = nullptr;
  for (const dns::RRset& set : answer.authority) {
    if (set.type == RrType::kSoa && !set.rdatas.empty() &&
        (soa == nullptr || set.owner == context.zone)) {
      soa = &set;
    }
  }
  if (soa == nullptr) {
    report(context, view, FindingCode::NEGATIVE_SOA_MISSING,
           " gives a negative answer for " + context.zone.to_text() +
               " without SOA, so it cannot be cached. Check the server software.",
           sink);
    return;
  }
  // A child zone on the same server speaks for itself.
  const bool child =
      soa->owner.is_below(context.zone) && answer.question.name.is_at_or_below(soa->owner);
  if (soa->owner == context.zone || child) return;
  report(context, view, FindingCode::NEGATIVE_SOA_WRONG,
         " gives a negative answer for " + context.zone.to_text() + " with the SOA of " +
             soa->owner.to_text() + ". Check which zones the server has.",
         sink);
}

/// The proof of a name error shows that the name exists, as an empty non-terminal mostly.
void disproved(const Context& context, const ProbeView& view, FindingSink& sink) {
  if (!view.judged || !view.result.nxdomain_disproved) return;
  Subject subject;
  subject.name = view.answer->question.name;
  Finding finding = FindingSink::start(FindingCode::NXDOMAIN_INCONSISTENT, std::move(subject));
  note_servers(finding, context, view.servers);
  finding.data["types"] = std::vector<std::string>{dns::to_string(view.answer->question.type)};
  finding.message =
      server_text(context, view.servers) + " says that " + view.answer->question.name.to_text() +
      " does not exist, and the proof in the same answer shows that it does. Resolvers may drop "
      "all names below it; the server has to answer NODATA.";
  sink.add(std::move(finding));
}

void name_errors(const Context& context, FindingSink& sink) {
  const bool some = std::any_of(
      context.probe_views.begin(), context.probe_views.end(),
      [](const ProbeView& view) { return view.answer->rcode == dns::kRcodeNxDomain; });
  if (!some) return;
  std::set<dns::Name> names;
  for (const dns::Question& question : context.questions) {
    if (!context.is_random(question.name)) names.insert(question.name);
  }
  for (const dns::Name& name : names) {
    ServerSet with_data, with_error;
    std::set<std::string> denied;
    for (const ProbeView& view : context.probe_views) {
      const evidence::Answer& answer = *view.answer;
      if (answer.question.name != name) continue;
      if (answer.rcode == dns::kRcodeNxDomain && !has_data(answer)) {
        merge(with_error, view.servers);
        denied.insert(dns::to_string(answer.question.type));
      }
      const bool exists = dns::find_rrset(answer.answer, name, answer.question.type) != nullptr;
      if (answer.rcode == dns::kRcodeNoError && exists) merge(with_data, view.servers);
    }
    ServerSet both;
    std::set_intersection(with_data.begin(), with_data.end(), with_error.begin(), with_error.end(),
                          std::back_inserter(both));
    if (both.empty()) continue;
    Subject subject;
    subject.name = name;
    Finding finding = FindingSink::start(FindingCode::NXDOMAIN_INCONSISTENT, std::move(subject));
    note_servers(finding, context, both);
    finding.data["types"] = std::vector<std::string>(denied.begin(), denied.end());
    finding.message = server_text(context, both) + " says for one type that " + name.to_text() +
                      " does not exist, and answers for another. Resolvers may drop the name; the "
                      "server has to answer NODATA.";
    sink.add(std::move(finding));
  }
}

}  // namespace

void negative_answers(const Context& context, FindingSink& sink) {
  for (const ProbeView& view : context.probe_views) soa_in(context, view, sink);
  // First, because it knows all types for which the name is denied.
  name_errors(context, sink);
  for (const ProbeView& view : context.probe_views) disproved(context, view, sink);
}

}  // namespace anchorwatch::judge::rules
