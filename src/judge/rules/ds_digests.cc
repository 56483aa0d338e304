// SPDX-License-Identifier: Apache-2.0
// The digest types of the DS set, by the registry (RFC 9904 to 9906).
#include <algorithm>

#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

constexpr std::uint8_t kSha1 = 1;
constexpr std::uint8_t kSha256 = 2;
constexpr std::uint8_t kSha384 = 4;

using DsList = std::vector<dns::Ds>;

struct KeyRef {
  std::uint16_t tag = 0;
  std::uint8_t algorithm = 0;
  auto operator<=>(const KeyRef&) const = default;
};

DsList decoded(const std::vector<Bytes>& rdatas) {
  DsList out;
  for (const Bytes& rdata : rdatas) {
    if (auto ds = dns::decode_ds(rdata)) out.push_back(std::move(*ds));
  }
  return out;
}

bool has(const DsList& list, std::uint8_t digest_type) {
  return std::any_of(list.begin(), list.end(),
                     [&](const dns::Ds& ds) { return ds.digest_type == digest_type; });
}

bool sound(const dns::Ds& ds) { return ds.digest_type == kSha256 || ds.digest_type == kSha384; }

Finding start(const Context& context, FindingCode code, const dns::Ds& ds) {
  Finding finding = FindingSink::start(code, key_subject(context, ds.key_tag, ds.algorithm));
  note_key(finding, ds.key_tag, ds.algorithm);
  finding.data["digest_type"] = std::int64_t{ds.digest_type};
  return finding;
}

const dnssec::AlgorithmTable& table_of(const Context& context) {
  return *context.input.policy.validation.algorithms;
}

void prohibited(const Context& context, const dns::Ds& ds, const DsList& of_key, const DsList& all,
                FindingSink& sink) {
  if (table_of(context).digest_standing(ds.digest_type) != dnssec::Standing::kMustNot ||
      table_of(context).digest_is_illegal(ds.digest_type)) {
    return;
  }
  Finding finding = start(context, FindingCode::DS_DIGEST_PROHIBITED, ds);
  const bool only_kind = std::none_of(all.begin(), all.end(), sound);
  if (std::any_of(of_key.begin(), of_key.end(), sound)) {
    finding.severity = Severity::kNotice;
  } else if (only_kind) {
    const bool lost = context.expect() == Expect::kSigned && !context.ds_stands();
    finding.severity = lost ? Severity::kCritical : Severity::kError;
  }
  finding.message =
      ds_text(ds) + " of " + context.zone.to_text() +
      " uses a digest that must not be used for delegation. Have it replaced by a DS with "
      "SHA-256.";
  sink.add(std::move(finding));
}

void standing(const Context& context, const dns::Ds& ds, const DsList& of_key, const DsList& all,
              FindingSink& sink) {
  if (table_of(context).digest_is_illegal(ds.digest_type)) {
    Finding finding = start(context, FindingCode::DS_DIGEST_ILLEGAL, ds);
    if (all.size() == 1) {
      const bool critical = context.expect() == Expect::kSigned;
      finding.severity = critical ? Severity::kCritical : Severity::kError;
    }
    finding.message =
        ds_text(ds) + " of " + context.zone.to_text() +
        " uses a digest type that is not meant for DS, so validators ignore it. Have it "
        "removed.";
    sink.add(std::move(finding));
    return;
  }
  if (table_of(context).digest_standing(ds.digest_type) == dnssec::Standing::kNotRecommended &&
      std::none_of(of_key.begin(), of_key.end(), sound)) {
    Finding finding = start(context, FindingCode::DS_DIGEST_DISCOURAGED, ds);
    finding.message = ds_text(ds) + " of " + context.zone.to_text() +
                      " uses a digest that is not recommended. Prefer SHA-256.";
    sink.add(std::move(finding));
  }
  if (!dnssec::computes_digest(ds.digest_type, context.input.policy.validation) &&
      table_of(context).digest_standing(ds.digest_type) != dnssec::Standing::kMustNot) {
    Finding finding = start(context, FindingCode::DS_DIGEST_UNKNOWN, ds);
    if (context.ds_stands()) finding.severity = Severity::kInfo;
    finding.message = ds_text(ds) + " of " + context.zone.to_text() +
                      " has a digest that is not computed here; it is left unjudged.";
    sink.add(std::move(finding));
  }
}

void by_key(const Context& context, const DsList& of_key, FindingSink& sink) {
  const dns::Ds& first = of_key.front();
  const bool only_sha1 = std::all_of(of_key.begin(), of_key.end(),
                                     [](const dns::Ds& ds) { return ds.digest_type == kSha1; });
  if (!has(of_key, kSha256) && !only_sha1) {
    Finding finding = start(context, FindingCode::DS_SHA256_MISSING, first);
    if (has(of_key, kSha384)) finding.severity = Severity::kInfo;
    finding.message = "The DS records of " + key_text(first.key_tag, first.algorithm) + " of " +
                      context.zone.to_text() +
                      " have no SHA-256 digest, the one that every validator knows. Add one.";
    sink.add(std::move(finding));
  }
}

void ignored(const Context& context, const DsList& all, FindingSink& sink) {
  const bool strong = std::any_of(all.begin(), all.end(), [&](const dns::Ds& ds) {
    return sound(ds) && dnssec::relies_on(ds.algorithm, context.input.policy.validation);
  });
  if (!strong) return;
  for (const dns::Ds& ds : all) {
    if (ds.digest_type != kSha1) continue;
    Finding finding = start(context, FindingCode::DS_DIGEST_IGNORED, ds);
    finding.message =
        ds_text(ds) + " of " + context.zone.to_text() +
        " is ignored by validators, because a DS with a stronger digest stands beside it.";
    sink.add(std::move(finding));
  }
}

}  // namespace

void ds_digests(const Context& context, FindingSink& sink) {
  if (context.entry.ds.empty() || context.entry.from_anchors) return;
  const DsList all = decoded(context.entry.ds);
  std::map<KeyRef, DsList> keys;
  for (const dns::Ds& ds : all) keys[KeyRef{ds.key_tag, ds.algorithm}].push_back(ds);
  for (const dns::Ds& ds : all) {
    const DsList& of_key = keys[KeyRef{ds.key_tag, ds.algorithm}];
    prohibited(context, ds, of_key, all, sink);
    standing(context, ds, of_key, all, sink);
  }
  for (const auto& [key, list] : keys) by_key(context, list, sink);
  ignored(context, all, sink);
}

}  // namespace anchorwatch::judge::rules
