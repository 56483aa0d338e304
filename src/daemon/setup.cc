// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/daemon/setup.h"

#include <unistd.h>

#include <array>

#include "anchorwatch/inventory/inventory_builder.h"
#include "anchorwatch/judge/as_table.h"

namespace anchorwatch::daemon {

namespace {

constexpr std::size_t kMostOctets = 16U << 20U;
constexpr std::size_t kMostOctetsOfNetworks = 128U << 20U;  // The whole routing table has room.

Result<void> add_anchor_files(const std::vector<std::string>& files, const char* key, dnssec::TrustAnchorSet& anchors) {
  for (const std::string& path : files) {
    Result<std::string> text = inventory::read_text_file(path, kMostOctets);
    if (!text) return std::move(text).error().with(std::string(key) + ": " + path);
    Result<void> added = anchors.add_text(*text);
    if (!added) return std::move(added).error().with(std::string(key) + ": " + path);
  }
  return {};
}

probe::AskerOptions asker_options(const config::Config& config) {
  const config::DnsConfig& dns = config.dns;
  probe::AskerOptions options;
  options.port = dns.port;
  options.allow_special_addresses = dns.allow_special_addresses;
  options.ipv4 = dns.ipv4 != config::FamilyUse::kOff;
  options.ipv6 = dns.ipv6 != config::FamilyUse::kOff;
  options.detect_dead_families = dns.ipv4 == config::FamilyUse::kAuto || dns.ipv6 == config::FamilyUse::kAuto;
  options.forwarders = dns.forwarders;
  options.rates.per_address = static_cast<int>(dns.rate_per_address);
  options.rates.per_prefix = static_cast<int>(dns.rate_per_prefix);
  for (const config::OperatorConfig& each : config.operators) {
    options.rates.operators.push_back(
        {each.name, each.prefixes, static_cast<int>(each.rate), static_cast<int>(each.rate_per_address)});
  }
  return options;
}

/// The operator's table, or the one that is compiled in.
Result<std::shared_ptr<const dnssec::AlgorithmTable>> algorithm_table(const config::Config& config) {
  const std::string& path = config.validation.algorithms;
  if (path.empty()) return dnssec::AlgorithmTable::builtin();
  const auto complain = [&](const std::string& why) {
    return Error(ErrorCode::kInvalidArgument, config.error_at("validation.algorithms", why).to_text());
  };
  const Result<std::string> text = inventory::read_text_file(path, kMostOctets);
  if (!text) return complain(path + ": " + text.error().message());
  Result<dnssec::AlgorithmTable> table = dnssec::AlgorithmTable::parse(*text);
  if (!table) return complain(path + ":" + table.error().message());
  return std::make_shared<const dnssec::AlgorithmTable>(*std::move(table));
}

/// The operator's table of networks; null where there is none.
Result<std::shared_ptr<const judge::AsTable>> as_table(const config::Config& config) {
  const std::string& path = config.monitor.as_table;
  if (path.empty()) return std::shared_ptr<const judge::AsTable>();
  const auto complain = [&](const std::string& why) {
    return Error(ErrorCode::kInvalidArgument, config.error_at("monitor.as_table", why).to_text());
  };
  const Result<std::string> text = inventory::read_text_file(path, kMostOctetsOfNetworks);
  if (!text) return complain(path + ": " + text.error().message());
  Result<judge::AsTable> table = judge::AsTable::parse(*text);
  if (!table) return complain(path + ":" + table.error().message());
  return std::make_shared<const judge::AsTable>(*std::move(table));
}

judge::JudgePolicy judge_policy(const config::Config& config) {
  judge::JudgePolicy policy;
  policy.validation.rely_on_sha1 = config.validation.sha1 == config::Sha1Use::kRely;
  if (config.validation.nested_anchors == config::NestedAnchors::kAny) policy.nested_anchors = judge::NestedAnchors::kAny;
  policy.expiry.warn = config.expiry.warn;
  policy.expiry.critical = config.expiry.critical;
  policy.severity = config.severity;
  policy.allow_special_addresses = config.dns.allow_special_addresses;
  return policy;
}

}  // namespace

Result<pipeline::EngineOptions> engine_options(const config::Config& config) {
  pipeline::EngineOptions options;
  Result<std::string> hints = inventory::read_text_file(config.dns.root_hints, kMostOctets);
  if (!hints) return std::move(hints).error().with("dns.root_hints: " + config.dns.root_hints);
  options.root_hints = *std::move(hints);
  Result<void> added = add_anchor_files(config.dns.trust_anchors, "dns.trust_anchors", options.anchors);
  if (!added) return std::move(added).error();
  for (const config::StubConfig& stub : config.stubs) {
    options.stubs.push_back({stub.zone, stub.servers});
    added = add_anchor_files(stub.trust_anchors, "stub.trust_anchors", options.anchors);
    if (!added) return std::move(added).error();
  }
  for (const dns::Name& name : config.dns.negative_trust_anchors) options.anchors.add_negative(name);
  options.asker = asker_options(config);
  options.full_looks = {config.dns.extra_questions, config.dns.unusual_questions};
  options.policy = judge_policy(config);
  Result<std::shared_ptr<const dnssec::AlgorithmTable>> table = algorithm_table(config);
  if (!table) return std::move(table).error();
  options.policy.validation.algorithms = *std::move(table);
  Result<std::shared_ptr<const judge::AsTable>> networks = as_table(config);
  if (!networks) return std::move(networks).error();
  options.policy.as_table = *std::move(networks);
  options.confirmation.needed = static_cast<int>(config.confirmation.needed);
  options.confirmation.of = static_cast<int>(config.confirmation.of);
  options.confirmation.from = config.confirmation.severity;
  options.server_facts = config.scheduler.full_interval;
  return options;
}

store::EvidenceRetention evidence_retention(const config::Config& config) {
  store::EvidenceRetention retention;
  retention.keep = config.history.evidence == config::EvidenceUse::kChanges;
  retention.days = static_cast<int>(config.history.evidence_days);
  return retention;
}

std::vector<pipeline::EventRoute> event_routes(const config::Config& config) {
  std::vector<pipeline::EventRoute> routes;
  for (const config::SinkConfig& sink : config.sinks) {
    if (sink.enabled) routes.push_back({sink.name, sink.min_severity});
  }
  return routes;
}

std::string observer_name() {
  std::array<char, 256> buffer{};
  if (gethostname(buffer.data(), buffer.size() - 1) != 0) return "localhost";
  const std::string name(buffer.data());
  return name.substr(0, name.find('.'));
}

}  // namespace anchorwatch::daemon
