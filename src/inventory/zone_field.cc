// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/zone_field.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/inventory/suggest.h"

#include "text_scan.h"

namespace anchorwatch::inventory {
namespace {

using Values = std::span<const std::string_view>;
using Fault = std::optional<FieldFault>;

constexpr std::size_t kMaxText = 255;
constexpr std::size_t kMaxTag = 64;
constexpr std::chrono::seconds kMaxInterval{30 * 24 * 3600};

Fault fault(std::string message, std::size_t element = 0) {
  return FieldFault{element, std::move(message)};
}

/// For logs, syslog and terminals: one line.
template <std::string ZoneSettings::*kMember>
Fault set_text(ZoneSettings& settings, Values values) {
  const std::string_view text = values[0];
  if (text.size() > kMaxText) return fault("is longer than 255 octets");
  if (std::any_of(text.begin(), text.end(), is_control)) return fault("has control characters");
  settings.*kMember = text;
  return std::nullopt;
}

template <std::string dns::ZoneSource::*kMember>
Fault set_path(ZoneSettings& settings, Values values) {
  if (std::any_of(values[0].begin(), values[0].end(), is_control)) {
    return fault("has control characters");
  }
  settings.source.*kMember = values[0];
  return std::nullopt;
}

Fault set_axfr(ZoneSettings& settings, Values values) {
  const auto read = dns::parse_transfer_server(values[0], settings.source);
  if (!read) return fault(read.error().message());
  return std::nullopt;
}

Fault set_expect(ZoneSettings& settings, Values values) {
  const auto expect = judge::parse_expect(values[0]);
  if (!expect) return fault(quoted(values[0]) + " is none of: signed, unsigned, any");
  settings.expectation.expect = *expect;
  return std::nullopt;
}

Fault set_denial_probe(ZoneSettings& settings, Values values) {
  if (values[0] != "true" && values[0] != "false") {
    return fault(quoted(values[0]) + " is neither true nor false");
  }
  settings.denial_probe = values[0] == "true";
  return std::nullopt;
}

Fault set_interval(ZoneSettings& settings, Values values) {
  const auto interval = parse_duration(values[0]);
  if (!interval) return fault(quoted(values[0]) + " is not a duration, e.g. \"15m\"");
  if (interval->count() < 1 || *interval > kMaxInterval) {
    return fault(quoted(values[0]) + " is not between 1s and 30d");
  }
  settings.interval = *interval;
  return std::nullopt;
}

/// Octets of the digest that a DS of this type must have; 0 when the type is not known.
std::size_t digest_size(std::uint8_t digest_type) {
  switch (digest_type) {
    case 1: return 20;
    case 2: return 32;
    case 4: return 48;
    default: return 0;
  }
}

Fault set_expect_ds(ZoneSettings& settings, Values values) {
  std::vector<Bytes> set;
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto rdata = dns::parse_rdata_text(dns::RrType::kDs, values[i]);
    const auto ds = rdata ? dns::decode_ds(*rdata) : std::nullopt;
    if (!ds) {
      return fault(quoted(values[i]) + " is not a DS: key tag, algorithm, digest type, digest", i);
    }
    const std::size_t size = digest_size(ds->digest_type);
    if (size != 0 && ds->digest.size() != size) {
      return fault("the digest has " + std::to_string(ds->digest.size()) + " octets, type " +
                       std::to_string(ds->digest_type) + " has " + std::to_string(size),
                   i);
    }
    set.push_back(*std::move(rdata));
  }
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
  settings.expectation.expect_ds = std::move(set);
  return std::nullopt;
}

Fault set_algorithms(ZoneSettings& settings, Values values) {
  std::vector<std::uint8_t> set;
  for (std::size_t i = 0; i < values.size(); ++i) {
    int number = 0;
    const char* const end = values[i].data() + values[i].size();
    const auto [stop, error] = std::from_chars(values[i].data(), end, number);
    if (error != std::errc{} || stop != end || number < 1 || number > 254) {
      return fault(quoted(values[i]) + " is not an algorithm number from 1 to 254", i);
    }
    set.push_back(static_cast<std::uint8_t>(number));
  }
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
  settings.expectation.algorithms = std::move(set);
  return std::nullopt;
}

Fault set_probes(ZoneSettings& settings, Values values) {
  std::vector<ProbeSpec> probes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto probe = ProbeSpec::parse(values[i]);
    if (!probe) return fault(probe.error().message(), i);
    const bool known = std::find(probes.begin(), probes.end(), *probe) != probes.end();
    if (!known) probes.push_back(*std::move(probe));
  }
  settings.probes = std::make_shared<const std::vector<ProbeSpec>>(std::move(probes));
  return std::nullopt;
}

Fault set_tags(ZoneSettings& settings, Values values) {
  std::vector<std::string> tags;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view tag = values[i];
    const auto bad = [](char c) { return is_control(c) || c == ' ' || c == ';' || c == ','; };
    if (tag.empty() || tag.size() > kMaxTag || std::any_of(tag.begin(), tag.end(), bad)) {
      return fault(
          quoted(tag) + " is not a tag: up to 64 octets without white space, \",\" or \";\"", i);
    }
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.emplace_back(tag);
  }
  settings.tags = std::move(tags);
  return std::nullopt;
}

Fault set_severity(ZoneSettings& settings, Values values) {
  judge::SeverityMap severities;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t sign = values[i].find('=');
    if (sign == std::string_view::npos) {
      return fault(quoted(values[i]) + " is not CODE=SEVERITY, e.g. \"SIG_EXPIRED=warning\"", i);
    }
    const std::string_view name = values[i].substr(0, sign);
    const std::string_view level = values[i].substr(sign + 1);
    const auto code = judge::parse_finding_code(name);
    if (!code) return fault(unknown_code(name), i);
    const auto severity = parse_severity(level);
    if (!severity) {
      return fault(quoted(level) + " is none of: critical, error, warning, notice, info", i);
    }
    severities[*code] = *severity;
  }
  settings.expectation.severity = std::move(severities);
  return std::nullopt;
}

constexpr std::array kFields = {
    ZoneField{"expect", ZoneFieldType::kExpect, "", set_expect},
    ZoneField{"expect_ds", ZoneFieldType::kDsList, ";", set_expect_ds},
    ZoneField{"algorithms", ZoneFieldType::kNumberList, " ;", set_algorithms},
    ZoneField{"probes", ZoneFieldType::kProbeList, " ;", set_probes},
    ZoneField{"denial_probe", ZoneFieldType::kBoolean, "", set_denial_probe},
    ZoneField{"owner", ZoneFieldType::kText, "", set_text<&ZoneSettings::owner>},
    ZoneField{"contact", ZoneFieldType::kText, "", set_text<&ZoneSettings::contact>},
    ZoneField{"registrar", ZoneFieldType::kText, "", set_text<&ZoneSettings::registrar>},
    ZoneField{"criticality", ZoneFieldType::kText, "", set_text<&ZoneSettings::criticality>},
    ZoneField{"tags", ZoneFieldType::kTextList, " ;", set_tags},
    ZoneField{"severity", ZoneFieldType::kSeverities, " ;", set_severity},
    ZoneField{"interval", ZoneFieldType::kDuration, "", set_interval},
    ZoneField{"zone_file", ZoneFieldType::kPath, "", set_path<&dns::ZoneSource::file>},
    ZoneField{"axfr", ZoneFieldType::kText, "", set_axfr},
    ZoneField{"tsig_key", ZoneFieldType::kPath, "", set_path<&dns::ZoneSource::tsig_key_file>},
};

}  // namespace

std::string unknown_code(std::string_view name) {
  std::vector<std::string_view> known;
  for (const judge::FindingInfo& row : judge::all_findings()) known.push_back(row.name);
  return "unknown finding code" + did_you_mean(name, known);
}

std::span<const ZoneField> zone_fields() { return kFields; }

const ZoneField* find_zone_field(std::string_view name) {
  const auto at = std::find_if(kFields.begin(), kFields.end(),
                               [name](const ZoneField& field) { return field.name == name; });
  return at == kFields.end() ? nullptr : &*at;
}

std::optional<std::string> check_settings(const ZoneSettings& settings) {
  const dns::ZoneSource& source = settings.source;
  if (!source.file.empty() && source.server) return "zone_file and axfr exclude each other";
  if (!source.tsig_key_file.empty() && !source.server) return "tsig_key is of no use without axfr";
  const judge::Expectation& expectation = settings.expectation;
  if (expectation.expect != judge::Expect::kUnsigned) return std::nullopt;
  if (!expectation.expect_ds.empty()) return "expect = \"unsigned\" contradicts expect_ds";
  if (!expectation.algorithms.empty()) return "expect = \"unsigned\" contradicts algorithms";
  return std::nullopt;
}

Fault check_probes(const dns::Name& zone, const ZoneSettings& settings) {
  for (std::size_t i = 0; i < settings.probes->size(); ++i) {
    const auto question = (*settings.probes)[i].resolve(zone);
    if (!question) return fault(question.error().message(), i);
  }
  return std::nullopt;
}

}  // namespace anchorwatch::inventory
