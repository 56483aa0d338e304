// SPDX-License-Identifier: Apache-2.0
// Keys and signatures across the servers: multi-signer zones, servers that lag, servers that serve
// the zone unsigned (RFC 8901).
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using dnssec::SecurityStatus;

/// RFC 1982: whether `left` comes before `right`.
bool behind(std::uint32_t left, std::uint32_t right) {
  return static_cast<std::int32_t>(left - right) < 0;
}

bool serials_differ(const Context& context) {
  std::optional<std::uint32_t> first;
  for (const ServerState& state : context.states) {
    if (!state.soa) continue;
    if (first && *first != state.soa->serial) return true;
    first = state.soa->serial;
  }
  return false;
}

/// Whether a server that lacks the key is only late: an older serial from the same signer, which
/// knows the keys that the server signs with.
bool only_late(const Context& context, const MissingKey& missing) {
  const KeySet& lacking = context.key_sets[missing.key_set];
  for (const std::size_t late : lacking.servers) {
    for (const std::size_t ahead : missing.signed_at) {
      const auto& old_soa = context.states[late].soa;
      const auto& new_soa = context.states[ahead].soa;
      if (!old_soa || !new_soa || !behind(old_soa->serial, new_soa->serial) ||
          old_soa->mname != new_soa->mname) {
        return false;
      }
    }
  }
  return !lacking.servers.empty();
}

void incomplete(const Context& context, FindingSink& sink) {
  for (const MissingKey& missing : context.missing_keys) {
    const auto key = dns::decode_dnskey(missing.rdata);
    if (!key) continue;
    const std::uint16_t tag = dns::key_tag(missing.rdata);
    const ServerSet& servers = context.key_sets[missing.key_set].servers;
    for (const std::size_t server : servers) {
      Subject subject = server_subject(context, server);
      subject.key_tag = tag;
      subject.algorithm = key->algorithm;
      Finding finding =
          FindingSink::start(FindingCode::MULTISIGNER_KEYS_INCOMPLETE, std::move(subject));
      if (!context.ds_stands() || only_late(context, missing)) {
        finding.severity = Severity::kWarning;
      }
      note_key(finding, tag, key->algorithm);
      note_servers(finding, context, {server});
      finding.message =
          key_text(tag, key->algorithm) + " signs " + missing.example->owner.to_text() + " " +
          dns::to_string(missing.example->type) + " at " + server_text(context, missing.signed_at) +
          " but is missing from the DNSKEY RRset of " + server_name(context, server) +
          ", so resolvers that mix the two fail. Let every signer publish the keys of "
          "all (RFC 8901 3).";
      sink.add(std::move(finding));
    }
  }
}

bool signs_data(const Context& context, BytesView rdata) {
  const auto key = dns::decode_dnskey(rdata);
  if (!key) return false;
  const std::uint16_t tag = dns::key_tag(rdata);
  for (const SetView& view : context.sets) {
    if (view.probe == nullptr || view.set->type == dns::RrType::kCds ||
        view.set->type == dns::RrType::kCdnskey) {
      continue;
    }
    for (const dns::Rrsig& rrsig : view.set->rrsigs) {
      if (rrsig.key_tag == tag && rrsig.algorithm == key->algorithm) return true;
    }
  }
  return false;
}

bool signs_keys(const Context& context, BytesView rdata) {
  const auto key = dns::decode_dnskey(rdata);
  if (!key) return false;
  const std::uint16_t tag = dns::key_tag(rdata);
  for (const KeyView& view : context.key_views) {
    if (view.set == nullptr) continue;
    for (const dns::Rrsig& rrsig : view.set->rrsigs) {
      if (rrsig.key_tag == tag && rrsig.algorithm == key->algorithm) return true;
    }
  }
  return false;
}

/// Every server has an entry of its own, so that keys which sign only DNSKEY may differ.
bool every_server_has_entry(const Context& context) {
  return std::all_of(context.key_views.begin(), context.key_views.end(), [](const KeyView& view) {
    return view.set == nullptr || view.verdict.status == SecurityStatus::kSecure;
  });
}

void servers_differ(const Context& context, FindingSink& sink) {
  if (context.key_sets.size() < 2) return;
  std::map<Bytes, ServerSet> shown;
  ServerSet all;
  for (const KeySet& set : context.key_sets) {
    merge(all, set.servers);
    for (const Bytes& rdata : set.keys.dnskeys) merge(shown[rdata], set.servers);
  }
  const bool lagging = serials_differ(context);
  for (const auto& [rdata, servers] : shown) {
    if (servers == all) continue;
    const auto key = dns::decode_dnskey(rdata);
    if (!key) continue;
    const bool reported =
        std::any_of(context.missing_keys.begin(), context.missing_keys.end(),
                    [&](const MissingKey& missing) { return missing.rdata == rdata; });
    const bool data = signs_data(context, rdata);
    const bool keys = signs_keys(context, rdata);
    if (reported || (keys && !data && every_server_has_entry(context))) continue;
    const std::uint16_t tag = dns::key_tag(rdata);
    Finding finding = FindingSink::start(FindingCode::DNSKEY_SERVERS_DIFFER,
                                         key_subject(context, tag, key->algorithm));
    if (lagging || (!data && !keys)) finding.severity = Severity::kNotice;
    ServerSet missing;
    std::set_difference(all.begin(), all.end(), servers.begin(), servers.end(),
                        std::back_inserter(missing));
    note_key(finding, tag, key->algorithm);
    note_servers(finding, context, missing);
    finding.message = key_text(tag, key->algorithm) + " of " + context.zone.to_text() +
                      " is published by " + server_text(context, servers) + " and not by " +
                      server_text(context, missing) +
                      ". Check zone transfers, and in a multi-signer zone the exchange of keys.";
    sink.add(std::move(finding));
  }
}

}  // namespace

void key_distribution(const Context& context, FindingSink& sink) {
  incomplete(context, sink);
  servers_differ(context, sink);
}

void unsigned_servers(const Context& context, FindingSink& sink) {
  if (!context.signed_anywhere() && !context.ds_stands()) return;
  const dns::Question question{context.zone, dns::RrType::kDnskey};
  ServerSet bare, stripped, silent;
  std::size_t with_answer = 0;
  for (std::size_t i = 0; i < context.states.size(); ++i) {
    const ServerState& state = context.states[i];
    if (!state.working) continue;
    if (!state.key_view) {
      if (context.servers[i]->find(question) != nullptr) silent.push_back(i);
      continue;
    }
    ++with_answer;
    if (state.has_signatures && state.has_keys) continue;
    (state.has_keys ? stripped : bare).push_back(i);
  }
  const bool ds = context.ds_stands();
  if (!bare.empty() && context.signed_anywhere()) {
    Finding finding = FindingSink::start(FindingCode::SIGNED_SERVERS_DIFFER, zone_subject(context));
    if (!ds) {
      finding.severity = Severity::kNotice;
    } else if (2 * bare.size() > with_answer) {
      finding.severity = Severity::kCritical;
    }
    note_servers(finding, context, bare);
    finding.message = server_text(context, bare) + " serves " + context.zone.to_text() +
                      " without DNSKEY, while other servers serve it signed. Give this server the "
                      "signed zone.";
    sink.add(std::move(finding));
  }
  for (const std::size_t server : stripped) {
    Finding finding =
        FindingSink::start(FindingCode::DNSSEC_DATA_UNOBTAINABLE, server_subject(context, server));
    if (!ds) {
      finding.severity = Severity::kNotice;
    } else if (stripped.size() == with_answer) {
      finding.severity = Severity::kCritical;
    }
    note_servers(finding, context, {server});
    finding.message =
        server_name(context, server) + " gives no RRSIG for " + context.zone.to_text() +
        " although the question had the DO bit set. Turn DNSSEC on in this server, or "
        "look for a middlebox that strips it.";
    sink.add(std::move(finding));
  }
  for (const std::size_t server : silent) {
    Finding finding =
        FindingSink::start(FindingCode::DNSKEY_FETCH_FAILED, server_subject(context, server));
    if (!ds) {
      finding.severity = Severity::kNotice;
    } else if (with_answer == 0) {
      finding.severity = Severity::kCritical;
    }
    note_servers(finding, context, {server});
    finding.message = server_name(context, server) +
                      " answers other questions, but not for the "
                      "DNSKEY of " +
                      context.zone.to_text() +
                      ". Check that it sends large answers and answers over TCP.";
    sink.add(std::move(finding));
  }
}

}  // namespace anchorwatch::judge::rules
