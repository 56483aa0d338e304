// SPDX-License-Identifier: Apache-2.0
#include "expected.h"

namespace anchorwatch::judge {

namespace {

void add(std::vector<const dns::Rrsig*>& out, const std::vector<dns::RRset>& sets) {
  for (const dns::RRset& set : sets) {
    for (const dns::Rrsig& rrsig : set.rrsigs) out.push_back(&rrsig);
  }
}

void add(std::vector<const dns::Rrsig*>& out, const std::vector<evidence::Answer>& answers) {
  for (const evidence::Answer& answer : answers) {
    add(out, answer.answer);
    add(out, answer.authority);
  }
}

void add(std::vector<const dns::Rrsig*>& out, const std::vector<evidence::ServerLook>& servers) {
  for (const evidence::ServerLook& server : servers) {
    add(out, server.answers);
    add(out, server.extra);
  }
}

}  // namespace

std::vector<const dns::Rrsig*> signatures_in(const evidence::ZoneEvidence& evidence) {
  std::vector<const dns::Rrsig*> out;
  add(out, evidence.delegation.parents);
  add(out, evidence.servers);
  for (const evidence::SignalLook& signal : evidence.signals) add(out, signal.answers);
  return out;
}

}  // namespace anchorwatch::judge
