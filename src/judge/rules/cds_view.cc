// SPDX-License-Identifier: Apache-2.0
#include "cds_view.h"

#include <algorithm>

namespace anchorwatch::judge::rules {

namespace {

bool ds_fits(const Context& context, const dns::Ds& ds, BytesView dnskey) {
  const auto key = dns::decode_dnskey(dnskey);
  return key && key->algorithm == ds.algorithm && dns::key_tag(dnskey) == ds.key_tag &&
         dnssec::ds_digest(ds.digest_type, context.zone, dnskey) == ds.digest;
}

}  // namespace

SignalSet signal_set(const Context& context, dns::RrType type) {
  SignalSet out;
  out.type = type;
  const dns::Question question{context.zone, type};
  for (const ProbeView& view : context.probe_views) {
    if (view.answer->question != question) continue;
    out.answered = true;
    const dns::RRset* set = dns::find_rrset(view.answer->answer, context.zone, type);
    const std::vector<Bytes> rdatas = set != nullptr ? set->rdatas : std::vector<Bytes>{};
    merge(out.sets[rdatas], view.servers);
    if (rdatas.empty()) continue;
    out.records.insert(out.records.end(), rdatas.begin(), rdatas.end());
    merge(out.servers, view.servers);
    out.validated = out.validated || view.best.status == dnssec::SecurityStatus::kSecure;
  }
  std::sort(out.records.begin(), out.records.end());
  out.records.erase(std::unique(out.records.begin(), out.records.end()), out.records.end());
  return out;
}

bool is_delete(dns::RrType type, BytesView rdata) {
  using namespace std::string_view_literals;
  return type == dns::RrType::kCds ? rdata == "\0\0\0\0\0"sv : rdata == "\0\0\3\0\0"sv;
}

bool wants_delete(dns::RrType type, BytesView rdata) {
  if (type == dns::RrType::kCds) {
    const auto ds = dns::decode_ds(rdata);
    return ds && ds->algorithm == 0;
  }
  const auto key = dns::decode_dnskey(rdata);
  return key && key->algorithm == 0;
}

std::optional<KeyRef> wanted_key(dns::RrType type, BytesView rdata) {
  if (wants_delete(type, rdata)) return std::nullopt;
  if (type == dns::RrType::kCds) {
    const auto ds = dns::decode_ds(rdata);
    if (!ds) return std::nullopt;
    return KeyRef{ds->key_tag, ds->algorithm};
  }
  const auto key = dns::decode_dnskey(rdata);
  if (!key) return std::nullopt;
  return KeyRef{dns::key_tag(rdata), key->algorithm};
}

const Bytes* published_key(const Context& context, dns::RrType type, BytesView rdata) {
  const auto ds = type == dns::RrType::kCds ? dns::decode_ds(rdata) : std::nullopt;
  for (const KeySet& set : context.key_sets) {
    for (const Bytes& key : set.keys.dnskeys) {
      if (ds ? ds_fits(context, *ds, key) : key == rdata) return &key;
    }
  }
  return nullptr;
}

bool signs_keys(const Context& context, BytesView dnskey) {
  for (const KeyView& view : context.key_views) {
    if (!view.key_set) continue;
    const std::vector<Bytes>& keys = context.key_sets[*view.key_set].keys.dnskeys;
    for (const dnssec::SignatureVerdict& signature : view.signatures) {
      if (signature.state == dnssec::SignatureState::kValid && signature.key_index &&
          keys[*signature.key_index] == dnskey) {
        return true;
      }
    }
  }
  return false;
}

bool has_ds(const Context& context, BytesView dnskey) {
  return std::any_of(context.entry.ds.begin(), context.entry.ds.end(), [&](const Bytes& rdata) {
    const auto ds = dns::decode_ds(rdata);
    return ds && ds_fits(context, *ds, dnskey);
  });
}

}  // namespace anchorwatch::judge::rules
