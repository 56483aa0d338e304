// SPDX-License-Identifier: Apache-2.0
// A split in words.
#include "anchorwatch/core/time_format.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/history/cache_view.h"

namespace anchorwatch::history {

namespace {

template <typename Content>
std::string held(const Version<Content>& version, const std::string& what) {
  return version.served() ? std::string() : what + " from before " + to_rfc3339(version.until->first_after);
}

std::string signers_text(const Signers& signers) {
  if (signers.keys.empty()) return "unsigned data";
  std::string text = "signatures by";
  for (const Signers::Key& key : signers.keys) text += " " + std::to_string(key.tag);
  return text;
}

std::string ds_tags(const DsSet& set) {
  std::string text;
  std::uint16_t last = 0;
  for (const Bytes& rdata : set) {
    const auto ds = dns::decode_ds(rdata);
    if (!ds || (!text.empty() && ds->key_tag == last)) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(ds->key_tag);
    last = ds->key_tag;
  }
  return text;
}

std::string reason(const DsSet& ds, const Signers& signers, Fault fault) {
  const std::string tags = ds_tags(ds);
  switch (fault) {
    case Fault::kNone: break;
    case Fault::kNoKeys: return "there is a DS (" + tags + ") and no key";
    case Fault::kNoEntry: return "no DS (" + tags + ") leads to a key that signs the DNSKEY set";
    case Fault::kNotSigned: return "there is a DS (" + tags + ") and no signature";
    case Fault::kSignerUnknown: return "the DNSKEY set lacks the key of the " + signers_text(signers);
  }
  return {};
}

}  // namespace

std::string describe(const ZoneHistory& history, const Split& split) {
  const Signers& signers = history.signers[split.signers].content;
  std::string parts;
  for (const std::string& part : {held(history.ds[split.ds], "the DS set"), held(history.keys[split.keys], "the DNSKEY set"),
                                  held(history.signers[split.signers], signers_text(signers))}) {
    if (!part.empty()) parts += (parts.empty() ? "" : " and ") + part;
  }
  std::string text = parts.empty() ? "All resolvers fail" : "Resolvers that hold " + parts + " fail";
  if (split.possible.until != kForever) text += " until " + to_rfc3339(split.possible.until);
  return text + ": " + reason(history.ds[split.ds].content, signers, split.fault) + ".";
}

}  // namespace anchorwatch::history
