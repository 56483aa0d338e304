// SPDX-License-Identifier: Apache-2.0
// EvidenceBuilder: the evidence that a look at a ZoneSigner's zone would give, without a network.
//
//   EvidenceBuilder builder(parent, zone);
//   builder.server("ns1.example.com.", "192.0.2.1").server("ns2.example.com.", "192.0.2.2");
//   evidence::ZoneEvidence look = builder.build();
//
// Faults are planted afterwards: in the signer's sets, or in the answers that `answer_of` finds.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/evidence/evidence.h"

#include "support/zone_signer.h"

namespace anchorwatch {

/// The answer that a server with `zone` gives.
inline evidence::Answer answer_from(const ZoneSigner& zone, const dns::Question& question) {
  dns::Message message = zone.answer(question.name.to_text(), question.type);
  evidence::Answer answer;
  answer.question = question;
  answer.state = evidence::AnswerState::kAnswered;
  answer.rcode = message.rcode;
  answer.aa = message.aa;
  answer.edns = true;
  answer.do_echoed = true;
  answer.attempts = 1;
  answer.answer = std::move(message.answer);
  answer.authority = std::move(message.authority);
  return answer;
}

/// The answer of a server that does not answer.
inline evidence::Answer silence(const dns::Question& question) {
  evidence::Answer answer;
  answer.question = question;
  answer.state = evidence::AnswerState::kTimeout;
  answer.detail = "no answer";
  answer.attempts = 3;
  return answer;
}

class EvidenceBuilder {
 public:
  /// A zone with a parent; both must be signed (ZoneSigner::sign) before build().
  EvidenceBuilder(const ZoneSigner& parent, const ZoneSigner& zone)
      : parent_(&parent), zone_(zone) {
    parent_server("a.parent.test.", "192.0.2.250");
    default_probes();
  }
  /// The top of a tree: no parent is asked.
  explicit EvidenceBuilder(const ZoneSigner& zone) : parent_(nullptr), zone_(zone) {
    default_probes();
  }

  /// A server of the zone that has `copy` of it (by default the zone itself).
  EvidenceBuilder& server(std::string_view name, std::string_view address) {
    return server(name, address, zone_);
  }
  EvidenceBuilder& server(std::string_view name, std::string_view address, const ZoneSigner& copy) {
    servers_.push_back({name_of(name), address_of(address), &copy});
    return *this;
  }
  EvidenceBuilder& dead_server(std::string_view name, std::string_view address) {
    servers_.push_back({name_of(name), address_of(address), nullptr});
    return *this;
  }
  /// Servers ns1 … nsN of the zone with 192.0.2.1 …
  EvidenceBuilder& servers(int count) {
    for (int i = 1; i <= count; ++i) {
      server("ns" + std::to_string(i) + "." + zone_.apex().to_text(),
             "192.0.2." + std::to_string(i));
    }
    return *this;
  }
  EvidenceBuilder& parent_server(std::string_view name, std::string_view address) {
    parents_.push_back({name_of(name), address_of(address), parent_});
    return *this;
  }
  EvidenceBuilder& parent_server(std::string_view name, std::string_view address,
                                 const ZoneSigner& copy) {
    parents_.push_back({name_of(name), address_of(address), &copy});
    return *this;
  }
  /// Replaces the default probes (the contract's, all at the apex).
  EvidenceBuilder& probes(std::vector<dns::Question> questions) {
    probes_ = std::move(questions);
    return *this;
  }
  EvidenceBuilder& probe(std::string_view name, dns::RrType type) {
    probes_.push_back({name_of(name), type});
    return *this;
  }
  /// The label of the random name; empty: none is asked for.
  EvidenceBuilder& random_label(std::string label) {
    random_label_ = std::move(label);
    return *this;
  }
  /// An extra question to every server that is not silent.
  EvidenceBuilder& extra(const dns::Name& name, dns::RrType type) {
    extra_.push_back({name, type});
    return *this;
  }
  /// kCore asks DNSKEY and SOA only, kAncestor DNSKEY.
  EvidenceBuilder& depth(evidence::Depth depth) {
    depth_ = depth;
    return *this;
  }

  [[nodiscard]] evidence::ZoneEvidence build() const {
    evidence::ZoneEvidence look;
    look.zone = zone_.apex();
    look.depth = depth_;
    if (depth_ == evidence::Depth::kFull) {
      look.probes = probes_;
      if (!random_label_.empty()) look.denial_name = look.zone.prepend(random_label_);
    } else if (depth_ == evidence::Depth::kCore) {
      look.probes = {{look.zone, dns::RrType::kSoa}};
    }
    add_delegation(look);
    std::vector<dns::Question> questions = look.probes;
    questions.insert(questions.begin(), {look.zone, dns::RrType::kDnskey});
    if (look.denial_name) questions.push_back({*look.denial_name, dns::RrType::kA});
    for (const Host& host : servers_) {
      look.servers.push_back(look_of(host, questions));
      if (host.zone == nullptr) continue;
      for (const dns::Question& question : extra_) {
        look.servers.back().extra.push_back(answer_from(*host.zone, question));
      }
    }
    std::sort(look.servers.begin(), look.servers.end(), by_address);
    return look;
  }

 private:
  struct Host {
    dns::Name name;
    IpAddress address;
    const ZoneSigner* zone = nullptr;  // Null: it is silent.
  };

  static IpAddress address_of(std::string_view text) {
    const auto address = IpAddress::from_text(text);
    if (!address) throw std::invalid_argument("bad address");
    return *address;
  }
  static bool by_address(const evidence::ServerLook& left, const evidence::ServerLook& right) {
    return left.address < right.address;
  }

  void default_probes() {
    using dns::RrType;
    for (const RrType type : {RrType::kSoa, RrType::kNs, RrType::kA, RrType::kAaaa, RrType::kMx,
                              RrType::kTxt, RrType::kCaa, RrType::kCds, RrType::kCdnskey}) {
      probes_.push_back({zone_.apex(), type});
    }
  }

  void add_delegation(evidence::ZoneEvidence& look) const {
    evidence::DelegationLook& delegation = look.delegation;
    delegation.parent = parent_ != nullptr ? parent_->apex() : look.zone;
    delegation.from_configuration = parent_ == nullptr;
    for (const Host& host : servers_) {
      auto& list = delegation.name_servers;
      auto at = std::find_if(list.begin(), list.end(),
                             [&](const auto& each) { return each.name == host.name; });
      if (at == list.end()) {
        at = list.insert(list.end(), evidence::NameServer{});
        at->name = host.name;
      }
      at->glue.push_back(host.address);
      at->addresses.push_back(host.address);
    }
    std::sort(delegation.name_servers.begin(), delegation.name_servers.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    if (parent_ == nullptr) return;
    const std::vector<dns::Question> questions{{look.zone, dns::RrType::kDs},
                                               {look.zone, dns::RrType::kNs}};
    for (const Host& host : parents_) delegation.parents.push_back(look_of(host, questions));
    std::sort(delegation.parents.begin(), delegation.parents.end(), by_address);
  }

  static evidence::ServerLook look_of(const Host& host,
                                      const std::vector<dns::Question>& questions) {
    evidence::ServerLook look;
    look.name = host.name;
    look.address = host.address;
    for (const dns::Question& question : questions) {
      look.answers.push_back(host.zone != nullptr ? answer_from(*host.zone, question)
                                                  : silence(question));
    }
    return look;
  }

  const ZoneSigner* parent_;
  const ZoneSigner& zone_;
  std::vector<Host> servers_, parents_;
  std::vector<dns::Question> probes_, extra_;
  std::string random_label_ = "aw-random";
  evidence::Depth depth_ = evidence::Depth::kFull;
};

/// The answer to a question at one server, to plant a fault in; it must exist.
inline evidence::Answer& answer_of(evidence::ZoneEvidence& look, std::size_t server,
                                   const dns::Question& question) {
  for (evidence::Answer& answer : look.servers.at(server).answers) {
    if (answer.question == question) return answer;
  }
  throw std::invalid_argument("no such answer");
}
inline evidence::Answer& answer_of(evidence::ZoneEvidence& look, std::size_t server,
                                   dns::RrType type) {
  return answer_of(look, server, dns::Question{look.zone, type});
}
inline evidence::Answer& extra_of(evidence::ZoneEvidence& look, std::size_t server,
                                 dns::RrType type) {
  for (evidence::Answer& answer : look.servers.at(server).extra) {
    if (answer.question.type == type) return answer;
  }
  throw std::invalid_argument("no such answer");
}
inline evidence::Answer& denial_of(evidence::ZoneEvidence& look, std::size_t server) {
  return answer_of(look, server, dns::Question{look.denial_name.value(), dns::RrType::kA});
}

}  // namespace anchorwatch
