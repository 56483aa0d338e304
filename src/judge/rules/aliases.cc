// SPDX-License-Identifier: Apache-2.0
// CNAME and DNAME in the answers. Targets outside the zone are none of this zone's business.
#include <algorithm>
#include <set>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

constexpr int kMostSteps = 16;  // Resolvers follow about as many.

std::optional<dns::Name> cname_target(const evidence::Answer& answer, const dns::Name& name) {
  const dns::RRset* cname = dns::find_rrset(answer.answer, name, RrType::kCname);
  if (cname == nullptr) return std::nullopt;
  return dns::decode_name(cname->rdatas.front());
}

void loops(const Context& context, const ProbeView& view, FindingSink& sink) {
  dns::Name at = view.answer->question.name;
  std::set<dns::Name> passed;
  for (int step = 0; step <= kMostSteps; ++step) {
    if (!at.is_at_or_below(context.zone)) return;
    const auto next = cname_target(*view.answer, at);
    if (!next) return;
    if (!passed.insert(at).second) break;
    at = *next;
  }
  Subject subject;
  subject.name =
      context.is_random(view.answer->question.name) ? context.zone : view.answer->question.name;
  subject.type = view.answer->question.type;
  Finding finding = FindingSink::start(FindingCode::CNAME_LOOP, std::move(subject));
  note_servers(finding, context, view.servers);
  finding.message = "The aliases that start at " + view.answer->question.name.to_text() +
                    " lead back to themselves or through too many steps at " +
                    server_text(context, view.servers) + ", so the name cannot be resolved.";
  sink.add(std::move(finding));
}

/// A CNAME answers one question, other data answers another at the same name and server.
void beside_data(const Context& context, FindingSink& sink) {
  std::map<dns::Name, std::pair<ServerSet, ServerSet>> names;  // With CNAME, with other data.
  for (const ProbeView& view : context.probe_views) {
    const dns::Name& name = view.answer->question.name;
    if (context.is_random(name)) continue;
    for (const dns::RRset& set : view.answer->answer) {
      if (set.owner != name || set.rdatas.empty()) continue;
      auto& [cname, data] = names[name];
      if (set.type == RrType::kNsec || set.type == RrType::kRrsig) continue;
      merge(set.type == RrType::kCname ? cname : data, view.servers);
    }
  }
  for (const auto& [name, seen] : names) {
    // The apex has SOA and NS by nature, whether they were asked for or not.
    ServerSet both;
    if (name == context.zone) {
      both = seen.first;
    } else {
      std::set_intersection(seen.first.begin(), seen.first.end(), seen.second.begin(),
                            seen.second.end(), std::back_inserter(both));
    }
    if (both.empty()) continue;
    Subject subject;
    subject.name = name;
    subject.type = RrType::kCname;
    Finding finding = FindingSink::start(FindingCode::CNAME_AT_NODE, std::move(subject));
    note_servers(finding, context, both);
    finding.message = name.to_text() + " has a CNAME beside other data at " +
                      server_text(context, both) +
                      ", so it is left to chance what resolvers see. Remove one of them.";
    sink.add(std::move(finding));
  }
}

class DnameRules {
 public:
  DnameRules(const Context& context, const ProbeView& view, FindingSink& sink)
      : context_(context), view_(view), sink_(sink) {}

  void run() {
    const evidence::Answer& answer = *view_.answer;
    const dns::Name& name = answer.question.name;
    for (const dns::RRset& set : answer.answer) {
      if (set.type != RrType::kDname || set.rdatas.size() != 1 || !name.is_below(set.owner))
        continue;
      const auto target = dns::decode_name(set.rdatas.front());
      if (!target) continue;
      const Bytes head = name.wire().substr(0, name.wire().size() - set.owner.wire().size());
      const auto wanted = dns::Name::from_wire(head + target->wire());
      const dns::RRset* cname = dns::find_rrset(answer.answer, name, RrType::kCname);
      if (cname == nullptr) {
        // RFC 6672 §2.2: too long a name makes YXDOMAIN instead.
        if (wanted && answer.question.type != RrType::kDname) {
          report(FindingCode::DNAME_NO_CNAME, set,
                 "leaves out the CNAME that follows from it, so older resolvers fail");
        }
        continue;
      }
      if (wanted && dns::decode_name(cname->rdatas.front()) != wanted) {
        report(FindingCode::DNAME_TARGET_MISMATCH, set,
               "gives a CNAME that does not follow from it, so validators reject the answer");
      } else if (cname->ttl == 0 && set.ttl != 0) {
        report(FindingCode::DNAME_TTL_ZERO, set,
               "gives the CNAME made from it a TTL of 0, as an older standard asked");
      } else if (cname->ttl != set.ttl && answer.aa) {
        report(FindingCode::DNAME_TTL_MISMATCH, set,
               "gives the CNAME made from it another TTL than that of the DNAME");
      }
    }
  }

 private:
  void report(FindingCode code, const dns::RRset& dname, const char* what) {
    for (const std::size_t server : view_.servers) {
      Subject subject = server_subject(context_, server);
      subject.name = dname.owner;
      Finding finding = FindingSink::start(code, std::move(subject));
      note_servers(finding, context_, {server});
      finding.message = server_name(context_, server) + " answers with the DNAME at " +
                        dname.owner.to_text() + " and " + what + ".";
      sink_.add(std::move(finding));
    }
  }

  const Context& context_;
  const ProbeView& view_;
  FindingSink& sink_;
};

}  // namespace

void aliases(const Context& context, FindingSink& sink) {
  bool some = false;
  for (const ProbeView& view : context.probe_views) {
    for (const dns::RRset& set : view.answer->answer) {
      some = some || set.type == RrType::kCname || set.type == RrType::kDname;
    }
  }
  if (!some) return;
  for (const ProbeView& view : context.probe_views) {
    loops(context, view, sink);
    DnameRules(context, view, sink).run();
  }
  beside_data(context, sink);
}

}  // namespace anchorwatch::judge::rules
