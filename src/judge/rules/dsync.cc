// SPDX-License-Identifier: Apache-2.0
// DSYNC at the parent: where it takes NOTIFY for CDS and CSYNC (RFC 9859).
#include "dsync_view.h"
#include "rules.h"

namespace anchorwatch::judge::rules {

std::vector<DsyncRecord> dsync_records(const Context& context, ServerSet* parents) {
  std::vector<DsyncRecord> out;
  for (std::size_t i = 0; i < context.parents.size(); ++i) {
    for (const evidence::Answer& answer : context.parents[i]->extra) {
      const dns::Question& question = answer.question;
      if (question.type != dns::RrType::kDsync || !answer.usable()) continue;
      const dns::RRset* set = dns::find_rrset(answer.answer, question.name, question.type);
      if (set == nullptr) continue;
      for (const Bytes& rdata : set->rdatas) {
        if (auto record = decode_dsync(rdata)) out.push_back(std::move(*record));
      }
      if (parents != nullptr && !out.empty()) merge(*parents, {i});
    }
  }
  return out;
}

std::optional<DsyncRecord> decode_dsync(BytesView rdata) {
  constexpr std::size_t kFixed = 5;
  if (rdata.size() <= kFixed) return std::nullopt;
  DsyncRecord record;
  record.type = static_cast<dns::RrType>((octet(rdata, 0) << 8U) | octet(rdata, 1));
  const std::uint8_t scheme = octet(rdata, 2);
  record.port = static_cast<std::uint16_t>((octet(rdata, 3) << 8U) | octet(rdata, 4));
  const auto target = dns::Name::from_wire(rdata.substr(kFixed));
  // RFC 9859 §2.1: scheme 0 is reserved and port 0 says that there is no service.
  if (!target || scheme == 0 || record.port == 0) return std::nullopt;
  record.target = *target;
  return record;
}

void dsync(const Context& context, FindingSink& sink) {
  ServerSet parents;
  const std::vector<DsyncRecord> records = dsync_records(context, &parents);
  if (records.empty()) return;
  std::vector<std::string> endpoints;
  for (const DsyncRecord& record : records) {
    endpoints.push_back(dns::to_string(record.type) + " to " + record.target.to_text() + " port " +
                        std::to_string(record.port));
  }
  Subject subject;
  subject.name = context.evidence.delegation.parent;
  Finding finding = FindingSink::start(FindingCode::DSYNC_PRESENT, std::move(subject));
  note_parents(finding, context, parents);
  finding.data["endpoints"] = endpoints;
  finding.message = context.evidence.delegation.parent.to_text() + " takes NOTIFY for " +
                    list_text(endpoints) +
                    ": a signer that sends one is looked at sooner (RFC 9859).";
  sink.add(std::move(finding));
}

}  // namespace anchorwatch::judge::rules
