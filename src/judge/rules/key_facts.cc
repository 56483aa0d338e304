// SPDX-License-Identifier: Apache-2.0
// Properties of each published key: algorithm, length, flags, tag.
#include <algorithm>
#include <set>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

constexpr std::size_t kMostKeys = 8;
constexpr int kShortRsa = 2048;
constexpr int kWeakRsa = 1024;
constexpr std::uint8_t kPrivateDns = 253;
constexpr std::uint8_t kPrivateOid = 254;
constexpr int kZskRsa =
    1280;  // Short keys that are replaced often are usual for zone-signing keys.

bool is_rsa(std::uint8_t algorithm) {
  return algorithm == 1 || algorithm == 5 || algorithm == 7 || algorithm == 8 || algorithm == 10;
}

/// One distinct key over all servers.
struct PublishedKey {
  Bytes rdata;
  dns::Dnskey key;
  std::uint16_t tag = 0;
  ServerSet servers;
  bool signs = false;         ///< Some RRSIG of the zone names it.
  bool signs_dnskey = false;  ///< An RRSIG over the DNSKEY RRset names it.
};

std::map<Bytes, PublishedKey> published(const Context& context) {
  std::map<Bytes, PublishedKey> keys;
  for (const KeySet& set : context.key_sets) {
    for (std::size_t i = 0; i < set.keys.dnskeys.size(); ++i) {
      if (!set.decoded[i]) continue;
      PublishedKey& key = keys[set.keys.dnskeys[i]];
      key.rdata = set.keys.dnskeys[i];
      key.key = *set.decoded[i];
      key.tag = set.tags[i];
      merge(key.servers, set.servers);
    }
  }
  for (const SetView& view : context.sets) {
    for (const dns::Rrsig& rrsig : view.set->rrsigs) {
      for (auto& [rdata, key] : keys) {
        if (key.tag != rrsig.key_tag || key.key.algorithm != rrsig.algorithm) continue;
        key.signs = true;
        key.signs_dnskey = key.signs_dnskey || view.set->type == dns::RrType::kDnskey;
      }
    }
  }
  return keys;
}

class KeyRules {
 public:
  KeyRules(const Context& context, FindingSink& sink)
      : context_(context), sink_(sink), keys_(published(context)) {}

  void run() {
    for (const auto& [rdata, key] : keys_) {
      algorithm(key);
      length(key);
      exponent(key);
      flags(key);
    }
    collisions();
    count();
  }

 private:
  Finding start(FindingCode code, const PublishedKey& key) const {
    Finding finding = FindingSink::start(code, key_subject(context_, key.tag, key.key.algorithm));
    note_key(finding, key.tag, key.key.algorithm);
    note_servers(finding, context_, key.servers);
    return finding;
  }
  [[nodiscard]] std::string named(const PublishedKey& key) const {
    return key_text(key.tag, key.key.algorithm) + " of " + context_.zone.to_text();
  }
  [[nodiscard]] bool chain_works() const {
    return context_.chain.status == dnssec::SecurityStatus::kSecure;
  }

  [[nodiscard]] const dnssec::AlgorithmTable& table() const {
    return *context_.input.policy.validation.algorithms;
  }

  /// RFC 4034 appendix A.1: private algorithms are for those who agreed on them.
  [[nodiscard]] bool declared_private(std::uint8_t number) const {
    const std::vector<std::uint8_t>& declared = context_.input.expectation.algorithms;
    return (number == kPrivateDns || number == kPrivateOid) &&
           std::find(declared.begin(), declared.end(), number) != declared.end();
  }

  void algorithm(const PublishedKey& key) {
    const std::uint8_t number = key.key.algorithm;
    if (declared_private(number)) return;
    if (table().algorithm_is_illegal(number)) {
      Finding finding = start(FindingCode::DNSKEY_ALG_ILLEGAL, key);
      finding.message =
          "The " + named(key) +
          " has an algorithm number that is reserved or not for zone signing. Replace "
          "the key.";
      sink_.add(std::move(finding));
      return;
    }
    switch (table().algorithm_standing(number)) {
      case dnssec::Standing::kMustNot: prohibited(key); break;
      case dnssec::Standing::kNotRecommended: {
        Finding finding = start(FindingCode::DNSKEY_ALG_DISCOURAGED, key);
        finding.message = "The " + named(key) +
                          " uses an algorithm that is not recommended for signing. Plan a move to "
                          "ECDSAP256SHA256.";
        sink_.add(std::move(finding));
        break;
      }
      case dnssec::Standing::kUnassigned: {
        Finding finding = start(FindingCode::DNSKEY_ALG_ILLEGAL, key);
        finding.message =
            "The " + named(key) + " has an algorithm number that is not assigned. Replace the key.";
        sink_.add(std::move(finding));
        break;
      }
      case dnssec::Standing::kRecommended:
      case dnssec::Standing::kMay: break;
    }
    const bool unknown = !dnssec::verifies(number, context_.input.policy.validation);
    const dnssec::Standing standing = table().algorithm_standing(number);
    if (unknown && (standing == dnssec::Standing::kMay || standing == dnssec::Standing::kRecommended)) {
      Finding finding = start(FindingCode::DNSKEY_ALG_UNKNOWN, key);
      if (chain_works()) finding.severity = Severity::kInfo;
      finding.message = "The algorithm of " + named(key) +
                        " is not verified here; its signatures are left unjudged.";
      sink_.add(std::move(finding));
    }
  }

  void prohibited(const PublishedKey& key) {
    Finding finding = start(FindingCode::DNSKEY_ALG_PROHIBITED, key);
    const bool other = std::any_of(keys_.begin(), keys_.end(), [&](const auto& entry) {
      const std::uint8_t number = entry.second.key.algorithm;
      return table().algorithm_standing(number) != dnssec::Standing::kMustNot && entry.second.signs;
    });
    if (!other) {
      // Validators that must not rely on it take the zone for unsigned; others still validate it.
      const bool lost = context_.expect() == Expect::kSigned && !chain_works();
      finding.severity = lost ? Severity::kCritical : Severity::kError;
    }
    finding.message = "The " + named(key) +
                      " uses an algorithm with which zones must not be signed. Roll to "
                      "ECDSAP256SHA256.";
    sink_.add(std::move(finding));
  }

  void length(const PublishedKey& key) {
    if (!dnssec::can_verify(key.key.algorithm)) return;
    const int bits = dnssec::key_bits(key.rdata);
    if (bits == 0) {
      Finding finding = start(FindingCode::DNSKEY_BAD_LENGTH, key);
      if (!key.signs) {
        finding.severity = Severity::kWarning;
      } else if (context_.ds_stands() && !chain_works()) {
        finding.severity = Severity::kCritical;
      }
      finding.message = "The public key of " + named(key) +
                        " is empty or has a length that its algorithm does not allow. Replace it.";
      sink_.add(std::move(finding));
      return;
    }
    if (!is_rsa(key.key.algorithm) || bits >= kShortRsa) return;
    Finding finding = start(FindingCode::DNSKEY_RSA_SHORT, key);
    if (bits < kWeakRsa) {
      finding.severity = Severity::kError;
    } else if (bits >= kZskRsa && !key.signs_dnskey && !key.key.sep()) {
      finding.severity = Severity::kNotice;
    }
    finding.data["bits"] = std::int64_t{bits};
    finding.message = "The RSA " + named(key) + " has " + std::to_string(bits) +
                      " bits, fewer than 2048. Roll to a longer key or to ECDSAP256SHA256.";
    sink_.add(std::move(finding));
  }

  void exponent(const PublishedKey& key) {
    if (!is_rsa(key.key.algorithm) || key.key.public_key.size() < 3) return;
    // RFC 3110 §2: one octet of length, or three when the exponent is long.
    const Bytes& wire = key.key.public_key;
    std::size_t size = octet(wire, 0);
    std::size_t at = 1;
    if (size == 0) {
      size = read_u16(wire, 1);
      at = 3;
    }
    if (size == 0 || at + size > wire.size()) return;
    BytesView number = BytesView(wire).substr(at, size);
    while (!number.empty() && number.front() == '\0') number.remove_prefix(1);
    std::uint64_t value = 0;
    for (const char digit : number.substr(0, 8)) {
      value = (value << 8U) | static_cast<std::uint8_t>(digit);
    }
    Severity severity = Severity::kWarning;
    const bool even = number.empty() || (static_cast<std::uint8_t>(number.back()) & 1U) == 0;
    if (number.size() <= 8) {
      if (value == 1 || even) {
        severity = key.signs ? Severity::kCritical : Severity::kWarning;
      } else if (value == 17 || value == 257) {
        severity = Severity::kNotice;
      } else if (value != 3) {
        return;
      }
    }
    Finding finding = start(FindingCode::DNSKEY_EXPONENT_WEAK, key);
    finding.severity = severity;
    finding.message = "The RSA " + named(key) +
                      " has an unusual public exponent, which is unsafe or refused by some "
                      "validators. Use 65537.";
    sink_.add(std::move(finding));
  }

  void flags(const PublishedKey& key) {
    if (key.key.protocol != 3) {
      Finding finding = start(FindingCode::DNSKEY_PROTOCOL_INVALID, key);
      if (context_.ds_stands() && !chain_works()) {
        finding.severity = Severity::kCritical;
      } else if (!key.signs) {
        finding.severity = Severity::kWarning;
      }
      finding.message = "The protocol field of " + named(key) +
                        " is not 3, so validators ignore the key. Replace it.";
      sink_.add(std::move(finding));
    }
    if (key.key.revoked() && !key.signs_dnskey) {
      Finding finding = start(FindingCode::DNSKEY_REVOKED_UNSIGNED, key);
      // Only who holds the key as an anchor reads the flag.
      finding.severity = context_.entry.from_anchors ? Severity::kError : Severity::kNotice;
      finding.message =
          "The " + named(key) +
          " has the REVOKE flag but does not sign the DNSKEY RRset, so the revocation "
          "has no effect. Sign with it, or remove it.";
      sink_.add(std::move(finding));
    }
  }

  void collisions() {
    std::map<std::pair<std::uint16_t, std::uint8_t>, std::vector<const PublishedKey*>> by_tag;
    for (const auto& [rdata, key] : keys_) {
      by_tag[{key.tag, key.key.algorithm}].push_back(&key);
    }
    for (const auto& [id, list] : by_tag) {
      if (list.size() < 2) continue;
      Finding finding = start(FindingCode::KEY_TAG_COLLISION, *list.front());
      finding.data["keys"] = static_cast<std::int64_t>(list.size());
      finding.message = std::to_string(list.size()) + " keys of " + context_.zone.to_text() +
                        " share tag " + std::to_string(id.first) +
                        " and algorithm, so validators have to try each. Replace one of them.";
      sink_.add(std::move(finding));
    }
  }

  void count() {
    const KeySet* largest = nullptr;
    for (const KeySet& set : context_.key_sets) {
      if (set.keys.dnskeys.size() <= kMostKeys) continue;
      if (largest == nullptr || set.keys.dnskeys.size() > largest->keys.dnskeys.size()) {
        largest = &set;
      }
    }
    if (largest == nullptr) return;
    Finding finding = FindingSink::start(FindingCode::DNSKEY_COUNT_HIGH, zone_subject(context_));
    for (const KeyView& view : context_.key_views) {
      if (view.answer->size > 4096) finding.severity = Severity::kWarning;
    }
    note_servers(finding, context_, largest->servers);
    finding.data["keys"] = static_cast<std::int64_t>(largest->keys.dnskeys.size());
    finding.message = context_.zone.to_text() + " publishes " +
                      std::to_string(largest->keys.dnskeys.size()) +
                      " keys; answers grow and validators may reach their limits. Remove retired "
                      "keys.";
    sink_.add(std::move(finding));
  }

  const Context& context_;
  FindingSink& sink_;
  std::map<Bytes, PublishedKey> keys_;
};

void keys_below_apex(const Context& context, FindingSink& sink) {
  for (const ProbeView& view : context.probe_views) {
    for (const dns::RRset& set : view.answer->answer) {
      if (set.type != dns::RrType::kDnskey || set.rdatas.empty() ||
          !set.owner.is_below(context.zone) || view.result.kind == dnssec::AnswerKind::kReferral) {
        continue;
      }
      // The apex of a child zone on the same server signs its own keys.
      const bool child = std::any_of(set.rrsigs.begin(), set.rrsigs.end(),
                                     [&](const auto& rrsig) { return rrsig.signer == set.owner; });
      if (child) continue;
      Subject subject;
      subject.name = set.owner;
      subject.type = set.type;
      Finding finding = FindingSink::start(FindingCode::DNSKEY_NOT_AT_APEX, std::move(subject));
      note_servers(finding, context, view.servers);
      finding.message = "A DNSKEY stands at " + set.owner.to_text() +
                        ", which is not the apex of " + context.zone.to_text() +
                        ". Validators ignore it; remove it.";
      sink.add(std::move(finding));
    }
  }
}

}  // namespace

void key_facts(const Context& context, FindingSink& sink) {
  keys_below_apex(context, sink);
  if (!context.key_sets.empty()) KeyRules(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
