// SPDX-License-Identifier: Apache-2.0
// ZONEMD at the apex, as each server gives it (RFC 8976). The digest itself needs the whole zone.
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;
using dnssec::SignatureState;

struct Zonemd {
  std::uint32_t serial = 0;
  std::uint8_t scheme = 0;
  std::uint8_t hash = 0;
  /// RFC 8976 §2.2.2, §2.2.3: SIMPLE, with SHA-384 or SHA-512.
  [[nodiscard]] bool supported() const { return scheme == 1 && (hash == 1 || hash == 2); }
};

std::vector<Zonemd> decode(const dns::RRset& set) {
  constexpr std::size_t kFixed = 6;
  std::vector<Zonemd> out;
  for (const Bytes& rdata : set.rdatas) {
    if (rdata.size() <= kFixed) continue;
    Zonemd record;
    for (std::size_t i = 0; i < 4; ++i) record.serial = (record.serial << 8U) | octet(rdata, i);
    record.scheme = octet(rdata, 4);
    record.hash = octet(rdata, 5);
    out.push_back(record);
  }
  return out;
}

std::optional<std::uint32_t> serial_in(const Context& context, const evidence::Answer* answer) {
  if (answer == nullptr || !answer->usable()) return std::nullopt;
  const dns::RRset* set = dns::find_rrset(answer->answer, context.zone, RrType::kSoa);
  if (set == nullptr) return std::nullopt;
  const auto soa = dns::decode_soa(set->rdatas.front());
  return soa ? std::optional(soa->serial) : std::nullopt;
}

/// The signed SOA of a server: servers that share it have one and the same version of the zone.
const dns::RRset* signed_soa(const Context& context, std::size_t server) {
  const evidence::Answer* answer = context.servers[server]->find(context.zone, RrType::kSoa);
  if (answer == nullptr || !answer->usable()) return nullptr;
  return dns::find_rrset(answer->answer, context.zone, RrType::kSoa);
}

class ZonemdRules {
 public:
  ZonemdRules(const Context& context, FindingSink& sink)
      : context_(context), sink_(sink), zone_(context.zone.to_text()) {
    for (const ProbeView& view : context.extra_views) {
      if (view.answer->question != dns::Question{context.zone, RrType::kZonemd}) continue;
      views_.push_back(&view);
      if (set_in(view) != nullptr) some_ = true;
    }
  }

  void run() {
    if (!some_) return;
    for (const ProbeView* view : views_) {
      const dns::RRset* set = set_in(*view);
      if (set == nullptr) continue;
      signature(*view, *set);
      for (const std::size_t server : view->servers) serial(server, decode(*set));
    }
    unsupported();
    differences();
  }

 private:
  [[nodiscard]] const dns::RRset* set_in(const ProbeView& view) const {
    return dns::find_rrset(view.answer->answer, context_.zone, RrType::kZonemd);
  }

  /// Why the signature does not count; null when it does, or when its fault is that of the zone.
  [[nodiscard]] const char* signature_fault(const ProbeView& view, const dns::RRset& set) const {
    if (set.rrsigs.empty()) return "has no signature";
    if (!view.judged || context_.verdict.status == dnssec::SecurityStatus::kBogus) return nullptr;
    for (const dnssec::JudgedRRset& judged : view.result.sets) {
      if (judged.set != &set) continue;
      const bool open = std::any_of(judged.verdict.signatures.begin(),
                                    judged.verdict.signatures.end(), [](const auto& each) {
                                      return each.state == SignatureState::kValid ||
                                             each.state == SignatureState::kUnsupported ||
                                             each.state == SignatureState::kNotChecked;
                                    });
      return open ? nullptr : "has no valid signature";
    }
    return nullptr;
  }

  void signature(const ProbeView& view, const dns::RRset& set) {
    const char* fault = signature_fault(view, set);
    if (fault == nullptr) return;
    Subject subject = zone_subject(context_);
    subject.type = RrType::kZonemd;
    Finding finding = FindingSink::start(FindingCode::ZONEMD_UNSIGNED, std::move(subject));
    if (!context_.signed_anywhere()) finding.severity = Severity::kWarning;
    note_servers(finding, context_, view.servers);
    finding.message = "The ZONEMD of " + zone_ + " from " + server_text(context_, view.servers) +
                      " " + fault +
                      (context_.signed_anywhere()
                           ? ", so receivers cannot trust the digest. Let the signer sign it."
                           : ": in an unsigned zone it only guards against accidents.");
    sink_.add(std::move(finding));
  }

  void serial(std::size_t server, const std::vector<Zonemd>& records) {
    const dns::Question soa{context_.zone, RrType::kSoa};
    const auto before = serial_in(context_, context_.servers[server]->find(soa));
    const auto after = serial_in(context_, context_.servers[server]->find_extra(soa));
    // The zone may have changed between the two answers.
    if (!before || before != after || records.empty()) return;
    const bool fits = std::any_of(records.begin(), records.end(),
                                  [&](const Zonemd& record) { return record.serial == *before; });
    if (fits) return;
    Finding finding = FindingSink::start(FindingCode::ZONEMD_SERIAL_MISMATCH,
                                         server_subject(context_, server, RrType::kZonemd));
    note_servers(finding, context_, {server});
    finding.data["serial"] = std::int64_t{records.front().serial};
    finding.data["soa_serial"] = std::int64_t{*before};
    finding.message = "The ZONEMD of " + zone_ + " at " + server_name(context_, server) +
                      " is for serial " + std::to_string(records.front().serial) +
                      ", while the SOA has " + std::to_string(*before) +
                      ", so receivers must not use it. Make the digest whenever the zone changes.";
    sink_.add(std::move(finding));
  }

  void unsupported() {
    ServerSet servers;
    for (const ProbeView* view : views_) {
      const dns::RRset* set = set_in(*view);
      if (set == nullptr) continue;
      const std::vector<Zonemd> records = decode(*set);
      const bool some = std::any_of(records.begin(), records.end(),
                                    [](const Zonemd& record) { return record.supported(); });
      if (some) return;
      merge(servers, view->servers);
    }
    Finding finding = FindingSink::start(FindingCode::ZONEMD_UNSUPPORTED, zone_subject(context_));
    note_servers(finding, context_, servers);
    finding.message = "The ZONEMD of " + zone_ +
                      " uses only schemes or hash algorithms that are unknown or private, so "
                      "nothing can be verified.";
    sink_.add(std::move(finding));
  }

  /// Other records with the same serial and the same signed SOA; live signers sign each answer
  /// anew.
  void differences() {
    if (context_.several_signers) return;
    const ProbeView* usual = views_.front();
    for (const ProbeView* view : views_) {
      if (view->servers.size() > usual->servers.size()) usual = view;
    }
    for (const ProbeView* view : views_) {
      for (const std::size_t server : view->servers) compare(*usual, *view, server);
    }
  }

  void compare(const ProbeView& usual, const ProbeView& view, std::size_t server) {
    const dns::RRset* here = set_in(view);
    const dns::RRset* there = set_in(usual);
    const bool same = here != nullptr && there != nullptr ? here->same_data(*there) : here == there;
    if (same) return;
    const dns::RRset* soa = signed_soa(context_, server);
    const dns::RRset* other = signed_soa(context_, usual.servers.front());
    if (soa == nullptr || other == nullptr || soa->rdatas != other->rdatas ||
        soa->rrsigs.size() != other->rrsigs.size() ||
        (!soa->rrsigs.empty() &&
         soa->rrsigs.front().signature != other->rrsigs.front().signature)) {
      return;
    }
    Finding finding = FindingSink::start(FindingCode::ZONEMD_SERVERS_DIFFER,
                                         server_subject(context_, server, RrType::kZonemd));
    note_servers(finding, context_, {server});
    finding.message = server_name(context_, server) + " has another ZONEMD for " + zone_ +
                      " than " + server_text(context_, usual.servers) +
                      " for the same serial. Check its copy of the zone.";
    sink_.add(std::move(finding));
  }

  const Context& context_;
  FindingSink& sink_;
  std::string zone_;
  std::vector<const ProbeView*> views_;
  bool some_ = false;
};

}  // namespace

void zonemd(const Context& context, FindingSink& sink) {
  if (!context.extra_views.empty()) ZonemdRules(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
