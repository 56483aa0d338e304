// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/evidence/digests.h"

#include <algorithm>
#include <functional>
#include <set>

#include "canonical.h"
#include "in_order.h"

namespace anchorwatch::evidence {

namespace {

// Presence markers keep fields of different answers apart in the stream.
constexpr std::uint8_t kAbsent = 0;
constexpr std::uint8_t kPresent = 1;

bool name_before(const dns::Name& left, const dns::Name& right) { return left.wire() < right.wire(); }

void append_names(Bytes& out, const std::vector<dns::Name>& names) {
  append_u32(out, static_cast<std::uint32_t>(names.size()));
  in_order(names, name_before, [&](const dns::Name& name) { append_field(out, name.wire()); });
}

void append_addresses(Bytes& out, const std::vector<IpAddress>& addresses) {
  append_u32(out, static_cast<std::uint32_t>(addresses.size()));
  in_order(addresses, std::less<>(), [&](const IpAddress& address) { append_field(out, address.bytes()); });
}

/// Any order will do as long as it is always the same: the canonical order of names costs more.
bool question_before(const dns::Question& left, const dns::Question& right) {
  if (left.type != right.type) return left.type < right.type;
  return left.name.wire() < right.name.wire();
}

bool answer_before(const Answer& left, const Answer& right) { return question_before(left.question, right.question); }

void append_answers(Stream& out, const std::vector<Answer>& answers, const std::optional<dns::Name>& random) {
  append_u32(out.data, static_cast<std::uint32_t>(answers.size()));
  in_order(answers, answer_before, [&](const Answer& answer) { append_answer(out, answer, random); });
}

/// The streams of the parts: each part is what its stream and those before it say.
class Walk {
 public:
  explicit Walk(const ZoneEvidence& look) : look_(look) {
    core_.data.reserve(4096);
    rest_.data.reserve(8192);
    rest_.signatures.reserve(4096);
  }

  Digests run() {
    start();
    delegation();
    servers();
    Digests made;
    made.core.data = hash(Digest(), core_.data);
    made.core.exact = hash(made.core.data, core_.signatures);
    if (look_.depth == Depth::kCore) {
      made.all = made.ordinary = made.core;
      return made;
    }
    bounds();
    signals();
    made.ordinary.data = hash(made.core.data, rest_.data);
    made.ordinary.exact = hash(made.ordinary.data, core_.signatures, rest_.signatures);
    made.all.data = hash(made.ordinary.data, extra_.data);
    made.all.exact = hash(made.ordinary.exact, extra_.data, extra_.signatures);
    return made;
  }

 private:
  template <typename... Octets>
  Digest hash(const Digest& before, const Octets&... octets) {
    hasher_.raw(before.bytes());
    (hasher_.field(octets), ...);
    return hasher_.finish();
  }

  void start() {
    append_field(core_.data, "anchorwatch.evidence/5");
    append_field(core_.data, look_.zone.wire());
    append_u8(core_.data, look_.forwarded ? kPresent : kAbsent);
    append_u8(rest_.data, static_cast<std::uint8_t>(look_.depth));
    append_u8(rest_.data, look_.denial_name ? kPresent : kAbsent);
    append_u32(rest_.data, static_cast<std::uint32_t>(look_.probes.size()));
    in_order(look_.probes, question_before, [&](const dns::Question& question) {
      append_owner(rest_.data, question.name, look_.denial_name);
      append_u16(rest_.data, static_cast<std::uint16_t>(question.type));
    });
  }

  /// Looks ask the parent's servers in turn. Which of them answered makes no difference as long as they say
  /// the same; one that gives no usable answer is told by its address.
  void parents(const std::vector<ServerLook>& parents) {
    std::set<Bytes> contents, extras;
    std::set<std::pair<Bytes, Bytes>> signatures;  // With the content that they belong to.
    for (const ServerLook& parent : parents) {
      const bool usable = std::all_of(parent.answers.begin(), parent.answers.end(),
                                      [](const Answer& answer) { return answer.usable(); });
      Stream content;
      append_field(content.data, usable ? IpAddress().bytes() : parent.address.bytes());
      append_field(content.data, usable ? dns::Name().wire() : parent.name.wire());
      append_names(content.data, usable ? std::vector<dns::Name>() : parent.other_names);
      Stream extra{content.data, {}};
      append_answers(content, parent.answers, std::nullopt);
      append_answers(extra, parent.extra, std::nullopt);
      append_field(extra.data, extra.signatures);
      append_behaviour(extra.data, parent.behaviour, true);
      extras.insert(std::move(extra.data));
      contents.insert(content.data);
      signatures.emplace(std::move(content.data), std::move(content.signatures));
    }
    append_u32(core_.data, static_cast<std::uint32_t>(contents.size()));
    for (const Bytes& content : contents) append_field(core_.data, content);
    append_u32(core_.signatures, static_cast<std::uint32_t>(signatures.size()));
    for (const auto& [content, each] : signatures) {
      if (signatures.size() > 1) append_field(core_.signatures, content);
      append_field(core_.signatures, each);
    }
    append_u32(extra_.data, static_cast<std::uint32_t>(extras.size()));
    for (const Bytes& extra : extras) append_field(extra_.data, extra);
  }

  void delegation() {
    const DelegationLook& delegation = look_.delegation;
    Bytes& out = core_.data;
    append_field(out, delegation.parent.wire());
    append_u8(out, delegation.from_configuration ? kPresent : kAbsent);
    append_u8(out, delegation.shares_servers ? kPresent : kAbsent);
    append_u8(out, delegation.failure.empty() ? kAbsent : kPresent);
    parents(delegation.parents);
    const auto before = [](const NameServer& left, const NameServer& right) { return left.name < right.name; };
    append_u32(out, static_cast<std::uint32_t>(delegation.name_servers.size()));
    in_order(delegation.name_servers, before, [&](const NameServer& server) {
      append_field(out, server.name.wire());
      append_addresses(out, server.glue);
      append_addresses(out, server.addresses);
      append_u8(out, server.looked_up ? kPresent : kAbsent);
      append_u8(out, server.is_alias ? kPresent : kAbsent);
      append_u8(out, server.failure.empty() ? kAbsent : kPresent);
    });
  }

  void servers() {
    const auto before = [](const ServerLook& left, const ServerLook& right) {
      if (left.address != right.address) return left.address < right.address;
      return left.name < right.name;
    };
    append_u32(core_.data, static_cast<std::uint32_t>(look_.servers.size()));
    in_order(look_.servers, before, [&](const ServerLook& server) {
      core_answers(server);
      if (look_.depth != Depth::kCore) other_answers(server);
    });
  }

  /// What a core look would have got. It knows no random name.
  void core_answers(const ServerLook& server) {
    append_field(core_.data, server.address.bytes());
    append_field(core_.data, server.name.wire());
    append_names(core_.data, server.other_names);
    for (const dns::RrType type : {dns::RrType::kSoa, dns::RrType::kDnskey}) {
      const Answer* const answer = server.find(look_.zone, type);
      append_u8(core_.data, answer != nullptr ? kPresent : kAbsent);
      if (answer != nullptr) append_answer(core_, *answer, std::nullopt);
    }
  }

  void other_answers(const ServerLook& server) {
    const Answer* const soa = server.find(look_.zone, dns::RrType::kSoa);
    const Answer* const keys = server.find(look_.zone, dns::RrType::kDnskey);
    append_u32(rest_.data, static_cast<std::uint32_t>(server.answers.size()));
    in_order(server.answers, answer_before, [&](const Answer& answer) {
      if (&answer != soa && &answer != keys) append_answer(rest_, answer, look_.denial_name);
    });
    append_behaviour(rest_.data, server.behaviour, false);
    append_answers(extra_, server.extra, look_.denial_name);
    append_behaviour(extra_.data, server.behaviour, true);
  }

  /// What the look ran into. A core look asks less than a full one and so runs into fewer bounds; that is no news.
  void bounds() {
    if (look_.whole_zone) {
      append_field(rest_.data, "whole zone");
      append_field(rest_.data, look_.whole_zone->failure);
      append_field(rest_.data, look_.whole_zone->digest().bytes());
    }
    if (look_.depth != Depth::kFull) return;
    for (const LookLimit limit : look_.limits) append_u8(rest_.data, static_cast<std::uint8_t>(limit));
  }

  void signals() {
    const auto before = [](const SignalLook& left, const SignalLook& right) { return left.server < right.server; };
    append_u32(extra_.data, static_cast<std::uint32_t>(look_.signals.size()));
    in_order(look_.signals, before, [&](const SignalLook& signal) {
      append_field(extra_.data, signal.name.wire());
      append_field(extra_.data, signal.zone.wire());
      append_u8(extra_.data, signal.failure.empty() ? kAbsent : kPresent);
      append_answers(extra_, signal.answers, std::nullopt);
    });
  }

  const ZoneEvidence& look_;
  Hasher hasher_;
  Stream core_;   ///< What core looks see.
  Stream rest_;   ///< The rest of the ordinary answers.
  Stream extra_;  ///< What only findings need.
};

}  // namespace

Digests digests_of(const ZoneEvidence& evidence) { return Walk(evidence).run(); }

Digest ZoneEvidence::digest(Part part, Signatures signatures) const {
  const Digests made = digests_of(*this);
  const PartDigests& one = part == Part::kAll ? made.all : part == Part::kOrdinary ? made.ordinary : made.core;
  return signatures == Signatures::kExact ? one.exact : one.data;
}

}  // namespace anchorwatch::evidence
